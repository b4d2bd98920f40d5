//! What the protocol takes as arguments, from the operating system: random bytes and the
//! real time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use heliogram_crypto::Random;

/// Random bytes from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, out: &mut [u8]) {
        getrandom::fill(out).expect("the operating system gives random bytes");
    }
}

/// The real time since 1970, which messages on the wire are numbered by.
///
/// With the feature `virtual-time`, and in a tokio runtime whose clock is paused, as far ahead of it as that clock is.
#[must_use]
pub fn wire_now() -> Duration {
    let real = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    #[cfg(feature = "virtual-time")]
    let real = real + tokio::time::Instant::now().duration_since(std::time::Instant::now().into());
    real
}
