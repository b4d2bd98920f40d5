//! The full transport: numbered frames with a checksum.
//!
//! ```text
//! length (4) | number (4) | packet | CRC-32 of all before it (4)
//! ```
//!
//! The length counts the whole frame. Each side numbers its own frames from 0. There is no tag at
//! the beginning, no obfuscation and no quick ack.

use bytes::{BufMut, BytesMut};

use super::{Head, TransportError};

/// What stands behind the packet.
pub(super) const CRC_LEN: usize = 4;

const HEAD_LEN: usize = 8;

pub(super) fn read_head(buffer: &[u8]) -> Result<Option<Head>, TransportError> {
    let Some(len) = buffer.first_chunk() else {
        return Ok(None);
    };
    let len = u32::from_le_bytes(*len);
    let packet = (len as usize)
        .checked_sub(HEAD_LEN + CRC_LEN)
        .ok_or(TransportError::FullTooShort { len })?;
    Ok(Some(Head::Packet {
        head: HEAD_LEN,
        len: packet,
        quick_ack: false,
    }))
}

/// Checks a whole frame, which has at least 12 bytes.
pub(super) fn check(frame: &[u8], expected: u32) -> Result<(), TransportError> {
    let (content, crc) = frame
        .split_last_chunk()
        .expect("a full frame has at least twelve bytes");
    let (computed, got) = (crc32fast::hash(content), u32::from_le_bytes(*crc));
    if computed != got {
        return Err(TransportError::FullCrc { computed, got });
    }
    let got = u32::from_le_bytes([content[4], content[5], content[6], content[7]]);
    if got != expected {
        return Err(TransportError::FullSequence { expected, got });
    }
    Ok(())
}

pub(super) fn write(packet: &[u8], number: u32, out: &mut BytesMut) {
    let start = out.len();
    out.put_u32_le((HEAD_LEN + packet.len() + CRC_LEN) as u32);
    out.put_u32_le(number);
    out.extend_from_slice(packet);
    out.put_u32_le(crc32fast::hash(&out[start..]));
}
