//! Where the server's random bytes come from: the system, or a seed that makes a run repeatable.

use std::sync::{Mutex, MutexGuard, PoisonError};

use heliogram_crypto::auth_key::{AUTH_KEY_LEN, AuthKey};
use heliogram_crypto::{Random, ctr::Ctr};
use sha2::{Digest, Sha256};

/// One source for everything the server draws: codes, hashes, tokens, challenges.
pub(crate) struct Randomness(Option<Mutex<Stream>>);

/// Where the stream of a seed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) seed: u64,
    /// How many bytes were drawn.
    pub(crate) drawn: u64,
}

struct Stream {
    position: Position,
    key_stream: Ctr,
}

impl Randomness {
    /// The system's generator, or the key stream of a seed. A seed is for tests only: whoever knows it
    /// knows every code.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map(|seed| Mutex::new(Stream::at(Position { seed, drawn: 0 }))))
    }

    /// Where the stream is, when there is one.
    pub(crate) fn position(&self) -> Option<Position> {
        Some(self.stream()?.position)
    }

    /// Goes on from another position. The system's generator has none and stays.
    pub(crate) fn resume(&self, position: Position) {
        if let Some(mut stream) = self.stream() {
            *stream = Stream::at(position);
        }
    }

    /// A key that no other world has, not even one with the same seed: ids of keys are unique in a process.
    pub(crate) fn auth_key(&self, world: &str) -> AuthKey {
        let mut bytes = self.array::<AUTH_KEY_LEN>();
        Ctr::new(&Sha256::digest(world).into(), &[0; 16]).apply(&mut bytes);
        AuthKey::new(bytes)
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

    fn stream(&self) -> Option<MutexGuard<'_, Stream>> {
        let stream = self.0.as_ref()?;
        Some(stream.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Stream {
    fn at(position: Position) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&position.seed.to_le_bytes());
        let block = u128::from(position.drawn / BLOCK);
        let mut key_stream = Ctr::new(&key, &block.to_be_bytes());
        key_stream.apply(&mut [0; BLOCK as usize][..(position.drawn % BLOCK) as usize]);
        Self {
            position,
            key_stream,
        }
    }
}

/// Bytes to a step of the counter.
const BLOCK: u64 = 16;

impl Random for &Randomness {
    fn fill(&mut self, out: &mut [u8]) {
        match self.stream() {
            None => getrandom::fill(out).expect("the system gives random bytes"),
            Some(mut stream) => {
                out.fill(0);
                stream.key_stream.apply(out);
                stream.position.drawn += out.len() as u64;
            }
        }
    }
}

impl std::fmt::Debug for Randomness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Randomness(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_goes_on_where_it_was() {
        let (first, second) = (Randomness::new(Some(7)), Randomness::new(Some(7)));
        for _ in 0..3 {
            first.array::<13>();
            second.resume(first.position().unwrap());
            assert_eq!(first.array::<40>(), second.array());
        }
    }

    #[test]
    fn keys_differ_by_world_and_by_nothing_else() {
        let key = |world| Randomness::new(Some(7)).auth_key(world).id();
        assert_eq!(key("main"), key("main"));
        assert_ne!(key("main"), key("other"));
    }
}
