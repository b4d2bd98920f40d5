//! The built-in types.

use bytes::Bytes;

use super::{Decode, Encode, Malformed, Reader, Writer};

/// 16 bytes that are a number or a nonce; compared and stored as they stand on the wire.
pub type Int128 = [u8; 16];
/// 32 bytes that are a number or a nonce; compared and stored as they stand on the wire.
pub type Int256 = [u8; 32];

const BOOL_TRUE: u32 = 0x9972_75b5;
const BOOL_FALSE: u32 = 0xbc79_9737;

impl Encode for i32 {
    fn encode(&self, out: &mut Writer) {
        out.int(*self);
    }
}

impl Decode for i32 {
    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        input.int()
    }
}

impl Encode for i64 {
    fn encode(&self, out: &mut Writer) {
        out.long(*self);
    }
}

impl Decode for i64 {
    const MIN_BYTES: usize = 8;

    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        input.long()
    }
}

impl Encode for f64 {
    fn encode(&self, out: &mut Writer) {
        out.raw(&self.to_le_bytes());
    }
}

impl Decode for f64 {
    const MIN_BYTES: usize = 8;

    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        input.array().map(Self::from_le_bytes)
    }
}

impl<const N: usize> Encode for [u8; N] {
    fn encode(&self, out: &mut Writer) {
        out.raw(self);
    }
}

impl<const N: usize> Decode for [u8; N] {
    const MIN_BYTES: usize = N;

    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        input.array()
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut Writer) {
        out.id(if *self { BOOL_TRUE } else { BOOL_FALSE });
    }
}

impl Decode for bool {
    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        match input.word()? {
            BOOL_TRUE => Ok(true),
            BOOL_FALSE => Ok(false),
            id => Err(input.unexpected(id)),
        }
    }
}

impl Encode for String {
    fn encode(&self, out: &mut Writer) {
        out.string(self);
    }
}

impl Decode for String {
    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        input.string()
    }
}

impl Encode for Bytes {
    fn encode(&self, out: &mut Writer) {
        out.byte_string(self);
    }
}

impl Decode for Bytes {
    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        input.bytes()
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Writer) {
        out.vector(self);
    }
}

impl<T: Decode> Decode for Vec<T> {
    const MIN_BYTES: usize = 8;

    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        input.vector()
    }
}
