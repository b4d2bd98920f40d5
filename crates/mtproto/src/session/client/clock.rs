//! The server's time.
//!
//! A client whose clock is wrong by hours still gets a connection: its first messages are
//! refused, and the number of the refusal tells the right time. From then on time is counted on the
//! monotonic clock, so that nobody who sets the wall clock can break a running session.

use std::time::{Duration, Instant};

use crate::session::Now;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ServerClock {
    known: Option<(Instant, Duration)>,
    trusted: bool,
}

impl ServerClock {
    pub(super) fn unix(&self, now: Now) -> Duration {
        match self.known {
            Some((at, unix)) => unix + now.mono.saturating_duration_since(at),
            None => now.unix,
        }
    }

    /// Whether the next message from the server is to set the clock.
    pub(super) fn is_trusted(&self) -> bool {
        self.trusted
    }

    pub(super) fn distrust(&mut self) {
        self.trusted = false;
    }

    pub(super) fn set(&mut self, now: Now, unix: Duration) {
        self.known = Some((now.mono, unix));
        self.trusted = true;
    }

    /// The server has been seen to be at `unix`: it is at least that late.
    pub(super) fn at_least(&mut self, now: Now, unix: Duration) {
        if unix > self.unix(now) {
            self.set(now, unix);
        }
    }

    /// Server minus local, in seconds.
    pub(super) fn offset(&self, now: Now) -> f64 {
        self.unix(now).as_secs_f64() - now.unix.as_secs_f64()
    }
}
