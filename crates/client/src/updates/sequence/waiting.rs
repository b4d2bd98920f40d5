//! What came too early in a sequence, put aside until the gap before it is filled.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Things put aside, in order, and since when something is missing.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    items: VecDeque<Numbered<T>>,
    since: Option<Instant>,
    patience: Duration,
}

#[derive(Debug)]
struct Numbered<T> {
    before: i32,
    number: i32,
    item: T,
}

/// What became of something that was offered.
#[derive(Debug)]
pub(super) struct Offered<T> {
    /// What is next now, in order.
    pub(super) fit: Vec<T>,
    /// Too much is waiting: nobody should wait for the gap to fill by itself.
    pub(super) full: bool,
}

impl<T> Waiting<T> {
    /// Offers something that follows `before` and leads to `number`, to a sequence that has come to `at`.
    pub(super) fn offer(
        &mut self,
        at: i32,
        before: i32,
        number: i32,
        item: T,
        now: Instant,
    ) -> Offered<T> {
        let mut fit = Vec::new();
        let mut full = false;
        if before == at {
            fit.push(item);
            fit.extend(self.take_fitting(number));
        } else if before > at {
            if self.items.len() < MAX_WAITING {
                let after = self.items.partition_point(|other| other.before <= before);
                let numbered = Numbered {
                    before,
                    number,
                    item,
                };
                self.items.insert(after, numbered);
            } else {
                full = true;
            }
            self.since.get_or_insert(now);
        }
        Offered { fit, full }
    }

    /// After the sequence has come to `at` by other means. What does not fit even now waits longer each
    /// time.
    pub(super) fn again(&mut self, at: i32, now: Instant) -> Offered<T> {
        let fit = self.take_fitting(at);
        if !self.items.is_empty() {
            self.since = Some(now);
            self.patience = (self.patience * 2).min(MAX_PATIENCE);
        }
        Offered { fit, full: false }
    }

    /// When the gap has lasted too long.
    pub(super) fn due(&self) -> Option<Instant> {
        self.since.map(|since| since + self.patience)
    }

    /// Whether the gap has lasted too long; says so once.
    pub(super) fn take_due(&mut self, now: Instant) -> bool {
        let due = self.due().is_some_and(|due| due <= now);
        if due {
            self.since = None;
        }
        due
    }

    /// What is next at `at`, and next after that. What lies behind is forgotten.
    fn take_fitting(&mut self, mut at: i32) -> Vec<T> {
        let mut fit = Vec::new();
        while let Some(first) = self.items.front()
            && first.before <= at
        {
            let Some(first) = self.items.pop_front() else {
                break;
            };
            if first.before == at {
                at = first.number;
                fit.push(first.item);
            }
        }
        if self.items.is_empty() {
            self.since = None;
            self.patience = PATIENCE;
        }
        fit
    }
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self {
            items: VecDeque::new(),
            since: None,
            patience: PATIENCE,
        }
    }
}

/// How long a gap may last before it is fetched: `core.telegram.org/api/updates`, "Recovering gaps".
const PATIENCE: Duration = Duration::from_millis(500);
/// The longest wait between two fetches that do not fill the gap.
const MAX_PATIENCE: Duration = Duration::from_secs(60);
/// How many are put aside.
const MAX_WAITING: usize = 1000;
