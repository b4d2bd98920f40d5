//! The message key, and the AES key and vector that each message derives from it.
//!
//! `msg_key` is 16 bytes in the clear in front of every encrypted message. In MTProto 2.0 it is the
//! middle of a SHA-256 over 32 bytes of the authorization key and the padded plaintext, so it is also
//! what proves that a message was not altered: after deciphering, the receiver computes it again.
//! Which bytes of the authorization key go in depends on who sends, by an offset `x`:
//!
//! ```text
//! msg_key_large = SHA256(auth_key[88+x ..][..32] | plaintext | padding)     msg_key = msg_key_large[8..24]
//! a = SHA256(msg_key | auth_key[x ..][..36])    b = SHA256(auth_key[40+x ..][..36] | msg_key)
//! aes_key = a[0..8] b[8..24] a[24..32]          aes_iv = b[0..8] a[8..24] b[24..32]        x = 0 or 8
//! ```
//!
//! MTProto 1.0 lives on in one place: the message inside `auth.bindTempAuthKey`. There `msg_key` is
//! part of a SHA-1 over the plaintext **without** padding, and four SHA-1 make key and vector.
//!
//! `core.telegram.org/mtproto/description`, "Message Key (msg_key)" and "Defining AES Key and
//! Initialization Vector"; `core.telegram.org/mtproto/description_v1`, the same headings.

use std::fmt;

use subtle::ConstantTimeEq;

use crate::{
    auth_key::AuthKey,
    hash::{sha1, sha256},
    ige::IgeKey,
};

/// Who sends a message; both sides derive different keys for the two directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the server, `x = 0`.
    ClientToServer,
    /// From the server to the client, `x = 8`.
    ServerToClient,
}

/// The 16 bytes in front of an encrypted message. Compared in constant time.
#[derive(Clone, Copy)]
pub struct MsgKey(pub [u8; 16]);

impl MsgKey {
    /// The MTProto 2.0 key of `padded`: the plaintext with its 12 to 1024 bytes of padding.
    pub fn v2(auth_key: &AuthKey, direction: Direction, padded: &[u8]) -> Self {
        Self::v2_with_quick_ack(auth_key, direction, padded).0
    }

    /// The same, with the token that a quick ack of this message carries: the first 32 bits of
    /// `msg_key_large`, little-endian, with the top bit set so that it is no length.
    ///
    /// `core.telegram.org/mtproto/mtproto-transports`, "Quick ack".
    pub fn v2_with_quick_ack(
        auth_key: &AuthKey,
        direction: Direction,
        padded: &[u8],
    ) -> (Self, u32) {
        let x = direction.x();
        let large = sha256(&[&auth_key.as_bytes()[88 + x..][..32], padded]);
        let token = u32::from_le_bytes(part(&large, 0)) | 1 << 31;
        (Self(part(&large, 8)), token)
    }

    /// The MTProto 1.0 key of `plaintext`, which is **without** its padding.
    pub fn v1(plaintext: &[u8]) -> Self {
        Self(part(&sha1(&[plaintext]), 4))
    }

    /// The AES key and vector of an MTProto 2.0 message.
    pub fn derive_v2(&self, auth_key: &AuthKey, direction: Direction) -> IgeKey {
        let (x, auth_key) = (direction.x(), auth_key.as_bytes());
        let a = sha256(&[&self.0, &auth_key[x..][..36]]);
        let b = sha256(&[&auth_key[40 + x..][..36], &self.0]);
        IgeKey {
            key: join([&a[..8], &b[8..24], &a[24..]]),
            iv: join([&b[..8], &a[8..24], &b[24..]]),
        }
    }

    /// The AES key and vector of an MTProto 1.0 message.
    pub fn derive_v1(&self, auth_key: &AuthKey, direction: Direction) -> IgeKey {
        let (x, auth_key) = (direction.x(), auth_key.as_bytes());
        let a = sha1(&[&self.0, &auth_key[x..][..32]]);
        let b = sha1(&[
            &auth_key[32 + x..][..16],
            &self.0,
            &auth_key[48 + x..][..16],
        ]);
        let c = sha1(&[&auth_key[64 + x..][..32], &self.0]);
        let d = sha1(&[&self.0, &auth_key[96 + x..][..32]]);
        IgeKey {
            key: join([&a[..8], &b[8..], &c[4..16]]),
            iv: join([&a[8..], &b[..8], &c[16..], &d[..8]]),
        }
    }
}

impl Direction {
    fn x(self) -> usize {
        match self {
            Self::ClientToServer => 0,
            Self::ServerToClient => 8,
        }
    }
}

impl PartialEq for MsgKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for MsgKey {}

impl fmt::Debug for MsgKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MsgKey({:032x})", u128::from_be_bytes(self.0))
    }
}

/// `N` bytes of a hash, from `start`.
fn part<const N: usize>(hash: &[u8], start: usize) -> [u8; N] {
    hash[start..][..N]
        .try_into()
        .expect("the slice was cut to N bytes")
}

/// Joins pieces of hashes to one array that they fill exactly.
pub(crate) fn join<const PARTS: usize, const N: usize>(parts: [&[u8]; PARTS]) -> [u8; N] {
    let mut out = [0; N];
    let mut at = 0;
    for part in parts {
        out[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    }
    assert_eq!(at, N, "the pieces of a key fill it");
    out
}
