//! An object whose bytes are kept as they are.

use bytes::Bytes;

use super::{Decode, Encode, Malformed, Reader, Writer};

/// The rest of the input, unread: what stands where the schema says `!X`, for code that
/// passes an object on without knowing it. As a value to write, its bytes as they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Raw(pub Bytes);

impl Encode for Raw {
    fn encode(&self, out: &mut Writer) {
        out.raw(&self.0);
    }
}

impl Decode for Raw {
    fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
        let rest = input.remaining();
        input.take_shared(rest.len()).map(Self)
    }
}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::reflect::debug(self, f)
    }
}
