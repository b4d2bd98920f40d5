//! How long to wait before the next attempt to connect.

use std::time::Duration;

use heliogram_crypto::Random;

/// Twice as long each time, up to a minute, and less a random part of at most half, so
/// that a thousand clients whose server went away do not come back in the same moment.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    failures: u32,
}

impl Backoff {
    pub(super) fn new(first: Duration) -> Self {
        Self { first, failures: 0 }
    }

    /// How many attempts have failed since the last good connection.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// A connection was good.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Another attempt failed; how long to wait now.
    pub(super) fn next(&mut self, random: &mut dyn Random) -> Duration {
        let doubled = 2u32.saturating_pow(self.failures);
        self.failures = self.failures.saturating_add(1);
        let whole = self
            .first
            .saturating_mul(doubled)
            .min(LONGEST)
            .max(SHORTEST);
        let mut drawn = [0; 4];
        random.fill(&mut drawn);
        whole - whole.mul_f64(f64::from(u32::from_le_bytes(drawn)) / f64::from(u32::MAX) / 2.0)
    }
}

const LONGEST: Duration = Duration::from_secs(60);
/// Even when a caller asks for no delay, a server that is down is not to be called in a tight
/// loop.
const SHORTEST: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&mut self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }

    #[test]
    fn doubles_up_to_a_minute_and_begins_again_after_a_good_connection() {
        let mut backoff = Backoff::new(Duration::from_secs(1));
        let waits: Vec<_> = (0..8)
            .map(|_| backoff.next(&mut Fixed(0)).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(backoff.failures(), 8);
        backoff.reset();
        assert_eq!(backoff.next(&mut Fixed(0)), Duration::from_secs(1));
    }

    #[test]
    fn chance_takes_off_at_most_half() {
        let mut backoff = Backoff::new(Duration::from_secs(2));
        assert_eq!(backoff.next(&mut Fixed(0xff)), Duration::from_secs(1));
    }

    #[test]
    fn is_never_a_tight_loop() {
        let mut backoff = Backoff::new(Duration::ZERO);
        for _ in 0..100 {
            assert!(backoff.next(&mut Fixed(0xff)) >= SHORTEST / 2);
        }
    }
}
