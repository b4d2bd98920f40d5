//! The journal: every call and its answer, for tests to assert on and for people to read.
//!
//! A call is kept as bytes of the newest layer and decoded only when somebody reads it, so keeping costs one
//! copy ([`keeping`]). What is kept is bounded in bytes; the oldest calls go first. An [`Entry`] is a decoded
//! call. Its secret fields (`schema/secret_fields.txt`) are there in process; whatever leaves as text hides them
//! unless it is asked for them ([`Secrets`]). The canonical form ([`Entry::canonical`]) leaves out what differs from one
//! run to the next although nothing happened differently.
//!
//! A query that cannot be read has no request, only its length; when its first four bytes name a method, it
//! has that name all the same.

mod answered_by;
mod canonical;
mod entry;
mod filter;
mod keeping;
mod redaction;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;

pub use self::answered_by::{AnsweredBy, By, ByError};
pub use self::canonical::make_canonical;
pub(crate) use self::entry::OF_THIS_RUN;
pub use self::entry::{CallAnswer, CallError, Entry};
pub use self::filter::Filter;
pub(crate) use self::keeping::{Copied, Record};
pub use self::redaction::{HIDDEN, Secrets, hide, left_out};

use self::filter::Sieve;
use self::keeping::Kept;
use super::{Event, Events};
use crate::operations::OperationError;

/// The last calls of a world, bounded in memory.
#[derive(Debug)]
pub struct Journal {
    kept: Mutex<Kept>,
    is_kept: bool,
    events: Events,
}

impl Journal {
    /// Keeps calls of at most so many bytes; none for 0.
    pub(crate) fn new(bound: usize, events: Events) -> Self {
        Self {
            kept: Mutex::new(Kept::new(bound)),
            is_kept: bound > 0,
            events,
        }
    }

    /// The calls that pass a filter.
    ///
    /// # Errors
    /// When the filter names a method or field that does not exist.
    pub fn read(&self, filter: &Filter) -> Result<Vec<Entry>, OperationError> {
        let sieve = Sieve::new(filter)?;
        let limit = filter.limit.unwrap_or(usize::MAX);
        let records = self.kept().since(filter.since);
        let passed = |record: &Arc<Record>| sieve.passes(record);
        Ok(if filter.newest_first {
            let records = records.iter().rev().filter(|record| passed(record));
            records.take(limit).map(|record| record.entry()).collect()
        } else {
            let records = records.iter().filter(|record| passed(record));
            records.take(limit).map(|record| record.entry()).collect()
        })
    }

    /// How many calls pass a filter, its limit left aside.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn count(&self, filter: &Filter) -> Result<usize, OperationError> {
        let sieve = Sieve::new(filter)?;
        let records = self.kept().since(filter.since);
        Ok(records.iter().filter(|record| sieve.passes(record)).count())
    }

    /// The first call after `filter.since` that passes a filter: one that is there already, or the next that
    /// comes. None when none came in time.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn wait(
        &self,
        filter: &Filter,
        timeout: Duration,
    ) -> Result<Option<Entry>, OperationError> {
        let sieve = Sieve::new(filter)?;
        let mut since = filter.since;
        let look = || {
            let records = self.kept().since(since);
            since = records.last().map_or(since, |record| record.number);
            let found = records.iter().find(|record| sieve.passes(record));
            std::future::ready(Ok(found.map(|record| record.entry())))
        };
        let is_call = |event: &Event| matches!(event, Event::Call(_));
        self.events.wait_for(timeout, is_call, look).await
    }

    /// The number of the newest call; `since` this number means "from now on". 0 when there was none.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.kept().newest()
    }

    /// How many bytes the calls that are kept take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.kept().bytes()
    }

    /// Forgets all calls. Numbers go on.
    pub fn clear(&self) {
        self.kept().clear();
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Keeps a call, gives it its number, and says that it happened.
    pub(crate) fn record(&self, record: Record) {
        tracing::debug!(target: LOG, call = ?record.entry());
        let number = self.kept().push(record);
        self.events.publish(Event::Call(number));
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // A thread that panicked leaves it whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lines of JSON, as `heliogram replay` reads them.
#[must_use]
pub fn to_ndjson(documents: impl IntoIterator<Item = Json>) -> String {
    let mut lines = String::new();
    for document in documents {
        lines.push_str(&document.to_string());
        lines.push('\n');
    }
    lines
}

/// `HELIOGRAM_LOG=heliogram_server::journal=debug` logs every call; nothing is decoded unless it does.
const LOG: &str = "heliogram_server::journal";
