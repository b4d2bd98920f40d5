//! A server's private key: made at the first start, stored as PEM, used once per key exchange.

use std::fmt;

use crypto_bigint::{
    NonZero, Odd, U1024, U2048,
    modular::{FixedMontyForm, FixedMontyParams},
};
use crypto_primes::{
    Flavor,
    hazmat::{SetBits, SmallFactorsSieveFactory},
    is_prime, sieve_and_find,
};
use zeroize::{Zeroize, Zeroizing};

use super::{
    RSA_LEN,
    der::{self, KeyFormatError},
    public::{RsaPublicKey, small},
};
use crate::{
    Random,
    dh::{LIMBS, from_bytes, to_bytes},
    random::AsRng,
};

/// A 2048-bit RSA private key with its public half. Wiped when dropped; `Debug` shows the fingerprint.
#[derive(Clone)]
pub struct RsaPrivateKey {
    public: RsaPublicKey,
    d: U2048,
    p: Prime,
    q: Prime,
    /// `1/q mod p`.
    q_inverse: U1024,
}

/// One of the two primes and the exponent modulo it minus one.
#[derive(Clone)]
struct Prime {
    params: FixedMontyParams<HALF_LIMBS>,
    /// `d mod (prime - 1)`.
    exponent: U1024,
}

impl RsaPrivateKey {
    /// Makes a key with the public exponent 65537.
    ///
    /// Time varies with luck, as primes are searched for: about a fifth of a second in an optimised
    /// build.
    pub fn generate(random: &mut dyn Random) -> Self {
        loop {
            let (p, q) = (prime_of_1024_bits(random), prime_of_1024_bits(random));
            // Fails only when p = q or when 65537 divides p - 1 or q - 1.
            if let Ok(key) = Self::of_primes(p, q, E) {
                return key;
            }
        }
    }

    /// Reads `-----BEGIN RSA PRIVATE KEY-----` (PKCS#1).
    pub fn from_pem(pem: &str) -> Result<Self, KeyFormatError> {
        Self::from_der(&der::from_pem(pem, PEM_LABEL)?)
    }

    /// Writes the PKCS#1 PEM form.
    pub fn to_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(der::to_pem(&self.to_der(), PEM_LABEL))
    }

    /// Reads the PKCS#1 DER form with two primes.
    ///
    /// Everything but the primes and the public exponent is computed again, and has to agree.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyFormatError> {
        let mut reader = der::Reader::sequence(der)?;
        if !reader.integer()?.is_empty() {
            return Err(KeyFormatError::Der);
        }
        let (n, e) = (reader.integer()?, small(reader.integer()?)?);
        let d = from_bytes(reader.integer()?).ok_or(KeyFormatError::NotRsa2048)?;
        let (p, q) = (half(reader.integer()?)?, half(reader.integer()?)?);
        for _ in 0..3 {
            reader.integer()?;
        }
        reader.end()?;
        let mut key = Self::of_primes(p, q, e)?;
        // Any d that is right modulo both p - 1 and q - 1 will do; programs differ in which they take.
        let is_right = |prime: &Prime| prime.reduce_exponent(&d) == prime.exponent;
        if d < key.public.n() && is_right(&key.p) && is_right(&key.q) {
            key.d = d;
        }
        if key.public.modulus() != n || *key.to_der() != der {
            return Err(KeyFormatError::NotRsa2048);
        }
        Ok(key)
    }

    /// Writes the PKCS#1 DER form.
    pub fn to_der(&self) -> Zeroizing<Vec<u8>> {
        let e = self.public.exponent().to_be_bytes();
        let half = |value: &U1024| Zeroizing::new(value.to_be_bytes().as_slice().to_vec());
        der::sequence(&[
            &[],
            &self.public.modulus(),
            &e,
            &*Zeroizing::new(to_bytes(self.d)),
            &half(self.p.params.modulus().as_ref()),
            &half(self.q.params.modulus().as_ref()),
            &half(&self.p.exponent),
            &half(&self.q.exponent),
            &half(&self.q_inverse),
        ])
    }

    /// The public half.
    pub fn public(&self) -> &RsaPublicKey {
        &self.public
    }

    /// `encrypted ^ d mod n`; none when the number is not below `n`.
    ///
    /// By the Chinese remainder theorem, with constant-time exponentiations. What is exponentiated is
    /// blinded by a random factor, so that timing tells nothing about the number that was sent; the
    /// result is checked with the public exponent, so that a fault in one half cannot leak a prime.
    pub fn raw(
        &self,
        encrypted: &[u8; RSA_LEN],
        random: &mut dyn Random,
    ) -> Option<Zeroizing<[u8; RSA_LEN]>> {
        let encrypted = U2048::from_be_slice(encrypted);
        if encrypted >= self.public.n() {
            return None;
        }
        let (blind, unblind) = self.blinding(random);
        let blinded = blind.mul(&self.public.form(&encrypted)).retrieve();
        let message = self
            .public
            .form(&self.crt(&blinded))
            .mul(&unblind)
            .retrieve();
        assert!(
            self.public.pow(&message) == encrypted,
            "an RSA operation gave a wrong result: faulty memory or processor"
        );
        Some(Zeroizing::new(to_bytes(message)))
    }

    /// `r ^ e` and `1 / r` for a random `r`.
    fn blinding(&self, random: &mut dyn Random) -> (FixedMontyForm<LIMBS>, FixedMontyForm<LIMBS>) {
        loop {
            let mut bytes = Zeroizing::new([0; RSA_LEN]);
            random.fill(&mut bytes[..]);
            // Below n with room: the top bit of n is set.
            let r = U2048::from_be_slice(&bytes[..]).shr(1);
            let r = self.public.form(&r);
            if let Some(inverse) = Option::from(r.invert()) {
                return (r.pow_vartime(&U2048::from(self.public.exponent())), inverse);
            }
        }
    }

    fn crt(&self, number: &U2048) -> U2048 {
        let (m1, m2) = (self.p.pow(number), self.q.pow(number));
        // m = m2 + q * ((m1 - m2) / q mod p)
        let in_p = |value: &U1024| FixedMontyForm::new(value, &self.p.params);
        let p = self.p.params.modulus().as_nz_ref();
        let difference = in_p(&m1).sub(&in_p(&m2.rem(p)));
        let h = difference.mul(&in_p(&self.q_inverse)).retrieve();
        let product: U2048 = h.concatenating_mul(self.q.params.modulus().as_ref());
        product.wrapping_add(&m2.resize())
    }

    fn of_primes(p: U1024, q: U1024, e: u32) -> Result<Self, KeyFormatError> {
        let bad = KeyFormatError::NotRsa2048;
        let n: U2048 = p.concatenating_mul(&q);
        let public = RsaPublicKey::new(&to_bytes(n), e)?;
        // d is 1/e modulo the least common multiple of p - 1 and q - 1.
        let (p_less, q_less) = (p.wrapping_sub(&U1024::ONE), q.wrapping_sub(&U1024::ONE));
        let product: U2048 = p_less.concatenating_mul(&q_less);
        let multiple = product.wrapping_div(&non_zero(p_less.gcd(&q_less).resize())?);
        let d = U2048::from(e).invert_mod(&non_zero(multiple)?);
        let d = Option::<U2048>::from(d).ok_or(bad)?;
        let (p, q) = (Prime::new(p, &d)?, Prime::new(q, &d)?);
        let q_mod_p = q
            .params
            .modulus()
            .as_ref()
            .rem(p.params.modulus().as_nz_ref());
        let q_inverse =
            Option::<U1024>::from(q_mod_p.invert_odd_mod(p.params.modulus())).ok_or(bad)?;
        Ok(Self {
            public,
            d,
            p,
            q,
            q_inverse,
        })
    }
}

impl Prime {
    fn new(prime: U1024, d: &U2048) -> Result<Self, KeyFormatError> {
        let odd = Option::<Odd<U1024>>::from(Odd::new(prime)).ok_or(KeyFormatError::NotRsa2048)?;
        let mut prime = Self {
            params: FixedMontyParams::new(odd),
            exponent: U1024::ZERO,
        };
        prime.exponent = prime.reduce_exponent(d);
        Ok(prime)
    }

    fn reduce_exponent(&self, d: &U2048) -> U1024 {
        let minus_one = self.params.modulus().as_ref().wrapping_sub(&U1024::ONE);
        d.rem(&NonZero::new(minus_one).expect("an odd number of 1024 bits is more than 1"))
    }

    fn pow(&self, number: &U2048) -> U1024 {
        let reduced = number.rem(self.params.modulus().as_nz_ref());
        FixedMontyForm::new(&reduced, &self.params)
            .pow(&self.exponent)
            .retrieve()
    }
}

impl Drop for RsaPrivateKey {
    fn drop(&mut self) {
        self.d.zeroize();
        self.q_inverse.zeroize();
        for prime in [&mut self.p, &mut self.q] {
            prime.exponent.zeroize();
            prime.params.zeroize();
        }
    }
}

impl fmt::Debug for RsaPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "RsaPrivateKey(fingerprint {:016x})",
            self.public.fingerprint()
        )
    }
}

/// The two top bits are set, so that a product of two has 2048 bits.
fn prime_of_1024_bits(random: &mut dyn Random) -> U1024 {
    let sieve = SmallFactorsSieveFactory::new(Flavor::Any, 1024, SetBits::TwoMsb)
        .expect("1024 bits can be sieved");
    sieve_and_find(&mut AsRng(random), sieve, |_, candidate| {
        is_prime(Flavor::Any, candidate)
    })
    .expect("the random source does not fail")
    .expect("there is always a next prime")
}

fn non_zero(value: U2048) -> Result<NonZero<U2048>, KeyFormatError> {
    Option::from(NonZero::new(value)).ok_or(KeyFormatError::NotRsa2048)
}

fn half(bytes: &[u8]) -> Result<U1024, KeyFormatError> {
    from_bytes(bytes)
        .and_then(|value| Option::from(value.resize_checked()))
        .ok_or(KeyFormatError::NotRsa2048)
}

const HALF_LIMBS: usize = U1024::LIMBS;
const E: u32 = 65537;
const PEM_LABEL: &str = "RSA PRIVATE KEY";
