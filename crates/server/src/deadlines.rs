//! What happens by itself when its day comes.
//!
//! Three things: a pending deletion is carried out, an account that nobody used for as long as its owner
//! set (`account.setAccountTTL`) is deleted, and whoever was online and is not heard of any more goes offline. All fire
//! before anything else may happen at or after their moment, so whoever confirms at the very second of execution
//! comes too late.

use crate::cx::Scope;
use crate::deletion;
use crate::people::presence;
use crate::store::{StoreError, Tx};

/// What there is to do for an account; of two at the same moment the first of these is first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Offline,
    Deletion,
}

/// Fires all that is due at `until`, in order, each at its own moment.
pub(crate) fn fire_until(scope: &mut Scope<'_>, until: i64) -> Result<(), StoreError> {
    let resumed = scope.now;
    while let Some((at, due, user_id)) = first(scope.tx)?.filter(|(at, ..)| *at <= until) {
        scope.now = at;
        match due {
            Due::Offline => presence::leave(scope, user_id)?,
            Due::Deletion => {
                tracing::info!(user_id, at, "an account is deleted, its time has come");
                deletion::execute(scope, user_id, None)?;
            }
        }
    }
    scope.now = resumed;
    Ok(())
}

/// The moment of the next one; the end of time when there is none.
pub(crate) fn next(tx: Tx<'_>) -> Result<i64, StoreError> {
    Ok(first(tx)?.map_or(i64::MAX, |(at, ..)| at))
}

fn first(tx: Tx<'_>) -> Result<Option<(i64, Due, i64)>, StoreError> {
    let pending = tx
        .deletions()
        .next_due()?
        .map(|deletion| (deletion.due_at, Due::Deletion, deletion.user_id));
    let idle = tx.accounts().next_idle()?;
    let offline = tx.accounts().next_offline()?;
    let due = [
        pending,
        idle.map(|(at, id)| (at, Due::Deletion, id)),
        offline.map(|(at, id)| (at, Due::Offline, id)),
    ];
    Ok(due.into_iter().flatten().min())
}
