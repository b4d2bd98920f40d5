//! The one thread that writes.
//!
//! Jobs come in over a channel. Several go into one commit, each in a savepoint of its own, so that one that
//! fails takes nothing with it. After the commit, and not before, pushes and events leave and replies go
//! out. Before each job everything due at its moment is fired.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, atomic::Ordering};
use std::time::Duration;

use rusqlite::Connection;

use crate::clock::Clock;
use crate::core::Shared;
use crate::cx::{News, Scope};
use crate::deadlines;
use crate::store::{StoreError, Tx};

/// How many jobs may share a commit: bounds how long the first waits for the last.
const BATCH: usize = 64;
/// How long the thread sleeps at most when nothing is due.
const NAP: Duration = Duration::from_secs(3600);
/// How often stored replies that are too old are removed, in seconds of wire time.
const FORGET_EVERY: i64 = 30;

/// Something to do in a transaction.
pub(crate) struct Job {
    pub(crate) wire_now: i64,
    pub(crate) run: Box<dyn FnOnce(&mut Turn<'_>) -> Done + Send>,
}

/// What a job works on.
pub(crate) struct Turn<'a> {
    pub(crate) scope: Scope<'a>,
    /// A job may set it.
    pub(crate) clock: Clock,
    pub(crate) wire_now: i64,
}

/// How a job ended.
pub(crate) struct Done {
    /// Whether its changes stay.
    pub(crate) keep: bool,
    /// Called after the commit; told whether there was one.
    pub(crate) after: Box<dyn FnOnce(bool) + Send>,
}

/// Runs until the channel is closed and empty.
pub(crate) fn run(mut connection: Connection, jobs: &Receiver<Job>, shared: &Arc<Shared>) {
    let mut forgotten_at = 0;
    loop {
        let first = match jobs.recv_timeout(nap(shared)) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let wire_now = first
            .as_ref()
            .map_or_else(|| shared.settings.wire_clock.now(), |job| job.wire_now);
        let batch = first.into_iter().chain(jobs.try_iter()).take(BATCH);
        if let Err(error) = commit(&mut connection, batch, wire_now, &mut forgotten_at, shared) {
            tracing::error!(%error, "a batch of calls could not be committed");
        }
    }
}

fn commit(
    connection: &mut Connection,
    batch: impl Iterator<Item = Job>,
    wire_now: i64,
    forgotten_at: &mut i64,
    shared: &Shared,
) -> Result<(), StoreError> {
    let mut clock = shared.clock();
    let mut news = News::default();
    let mut afters = Vec::new();
    let committed = (|| {
        let mut transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        fire_due(
            &mut transaction,
            clock.business(wire_now),
            shared,
            &mut news,
        )?;
        for job in batch {
            fire_due(
                &mut transaction,
                clock.business(job.wire_now),
                shared,
                &mut news,
            )?;
            run_job(
                &mut transaction,
                job,
                &mut clock,
                shared,
                &mut news,
                &mut afters,
            )?;
        }
        let tx = Tx::new(&transaction);
        if wire_now - *forgotten_at >= FORGET_EVERY {
            tx.replies().forget_old(wire_now)?;
            *forgotten_at = wire_now;
        }
        let position = shared.random.position();
        if let Some(position) = position
            && tx.randomness()? != Some(position)
        {
            tx.set_randomness(position)?;
        }
        let next = deadlines::next(tx)?;
        transaction.commit()?;
        Ok(next)
    })();
    if let Ok(next) = &committed {
        shared.set_clock(clock);
        shared.next_deadline.store(*next, Ordering::Release);
        shared.publish(news);
    }
    for after in afters {
        after(committed.is_ok());
    }
    committed.map(drop)
}

fn fire_due(
    transaction: &mut rusqlite::Transaction<'_>,
    now: i64,
    shared: &Shared,
    news: &mut News,
) -> Result<(), StoreError> {
    let tx = Tx::new(transaction);
    if deadlines::next(tx)? > now {
        return Ok(());
    }
    let mut scope = shared.scope(tx, now);
    deadlines::fire_until(&mut scope, now)?;
    news.append(scope.news);
    Ok(())
}

fn run_job(
    transaction: &mut rusqlite::Transaction<'_>,
    job: Job,
    clock: &mut Clock,
    shared: &Shared,
    news: &mut News,
    afters: &mut Vec<Box<dyn FnOnce(bool) + Send>>,
) -> Result<(), StoreError> {
    let mut savepoint = transaction.savepoint()?;
    let mut turn = Turn {
        scope: shared.scope(Tx::new(&savepoint), clock.business(job.wire_now)),
        clock: *clock,
        wire_now: job.wire_now,
    };
    // A job that panics is dropped, which its caller notices; the thread must live on.
    let done = catch_unwind(AssertUnwindSafe(|| (job.run)(&mut turn)));
    let (clock_set, said) = (turn.clock, turn.scope.news);
    match done {
        Ok(Done { keep: true, after }) => {
            savepoint.commit()?;
            *clock = clock_set;
            news.append(said);
            afters.push(after);
        }
        Ok(Done { keep: false, after }) => {
            savepoint.rollback()?;
            afters.push(after);
        }
        Err(_) => {
            tracing::error!("a call panicked; its changes are undone");
            savepoint.rollback()?;
        }
    }
    Ok(())
}

/// Until the next deadline, as the system's clock has it.
fn nap(shared: &Shared) -> Duration {
    let clock = shared.clock();
    let next = shared.next_deadline.load(Ordering::Acquire);
    if clock.frozen.is_some() || next == i64::MAX {
        return NAP;
    }
    let left = next.saturating_sub(clock.business(shared.settings.wire_clock.now()));
    Duration::from_secs(left.max(0) as u64).clamp(Duration::from_millis(20), NAP)
}
