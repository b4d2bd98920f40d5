//! The intermediate transport: lengths in four bytes.
//!
//! ```text
//! eeeeeeee                    once, from the client
//! length (4 bytes) | packet
//! ```
//!
//! Bit 31 of the length asks for a quick ack. The token comes back as it is; its top bit is
//! always set, and no length from a server has that.

use bytes::{BufMut, BytesMut};

use super::{Head, Role};

/// What the client begins with, and what an obfuscated header says.
pub(super) const TAG: [u8; 4] = [0xee; 4];

const QUICK_ACK: u32 = 1 << 31;

pub(super) fn read_head(buffer: &[u8], role: Role) -> Option<Head> {
    let word = u32::from_le_bytes(*buffer.first_chunk()?);
    let flagged = word & QUICK_ACK != 0;
    if flagged && role == Role::Client {
        return Some(Head::QuickAck(word));
    }
    Some(Head::Packet {
        head: 4,
        len: (word & !QUICK_ACK) as usize,
        quick_ack: flagged,
    })
}

/// The length is below 2^31.
pub(super) fn write_head(len: usize, quick_ack: bool, out: &mut BytesMut) {
    let flag = if quick_ack { QUICK_ACK } else { 0 };
    out.put_u32_le(len as u32 | flag);
}

pub(super) fn write_quick_ack(token: u32, out: &mut BytesMut) {
    out.put_u32_le(token);
}
