//! The TL codec: how values become bytes and back.
//!
//! `core.telegram.org/mtproto/serialize`. Everything is little-endian and aligned to four
//! bytes. A boxed object is a 32-bit constructor id and then its fields; a bare one is its
//! fields only. A string or byte array has a length prefix of one byte (below 254) or four
//! (`fe` and 24 bits), and zero bytes up to the alignment. A boxed vector is
//! `1cb5c415`, a count and its elements.

mod fault;
mod primitives;
mod raw;
mod reader;
mod writer;

pub(crate) use reader::tri;

pub use fault::{DecodeError, EncodeError, Fault, Malformed};
pub use primitives::{Int128, Int256};
pub use raw::Raw;
pub use reader::Reader;
pub use writer::Writer;

use bytes::Bytes;

/// A value that can be written as TL.
pub trait Encode {
    /// Appends the value, boxed when its type is.
    fn encode(&self, out: &mut Writer);

    /// The value's bytes.
    ///
    /// # Errors
    /// When the value cannot be expressed: of several optionals that share one bit some are
    /// set and some are not, or a byte string is 16 MiB or longer.
    fn to_bytes(&self) -> Result<Vec<u8>, EncodeError>
    where
        Self: Sized, // kept out of the vtables of 2,500 types
    {
        bytes_of(self)
    }
}

fn bytes_of(value: &dyn Encode) -> Result<Vec<u8>, EncodeError> {
    let mut out = Writer::new();
    value.encode(&mut out);
    out.finish()
}

/// A value that can be read from TL.
pub trait Decode: Sized {
    /// The least number of bytes one value takes; bounds what a vector's count may claim.
    const MIN_BYTES: usize = 4;

    /// Reads one value and leaves the reader behind it.
    ///
    /// # Errors
    /// Where and why the bytes are not such a value. [`Decode::from_bytes`] gives the path of
    /// the field as well.
    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed>;

    /// Reads one value that fills `bytes` exactly. Long `bytes` fields become slices of
    /// the input, without a copy.
    ///
    /// # Errors
    /// Where and why the bytes are not such a value, with the path of the field.
    fn from_bytes(bytes: &Bytes) -> Result<Self, DecodeError> {
        let mut input = Reader::of_shared(bytes);
        let value = Self::decode(&mut input).and_then(|value| {
            input.end()?;
            Ok(value)
        });
        value.map_err(|malformed| crate::reflect::locate(bytes, &malformed))
    }
}

/// A constructor with fields, or a method: anything with an id and a bare form.
pub trait Combinator: Sized {
    /// The 32-bit id that makes the bare form boxed.
    const ID: u32;
    /// The name as the schema spells it: `account.sendConfirmPhoneCode`.
    const NAME: &'static str;

    /// Appends the fields, without the id.
    fn encode_bare(&self, out: &mut Writer);

    /// Reads the fields, without the id.
    ///
    /// # Errors
    /// Where and why the bytes are not these fields.
    fn decode_bare(input: &mut Reader<'_>) -> Result<Self, Malformed>;
}

impl<T: Combinator> Encode for T {
    fn encode(&self, out: &mut Writer) {
        out.id(Self::ID);
        self.encode_bare(out);
    }
}

impl<T: Combinator> Decode for T {
    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        tri!(input.expect(Self::ID));
        Self::decode_bare(input)
    }
}
