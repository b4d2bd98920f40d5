//! The proof of work: splitting `pq`, and for the server making one.
//!
//! The server sends a product of two primes below 2^63 and the client answers with its factors,
//! `p < q`. It costs the client a few milliseconds and the server nothing; what it protects is the
//! server's RSA operation that follows.
//!
//! Splitting is Brent's variant of Pollard's rho: a pseudo-random walk `x -> x^2 + c` collides modulo
//! the smaller factor after about its square root of steps, some 40,000 here. Differences are
//! multiplied up so that one gcd pays for many steps, and products are taken in Montgomery form,
//! which needs no division.
//!
//! `core.telegram.org/mtproto/auth_key`, "Presenting proof of work; Server authentication".

use crate::Random;

/// The two prime factors, `p < q`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    /// The smaller prime.
    pub p: u64,
    /// The larger prime.
    pub q: u64,
}

/// Why a `pq` was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactorError {
    /// Not a product of two different primes, so no answer exists that the server could accept.
    #[error(
        "pq {pq} is not a product of two different primes; the server is broken or is not a Telegram server"
    )]
    NotTwoPrimes {
        /// The number that was given.
        pq: u64,
    },
    /// More than 63 bits, against the protocol.
    #[error(
        "pq of {len} bytes does not fit 63 bits; the server is broken or is not a Telegram server"
    )]
    TooLong {
        /// The length that was given, in bytes.
        len: usize,
    },
}

impl Factors {
    /// Splits `pq` as it stands in `resPQ`: big-endian bytes, at most 63 bits.
    pub fn of_bytes(pq: &[u8]) -> Result<Self, FactorError> {
        let significant = &pq[pq.iter().take_while(|byte| **byte == 0).count()..];
        let mut bytes = [0; 8];
        let start = 8usize
            .checked_sub(significant.len())
            .ok_or(FactorError::TooLong { len: pq.len() })?;
        bytes[start..].copy_from_slice(significant);
        Self::of(u64::from_be_bytes(bytes))
    }

    /// Splits `pq`, in a few milliseconds at most.
    ///
    /// ```
    /// use heliogram_crypto::factor::Factors;
    ///
    /// assert_eq!(Factors::of(0x17ED48941A08F981)?, Factors { p: 0x494C553B, q: 0x53911073 });
    /// # Ok::<(), heliogram_crypto::factor::FactorError>(())
    /// ```
    pub fn of(pq: u64) -> Result<Self, FactorError> {
        if pq >> 63 != 0 {
            return Err(FactorError::TooLong { len: 8 });
        }
        let factor = if pq < 4 || is_prime(pq) {
            return Err(FactorError::NotTwoPrimes { pq });
        } else if pq.is_multiple_of(2) {
            2
        } else {
            (1..)
                .find_map(|c| rho(pq, c))
                .expect("an odd composite number falls to some constant of the walk")
        };
        let (p, q) = (factor.min(pq / factor), factor.max(pq / factor));
        if p == q || !is_prime(p) || !is_prime(q) {
            return Err(FactorError::NotTwoPrimes { pq });
        }
        Ok(Self { p, q })
    }

    /// Draws two different primes of 31 bits, the size that the real servers send.
    pub fn generate(random: &mut dyn Random) -> Self {
        let (p, q) = (prime_of_31_bits(random), prime_of_31_bits(random));
        if p == q {
            Self::generate(random)
        } else {
            Self {
                p: p.min(q),
                q: p.max(q),
            }
        }
    }

    /// The product.
    pub fn product(self) -> u64 {
        self.p * self.q
    }
}

fn prime_of_31_bits(random: &mut dyn Random) -> u64 {
    loop {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let candidate = u64::from(u32::from_le_bytes(bytes) >> 1 | 1 << 30 | 1);
        if is_prime(candidate) {
            return candidate;
        }
    }
}

/// One walk with the constant `c`; a factor other than 1 and `n`, if the walk met one.
fn rho(n: u64, c: u64) -> Option<u64> {
    // Steps whose differences are multiplied before one gcd.
    const BATCH: u64 = 128;
    let m = Montgomery::new(n);
    let step = |x| m.add(m.mul(x, x), c % n);
    let (mut y, mut product, mut run) = (2 % n, m.one, 1);
    loop {
        let x = y;
        for _ in 0..run {
            y = step(y);
        }
        let mut done = 0;
        while done < run {
            let checkpoint = y;
            for _ in 0..BATCH.min(run - done) {
                y = step(y);
                product = m.mul(product, x.abs_diff(y));
            }
            done += BATCH;
            // A product of zero means that every factor was met within this batch.
            let mut factor = gcd(product, n);
            if factor == n {
                (y, factor) = (checkpoint, 1);
                while factor == 1 {
                    y = step(y);
                    factor = gcd(x.abs_diff(y), n);
                }
            }
            if factor != 1 {
                return (factor != n).then_some(factor);
            }
        }
        run *= 2;
    }
}

/// Whether `n` below 2^63 is prime: Miller-Rabin with the bases that leave no exception below 2^64.
fn is_prime(n: u64) -> bool {
    const BASES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 {
        return false;
    }
    if let Some(divisor) = BASES.iter().find(|base| n.is_multiple_of(**base)) {
        return n == *divisor;
    }
    let m = Montgomery::new(n);
    let twos = (n - 1).trailing_zeros();
    BASES.iter().all(|base| {
        let mut power = m.pow(m.enter(*base), (n - 1) >> twos);
        power == m.one
            || (0..twos).any(|_| {
                let is_minus_one = power == n - m.one;
                power = m.mul(power, power);
                is_minus_one
            })
    })
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Arithmetic modulo an odd `n` below 2^63, on numbers held as `x * 2^64 mod n`.
struct Montgomery {
    n: u64,
    /// `-1/n mod 2^64`.
    inverse: u64,
    /// The number one in this form.
    one: u64,
}

impl Montgomery {
    fn new(n: u64) -> Self {
        // Newton's iteration doubles the correct bits: 3, 6, 12, 24, 48, 96.
        let inverse = (0..5).fold(n, |x, _| {
            x.wrapping_mul(2u64.wrapping_sub(n.wrapping_mul(x)))
        });
        Self {
            n,
            inverse: inverse.wrapping_neg(),
            one: ((1u128 << 64) % u128::from(n)) as u64,
        }
    }

    fn enter(&self, x: u64) -> u64 {
        ((u128::from(x) << 64) % u128::from(self.n)) as u64
    }

    #[inline(always)]
    fn add(&self, a: u64, b: u64) -> u64 {
        let sum = a + b;
        if sum >= self.n { sum - self.n } else { sum }
    }

    #[inline(always)]
    fn mul(&self, a: u64, b: u64) -> u64 {
        let wide = u128::from(a) * u128::from(b);
        let multiple = (wide as u64).wrapping_mul(self.inverse);
        // Below 2^126 + 2^127, since n < 2^63.
        let reduced = ((wide + u128::from(multiple) * u128::from(self.n)) >> 64) as u64;
        if reduced >= self.n {
            reduced - self.n
        } else {
            reduced
        }
    }

    fn pow(&self, mut base: u64, mut exponent: u64) -> u64 {
        let mut result = self.one;
        while exponent != 0 {
            if exponent & 1 == 1 {
                result = self.mul(result, base);
            }
            base = self.mul(base, base);
            exponent >>= 1;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primality_agrees_with_trial_division() {
        for n in 0..10_000u64 {
            let divides = (2..n)
                .take_while(|d| d * d <= n)
                .any(|d| n.is_multiple_of(d));
            assert_eq!(is_prime(n), n >= 2 && !divides, "{n}");
        }
    }

    #[test]
    fn strong_pseudoprimes_are_not_taken_for_primes() {
        // Composite, and strong pseudoprimes to the bases 2, 3, 5 and 7; and to all bases below 29.
        for n in [3_215_031_751, 3_825_123_056_546_413_051] {
            assert!(!is_prime(n), "{n}");
        }
        assert!(is_prime((1 << 61) - 1));
    }
}
