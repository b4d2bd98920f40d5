//! The authorization key: 2048 bits that client and server share, and the numbers derived from it.
//!
//! ```text
//! SHA1(auth_key)   aux_hash: bytes 0..8      .. 4 bytes unused ..      id: bytes 12..20
//! ```
//!
//! The id stands in front of every encrypted message and tells the server which key to take; the
//! auxiliary hash is proof, in the `new_nonce_hash` values of the key exchange, that both sides
//! computed the same key. Both are read as little-endian numbers, as TL reads a `long`.
//!
//! `core.telegram.org/mtproto/description`, "Authorization Key" and "Key Identifier";
//! `core.telegram.org/mtproto/auth_key`, 9 for the auxiliary hash.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::hash::sha1;

/// The length of an authorization key in bytes.
pub const AUTH_KEY_LEN: usize = 256;

/// A shared key of 256 bytes, big-endian as it came out of the Diffie-Hellman exchange.
///
/// Wiped when dropped, compared in constant time, and never shown by `Debug`, which prints the id.
#[derive(Clone)]
pub struct AuthKey(Zeroizing<[u8; AUTH_KEY_LEN]>);

/// The low 64 bits of the key's SHA-1: which key a message is under. Not a secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AuthKeyId(pub i64);

impl AuthKey {
    /// Takes a key as it stands in a session file or came out of the exchange.
    pub fn new(bytes: [u8; AUTH_KEY_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key itself, for storing it. A secret: whoever has it is logged in.
    pub fn as_bytes(&self) -> &[u8; AUTH_KEY_LEN] {
        &self.0
    }

    /// The id that messages under this key carry.
    pub fn id(&self) -> AuthKeyId {
        let [.., a, b, c, d, e, f, g, h] = sha1(&[self.as_bytes()]);
        AuthKeyId(i64::from_le_bytes([a, b, c, d, e, f, g, h]))
    }

    /// The high 64 bits of the key's SHA-1: `auth_key_aux_hash`, which is also the `retry_id` of the
    /// next attempt after `dh_gen_retry`.
    pub fn aux_hash(&self) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = sha1(&[self.as_bytes()]);
        i64::from_le_bytes([a, b, c, d, e, f, g, h])
    }
}

impl From<[u8; AUTH_KEY_LEN]> for AuthKey {
    fn from(bytes: [u8; AUTH_KEY_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl PartialEq for AuthKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).into()
    }
}

impl Eq for AuthKey {}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthKey(id {})", self.id())
    }
}

impl fmt::Display for AuthKeyId {
    /// Sixteen hex digits, the first byte on the wire first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0.swap_bytes())
    }
}

impl fmt::Debug for AuthKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthKeyId({self})")
    }
}
