//! Where the server's random bytes come from: the system, or a seed that makes a run repeatable.

use std::sync::Mutex;

use heliogram_crypto::{Random, ctr::Ctr};

/// One source for everything the server draws: codes, hashes, tokens, challenges.
pub(crate) struct Randomness(Option<Mutex<Ctr>>);

impl Randomness {
    /// The system's generator, or the key stream of a seed. A seed is for tests only: whoever knows it
    /// knows every code.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map(|seed| {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&seed.to_le_bytes());
            Mutex::new(Ctr::new(&key, &[0; 16]))
        }))
    }

    pub(crate) fn array<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut source = self;
        source.fill(&mut bytes);
        bytes
    }

    /// A positive number, for access hashes and the like.
    pub(crate) fn id(&self) -> i64 {
        (i64::from_le_bytes(self.array()) & i64::MAX).max(1)
    }

    /// Lower-case hex digits, two for each of `N` bytes.
    pub(crate) fn hex<const N: usize>(&self) -> String {
        self.array::<N>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Decimal digits, each equally likely.
    pub(crate) fn digits(&self, count: usize) -> String {
        let mut digits = String::with_capacity(count);
        while digits.len() < count {
            let [byte] = self.array();
            if byte < 250 {
                digits.push(char::from(b'0' + byte % 10));
            }
        }
        digits
    }
}

impl Random for &Randomness {
    fn fill(&mut self, out: &mut [u8]) {
        match &self.0 {
            None => getrandom::fill(out).expect("the system gives random bytes"),
            Some(stream) => {
                out.fill(0);
                let mut stream = stream
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                stream.apply(out);
            }
        }
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Randomness(..)")
    }
}
