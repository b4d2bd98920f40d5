//! A fixed stream of bytes in place of a random source: the same seed gives the same test.

use heliogram_crypto::{Random, ctr::Ctr};

pub(crate) struct Stream(Ctr);

impl Stream {
    pub(crate) fn seeded(seed: u8) -> Self {
        Self(Ctr::new(&[seed; 32], &[0; 16]))
    }
}

impl Random for Stream {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill(0);
        self.0.apply(out);
    }
}
