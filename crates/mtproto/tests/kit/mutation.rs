//! Random bytes, and messages with something wrong in them.

use bytes::BytesMut;
use heliogram_crypto::Random;

use crate::stream::Stream;

/// Up to `max` bytes.
pub(crate) fn random_bytes(random: &mut Stream, max: usize) -> Vec<u8> {
    let mut len = [0; 2];
    random.fill(&mut len);
    let mut bytes = vec![0; usize::from(u16::from_le_bytes(len)) % (max + 1)];
    random.fill(&mut bytes);
    bytes
}

/// Flips a bit, overwrites four bytes with an unlucky number, cuts, or inserts.
pub(crate) fn mutate(bytes: &mut BytesMut, random: &mut Stream) {
    let mut drawn = [0; 8];
    random.fill(&mut drawn);
    let [how, a, b, c, ..] = drawn;
    let at = (usize::from(a) << 8 | usize::from(b)) % bytes.len().max(1);
    match how % 4 {
        0 => bytes[at] ^= 1 << (c % 8),
        1 => {
            let unlucky =
                [0, 1, u32::MAX, 1 << 31, 0x7fff_ffff, 0x00ff_fffe, 254, 0xfe][usize::from(c % 8)];
            let end = bytes.len().min(at + 4);
            bytes[at..end].copy_from_slice(&unlucky.to_le_bytes()[..end - at]);
        }
        2 => bytes.truncate(at),
        _ => {
            let tail = bytes.split_off(at);
            bytes.extend_from_slice(&random_bytes(random, 20));
            bytes.extend_from_slice(&tail);
        }
    }
}
