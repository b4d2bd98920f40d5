//! The padded intermediate transport: as [`super::intermediate`], with random bytes behind the
//! packet that the length includes.
//!
//! ```text
//! dddddddd                                       once, from the client
//! length (4 bytes) | packet | 0..15 random bytes
//! ```
//!
//! How many they are is not written anywhere. It follows from the packet: an encrypted one has
//! 24 bytes and then whole AES blocks, a plain one says its own length, and what is shorter than
//! both is a transport error of four bytes.

use bytes::BytesMut;
use heliogram_crypto::Random;

use super::intermediate;

/// What the client begins with, and what an obfuscated header says.
pub(super) const TAG: [u8; 4] = [0xdd; 4];

/// The most padding a peer may add.
pub(super) const MAX_PADDING: usize = 15;

/// The length of the packet at the front of `padded`.
pub(super) fn packet_len(padded: &[u8]) -> usize {
    let len = padded.len();
    // Neither a plain message nor an encrypted one is this short.
    if len < PLAIN_HEAD {
        return len.min(4);
    }
    if padded[..8] == [0; 8] {
        let body = u32::from_le_bytes([padded[16], padded[17], padded[18], padded[19]]) as usize;
        // A body longer than the frame is for the reader of plain messages to refuse.
        return len.min(body.saturating_add(PLAIN_HEAD));
    }
    match len.checked_sub(ENCRYPTED_HEAD) {
        None => len,
        Some(blocks) => len - blocks % 16,
    }
}

pub(super) fn write(packet: &[u8], quick_ack: bool, random: &mut dyn Random, out: &mut BytesMut) {
    // Up to 15 bytes are allowed, but a library in wide use takes the packet to end at the last
    // multiple of four and breaks on more than three.
    let mut padding = [0; 4];
    random.fill(&mut padding);
    let count = usize::from(padding[3] % 4);
    intermediate::write_head(packet.len() + count, quick_ack, out);
    out.extend_from_slice(packet);
    out.extend_from_slice(&padding[..count]);
}

/// auth_key_id, msg_id and length of a plain message.
const PLAIN_HEAD: usize = 20;
/// auth_key_id and msg_key of an encrypted one.
const ENCRYPTED_HEAD: usize = 24;
