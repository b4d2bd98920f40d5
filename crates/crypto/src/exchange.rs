//! The symmetric steps of the key exchange: the temporary AES key, the two encrypted answers, the
//! three `new_nonce_hash` values and the first salt.
//!
//! Once the client has sent `new_nonce` under the server's RSA key, both sides know a secret before
//! they have a key, and the Diffie-Hellman values travel under AES-IGE keyed from it:
//!
//! ```text
//! tmp_aes_key = SHA1(new_nonce | server_nonce) | SHA1(server_nonce | new_nonce)[0..12]
//! tmp_aes_iv  = SHA1(server_nonce | new_nonce)[12..20] | SHA1(new_nonce | new_nonce) | new_nonce[0..4]
//! sealed      = AES256-IGE(SHA1(data) | data | 0..15 random bytes)
//! new_nonce_hash{1,2,3} = SHA1(new_nonce | {1,2,3} | auth_key_aux_hash)[4..20]
//! first salt  = new_nonce[0..8] xor server_nonce[0..8]
//! ```
//!
//! `core.telegram.org/mtproto/auth_key`, 5, 6 and 9, and "Using the key".

use zeroize::Zeroizing;

use crate::{
    Random,
    auth_key::AuthKey,
    hash::sha1,
    ige::{self, BLOCK, IgeKey},
    msg_key::join,
};

/// Which of the three answers a `new_nonce_hash` goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewNonceHash {
    /// `new_nonce_hash1` of `dh_gen_ok`.
    Ok = 1,
    /// `new_nonce_hash2` of `dh_gen_retry`.
    Retry = 2,
    /// `new_nonce_hash3` of `dh_gen_fail`.
    Fail = 3,
}

/// Why an encrypted answer could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The length is not one that AES and a SHA-1 in front allow.
    #[error(
        "encrypted answer of {len} bytes: expected a multiple of 16, at least 32; the peer sent a malformed message"
    )]
    Length {
        /// The length that was given, in bytes.
        len: usize,
    },
    /// No padding length makes the SHA-1 in front agree with what follows.
    #[error(
        "SHA-1 of the decrypted answer does not match: altered on the way, or the nonces differ; start the exchange again"
    )]
    Sha1Mismatch,
}

/// The key and vector that the Diffie-Hellman values travel under.
pub fn tmp_aes(new_nonce: &[u8; 32], server_nonce: &[u8; 16]) -> IgeKey {
    let new_server = sha1(&[new_nonce, server_nonce]);
    let server_new = sha1(&[server_nonce, new_nonce]);
    let new_new = sha1(&[new_nonce, new_nonce]);
    IgeKey {
        key: join([&new_server, &server_new[..12]]),
        iv: join([&server_new[12..], &new_new, &new_nonce[..4]]),
    }
}

/// Makes `encrypted_answer` or `encrypted_data` of the inner data given as TL bytes.
pub fn seal(key: &IgeKey, data: &[u8], random: &mut dyn Random) -> Vec<u8> {
    let len = (20 + data.len()).next_multiple_of(BLOCK);
    let mut sealed = Vec::with_capacity(len);
    sealed.extend_from_slice(&sha1(&[data]));
    sealed.extend_from_slice(data);
    sealed.resize(len, 0);
    random.fill(&mut sealed[20 + data.len()..]);
    ige::encrypt(key, &mut sealed).expect("padded to whole blocks just above");
    sealed
}

/// Opens `encrypted_answer` or `encrypted_data` and gives the inner data without hash and padding.
///
/// How long the padding is, 0 to 15 bytes, is not written anywhere: it is the length at which the
/// SHA-1 in front agrees.
pub fn open(key: &IgeKey, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let len = sealed.len();
    if len < 2 * BLOCK || !len.is_multiple_of(BLOCK) {
        return Err(OpenError::Length { len });
    }
    let mut opened = Zeroizing::new(sealed.to_vec());
    ige::decrypt(key, &mut opened).map_err(|_| OpenError::Length { len })?;
    let (hash, padded) = opened.split_at(20);
    let padding = (0..BLOCK.min(padded.len()))
        .find(|padding| sha1(&[&padded[..padded.len() - padding]]) == hash)
        .ok_or(OpenError::Sha1Mismatch)?;
    opened.truncate(len - padding);
    opened.drain(..20);
    Ok(opened)
}

/// The proof, in the server's last answer, that both sides have the same key.
pub fn new_nonce_hash(which: NewNonceHash, new_nonce: &[u8; 32], auth_key: &AuthKey) -> [u8; 16] {
    let hash = sha1(&[
        new_nonce,
        &[which as u8],
        &auth_key.aux_hash().to_le_bytes(),
    ]);
    join([&hash[4..]])
}

/// The proof in `server_DH_params_fail`, which comes before there is a key: the server has deciphered
/// `new_nonce` and refuses on purpose.
pub fn refusal_hash(new_nonce: &[u8; 32]) -> [u8; 16] {
    join([&sha1(&[new_nonce])[4..]])
}

/// The salt that the first messages under a new key carry, as a TL `long`.
pub fn first_salt(new_nonce: &[u8; 32], server_nonce: &[u8; 16]) -> i64 {
    let first = |nonce: &[u8]| i64::from_le_bytes(join([&nonce[..8]]));
    first(new_nonce) ^ first(server_nonce)
}
