//! Two-step verification: proving that one knows the password without sending it, both sides.
//!
//! The server stores `v = g^x`, where `x` is a slow hash of the password. For each login it draws `b`
//! and sends `B = k*v + g^b`; the client draws `a`, answers with `A = g^a` and a proof `M1` that it
//! arrived at the same number, which only someone who knows `x` can. `H` is SHA-256 and numbers go in
//! as 256 bytes, big-endian:
//!
//! ```text
//! SH(data, salt) = H(salt | data | salt)
//! x  = SH(PBKDF2-HMAC-SHA512(SH(SH(password, salt1), salt2), salt1, 100000 rounds, 64 bytes), salt2)
//! k  = H(p | g)         u = H(A | B)
//! client S = (B - k*v)^(a + u*x)          server S = (A * v^u)^b          K = H(S)
//! M1 = H((H(p) xor H(g)) | H(salt1) | H(salt2) | A | B | K)
//! ```
//!
//! The 100000 rounds take 60 to 100 ms: keep them away from threads that serve connections.
//! `srp_id` and the rule that a challenge serves once belong to the server's accounts, not here.
//!
//! `core.telegram.org/api/srp`, "Checking the password with SRP" and "Setting a new 2FA password".

use std::fmt;

use crypto_bigint::U2048;
use sha2::Sha512;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    Random,
    dh::{DH_LEN, DhGroup, DhSecret, LIMBS, from_bytes, to_bytes},
    hash::sha256,
};

/// The parameters of a password: `passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SrpParams {
    /// The group, checked.
    pub group: DhGroup,
    /// The first salt: the server's part, followed by what the client added when it set the password.
    pub salt1: Vec<u8>,
    /// The second salt, the server's.
    pub salt2: Vec<u8>,
}

/// `x`, the hash of a password under its salts: as good as the password. Wiped when dropped.
#[derive(Clone)]
pub struct PasswordHash(Zeroizing<[u8; 32]>);

/// `v = g^x`, what a server stores and what `new_password_hash` carries. Wiped when dropped.
#[derive(Clone)]
pub struct Verifier(Zeroizing<[u8; DH_LEN]>);

/// What `inputCheckPasswordSRP` carries beside the `srp_id`.
#[derive(Clone, PartialEq, Eq)]
pub struct Proof {
    /// `A`, 256 bytes, big-endian.
    pub a: [u8; DH_LEN],
    /// `M1`.
    pub m1: [u8; 32],
}

/// A server's side of one check: the secret `b` and the `B` that was sent as `srp_B`.
#[derive(Clone)]
pub struct Challenge {
    b: DhSecret,
    public: [u8; DH_LEN],
}

/// Why a challenge or a proof was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SrpError {
    /// `srp_B` has fewer than 248 or more than 256 bytes.
    #[error("srp_B of {len} bytes, expected 248 to 256; do not send a proof to this server")]
    ServerPublicSize {
        /// The length that was given, in bytes.
        len: usize,
    },
    /// `srp_B` is zero or not below `p`, or leaves nothing after `k*v` is taken off.
    #[error("srp_B is not between 0 and p; do not send a proof to this server")]
    ServerPublicRange,
    /// `A` is zero, not below `p`, or longer than 256 bytes.
    #[error(
        "A is not between 0 and p; the client is broken or tries to log in without the password"
    )]
    ClientPublicRange,
    /// `u = H(A | B)` is zero, which would take the password out of the proof.
    #[error("u is zero; start the check again")]
    ZeroScramble,
    /// `M1` is not what the password gives.
    #[error("the proof does not match the password")]
    WrongProof,
    /// A verifier that is zero, not below `p`, or not 256 bytes long.
    #[error(
        "new_password_hash of {len} bytes is not a 256-byte number between 0 and p; compute it as g^x mod p"
    )]
    VerifierRange {
        /// The length that was given, in bytes.
        len: usize,
    },
}

impl SrpParams {
    /// `x` of a password (UTF-8 bytes as typed). Slow on purpose.
    pub fn password_hash(&self, password: &[u8]) -> PasswordHash {
        let salted = |data: &[u8], salt: &[u8]| Zeroizing::new(sha256(&[salt, data, salt]));
        let first = salted(&*salted(password, &self.salt1), &self.salt2);
        let mut slow = Zeroizing::new([0; 64]);
        pbkdf2::pbkdf2_hmac::<Sha512>(&*first, &self.salt1, ROUNDS, &mut *slow);
        PasswordHash(salted(&*slow, &self.salt2))
    }

    /// `v = g^x`, to be stored, or to be sent as `new_password_hash`.
    pub fn verifier(&self, password: &PasswordHash) -> Verifier {
        let v = self
            .group
            .generator_form()
            .pow_bounded_exp(&password.exponent(), 256);
        Verifier(Zeroizing::new(to_bytes(v.retrieve())))
    }

    /// The client's answer to a challenge: `A` and `M1` for `srp_B`, with the secret exponent `a`.
    ///
    /// The group was checked when it was made ([`DhGroup::verify`]); `srp_B` is checked here.
    pub fn prove(
        &self,
        password: &PasswordHash,
        server_public: &[u8],
        a: &DhSecret,
    ) -> Result<Proof, SrpError> {
        let len = server_public.len();
        if !(248..=DH_LEN).contains(&len) {
            return Err(SrpError::ServerPublicSize { len });
        }
        let b = self
            .between_zero_and_p(server_public)
            .ok_or(SrpError::ServerPublicRange)?;
        let public = self.group.public(a);
        let u = scramble(&public, &to_bytes(b))?;
        let v = self.verifier(password).number();
        let kv = self
            .group
            .form(&v)
            .mul(&self.group.form(&self.multiplier()));
        let base = self.group.form(&b).sub(&kv);
        if base.retrieve().is_zero_vartime() {
            return Err(SrpError::ServerPublicRange);
        }
        // (a + u*x) is one bit longer than a number modulo p, and is not to be reduced.
        let exponent = a
            .exponent()
            .resize::<WIDE>()
            .wrapping_add(&u.wrapping_mul(&password.exponent()).resize());
        let s = Zeroizing::new(to_bytes(base.pow_bounded_exp(&exponent, 2049).retrieve()));
        let m1 = self.m1(&public, &to_bytes(b), &s);
        Ok(Proof { a: public, m1 })
    }

    fn between_zero_and_p(&self, bytes: &[u8]) -> Option<U2048> {
        from_bytes(bytes).filter(|value| !value.is_zero_vartime() && *value < self.group.modulus())
    }

    /// `k = H(p | g)`.
    fn multiplier(&self) -> U2048 {
        number(&sha256(&[&self.group.prime(), &self.padded_generator()]))
    }

    fn padded_generator(&self) -> [u8; DH_LEN] {
        to_bytes(U2048::from(self.group.generator()))
    }

    fn m1(&self, a: &[u8; DH_LEN], b: &[u8; DH_LEN], s: &[u8; DH_LEN]) -> [u8; 32] {
        let (p, g) = (
            sha256(&[&self.group.prime()]),
            sha256(&[&self.padded_generator()]),
        );
        let p_xor_g: [u8; 32] = std::array::from_fn(|i| p[i] ^ g[i]);
        let key = Zeroizing::new(sha256(&[s]));
        sha256(&[
            &p_xor_g,
            &sha256(&[&self.salt1]),
            &sha256(&[&self.salt2]),
            a,
            b,
            &*key,
        ])
    }
}

impl Challenge {
    /// Draws `b` and computes `B` for a stored verifier.
    pub fn generate(params: &SrpParams, verifier: &Verifier, random: &mut dyn Random) -> Self {
        loop {
            let mut bytes = Zeroizing::new([0; DH_LEN]);
            random.fill(&mut bytes[..]);
            let challenge = Self::new(params, verifier, DhSecret::new(*bytes));
            // Clients refuse fewer significant bytes; no drawn number gets there.
            if challenge.public[..8] != [0; 8] {
                return challenge;
            }
        }
    }

    /// The challenge for a given `b`.
    pub fn new(params: &SrpParams, verifier: &Verifier, b: DhSecret) -> Self {
        let group = &params.group;
        let kv = group
            .form(&verifier.number())
            .mul(&group.form(&params.multiplier()));
        let public = group
            .generator_form()
            .pow(&b.exponent())
            .add(&kv)
            .retrieve();
        Self {
            b,
            public: to_bytes(public),
        }
    }

    /// `B`, which goes out as `srp_B`.
    pub fn public(&self) -> &[u8; DH_LEN] {
        &self.public
    }

    /// Checks a client's answer, given the params and the verifier that the challenge was made from.
    ///
    /// The proof is compared in constant time. The caller sees to it that a challenge serves once.
    pub fn verify(
        &self,
        params: &SrpParams,
        verifier: &Verifier,
        a: &[u8],
        m1: &[u8],
    ) -> Result<(), SrpError> {
        let group = &params.group;
        let a = params
            .between_zero_and_p(a)
            .ok_or(SrpError::ClientPublicRange)?;
        let u = scramble(&to_bytes(a), &self.public)?;
        let vu = group.form(&verifier.number()).pow_bounded_exp(&u, 256);
        let base = group.form(&a).mul(&vu);
        let s = Zeroizing::new(to_bytes(base.pow(&self.b.exponent()).retrieve()));
        let expected = params.m1(&to_bytes(a), &self.public, &s);
        if expected.ct_eq(m1).into() {
            Ok(())
        } else {
            Err(SrpError::WrongProof)
        }
    }
}

impl Verifier {
    /// Takes a `new_password_hash` that a client sent, or a stored one.
    pub fn new(bytes: &[u8], group: &DhGroup) -> Result<Self, SrpError> {
        let error = SrpError::VerifierRange { len: bytes.len() };
        let bytes = <[u8; DH_LEN]>::try_from(bytes).map_err(|_| error)?;
        let verifier = Self(Zeroizing::new(bytes));
        let value = verifier.number();
        if value.is_zero_vartime() || value >= group.modulus() {
            Err(error)
        } else {
            Ok(verifier)
        }
    }

    /// The number itself, for storing or sending it.
    pub fn as_bytes(&self) -> &[u8; DH_LEN] {
        &self.0
    }

    fn number(&self) -> U2048 {
        U2048::from_be_slice(&self.0[..])
    }
}

impl PasswordHash {
    fn exponent(&self) -> U2048 {
        number(&self.0[..])
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(..)")
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(..)")
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(..)")
    }
}

/// `u = H(A | B)`.
fn scramble(a: &[u8; DH_LEN], b: &[u8; DH_LEN]) -> Result<U2048, SrpError> {
    let u = number(&sha256(&[a, b]));
    if u.is_zero_vartime() {
        Err(SrpError::ZeroScramble)
    } else {
        Ok(u)
    }
}

fn number(bytes: &[u8]) -> U2048 {
    from_bytes(bytes).expect("a hash fits 2048 bits")
}

/// Limbs for a number of 2049 bits.
const WIDE: usize = LIMBS + 1;
/// Rounds of PBKDF2; part of the algorithm's name.
const ROUNDS: u32 = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_hash_of_a_real_account_is_that_of_mtcute() {
        // mtcute, packages/core/src/utils/crypto/password.test.ts.
        let params = SrpParams {
            group: DhGroup::well_known(),
            salt1: bytes(
                "9b3accc457c0d5288e8cff31eb21094048bc11902f6614dbb9afb839ee7641c37619537d8ebe749e",
            ),
            salt2: bytes("6c619bb0786dc4ed1bf211d23f6e4065"),
        };
        let expected = bytes("750f1fe282965e63ce17b98427b35549fb864465211840f6a7c1f2fb657cc33b");
        assert_eq!(params.password_hash(b"qwe123").0[..], expected);
    }

    #[test]
    fn a_b_of_k_times_v_leaves_nothing_to_prove_with() {
        // The client's base (B - k*v) is zero then, and its proof would not depend on the password.
        let params = SrpParams {
            group: DhGroup::well_known(),
            salt1: vec![1; 40],
            salt2: vec![2; 16],
        };
        let password = PasswordHash(Zeroizing::new([3; 32]));
        let group = &params.group;
        let v = group.form(&params.verifier(&password).number());
        let kv = to_bytes(group.form(&params.multiplier()).mul(&v).retrieve());
        let proof = params.prove(&password, &kv, &DhSecret::new([4; DH_LEN]));
        assert_eq!(proof.err(), Some(SrpError::ServerPublicRange));
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let byte = |at| u8::from_str_radix(&hex[at..][..2], 16).expect("hex");
        (0..hex.len()).step_by(2).map(byte).collect()
    }
}
