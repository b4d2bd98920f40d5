//! Server salts: 64 bits in every message, changed every half hour, so that a recorded message is
//! worthless soon after.
//!
//! ```text
//! salt k     |<------ valid for an hour ------>|
//! salt k+1           |<------------------------------->|
//!                    ^ every half hour the next one becomes the current one
//! ```
//!
//! A client that uses a wrong one is told the right one by `bad_server_salt`; one that wants no such
//! detour asks for those to come: `get_future_salts#b921bd04 num:int = FutureSalts`.
//!
//! The server keeps no list: the salts of a key are computed from a seed ([`SaltSchedule`]), so
//! that any number of connections, threads and restarts agree on them without a word.
//!
//! `core.telegram.org/mtproto/description`, "Server Salt";
//! `core.telegram.org/mtproto/service_messages`, "Request for several future salts".

use std::{fmt, time::Duration};

use heliogram_tl::mtproto::FutureSalt;
use sha2::{Digest, Sha256};

use super::msg_id::MAX_FUTURE;
use crate::ids::ServerSalt;

/// How often the salt changes: `mtproto/description`, "Server Salt".
pub const PERIOD: Duration = Duration::from_secs(1800);

/// How long a salt is accepted, from when it becomes the current one: its own period and the next.
pub const VALIDITY: Duration = Duration::from_secs(3600);

/// The most salts that are told at once: `mtproto/service_messages`, "Request for several future
/// salts".
pub const MAX_FUTURE_SALTS: i32 = 64;

/// The salts of one authorization key, past and to come.
#[derive(Clone)]
pub struct SaltSchedule {
    seed: [u8; 16],
    first: Option<FirstSalt>,
}

/// The salt that both ends took from the key exchange; valid for a while beside the computed ones.
#[derive(Clone, Copy)]
struct FirstSalt {
    salt: ServerSalt,
    until: u32,
}

impl SaltSchedule {
    /// The schedule of the key with these bytes.
    ///
    /// The salts follow from a hash of the key: who has the key may know them, others cannot.
    #[must_use]
    pub fn new(auth_key: &[u8; 256]) -> Self {
        let hash = Sha256::new()
            .chain_update(b"heliogram server salts")
            .chain_update(auth_key)
            .finalize();
        let mut seed = [0; 16];
        seed.copy_from_slice(&hash[..16]);
        Self { seed, first: None }
    }

    /// Accepts the salt of the key exchange as well, for [`VALIDITY`] after `exchanged`.
    #[must_use]
    pub fn with_first(mut self, salt: ServerSalt, exchanged: Duration) -> Self {
        let until = (exchanged + VALIDITY).as_secs() as u32;
        self.first = Some(FirstSalt { salt, until });
        self
    }

    /// Another schedule of the same key: none of the salts of this one are accepted in it.
    #[must_use]
    pub fn rotated(&self) -> Self {
        let hash = Sha256::new()
            .chain_update(b"heliogram server salts, rotated")
            .chain_update(self.seed)
            .finalize();
        let mut seed = [0; 16];
        seed.copy_from_slice(&hash[..16]);
        Self { seed, first: None }
    }

    /// The salt to use at `unix`.
    #[must_use]
    pub fn current(&self, unix: Duration) -> ServerSalt {
        self.salt(self.period(unix))
    }

    /// Whether a message with `salt` is accepted at `unix`. The next salt is accepted a little
    /// early, as a client's clock may be ahead.
    #[must_use]
    pub fn accepts(&self, salt: ServerSalt, unix: Duration) -> bool {
        let period = self.period(unix);
        let next = self.period(unix + MAX_FUTURE);
        self.salt(period) == salt
            || self.salt(period.saturating_sub(1)) == salt
            || (next != period && self.salt(next) == salt)
            || self
                .first
                .is_some_and(|first| first.salt == salt && unix.as_secs() < u64::from(first.until))
    }

    /// The current salt and those after it, `count` in all, at least one and at most
    /// [`MAX_FUTURE_SALTS`].
    #[must_use]
    pub fn future(&self, unix: Duration, count: i32) -> Vec<FutureSalt> {
        let current = self.period(unix);
        (current..)
            .take(count.clamp(1, MAX_FUTURE_SALTS) as usize)
            .map(|period| {
                let since = period * PERIOD.as_secs() + self.phase() - PERIOD.as_secs();
                FutureSalt {
                    valid_since: since as i32,
                    valid_until: (since + VALIDITY.as_secs()) as i32,
                    salt: self.salt(period).0,
                }
            })
            .collect()
    }

    /// Keys change their salts at different times, so that not all clients ask at once.
    fn phase(&self) -> u64 {
        u64::from(u16::from_le_bytes([self.seed[0], self.seed[1]])) % PERIOD.as_secs()
    }

    fn period(&self, unix: Duration) -> u64 {
        (unix.as_secs() + PERIOD.as_secs() - self.phase()) / PERIOD.as_secs()
    }

    fn salt(&self, period: u64) -> ServerSalt {
        let hash = Sha256::new()
            .chain_update(self.seed)
            .chain_update(period.to_le_bytes())
            .finalize();
        let mut salt = [0; 8];
        salt.copy_from_slice(&hash[..8]);
        ServerSalt(i64::from_le_bytes(salt))
    }
}

impl fmt::Debug for SaltSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SaltSchedule(..)")
    }
}

/// What a client knows of its salts.
#[derive(Debug)]
pub(crate) struct KnownSalts {
    current: ServerSalt,
    future: Vec<FutureSalt>,
}

impl KnownSalts {
    pub(crate) fn new(current: ServerSalt) -> Self {
        let future = Vec::new();
        Self { current, future }
    }

    /// The salt to use at the server's time `unix`.
    pub(crate) fn at(&mut self, unix: Duration) -> ServerSalt {
        let now = unix.as_secs().min(i32::MAX as u64) as i32;
        let begun = self.future.partition_point(|salt| salt.valid_since <= now);
        if let Some(latest) = self.future.drain(..begun).next_back() {
            self.current = ServerSalt(latest.salt);
        }
        self.current
    }

    /// The server has named the salt to use now.
    pub(crate) fn replace(&mut self, salt: ServerSalt) {
        self.current = salt;
        self.future.clear();
    }

    /// The server has named the salts to come.
    pub(crate) fn extend(&mut self, mut salts: Vec<FutureSalt>) {
        salts.truncate(MAX_FUTURE_SALTS as usize);
        salts.sort_by_key(|salt| salt.valid_since);
        self.future = salts;
    }

    /// How many are known beyond the current one.
    pub(crate) fn known_ahead(&self) -> usize {
        self.future.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIX: Duration = Duration::from_secs(1_800_000_000);

    #[test]
    fn the_current_and_the_previous_salt_are_accepted() {
        let schedule = SaltSchedule::new(&[1; 256]);
        let salt = schedule.current(UNIX);
        assert!(schedule.accepts(salt, UNIX));
        assert!(schedule.accepts(salt, UNIX + PERIOD));
        assert!(!schedule.accepts(salt, UNIX + 2 * PERIOD));
        assert!(!schedule.accepts(salt, UNIX - PERIOD));
        assert!(!schedule.accepts(ServerSalt(0), UNIX));
        assert!(!SaltSchedule::new(&[2; 256]).accepts(salt, UNIX));
    }

    #[test]
    fn the_salt_of_the_key_exchange_is_accepted_for_an_hour() {
        let first = ServerSalt(77);
        let schedule = SaltSchedule::new(&[1; 256]).with_first(first, UNIX);
        assert!(schedule.accepts(first, UNIX + VALIDITY - Duration::from_secs(1)));
        assert!(!schedule.accepts(first, UNIX + VALIDITY));
    }

    #[test]
    fn a_rotated_schedule_accepts_none_of_the_salts_before() {
        let first = ServerSalt(77);
        let before = SaltSchedule::new(&[1; 256]).with_first(first, UNIX);
        let after = before.rotated();
        assert!(!after.accepts(first, UNIX));
        for salt in before.future(UNIX, 64) {
            assert!(!after.accepts(ServerSalt(salt.salt), UNIX));
        }
        assert!(after.accepts(after.current(UNIX), UNIX));
        assert_ne!(after.rotated().current(UNIX), after.current(UNIX));
    }

    #[test]
    fn announced_salts_are_those_that_come() {
        let schedule = SaltSchedule::new(&[3; 256]);
        let announced = schedule.future(UNIX, 64);
        assert_eq!(announced.len(), 64);
        assert!(announced[0].valid_since as u64 <= UNIX.as_secs());
        for salt in &announced {
            let since = Duration::from_secs(salt.valid_since as u64);
            let until = Duration::from_secs(salt.valid_until as u64);
            let salt = ServerSalt(salt.salt);
            assert_eq!(schedule.current(since), salt);
            assert_ne!(schedule.current(since - Duration::from_secs(1)), salt);
            assert!(schedule.accepts(salt, until - Duration::from_secs(1)));
            assert!(!schedule.accepts(salt, until));
        }
        assert_eq!(schedule.future(UNIX, i32::MIN).len(), 1);
        assert_eq!(schedule.future(UNIX, i32::MAX).len(), 64);
    }

    #[test]
    fn a_client_moves_from_salt_to_salt() {
        let schedule = SaltSchedule::new(&[4; 256]);
        let mut known = KnownSalts::new(ServerSalt(1));
        assert_eq!(known.at(UNIX), ServerSalt(1));
        known.extend(schedule.future(UNIX, 8));
        for step in 0..8 {
            let unix = UNIX + step * PERIOD;
            assert_eq!(known.at(unix), schedule.current(unix));
        }
        assert_eq!(known.known_ahead(), 0);
    }
}
