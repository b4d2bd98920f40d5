//! Finds the path of a fault after a generated decoder met it.
//!
//! The generated decoders keep no path, so that they stay small and quick. When one fails, the
//! bytes are walked once more by the tables, which fails at the same place and knows where.

use bytes::Bytes;

use super::tables::by_id;
use super::walk::{fault_of, is_trailing};
use crate::{DecodeError, Malformed, Reader};

pub(crate) fn locate(bytes: &Bytes, malformed: &Malformed) -> DecodeError {
    let unlocated = |path: &str| DecodeError {
        path: path.to_owned(),
        offset: malformed.offset(),
        fault: malformed.fault(),
    };
    let root = Reader::new(bytes).peek_word().and_then(by_id);
    if is_trailing(malformed.fault()) {
        return unlocated(root.map_or("", |combinator| combinator.name));
    }
    fault_of(bytes)
        .filter(|found| found.offset == malformed.offset())
        .unwrap_or_else(|| unlocated(""))
}
