//! Deleting an account, now or in seven days, and thinking better of it.
//!
//! Someone who has the phone of an account but not its 2FA password may have it deleted; but if the owner is
//! around, they get seven days' notice in every session, with a link that leads back:
//!
//! ```text
//! deleteAccount --2FA, owner active--> pending --7 days--> executed
//!                                         |
//!         link -> sendConfirmPhoneCode -> confirmPhone --> cancelled, the asker is logged out
//! ```
//!
//! A change of the phone number cancels too, and so does a password that is proved by who asked, changed
//! or removed. `core.telegram.org/api/account-deletion`.

use crate::clock::DAY;
use crate::cx::Scope;
use crate::inbox::InboxKind;
use crate::notices;
use crate::push::PushKind;
use crate::store::StoreError;
use crate::store::auth_keys::Standing;
use crate::store::deletions::Deletion;

/// How long the owner has; also how long ago the password must have been changed, how recently the owner must have
/// been active for the delay to apply, and how long after a cancellation nobody may ask again.
pub(crate) const DELAY: i64 = 7 * DAY;

/// Puts a deletion under way and tells the owner.
pub(crate) fn request(
    scope: &mut Scope<'_>,
    user_id: i64,
    phone: &str,
    hash: Option<&str>,
) -> Result<Deletion, StoreError> {
    let hash = hash.map_or_else(|| scope.random.hex::<16>(), str::to_owned);
    let due_at = scope.now + DELAY;
    let deletion = scope.tx.deletions().insert(user_id, &hash, due_at)?;
    scope.changed_user(user_id);
    let text = notices::deletion_requested(phone, &hash);
    notices::post(scope, user_id, InboxKind::Notice, &text)?;
    Ok(deletion)
}

/// Stops a pending deletion: its link and codes are burned, and whoever asked for it is logged out, except
/// for sessions of the owner and the one given.
pub(crate) fn cancel(
    scope: &mut Scope<'_>,
    deletion: &Deletion,
    except: Option<i64>,
) -> Result<(), StoreError> {
    scope.tx.deletions().set_cancelled(deletion.id)?;
    scope.tx.codes().burn_of_deletion(deletion.id)?;
    let mut ended = Vec::new();
    for key in scope.tx.deletions().requesters(deletion.id)? {
        let row = scope.tx.auth_keys().row(key)?;
        let waits = row.is_some_and(|row| {
            row.standing == Standing::PasswordPending && row.user_id == Some(deletion.user_id)
        });
        if waits && Some(key) != except {
            scope.tx.auth_keys().log_out(key, Standing::Revoked)?;
            ended.push(key);
        }
    }
    scope.push_keys(&ended, PushKind::Revoked);
    scope.changed_user(deletion.user_id);
    notices::post(
        scope,
        deletion.user_id,
        InboxKind::Notice,
        notices::DELETION_CANCELLED,
    )
}

/// Cancels what is pending for an account, if anything is.
pub(crate) fn cancel_pending(
    scope: &mut Scope<'_>,
    user_id: i64,
    except: Option<i64>,
) -> Result<(), StoreError> {
    match scope.tx.deletions().pending(user_id)? {
        Some(deletion) => cancel(scope, &deletion, except),
        None => Ok(()),
    }
}

/// Deletes an account: its number is free, its keys are worth nothing, its secrets are gone. The key that is just
/// calling learns of it by its answer.
pub(crate) fn execute(
    scope: &mut Scope<'_>,
    user_id: i64,
    calling: Option<i64>,
) -> Result<(), StoreError> {
    let tx = scope.tx;
    if let Some(deletion) = tx.deletions().pending(user_id)? {
        tx.deletions().set_executed(deletion.id)?;
    }
    let mut ended = Vec::new();
    for key in tx.auth_keys().of_user(user_id)? {
        tx.auth_keys().log_out(key.id, Standing::Deactivated)?;
        if Some(key.id) != calling {
            ended.push(key.id);
        }
    }
    scope.push_keys(&ended, PushKind::Revoked);
    scope.changed_user(user_id);
    tx.codes().burn_of_user(user_id)?;
    tx.passwords().remove(user_id)?;
    tx.messages().remove_of_user(user_id)?;
    tx.tokens().remove_of_user(user_id)?;
    tx.contacts().remove_of_user(user_id)?;
    tx.blocked().remove_of_user(user_id)?;
    tx.privacy().remove_of_user(user_id)?;
    tx.bots().remove(user_id)?;
    tx.accounts().bury(user_id, scope.now)
}
