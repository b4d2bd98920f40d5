//! What is put around the inner data before the raw operation, and how a server takes it off again.

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use super::{RSA_LEN, RsaPrivateKey, RsaPublicKey};
use crate::{
    Random,
    hash::{sha1, sha256},
    ige::{self, IgeKey},
};

/// Which padding a client used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Padding {
    /// The scheme of today's documentation, "RSA_PAD".
    RsaPad,
    /// `SHA1(data) | data | random`, the scheme before it.
    Old,
}

/// What a client sent under the server's key. Holds `new_nonce`, so `data` is wiped when dropped.
#[derive(Clone)]
pub struct Opened {
    /// Which padding it came in.
    pub padding: Padding,
    /// The inner data. With [`Padding::RsaPad`] always 192 bytes, of which the TL object is the
    /// beginning and random bytes the rest: the scheme does not say where the one ends. With
    /// [`Padding::Old`] the object alone.
    pub data: Zeroizing<Vec<u8>>,
}

/// The inner data does not fit the padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "inner data of {len} bytes does not fit the RSA padding, which takes {max}; no constructor of P_Q_inner_data is that long"
)]
pub struct DataTooLong {
    /// The length that was given, in bytes.
    pub len: usize,
    /// The length that fits, in bytes.
    pub max: usize,
}

/// Why `encrypted_data` could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecryptError {
    /// Not 256 bytes, or a number not below the modulus.
    #[error(
        "encrypted_data of {len} bytes is not a 256-byte number below the RSA modulus; it was made for another key or damaged"
    )]
    NotBelowModulus {
        /// The length that was given, in bytes.
        len: usize,
    },
    /// The hash inside does not verify, under either padding where both were tried.
    #[error(
        "the hash inside encrypted_data does not verify; it was made for another key or altered on the way"
    )]
    HashMismatch,
}

impl RsaPublicKey {
    /// RSA_PAD: encrypts up to 144 bytes to this key.
    pub fn encrypt_pad(
        &self,
        data: &[u8],
        random: &mut dyn Random,
    ) -> Result<[u8; RSA_LEN], DataTooLong> {
        if data.len() > MAX_PAD_DATA {
            return Err(DataTooLong {
                len: data.len(),
                max: MAX_PAD_DATA,
            });
        }
        let mut padded = Zeroizing::new([0; PADDED]);
        padded[..data.len()].copy_from_slice(data);
        random.fill(&mut padded[data.len()..]);
        loop {
            let mut temp = IgeKey {
                key: [0; 32],
                iv: [0; 32],
            };
            random.fill(&mut temp.key);
            let mut message = Zeroizing::new([0; RSA_LEN]);
            let (masked_key, body) = message.split_at_mut(32);
            body[..PADDED].copy_from_slice(&padded[..]);
            body[..PADDED].reverse();
            body[PADDED..].copy_from_slice(&sha256(&[&temp.key, &padded[..]]));
            ige::encrypt(&temp, body).expect("224 bytes are 14 blocks");
            masked_key.copy_from_slice(&xor(&temp.key, &sha256(&[body])));
            // The number has to be below n; about one key in two for the smallest n, so drawn again.
            if let Some(encrypted) = self.raw(&message) {
                return Ok(encrypted);
            }
        }
    }

    /// The old padding: encrypts up to 235 bytes to this key.
    pub fn encrypt_old(
        &self,
        data: &[u8],
        random: &mut dyn Random,
    ) -> Result<[u8; RSA_LEN], DataTooLong> {
        if data.len() > MAX_OLD_DATA {
            return Err(DataTooLong {
                len: data.len(),
                max: MAX_OLD_DATA,
            });
        }
        // The first byte stays zero: 255 bytes are below any modulus of 2048 bits.
        let mut message = Zeroizing::new([0; RSA_LEN]);
        message[1..21].copy_from_slice(&sha1(&[data]));
        message[21..21 + data.len()].copy_from_slice(data);
        random.fill(&mut message[21 + data.len()..]);
        Ok(self
            .raw(&message)
            .expect("255 bytes are below a modulus of 256"))
    }
}

impl RsaPrivateKey {
    /// Opens RSA_PAD, and the old padding if that does not verify. One private operation for both.
    pub fn decrypt_any(
        &self,
        encrypted: &[u8],
        random: &mut dyn Random,
    ) -> Result<Opened, DecryptError> {
        let message = self.message(encrypted, random)?;
        open_pad(&message)
            .or_else(|| open_old(&message))
            .ok_or(DecryptError::HashMismatch)
    }

    /// Opens RSA_PAD alone.
    pub fn decrypt_pad(
        &self,
        encrypted: &[u8],
        random: &mut dyn Random,
    ) -> Result<Opened, DecryptError> {
        open_pad(&*self.message(encrypted, random)?).ok_or(DecryptError::HashMismatch)
    }

    /// Opens the old padding alone.
    pub fn decrypt_old(
        &self,
        encrypted: &[u8],
        random: &mut dyn Random,
    ) -> Result<Opened, DecryptError> {
        open_old(&*self.message(encrypted, random)?).ok_or(DecryptError::HashMismatch)
    }

    fn message(
        &self,
        encrypted: &[u8],
        random: &mut dyn Random,
    ) -> Result<Zeroizing<[u8; RSA_LEN]>, DecryptError> {
        <&[u8; RSA_LEN]>::try_from(encrypted)
            .ok()
            .and_then(|encrypted| self.raw(encrypted, random))
            .ok_or(DecryptError::NotBelowModulus {
                len: encrypted.len(),
            })
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({:?}, {} bytes)", self.padding, self.data.len())
    }
}

fn open_pad(message: &[u8; RSA_LEN]) -> Option<Opened> {
    let (masked_key, body) = message.split_at(32);
    let mut temp = IgeKey {
        key: [0; 32],
        iv: [0; 32],
    };
    temp.key = xor(
        masked_key.try_into().expect("split at 32"),
        &sha256(&[body]),
    );
    let mut body = Zeroizing::new(body.to_vec());
    ige::decrypt(&temp, &mut body).expect("224 bytes are 14 blocks");
    let (padded, hash) = body.split_at_mut(PADDED);
    padded.reverse();
    let verifies = sha256(&[&temp.key, padded]).ct_eq(hash);
    body.truncate(PADDED);
    bool::from(verifies).then_some(Opened {
        padding: Padding::RsaPad,
        data: body,
    })
}

/// The length of the data is not written anywhere. TL objects are multiples of four bytes, so the
/// hash is taken on along the message and compared at each multiple.
fn open_old(message: &[u8; RSA_LEN]) -> Option<Opened> {
    let [0, message @ ..] = message else {
        return None;
    };
    let (hash, rest) = message.split_at(20);
    let mut running = Sha1::new();
    for (i, word) in rest.chunks_exact(4).enumerate() {
        running.update(word);
        let mut digest: [u8; 20] = running.clone().finalize().into();
        let verifies = bool::from(digest.ct_eq(hash));
        digest.zeroize();
        if verifies {
            return Some(Opened {
                padding: Padding::Old,
                data: Zeroizing::new(rest[..4 * (i + 1)].to_vec()),
            });
        }
    }
    None
}

fn xor(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    std::array::from_fn(|i| a[i] ^ b[i])
}

/// The longest data that RSA_PAD takes.
const MAX_PAD_DATA: usize = 144;
/// The length that RSA_PAD fills the data up to.
const PADDED: usize = 192;
/// What a SHA-1 leaves of 255 bytes.
const MAX_OLD_DATA: usize = 235;
