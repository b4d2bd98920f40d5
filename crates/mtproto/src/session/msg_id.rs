//! Numbers of messages.
//!
//! ```text
//! msg_id: unix seconds (32 bits) · fraction in 2^-32 s (30 bits) · 00 client
//!                                                                 01 server, answering
//!                                                                 11 server, of its own accord
//! ```
//!
//! They grow strictly within a session, so they name a message, order it, and tell its age. A
//! receiver ignores what is more than 300 s old or more than 30 s in the future: that bounds how
//! many numbers must be remembered to recognise a duplicate.
//!
//! `core.telegram.org/mtproto/description`, "Message Identifier (msg_id)";
//! `core.telegram.org/mtproto/security_guidelines`, "Checking msg_id".

use std::time::Duration;

use crate::ids::MsgId;

/// How old a message may be: `mtproto/description`, "Message Identifier (msg_id)".
pub const MAX_AGE: Duration = Duration::from_secs(300);

/// How far in the future a message may be: the same place.
pub const MAX_FUTURE: Duration = Duration::from_secs(30);

/// Who makes a message, and why; the low two bits of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A client.
    Client,
    /// A server, answering a message.
    ServerAnswer,
    /// A server, of its own accord.
    ServerNotice,
}

impl MsgId {
    /// The time that the number tells.
    #[must_use]
    pub fn unix(self) -> Duration {
        let bits = self.0 as u64;
        let nanos = ((bits & 0xffff_ffff) * 1_000_000_000) >> 32;
        Duration::new(bits >> 32, nanos as u32)
    }

    /// Who made it; `None` for low bits that nobody uses.
    #[must_use]
    pub fn sender(self) -> Option<Sender> {
        match self.0 & 3 {
            0 => Some(Sender::Client),
            1 => Some(Sender::ServerAnswer),
            3 => Some(Sender::ServerNotice),
            _ => None,
        }
    }

    /// Whether the number is too old at `unix`.
    #[must_use]
    pub fn is_too_old(self, unix: Duration) -> bool {
        self.unix() + MAX_AGE < unix
    }

    /// Whether the number is too far in the future at `unix`.
    #[must_use]
    pub fn is_too_new(self, unix: Duration) -> bool {
        self.unix() > unix + MAX_FUTURE
    }
}

/// Makes numbers that only grow.
#[derive(Debug, Default)]
pub(crate) struct MsgIds {
    last: i64,
}

impl MsgIds {
    pub(crate) fn next(&mut self, unix: Duration, sender: Sender) -> MsgId {
        let low = match sender {
            Sender::Client => 0,
            Sender::ServerAnswer => 1,
            Sender::ServerNotice => 3,
        };
        let fraction = (u64::from(unix.subsec_nanos()) << 32) / 1_000_000_000;
        let time = (((unix.as_secs() << 32) | fraction) & !3) as i64;
        let after_last = (self.last & !3).wrapping_add(4);
        self.last = time.max(after_last) | low;
        MsgId(self.last)
    }

    /// Forgets the last number. Only right when the peer has refused it, for being in the future.
    pub(crate) fn restart(&mut self) {
        self.last = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIX: Duration = Duration::from_millis(1_800_000_000_250);

    #[test]
    fn tells_its_time_to_the_nanosecond() {
        let id = MsgIds::default().next(UNIX, Sender::Client);
        assert_eq!(id.0, (1_800_000_000 << 32) | (1 << 30));
        assert_eq!(id.unix(), UNIX);
    }

    #[test]
    fn grows_when_the_clock_stands_still_or_goes_back() {
        let mut ids = MsgIds::default();
        let senders = [
            Sender::ServerNotice,
            Sender::ServerAnswer,
            Sender::Client,
            Sender::ServerNotice,
        ];
        let made: Vec<_> = senders.map(|sender| ids.next(UNIX, sender)).into();
        let back = ids.next(UNIX - Duration::from_secs(9), Sender::ServerAnswer);
        assert!(made.is_sorted() && back > made[3]);
        assert_eq!(
            made.iter().map(|id| id.sender()).collect::<Vec<_>>(),
            senders.map(Some)
        );
    }

    #[test]
    fn is_valid_from_300_s_ago_to_30_s_ahead() {
        let id = MsgIds::default().next(UNIX, Sender::Client);
        assert!(!id.is_too_old(UNIX + MAX_AGE));
        assert!(id.is_too_old(UNIX + MAX_AGE + Duration::from_millis(1)));
        assert!(!id.is_too_new(UNIX - MAX_FUTURE));
        assert!(id.is_too_new(UNIX - MAX_FUTURE - Duration::from_millis(1)));
        assert!(MsgId(-4).is_too_new(UNIX) && MsgId(i64::MIN).unix() > UNIX);
    }
}
