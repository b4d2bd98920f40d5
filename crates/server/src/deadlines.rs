//! What happens by itself when its day comes.
//!
//! Two things: a pending deletion is carried out, and an account that nobody used for as long as its owner
//! set (`account.setAccountTTL`) is deleted. Both fire before anything else may happen at or after
//! their moment, so whoever confirms at the very second of execution comes too late.

use crate::cx::Scope;
use crate::deletion;
use crate::store::{StoreError, Tx};

/// Fires all that is due at `until`, in order, each at its own moment.
pub(crate) fn fire_until(scope: &mut Scope<'_>, until: i64) -> Result<(), StoreError> {
    let resumed = scope.now;
    while let Some((at, user_id)) = next_with_user(scope.tx)?.filter(|(at, _)| *at <= until) {
        scope.now = at;
        tracing::info!(user_id, at, "an account is deleted, its time has come");
        deletion::execute(scope, user_id, None)?;
    }
    scope.now = resumed;
    Ok(())
}

/// The moment of the next one; the end of time when there is none.
pub(crate) fn next(tx: Tx<'_>) -> Result<i64, StoreError> {
    Ok(next_with_user(tx)?.map_or(i64::MAX, |(at, _)| at))
}

fn next_with_user(tx: Tx<'_>) -> Result<Option<(i64, i64)>, StoreError> {
    let due = tx
        .deletions()
        .next_due()?
        .map(|deletion| (deletion.due_at, deletion.user_id));
    let idle = tx.accounts().next_idle()?;
    Ok(match (due, idle) {
        (Some(due), Some(idle)) => Some(due.min(idle)),
        (due, idle) => due.or(idle),
    })
}
