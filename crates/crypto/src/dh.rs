//! The Diffie-Hellman exchange, and every check that the security guidelines ask for.
//!
//! The server names a group (a prime `p` of 2048 bits and a generator `g`) and sends `g_a`; the client
//! answers with `g_b`, and `g_ab mod p` is the authorization key. A dishonest server could choose a
//! group in which the key is easy to find, so a client checks before it uses one:
//!
//! 1. `p` has exactly 2048 bits, and both `p` and `(p - 1) / 2` are prime;
//! 2. `g` is 2, 3, 4, 5, 6 or 7 and generates the subgroup of order `(p - 1) / 2`, which by quadratic
//!    reciprocity is a condition on `p mod 4g`;
//! 3. `1 < g_a, g_b < p - 1`, and more strictly `2^(2048-64) < g_a, g_b < p - 2^(2048-64)`.
//!
//! The real servers use one prime; it is known here and costs no primality test. The same group and
//! the same checks serve two-step verification ([`crate::srp`]).
//!
//! `core.telegram.org/mtproto/security_guidelines`, "Diffie-Hellman key exchange";
//! `core.telegram.org/mtproto/auth_key`, 6-9.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use crypto_bigint::{
    Encoding, Odd, U2048,
    modular::{FixedMontyForm, FixedMontyParams},
};
use crypto_primes::{Flavor, is_prime};
use zeroize::Zeroizing;

use crate::{Random, auth_key::AuthKey};

/// The length of the prime and of every number modulo it, in bytes.
pub const DH_LEN: usize = 256;

/// The prime that Telegram's servers use, big-endian.
///
/// Some clients know no other, for the key exchange or for two-step verification, so a server does
/// well to send exactly this one with `g = 3`.
pub const WELL_KNOWN_PRIME: [u8; DH_LEN] = *U2048::from_be_hex(concat!(
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f",
    "48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37",
    "20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64",
    "2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4",
    "a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754",
    "fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4",
    "e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f",
    "0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b",
))
.to_be_bytes()
.as_slice()
.first_chunk()
.expect("2048 bits are 256 bytes");

/// A group that has passed the checks: a safe prime and a generator of its prime-order subgroup.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct DhGroup {
    modulus: Arc<FixedMontyParams<LIMBS>>,
    g: u8,
}

/// A secret exponent of 2048 random bits. Wiped when dropped; `Debug` shows nothing.
#[derive(Clone)]
pub struct DhSecret(Zeroizing<[u8; DH_LEN]>);

/// Which rule a group or a public value broke. Whoever gets one must not go on with the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DhError {
    /// `p` is not a number of exactly 2048 bits.
    #[error("dh_prime has {bits} bits, not 2048; do not use this server")]
    PrimeSize {
        /// The number of significant bits.
        bits: usize,
    },
    /// `p` is composite.
    #[error("dh_prime is not a prime; do not use this server")]
    NotPrime,
    /// `p` is a prime but `(p - 1) / 2` is not.
    #[error(
        "dh_prime is a prime but not a safe one, since (p - 1) / 2 is composite; do not use this server"
    )]
    NotSafePrime,
    /// `g` is none of 2, 3, 4, 5, 6 and 7.
    #[error("g = {g} is not between 2 and 7; do not use this server")]
    GeneratorRange {
        /// The generator that was given.
        g: i64,
    },
    /// `g` does not generate the subgroup of order `(p - 1) / 2`.
    #[error("g = {g} is not a quadratic residue modulo dh_prime; do not use this server")]
    NotResidue {
        /// The generator that was given.
        g: u8,
    },
    /// `g_a` or `g_b` has more than 256 significant bytes.
    #[error("public value of {len} bytes is longer than dh_prime; do not use this peer")]
    PublicTooLong {
        /// The length that was given, in bytes.
        len: usize,
    },
    /// `g_a` or `g_b` is at most 1.
    #[error("public value is 0 or 1, which would make the key known; do not use this peer")]
    PublicTrivial,
    /// `g_a` or `g_b` is at least `p - 1`.
    #[error("public value is not below dh_prime - 1; do not use this peer")]
    PublicNotBelowPrime,
    /// `g_a` or `g_b` is at most 2^(2048-64).
    #[error("public value is not above 2^(2048-64); do not use this peer")]
    PublicTooSmall,
    /// `g_a` or `g_b` is at least `p - 2^(2048-64)`.
    #[error("public value is not below dh_prime - 2^(2048-64); do not use this peer")]
    PublicTooLarge,
}

impl DhGroup {
    /// The group of Telegram's servers, with `g = 3`.
    pub fn well_known() -> Self {
        Self {
            modulus: WELL_KNOWN_MODULUS.clone(),
            g: 3,
        }
    }

    /// Takes a group that a peer named, if it passes the checks 1 and 2.
    ///
    /// At once for the well-known prime; for another one two primality tests, some tens of milliseconds.
    pub fn verify(prime: &[u8], g: i64) -> Result<Self, DhError> {
        let prime = &prime[prime.iter().take_while(|byte| **byte == 0).count()..];
        let bits = prime
            .first()
            .map_or(0, |first| prime.len() * 8 - first.leading_zeros() as usize);
        let Ok(prime) = <[u8; DH_LEN]>::try_from(prime) else {
            return Err(DhError::PrimeSize { bits });
        };
        if bits != DH_LEN * 8 {
            return Err(DhError::PrimeSize { bits });
        }
        let g = u8::try_from(g)
            .ok()
            .filter(|g| (2..=7).contains(g))
            .ok_or(DhError::GeneratorRange { g })?;
        let modulus = if prime == WELL_KNOWN_PRIME {
            WELL_KNOWN_MODULUS.clone()
        } else {
            let p = U2048::from_be_bytes(prime.into());
            let odd = Option::from(Odd::new(p)).ok_or(DhError::NotPrime)?;
            if !is_prime(Flavor::Any, &p) {
                return Err(DhError::NotPrime);
            }
            if !is_prime(Flavor::Any, &p.shr(1)) {
                return Err(DhError::NotSafePrime);
            }
            Arc::new(FixedMontyParams::new_vartime(odd))
        };
        if !is_residue(g, &modulus) {
            return Err(DhError::NotResidue { g });
        }
        Ok(Self { modulus, g })
    }

    /// The prime, big-endian.
    pub fn prime(&self) -> [u8; DH_LEN] {
        to_bytes(self.modulus.modulus().get())
    }

    /// The generator.
    pub fn generator(&self) -> u8 {
        self.g
    }

    /// Draws a secret exponent whose public value passes the checks, and that value.
    pub fn generate(&self, random: &mut dyn Random) -> (DhSecret, [u8; DH_LEN]) {
        loop {
            let mut secret = DhSecret::new([0; DH_LEN]);
            random.fill(&mut secret.0[..]);
            let public = self.public(&secret);
            if self.check_public(&public).is_ok() {
                return (secret, public);
            }
        }
    }

    /// `g ^ secret mod p`, big-endian, in constant time.
    pub fn public(&self, secret: &DhSecret) -> [u8; DH_LEN] {
        to_bytes(self.generator_form().pow(&secret.exponent()).retrieve())
    }

    /// Check 3 on a peer's `g_a` or `g_b` (big-endian, leading zeros allowed), or on our own.
    pub fn check_public(&self, public: &[u8]) -> Result<(), DhError> {
        self.checked(public).map(|_| ())
    }

    /// `public ^ secret mod p` in constant time, after check 3: the authorization key.
    pub fn shared(&self, public: &[u8], secret: &DhSecret) -> Result<AuthKey, DhError> {
        let base = self.form(&self.checked(public)?);
        Ok(AuthKey::new(to_bytes(
            base.pow(&secret.exponent()).retrieve(),
        )))
    }

    fn checked(&self, public: &[u8]) -> Result<U2048, DhError> {
        let p = self.modulus.modulus().get();
        let value = from_bytes(public).ok_or(DhError::PublicTooLong { len: public.len() })?;
        let margin = U2048::ONE.shl(2048 - 64);
        if value <= U2048::ONE {
            Err(DhError::PublicTrivial)
        } else if value >= p.wrapping_sub(&U2048::ONE) {
            Err(DhError::PublicNotBelowPrime)
        } else if value <= margin {
            Err(DhError::PublicTooSmall)
        } else if value >= p.wrapping_sub(&margin) {
            Err(DhError::PublicTooLarge)
        } else {
            Ok(value)
        }
    }

    pub(crate) fn modulus(&self) -> U2048 {
        self.modulus.modulus().get()
    }

    pub(crate) fn form(&self, value: &U2048) -> FixedMontyForm<LIMBS> {
        FixedMontyForm::new(value, &self.modulus)
    }

    pub(crate) fn generator_form(&self) -> FixedMontyForm<LIMBS> {
        self.form(&U2048::from(self.g))
    }
}

impl DhSecret {
    /// Takes 256 random bytes as an exponent, big-endian.
    pub fn new(bytes: [u8; DH_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The exponent itself, for a caller that has to keep it between two messages.
    pub fn as_bytes(&self) -> &[u8; DH_LEN] {
        &self.0
    }

    pub(crate) fn exponent(&self) -> U2048 {
        U2048::from_be_slice(&self.0[..])
    }
}

impl fmt::Debug for DhSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DhSecret(..)")
    }
}

impl PartialEq for DhGroup {
    fn eq(&self, other: &Self) -> bool {
        self.g == other.g && self.modulus.modulus() == other.modulus.modulus()
    }
}

impl Eq for DhGroup {}

impl fmt::Debug for DhGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.prime();
        write!(f, "DhGroup(p {a:02x}{b:02x}{c:02x}{d:02x}…, g {})", self.g)
    }
}

pub(crate) const LIMBS: usize = U2048::LIMBS;

pub(crate) fn to_bytes(value: U2048) -> [u8; DH_LEN] {
    value.to_be_bytes().into()
}

/// Reads big-endian bytes of any length; none when the number does not fit 2048 bits.
pub(crate) fn from_bytes(bytes: &[u8]) -> Option<U2048> {
    let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let mut padded = [0; DH_LEN];
    padded[DH_LEN.checked_sub(significant.len())?..].copy_from_slice(significant);
    Some(U2048::from_be_bytes(padded.into()))
}

/// Whether `g` is a square modulo the safe prime, as `p mod 4g` tells; `g = 4` is a square always.
fn is_residue(g: u8, modulus: &FixedMontyParams<LIMBS>) -> bool {
    let p = modulus.modulus().get();
    let p_mod = |m: u64| {
        p.rem_limb(crypto_bigint::NonZero::new(m.into()).expect("4g is not zero"))
            .0
    };
    match g {
        2 => p_mod(8) == 7,
        3 => p_mod(3) == 2,
        4 => true,
        5 => matches!(p_mod(5), 1 | 4),
        6 => matches!(p_mod(24), 19 | 23),
        7 => matches!(p_mod(7), 3 | 5 | 6),
        _ => false,
    }
}

static WELL_KNOWN_MODULUS: LazyLock<Arc<FixedMontyParams<LIMBS>>> = LazyLock::new(|| {
    let prime = U2048::from_be_bytes(WELL_KNOWN_PRIME.into());
    Arc::new(FixedMontyParams::new_vartime(
        Odd::new(prime).expect("the well-known prime is odd"),
    ))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_prime_passes_the_tests_that_it_is_spared() {
        let p = WELL_KNOWN_MODULUS.modulus().get();
        assert!(is_prime(Flavor::Any, &p) && is_prime(Flavor::Any, &p.shr(1)));
        assert_eq!(p.bits(), 2048);
        assert!(is_residue(3, &WELL_KNOWN_MODULUS));
    }

    #[test]
    fn public_value_is_that_of_the_documentation() {
        // `core.telegram.org/mtproto/samples-auth_key`, "Random number b" and "g_b", with g = 2, which
        // no longer passes the checks and so cannot be had from outside.
        let group = DhGroup {
            modulus: WELL_KNOWN_MODULUS.clone(),
            g: 2,
        };
        let b = U2048::from_be_hex(concat!(
            "6f620afa575c9233eb4c014110a7bcaf49464f798a18a0981fea1e05e8da67d9",
            "681e0fd6df0edf0272ae3492451a84502f2efc0da18741a5fb80bd82296919a7",
            "0faa6d07cbbbca2037ea7d3e327b61d585ed3373ee0553a91cbd29b01fa9a89d",
            "479ca53d57bde3a76fbd922a923a0a38b922c1d0701f53ff52d7ea9217080163",
            "a64901e766eb6a0f20bc391b64b9d1dd2cd13a7d0c946a3a7df8cec9e2236446",
            "f646c42cfe2b60a2a8d776e56c8d7519b08b88ed0970e10d12a8c9e355d765f2",
            "b7bbb7b4ca9360083435523cb0d57d2b106fd14f94b4eee79d8ac131ca56ad38",
            "9c84fe279716f8124a543337fb9ea3d988ec5fa63d90a4ba3970e7a39e5c0de5",
        ));
        let g_b = U2048::from_be_hex(concat!(
            "73700e7bfc7aeec828eb8e0dcc04d09a0dd56a1b4b35f72f0b55fce7db7ebb72",
            "d7c33c5d4aa59e1c74d09b01ae536b318cfed436afdb15fe9eb4c70d7f0cb14e",
            "46dbbde9053a64304361eb358a9bb32e9d5c2843fe87248b89c3f066a7d5876d",
            "61657acc52b0d81cd683b2a0fa93e8adab20377877f3bc3369bbf57b10f5b589",
            "e65a9c27490f30a0c70ffcfd3453f5b379c1b9727a573cffdca8d23c721b135b",
            "92e529b1cdd2f7abd4f34dac4be1eeaf60993dde8ed45890e4f47c26f2c0b2e0",
            "37bb502739c8824f2a99e2b1e7e416583417cc79a8807a4bdac6a5e9805d4f61",
            "86c37d66f6988c9f9c752896f3d34d25529263faf2670a09b2a59ce35264511f",
        ));
        assert_eq!(group.public(&DhSecret::new(to_bytes(b))), to_bytes(g_b));
    }
}
