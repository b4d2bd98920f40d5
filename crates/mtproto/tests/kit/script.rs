//! Given bytes in place of a random source, and nothing after them.

use heliogram_crypto::Random;

pub(crate) struct Script(pub(crate) Vec<u8>);

impl Random for Script {
    fn fill(&mut self, out: &mut [u8]) {
        assert!(
            out.len() <= self.0.len(),
            "{} random bytes asked for, {} left",
            out.len(),
            self.0.len()
        );
        out.copy_from_slice(&self.0[..out.len()]);
        self.0.drain(..out.len());
    }
}
