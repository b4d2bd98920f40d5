//! Where random bytes come from: the caller.

use std::convert::Infallible;

use crypto_bigint::rand_core::{TryCryptoRng, TryRng};

/// A source of random bytes, handed in by the caller.
///
/// In programs it is the operating system's generator; in tests a fixed stream, which makes nonces,
/// paddings and exponents exact. An implementation must fill all of `out` and must be
/// cryptographically strong wherever keys are made from it.
///
/// ```
/// use heliogram_crypto::Random;
///
/// struct Counter(u8);
/// impl Random for Counter {
///     fn fill(&mut self, out: &mut [u8]) {
///         for byte in out {
///             *byte = self.0;
///             self.0 = self.0.wrapping_add(1);
///         }
///     }
/// }
/// let mut nonce = [0; 4];
/// Counter(7).fill(&mut nonce);
/// assert_eq!(nonce, [7, 8, 9, 10]);
/// ```
pub trait Random {
    /// Fills `out` with random bytes.
    fn fill(&mut self, out: &mut [u8]);
}

impl<R: Random + ?Sized> Random for &mut R {
    fn fill(&mut self, out: &mut [u8]) {
        (**self).fill(out);
    }
}

/// A [`Random`] in the form that the prime search wants it.
pub(crate) struct AsRng<'a>(pub(crate) &'a mut dyn Random);

impl TryRng for AsRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(out);
        Ok(())
    }
}

impl TryCryptoRng for AsRng<'_> {}
