//! The two clocks.
//!
//! *Wire time* is the real one. It comes in with every call and rules what MTProto itself dates:
//! message ids, salts, expiry of temporary keys, `config.date`. *Business time* rules all else: when a
//! code expires, when a deletion is due, how long a flood wait lasts, the dates of messages. It
//! is the real time plus a shift, or stands still, and a test can move it; the store
//! remembers where it is.
//!
//! Moving it forward fires what falls due on the way, in order, each at its own moment; see
//! `deadlines.rs`. Expiry of codes and tokens is a comparison and needs no firing.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use heliogram_tl::RpcError;

/// A minute in seconds.
pub(crate) const MINUTE: i64 = 60;
/// An hour in seconds.
pub(crate) const HOUR: i64 = 3_600;
/// A day in seconds.
pub(crate) const DAY: i64 = 86_400;

/// Business time as a function of wire time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) shift: i64,
    pub(crate) frozen: Option<i64>,
}

/// What the business clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// Business time, unix seconds.
    pub now: i64,
    /// How far it is ahead of the real time, in seconds.
    pub shift: i64,
    /// Whether it stands still.
    pub frozen: bool,
}

/// Until when clients were told to wait, in business time. They wait in real time, so the clock must not be
/// stopped meanwhile.
#[derive(Debug, Default)]
pub(crate) struct FloodWait(AtomicI64);

/// Where the server reads the real time from, in unix seconds, when no call brings it.
#[derive(Clone)]
pub struct WireClock(pub Arc<dyn Fn() -> i64 + Send + Sync>);

/// When a world with a seed begins, and where its clock stands until it is moved: 2026-01-01, 00:00 UTC.
const SEEDED_BEGINNING: i64 = 1_767_225_600;

impl Clock {
    /// The clock of a new world: the real time, or standing still when everything is to be the same each time.
    pub(crate) fn at_the_beginning(seed: Option<u64>) -> Self {
        Self {
            shift: 0,
            frozen: seed.map(|_| SEEDED_BEGINNING),
        }
    }

    /// Business time at a moment of wire time.
    pub(crate) fn business(self, wire_now: i64) -> i64 {
        self.frozen.unwrap_or(wire_now + self.shift)
    }

    /// The same clock, ahead by some seconds.
    pub(crate) fn advanced(self, seconds: i64) -> Self {
        Self {
            shift: self.shift + seconds,
            frozen: self.frozen.map(|now| now + seconds),
        }
    }

    /// The same clock at a stand, or going on from where it stood.
    pub(crate) fn frozen(self, frozen: bool, wire_now: i64) -> Self {
        let now = self.business(wire_now);
        Self {
            shift: now - wire_now,
            frozen: frozen.then_some(now),
        }
    }

    pub(crate) fn reading(self, wire_now: i64) -> ClockReading {
        let now = self.business(wire_now);
        ClockReading {
            now,
            shift: now - wire_now,
            frozen: self.frozen.is_some(),
        }
    }
}

impl FloodWait {
    /// Notes an answer at a moment of business time, when it is one that makes clients wait.
    pub(crate) fn note(&self, error: &RpcError, now: i64) {
        if error.code == 420
            && let Some(seconds) = error.value().filter(|_| error.kind() == "FLOOD_WAIT")
        {
            let until = now.saturating_add(seconds.into());
            self.0.fetch_max(until, Ordering::Relaxed);
        }
    }

    /// The end of the longest wait; 0 when there was none.
    pub(crate) fn until(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Everything begins anew.
    pub(crate) fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl WireClock {
    pub(crate) fn now(&self) -> i64 {
        (self.0)()
    }
}

impl Default for WireClock {
    /// The system's clock.
    fn default() -> Self {
        Self(Arc::new(|| {
            std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs() as i64)
        }))
    }
}

impl std::fmt::Debug for WireClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WireClock(..)")
    }
}

/// A date as the wire carries it: 32 bits.
pub(crate) fn wire_date(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::default().frozen(true, 100);
        assert_eq!(clock.business(500), 100);
        assert_eq!(clock.advanced(7).business(500), 107);
        assert_eq!(clock.advanced(7).frozen(false, 500).business(510), 117);
    }
}
