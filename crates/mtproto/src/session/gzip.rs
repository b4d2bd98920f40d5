//! `gzip_packed#3072cfa1 packed_data:bytes = Object`: any object, compressed.
//!
//! It may stand wherever an object may: alone, in a container, as a result, as the query of a
//! wrapper. Some clients write a gzip header, others zlib's; both are read, gzip is written.
//! What comes out is bounded by the caller, since a kilobyte can inflate to a megabyte.
//!
//! `core.telegram.org/mtproto/service_messages`, "Packed Object".

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::{
    Compression,
    bufread::{GzDecoder, ZlibDecoder},
    write::GzEncoder,
};
use heliogram_tl::{Malformed, Reader, Writer};

/// The id of `gzip_packed`.
pub const GZIP_PACKED: u32 = 0x3072_cfa1;

/// An object this large or smaller is not worth compressing.
pub const WORTH_PACKING: usize = 1024;

/// How much of a large object is compressed first, to see whether it gets smaller at all:
/// a photograph does not.
const SAMPLE: usize = 4096;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Why a packed object could not be unpacked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UngzipError {
    /// The TL around the packed data is malformed.
    #[error("gzip_packed cannot be read: {0}")]
    Malformed(#[from] Malformed),
    /// The packed data is neither gzip nor zlib, or is damaged.
    #[error("the packed data is damaged")]
    Damaged,
    /// The object is larger than the caller allows.
    #[error("the object is larger than {limit} bytes when unpacked")]
    TooLarge {
        /// What the caller allows.
        limit: usize,
    },
    /// A packed object inside a packed object.
    #[error("a packed object holds another packed object")]
    Nested,
}

/// The object itself: unpacked when it is packed, and the same bytes when it is not. At most
/// `limit` bytes come out of a packed one.
///
/// # Errors
/// When it is packed and cannot be unpacked within `limit`.
pub fn ungzip(object: &Bytes, limit: usize) -> Result<Bytes, UngzipError> {
    if !is_packed(object) {
        return Ok(object.clone());
    }
    let mut input = Reader::new(object);
    input.expect(GZIP_PACKED)?;
    let packed = input.byte_string()?;
    input.end()?;
    let inflated = inflate(packed, limit)?;
    if is_packed(&inflated) {
        return Err(UngzipError::Nested);
    }
    Ok(inflated.into())
}

/// The object packed, when that makes it notably smaller.
#[must_use]
pub fn gzip(object: &[u8]) -> Option<Bytes> {
    if object.len() <= WORTH_PACKING {
        return None;
    }
    if object.len() > 2 * SAMPLE {
        deflate(&object[..SAMPLE]).filter(|packed| is_notably_smaller(packed.len(), SAMPLE))?;
    }
    let packed = deflate(object)?;
    if !is_notably_smaller(packed.len(), object.len()) {
        return None;
    }
    let mut out = Writer::append_to(Vec::with_capacity(packed.len() + 12));
    out.id(GZIP_PACKED);
    out.byte_string(&packed);
    out.finish().ok().map(Bytes::from)
}

/// Whether an object is packed.
#[must_use]
pub fn is_packed(object: &[u8]) -> bool {
    object.starts_with(&GZIP_PACKED.to_le_bytes())
}

fn is_notably_smaller(packed: usize, plain: usize) -> bool {
    packed < plain - plain / 8
}

fn inflate(packed: &[u8], limit: usize) -> Result<Vec<u8>, UngzipError> {
    let mut inflated = Vec::new();
    // One byte more than allowed tells "exactly at the limit" from "beyond it".
    let most = limit as u64 + 1;
    let result = if packed.starts_with(&GZIP_MAGIC) {
        GzDecoder::new(packed).take(most).read_to_end(&mut inflated)
    } else {
        ZlibDecoder::new(packed)
            .take(most)
            .read_to_end(&mut inflated)
    };
    match result {
        Ok(_) if inflated.len() > limit => Err(UngzipError::TooLarge { limit }),
        Ok(_) => Ok(inflated),
        Err(_) => Err(UngzipError::Damaged),
    }
}

fn deflate(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 2), Compression::fast());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use flate2::write::ZlibEncoder;

    use super::*;

    fn wrap(packed: &[u8]) -> Bytes {
        let mut out = Writer::new();
        out.id(GZIP_PACKED);
        out.byte_string(packed);
        out.finish().unwrap().into()
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let object = Bytes::from(vec![7; 50_000]);
        let packed = gzip(&object).expect("zeros get smaller");
        assert!(packed.len() < 5000 && packed.len().is_multiple_of(4));
        assert_eq!(ungzip(&packed, 50_000), Ok(object));
    }

    #[test]
    fn a_zlib_header_is_read_too() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&[1, 2, 3, 4]).unwrap();
        let packed = wrap(&encoder.finish().unwrap());
        assert_eq!(ungzip(&packed, 99), Ok(Bytes::from_static(&[1, 2, 3, 4])));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = wrap(&deflate(&vec![0; 4 << 20]).unwrap());
        assert!(bomb.len() < 1 << 16);
        let limit = 1 << 20;
        assert_eq!(ungzip(&bomb, limit), Err(UngzipError::TooLarge { limit }));
        // Nothing beyond the limit is even looked at: the damage there is not found.
        let mut packed = deflate(&vec![0; 4 << 20]).unwrap();
        packed.truncate(packed.len() / 2);
        let cut = wrap(&packed);
        assert_eq!(ungzip(&cut, limit), Err(UngzipError::TooLarge { limit }));
        assert_eq!(ungzip(&cut, 8 << 20), Err(UngzipError::Damaged));
        let inner = wrap(&deflate(&wrap(&[1; 8])).unwrap());
        assert_eq!(ungzip(&inner, limit), Err(UngzipError::Nested));
    }

    #[test]
    fn what_does_not_shrink_stays_as_it_is() {
        let noise: Vec<u8> = (0u32..20_000)
            .map(|n| {
                (n.wrapping_mul(2_654_435_761) >> 13) as u8 ^ (n.wrapping_mul(40_503) >> 7) as u8
            })
            .collect();
        let random = deflate(&noise).unwrap();
        assert_eq!(gzip(&random), None);
        assert_eq!(gzip(&[0; WORTH_PACKING]), None);
        let plain = Bytes::from_static(b"plain");
        assert_eq!(ungzip(&plain, 1), Ok(plain));
    }

    #[test]
    fn damage_is_an_error() {
        let packed = gzip(&[7; 5000]).unwrap();
        for end in 0..packed.len() {
            let cut = packed.slice(..end);
            assert!(end < 4 || ungzip(&cut, 5000).is_err());
        }
        assert_eq!(ungzip(&wrap(&[]), 9), Err(UngzipError::Damaged));
    }
}
