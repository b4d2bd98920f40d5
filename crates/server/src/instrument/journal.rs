//! The journal: every call and its answer, as bytes of the newest layer, decoded when somebody reads.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use heliogram_tl::RpcError;

/// Who answered a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnsweredBy {
    /// The method's handler.
    Handler,
    /// A rule, by its id.
    Rule(u64),
    /// A fault, by its id.
    Fault(u64),
    /// `--auto-reply`.
    AutoReply,
    /// Nobody: it was refused before any of them.
    Nobody,
}

/// A call and its answer.
#[derive(Clone)]
pub struct Record {
    /// Its number in this journal, from 1.
    pub number: u64,
    /// Business time, unix seconds.
    pub date: i64,
    /// The connection it came by.
    pub connection: u64,
    /// The auth key of its envelope.
    pub key: i64,
    /// Its session.
    pub session_id: i64,
    /// Its message id.
    pub msg_id: i64,
    /// Who was logged in.
    pub user_id: Option<i64>,
    /// The caller's layer.
    pub layer: i32,
    /// The DC it was sent to.
    pub dc_id: i32,
    /// The method; none when the query cannot be read.
    pub method: Option<&'static str>,
    /// The query without its wrappers, in the newest layer.
    pub query: Bytes,
    /// The result in the newest layer, or the error.
    pub result: Result<Bytes, RpcError>,
    /// Who answered.
    pub by: AnsweredBy,
    /// From its arrival to its answer.
    pub took: Duration,
}

/// The last calls of a world, bounded in memory.
pub struct Journal {
    bound: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    records: VecDeque<Record>,
    next: u64,
}

impl Journal {
    /// Keeps records of at most so many bytes; none for 0.
    pub(crate) fn new(bound: usize) -> Self {
        Self {
            bound,
            kept: Mutex::default(),
        }
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.bound > 0
    }

    /// Keeps a record and gives it its number.
    pub(crate) fn record(&self, mut record: Record) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.next += 1;
        record.number = kept.next;
        kept.records.push_back(record);
        kept.next
    }
}
