//! Who is online. `core.telegram.org/constructor/updateUserStatus`.
//!
//! A client that is looked at says so every few minutes (`account.updateStatus`) and is believed until then; all on
//! the business clock. An account is online while one of its clients is. Others see the exact moment, or only about when, as [privacy](super::privacy) has it: whoever
//! hides theirs does not see that of the people they hide it from.

use heliogram_tl::UserId;
use heliogram_tl::api::{
    TypeUpdate, TypeUserStatus, UpdateUserStatus, UserStatusLastMonth, UserStatusLastWeek,
    UserStatusOffline, UserStatusOnline, UserStatusRecently,
};

use super::news;
use super::privacy::{Asker, Key};
use crate::clock::{DAY, MINUTE, wire_date};
use crate::cx::Scope;
use crate::store::StoreError;
use crate::store::accounts::Account;
use crate::store::views::View;

/// How long a client that says it is online is believed: `online_cloud_timeout_ms` of `help.getConfig`.
pub(crate) const ONLINE_FOR: i64 = 5 * MINUTE;

/// Somebody looks at the client behind a key, for a while.
pub(crate) fn arrive(scope: &mut Scope<'_>, user_id: i64, key: i64) -> Result<(), StoreError> {
    let until = scope.now + ONLINE_FOR;
    scope.tx.auth_keys().set_online_until(key, until)?;
    is_there(scope, user_id, until)
}

/// Somebody no longer looks at one client, and perhaps still at another.
pub(crate) fn turn_away(scope: &mut Scope<'_>, user_id: i64, key: i64) -> Result<(), StoreError> {
    let now = scope.now;
    scope.tx.auth_keys().set_online_until(key, now)?;
    match scope.tx.auth_keys().online_until(user_id)? {
        Some(until) if until > now => is_there(scope, user_id, until),
        _ => leave(scope, user_id),
    }
}

fn is_there(scope: &mut Scope<'_>, user_id: i64, until: i64) -> Result<(), StoreError> {
    let accounts = scope.tx.accounts();
    accounts.set_online(user_id, until, Some(until))?;
    announce(scope, user_id)
}

/// Somebody is online no longer: they said so of their last client, or nothing more was heard of them.
pub(crate) fn leave(scope: &mut Scope<'_>, user_id: i64) -> Result<(), StoreError> {
    scope.tx.accounts().set_online(user_id, scope.now, None)?;
    announce(scope, user_id)
}

/// Tells those who know an account and are online whether it is, each what they may see.
pub(crate) fn announce(scope: &mut Scope<'_>, user_id: i64) -> Result<(), StoreError> {
    for viewer in scope.tx.views().acquaintances(user_id, Some(scope.now))? {
        tell(scope, user_id, viewer)?;
    }
    Ok(())
}

/// Tells one of them, when that one is online.
pub(crate) fn announce_to(
    scope: &mut Scope<'_>,
    user_id: i64,
    viewer: i64,
) -> Result<(), StoreError> {
    let account = scope.tx.accounts().by_id(viewer)?;
    if account.is_some_and(|account| is_online(&account, scope.now)) {
        tell(scope, user_id, viewer)?;
    }
    Ok(())
}

fn tell(scope: &mut Scope<'_>, user_id: i64, viewer: i64) -> Result<(), StoreError> {
    let Some(view) = scope.tx.views().of(user_id, viewer)? else {
        return Ok(());
    };
    let update = TypeUpdate::UpdateUserStatus(UpdateUserStatus {
        user_id: UserId(user_id),
        status: seen(&view, viewer, scope.now),
    });
    news::tell(scope, viewer, update)
}

/// When an account was online, as its owner sees it.
pub(super) fn exact(account: &Account, now: i64) -> TypeUserStatus {
    match last_seen(account, now) {
        Some(_) if is_online(account, now) => TypeUserStatus::UserStatusOnline(UserStatusOnline {
            expires: wire_date(account.online_until.unwrap_or(now)),
        }),
        Some(at) => TypeUserStatus::UserStatusOffline(UserStatusOffline {
            was_online: wire_date(at),
        }),
        None => TypeUserStatus::UserStatusEmpty,
    }
}

/// The same as somebody else sees it.
pub(super) fn seen(view: &View, viewer: i64, now: i64) -> TypeUserStatus {
    let account = &view.account;
    if view.blocks_viewer {
        return TypeUserStatus::UserStatusEmpty;
    }
    let viewer_asks = Asker {
        id: viewer,
        contact: view.has_viewer,
        bot: view.viewer_is_bot,
    };
    let account_asks = Asker {
        id: account.id,
        contact: view.saved.is_some(),
        bot: account.bot,
    };
    let key = Key::StatusTimestamp;
    let shown = key.allows(view.status_rules.as_ref(), viewer_asks);
    let shows_own = key.allows(view.viewers_status_rules.as_ref(), account_asks);
    if shown && shows_own {
        return exact(account, now);
    }
    about_when(account, now, shown)
}

/// Whether somebody is online now.
fn is_online(account: &Account, now: i64) -> bool {
    account.online_until.is_some_and(|until| until > now)
}

fn about_when(account: &Account, now: i64, by_me: bool) -> TypeUserStatus {
    let Some(at) = last_seen(account, now) else {
        return TypeUserStatus::UserStatusEmpty;
    };
    match now - at {
        ..RECENTLY => TypeUserStatus::UserStatusRecently(UserStatusRecently { by_me }),
        RECENTLY..WEEK => TypeUserStatus::UserStatusLastWeek(UserStatusLastWeek { by_me }),
        WEEK..MONTH => TypeUserStatus::UserStatusLastMonth(UserStatusLastMonth { by_me }),
        _ => TypeUserStatus::UserStatusEmpty,
    }
}

/// When an account was online last; `now` when it is. One that never said so was there at its last call.
fn last_seen(account: &Account, now: i64) -> Option<i64> {
    account
        .online_until
        .map(|until| until.min(now))
        .or(account.active_at)
}

/// What "recently", "within a week" and "within a month" mean, in seconds;
/// `core.telegram.org/type/UserStatus`.
const RECENTLY: i64 = 3 * DAY;
const WEEK: i64 = 7 * DAY;
const MONTH: i64 = 30 * DAY;
