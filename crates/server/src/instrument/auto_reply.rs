//! Answers to methods that nobody wrote a handler for: the least that the schema allows.

use bytes::Bytes;
use heliogram_tl::reflect::Method;

/// Makes answers, always the same for the same seed.
pub(crate) struct AutoReply {
    _seed: u64,
}

impl AutoReply {
    pub(crate) fn new(seed: u64) -> Self {
        Self { _seed: seed }
    }

    /// A result of this method; none when the schema allows no finite one.
    pub(crate) fn answer(&self, _method: &'static Method) -> Option<Bytes> {
        None
    }
}
