//! How calls are kept: as a copy of their bytes, and no more of them than the bound allows.
//!
//! A query arrives as a slice of the packet that brought it, and keeping the slice would keep the packet: a
//! container of a megabyte for the sake of a call of 40 bytes. So query and result are copied, both into one
//! allocation of just their size. Parts of files, in both directions, are kept by their first bytes. What a call is charged is all that it occupies, the record itself and the
//! allocator's share included, so that the bound holds for small calls too.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use heliogram_tl::api::upload::{File, SaveBigFilePart, SaveFilePart};
use heliogram_tl::reflect::Method;
use heliogram_tl::{Combinator, RpcError};

use super::AnsweredBy;

/// What an allocation costs beyond its bytes: the allocator's header, and rounding up to 16.
const ALLOCATION: usize = 32;
/// A deque doubles when it is full, so it may have a free place for every call.
const PLACES: usize = 2 * size_of::<Arc<Record>>();

/// How much is kept of the bytes of a file part: with the length before it, a multiple of four.
const FILE_BYTES: usize = 63;

/// A call and its answer.
#[derive(Debug)]
pub(crate) struct Record {
    /// From 1; given by the journal.
    pub(crate) number: u64,
    /// Business time, unix seconds.
    pub(crate) date: i64,
    pub(crate) connection: u64,
    /// The auth key of its envelope.
    pub(crate) key: i64,
    pub(crate) session_id: i64,
    pub(crate) msg_id: i64,
    pub(crate) user_id: Option<i64>,
    pub(crate) layer: i32,
    pub(crate) dc_id: i32,
    /// None when the query cannot be read.
    pub(crate) method: Option<&'static Method>,
    pub(crate) copied: Copied,
    pub(crate) by: AnsweredBy,
    pub(crate) took: Duration,
}

/// A query and its result, or the error. Both in the newest layer, the query without its wrappers.
pub(crate) struct Copied {
    bytes: Box<[u8]>,
    query: usize,
    /// How long the query was before the bytes of a file were cut.
    query_length: usize,
    error: Option<RpcError>,
}

/// The calls of a journal.
#[derive(Debug)]
pub(super) struct Kept {
    bound: usize,
    bytes: usize,
    newest: u64,
    records: VecDeque<Arc<Record>>,
}

impl Copied {
    pub(crate) fn new(query: &[u8], result: &Result<Bytes, RpcError>) -> Self {
        let (result, error) = match result {
            Ok(result) => (&result[..], None),
            Err(error) => (&[][..], Some(error.clone())),
        };
        let (short_query, short_result) = (cut(query), cut(result));
        Self {
            bytes: [&short_query[..], &short_result[..]].concat().into(),
            query: short_query.len(),
            query_length: query.len(),
            error,
        }
    }

    /// How long the query was.
    pub(super) fn query_length(&self) -> usize {
        self.query_length
    }

    pub(super) fn query(&self) -> &[u8] {
        &self.bytes[..self.query]
    }

    pub(super) fn result(&self) -> Result<&[u8], &RpcError> {
        match &self.error {
            Some(error) => Err(error),
            None => Ok(&self.bytes[self.query..]),
        }
    }
}

/// Without most of the bytes of a file, of which a single one would push everything else out of the journal.
fn cut(object: &[u8]) -> Cow<'_, [u8]> {
    // Where `bytes` begins, which is the last field of all three.
    let head = match object.first_chunk().map(|id| u32::from_le_bytes(*id)) {
        Some(SaveFilePart::ID) => 16,
        Some(SaveBigFilePart::ID) => 20,
        Some(File::ID) => 12,
        _ => return object.into(),
    };
    match object.split_at_checked(head) {
        // Longer bytes than 253 begin with 254 and their length in three bytes.
        Some((head, [254, _, _, _, bytes @ ..])) => {
            let mut short = head.to_vec();
            short.push(FILE_BYTES as u8);
            short.extend(&bytes[..FILE_BYTES.min(bytes.len())]);
            short.into()
        }
        _ => object.into(),
    }
}

impl Record {
    /// What it occupies.
    fn cost(&self) -> usize {
        let name = self.copied.error.as_ref();
        let name = name.map_or(0, |error| error.name.capacity() + ALLOCATION);
        let counts = 2 * size_of::<usize>();
        let record = size_of::<Self>() + counts + ALLOCATION;
        PLACES + record + self.copied.bytes.len() + ALLOCATION + name
    }
}

impl Kept {
    pub(super) fn new(bound: usize) -> Self {
        Self {
            bound,
            bytes: 0,
            newest: 0,
            records: VecDeque::new(),
        }
    }

    /// Keeps a call under the next number, at the cost of the oldest.
    pub(super) fn push(&mut self, mut record: Record) -> u64 {
        self.newest += 1;
        record.number = self.newest;
        self.bytes += record.cost();
        self.records.push_back(Arc::new(record));
        while self.bytes > self.bound
            && let Some(oldest) = self.records.pop_front()
        {
            self.bytes -= oldest.cost();
        }
        self.newest
    }

    /// The calls after this number, oldest first.
    pub(super) fn since(&self, number: u64) -> Vec<Arc<Record>> {
        // Numbers have no gaps, so the newest few are found without a look at the others.
        let wanted = usize::try_from(self.newest.saturating_sub(number)).unwrap_or(usize::MAX);
        let skipped = self.records.len().saturating_sub(wanted);
        self.records.iter().skip(skipped).cloned().collect()
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn clear(&mut self) {
        self.records = VecDeque::new();
        self.bytes = 0;
    }
}

impl std::fmt::Debug for Copied {
    /// Without the bytes: they hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Copied({} bytes)", self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(query: &[u8]) -> Record {
        Record {
            number: 0,
            date: 0,
            connection: 1,
            key: 1,
            session_id: 1,
            msg_id: 4,
            user_id: None,
            layer: heliogram_tl::LAYER,
            dc_id: 2,
            method: None,
            copied: Copied::new(query, &Err(RpcError::new(400, "INPUT_FETCH_ERROR"))),
            by: AnsweredBy::Nobody,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn the_oldest_calls_go_first() {
        let one = record(&[0; 40]).cost();
        let mut kept = Kept::new(3 * one);
        for _ in 0..10 {
            kept.push(record(&[0; 40]));
        }
        let numbers = |since| -> Vec<u64> {
            let records = kept.since(since);
            records.iter().map(|record| record.number).collect()
        };
        assert_eq!(kept.bytes(), 3 * one);
        assert_eq!(numbers(0), [8, 9, 10]);
        assert_eq!(numbers(9), [10]);
        assert_eq!(numbers(99), [0; 0]);
    }

    #[test]
    fn a_call_that_is_larger_than_the_bound_is_not_kept() {
        let mut kept = Kept::new(1_000);
        assert_eq!(kept.push(record(&[0; 2_000])), 1);
        assert_eq!((kept.bytes(), kept.since(0).len()), (0, 0));
        assert_eq!(kept.push(record(&[0; 20])), 2);
        assert_eq!(kept.since(0).len(), 1);
    }

    #[test]
    fn forgetting_leaves_nothing_and_numbers_go_on() {
        let mut kept = Kept::new(1 << 20);
        kept.push(record(&[]));
        kept.clear();
        assert_eq!((kept.bytes(), kept.since(0).len()), (0, 0));
        assert_eq!(kept.push(record(&[])), 2);
    }

    #[test]
    fn a_slice_of_a_packet_does_not_hold_the_packet() {
        let packet = Bytes::from(vec![7; 1 << 20]);
        let query = packet.slice(100..140);
        let copied = Copied::new(&query, &Ok(packet.slice(200..220)));
        drop(query);
        assert!(packet.is_unique());
        assert_eq!(copied.query(), [7; 40]);
        assert_eq!(copied.result().unwrap(), [7; 20]);
    }
}
