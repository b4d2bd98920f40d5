//! Messages in the clear.
//!
//! ```text
//! auth_key_id = 0 (8) | msg_id (8) | length (4) | body
//! ```
//!
//! `core.telegram.org/mtproto/description`, "Unencrypted Message".

use bytes::Bytes;

use crate::ids::MsgId;

/// A message in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Its identifier.
    pub msg_id: MsgId,
    /// The TL object.
    pub body: Bytes,
}

/// Why a packet is not a message in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlainError {
    /// Shorter than its head.
    #[error("packet of {len} bytes is too short for a plain message, whose head has 20")]
    TooShort {
        /// The packet's length.
        len: usize,
    },
    /// Under a key.
    #[error("auth_key_id is not zero: the packet is an encrypted message")]
    Encrypted,
    /// Another length than the packet has.
    #[error("plain message claims a body of {claimed} bytes and has {actual}")]
    Length {
        /// What the head says.
        claimed: u32,
        /// What is there.
        actual: usize,
    },
}

/// Whether a packet is a message in the clear, and not one under a key.
#[must_use]
pub fn is_plain(packet: &[u8]) -> bool {
    packet.first_chunk() == Some(&[0; 8])
}

/// Makes the packet of a TL object.
#[must_use]
pub fn write(msg_id: MsgId, body: &[u8]) -> Vec<u8> {
    let mut packet = Vec::with_capacity(HEAD_LEN + body.len());
    packet.extend_from_slice(&[0; 8]);
    packet.extend_from_slice(&msg_id.0.to_le_bytes());
    packet.extend_from_slice(&(body.len() as u32).to_le_bytes());
    packet.extend_from_slice(body);
    packet
}

/// Reads a packet; the body is a slice of it.
///
/// # Errors
/// When the packet is something else.
pub fn read(packet: &Bytes) -> Result<Plain, PlainError> {
    let len = packet.len();
    let Some((head, body)) = packet.split_first_chunk::<HEAD_LEN>() else {
        return Err(PlainError::TooShort { len });
    };
    let [
        k0,
        k1,
        k2,
        k3,
        k4,
        k5,
        k6,
        k7,
        m0,
        m1,
        m2,
        m3,
        m4,
        m5,
        m6,
        m7,
        l0,
        l1,
        l2,
        l3,
    ] = *head;
    if [k0, k1, k2, k3, k4, k5, k6, k7] != [0; 8] {
        return Err(PlainError::Encrypted);
    }
    let claimed = u32::from_le_bytes([l0, l1, l2, l3]);
    if claimed as usize != body.len() {
        return Err(PlainError::Length {
            claimed,
            actual: body.len(),
        });
    }
    Ok(Plain {
        msg_id: MsgId(i64::from_le_bytes([m0, m1, m2, m3, m4, m5, m6, m7])),
        body: packet.slice(HEAD_LEN..),
    })
}

const HEAD_LEN: usize = 20;
