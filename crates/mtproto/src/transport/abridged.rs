//! The abridged transport: the least overhead.
//!
//! ```text
//! ef                                    once, from the client
//! length/4 (1 byte, 01..7e) | packet    below 508 bytes
//! 7f | length/4 (3 bytes)   | packet    from 508 bytes
//! ```
//!
//! Bit 7 of the first byte asks for a quick ack. The token comes back with its bytes in reverse
//! order, so that its top bit, which is always set, is in the first byte, where no length from a
//! server has it.

use bytes::{BufMut, BytesMut};

use super::{Head, Role};

/// What the client begins with.
pub(super) const FIRST_BYTE: u8 = 0xef;
/// What an obfuscated header says instead.
pub(super) const TAG: [u8; 4] = [0xef; 4];

const LONG: u8 = 0x7f;
const QUICK_ACK: u8 = 0x80;

pub(super) fn read_head(buffer: &[u8], role: Role) -> Option<Head> {
    let first = *buffer.first()?;
    let flagged = first & QUICK_ACK != 0;
    if flagged && role == Role::Client {
        let token = buffer.first_chunk()?;
        return Some(Head::QuickAck(u32::from_be_bytes(*token)));
    }
    let (head, words) = match first & !QUICK_ACK {
        LONG => {
            let [_, a, b, c] = *buffer.first_chunk()?;
            (4, u32::from_le_bytes([a, b, c, 0]) as usize)
        }
        words => (1, usize::from(words)),
    };
    Some(Head::Packet {
        head,
        len: words * 4,
        quick_ack: flagged,
    })
}

/// The length is a multiple of four and below 2^26.
pub(super) fn write_head(len: usize, quick_ack: bool, out: &mut BytesMut) {
    let flag = if quick_ack { QUICK_ACK } else { 0 };
    let words = len / 4;
    if words < usize::from(LONG) {
        out.put_u8(words as u8 | flag);
    } else {
        out.put_u8(LONG | flag);
        out.put_uint_le(words as u64, 3);
    }
}

pub(super) fn write_quick_ack(token: u32, out: &mut BytesMut) {
    out.put_u32(token);
}
