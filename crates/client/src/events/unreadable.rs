//! Something that this layer does not know.

use std::fmt;

use bytes::Bytes;
use heliogram_tl::{DecodeError, Fault};

/// An object of the server that holds a constructor which this version of the schema does not know.
///
/// TL writes no lengths, so nothing behind such a constructor can be read. The client fetches what the object
/// stood for; a server ahead of us often tells the same in another form then.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadableEvent {
    /// The unknown constructor; that of the whole object when something else is wrong with it.
    pub id: u32,
    /// The whole object.
    pub bytes: Bytes,
    /// Where reading it ended, and why.
    pub error: DecodeError,
}

impl UnreadableEvent {
    pub(crate) fn new(bytes: Bytes, error: DecodeError) -> Self {
        let id = match error.fault {
            Fault::UnexpectedId(id) => id,
            _ => bytes.first_chunk().copied().map_or(0, u32::from_le_bytes),
        };
        Self { id, bytes, error }
    }
}

impl fmt::Display for UnreadableEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (length, error) = (self.bytes.len(), &self.error);
        write!(f, "an object of {length} bytes cannot be read: {error}")
    }
}

impl fmt::Debug for UnreadableEvent {
    // The bytes may hold what people write to each other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadableEvent")
            .field("id", &format_args!("{:#010x}", self.id))
            .field("bytes", &self.bytes.len())
            .field("error", &self.error)
            .finish()
    }
}
