//! A server's public key: the raw operation, the fingerprint, PEM.

use std::fmt;

use crypto_bigint::{
    Odd, U2048,
    modular::{FixedMontyForm, FixedMontyParams},
};

use super::{
    RSA_LEN,
    der::{self, KeyFormatError},
};
use crate::{
    dh::{LIMBS, from_bytes, to_bytes},
    hash::sha1,
};

/// A 2048-bit RSA public key.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaPublicKey {
    params: FixedMontyParams<LIMBS>,
    e: u32,
}

impl RsaPublicKey {
    /// Takes a modulus (big-endian) and an exponent.
    ///
    /// The modulus has to be an odd number of exactly 2048 bits and the exponent odd and at least 3.
    pub fn new(n: &[u8], e: u32) -> Result<Self, KeyFormatError> {
        let n = from_bytes(n).ok_or(KeyFormatError::NotRsa2048)?;
        if n.bits_vartime() != 2048 || e < 3 || e.is_multiple_of(2) {
            return Err(KeyFormatError::NotRsa2048);
        }
        let n = Option::from(Odd::new(n)).ok_or(KeyFormatError::NotRsa2048)?;
        Ok(Self {
            params: FixedMontyParams::new_vartime(n),
            e,
        })
    }

    /// Reads `-----BEGIN RSA PUBLIC KEY-----`, the PKCS#1 form that Telegram publishes its keys in.
    pub fn from_pem(pem: &str) -> Result<Self, KeyFormatError> {
        let der = der::from_pem(pem, PEM_LABEL)?;
        let mut reader = der::Reader::sequence(&der)?;
        let (n, e) = (reader.integer()?, reader.integer()?);
        reader.end()?;
        Self::new(n, small(e)?)
    }

    /// Writes the PKCS#1 form.
    pub fn to_pem(&self) -> String {
        let der = der::sequence(&[&self.modulus(), &self.e.to_be_bytes()]);
        der::to_pem(&der, PEM_LABEL)
    }

    /// The modulus, big-endian.
    pub fn modulus(&self) -> [u8; RSA_LEN] {
        to_bytes(self.n())
    }

    /// The modulus in decimal digits, as JavaScript clients want it.
    pub fn modulus_decimal(&self) -> String {
        self.n().to_string_radix_vartime(10)
    }

    /// The public exponent.
    pub fn exponent(&self) -> u32 {
        self.e
    }

    /// The low 64 bits of the SHA-1 of `n:bytes e:bytes` in TL: how `resPQ` names this key.
    ///
    /// `core.telegram.org/mtproto/auth_key`, "Presenting proof of work; Server authentication".
    pub fn fingerprint(&self) -> i64 {
        let e = self.e.to_be_bytes();
        let e = &e[self.e.leading_zeros() as usize / 8..];
        // TL bytes: 254 or more take a four-byte head, fewer a one-byte head; both pad to four.
        let mut e_tl = [0; 8];
        e_tl[0] = e.len() as u8;
        e_tl[1..=e.len()].copy_from_slice(e);
        let e_tl = &e_tl[..(1 + e.len()).next_multiple_of(4)];
        let [.., a, b, c, d, e, f, g, h] = sha1(&[&[254, 0, 1, 0], &self.modulus(), e_tl]);
        i64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// `message ^ e mod n`; none when the message, a big-endian number, is not below `n`.
    pub fn raw(&self, message: &[u8; RSA_LEN]) -> Option<[u8; RSA_LEN]> {
        let message = U2048::from_be_slice(message);
        (message < self.n()).then(|| to_bytes(self.pow(&message)))
    }

    /// `base ^ e mod n` for a base below `n`. The exponent is public.
    pub(super) fn pow(&self, base: &U2048) -> U2048 {
        self.form(base).pow_vartime(&U2048::from(self.e)).retrieve()
    }

    pub(super) fn form(&self, value: &U2048) -> FixedMontyForm<LIMBS> {
        FixedMontyForm::new(value, &self.params)
    }

    pub(super) fn n(&self) -> U2048 {
        self.params.modulus().get()
    }
}

impl fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaPublicKey(fingerprint {:016x})", self.fingerprint())
    }
}

/// An exponent as it stands in DER.
pub(super) fn small(bytes: &[u8]) -> Result<u32, KeyFormatError> {
    let mut padded = [0; 4];
    let start = 4usize
        .checked_sub(bytes.len())
        .ok_or(KeyFormatError::NotRsa2048)?;
    padded[start..].copy_from_slice(bytes);
    Ok(u32::from_be_bytes(padded))
}

const PEM_LABEL: &str = "RSA PUBLIC KEY";
