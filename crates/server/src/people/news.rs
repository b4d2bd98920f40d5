//! Who is told when an account changes: its own sessions, but for the one whose call did it, and those who know it. These
//! updates have no pts; whoever is away sees the account as it is then.

use heliogram_tl::UserId;
use heliogram_tl::api::{self, TypeUpdate, TypeUpdates, TypeUser};

use crate::clock::wire_date;
use crate::cx::{Cx, Scope};
use crate::people;
use crate::push::CallingSession;
use crate::store::StoreError;

/// Pushes one update to all sessions of an account.
pub(crate) fn tell(
    scope: &mut Scope<'_>,
    user_id: i64,
    update: TypeUpdate,
) -> Result<(), StoreError> {
    let updates = short(scope, update);
    scope.push_updates(user_id, &updates)
}

/// Pushes one update to the caller's other sessions.
pub(crate) fn tell_own(cx: &mut Cx<'_>, update: TypeUpdate) -> Result<(), StoreError> {
    let updates = short(cx, update);
    tell_own_all(cx, &updates)
}

/// Pushes several.
pub(crate) fn tell_own_all(cx: &mut Cx<'_>, updates: &TypeUpdates) -> Result<(), StoreError> {
    let calling = cx.caller.session();
    match cx.caller.user_id {
        Some(user_id) => cx.push_updates_to_others(user_id, updates, Some(calling)),
        None => Ok(()),
    }
}

/// What became of people in somebody's address book, with all that the owner sees of them.
pub(crate) fn of_contacts(
    scope: &Scope<'_>,
    owner: i64,
    ids: &[i64],
) -> Result<TypeUpdates, StoreError> {
    let mut updates = Vec::new();
    for id in ids {
        let settings = api::UpdatePeerSettings {
            peer: people::peer(*id),
            settings: people::settings(scope, owner, *id)?,
        };
        updates.push(TypeUpdate::UpdatePeerSettings(Box::new(settings)));
    }
    Ok(TypeUpdates::Updates(Box::new(api::Updates {
        updates,
        users: people::users(scope, owner, ids.iter().copied())?,
        chats: Vec::new(),
        date: wire_date(scope.now),
        seq: 0,
    })))
}

/// An account has other names: those who know it are told the ones that they see it under.
pub(crate) fn renamed(
    scope: &mut Scope<'_>,
    user_id: i64,
    calling: Option<CallingSession>,
) -> Result<(), StoreError> {
    let mut viewers = scope.tx.views().acquaintances(user_id, None)?;
    viewers.push(user_id);
    for viewer in viewers {
        let Some(TypeUser::User(user)) = people::user(scope, viewer, user_id)? else {
            continue;
        };
        let usernames = user.username.map(|username| api::Username {
            editable: true,
            active: true,
            username,
            ..api::Username::default()
        });
        let update = TypeUpdate::UpdateUserName(Box::new(api::UpdateUserName {
            user_id: UserId(user_id),
            first_name: user.first_name.unwrap_or_default(),
            last_name: user.last_name.unwrap_or_default(),
            usernames: usernames.into_iter().collect(),
        }));
        let updates = short(scope, update);
        // Only the caller's own session has its answer.
        let except = calling.filter(|_| viewer == user_id);
        scope.push_updates_to_others(viewer, &updates, except)?;
    }
    Ok(())
}

/// An account has another number: its own sessions are told, and those who may see it.
pub(crate) fn renumbered(
    scope: &mut Scope<'_>,
    user_id: i64,
    calling: Option<CallingSession>,
) -> Result<(), StoreError> {
    let mut viewers = scope.tx.views().acquaintances(user_id, None)?;
    viewers.push(user_id);
    for viewer in viewers {
        let Some(TypeUser::User(user)) = people::user(scope, viewer, user_id)? else {
            continue;
        };
        let Some(phone) = user.phone else { continue };
        let update = TypeUpdate::UpdateUserPhone(Box::new(api::UpdateUserPhone {
            user_id: UserId(user_id),
            phone,
        }));
        let updates = short(scope, update);
        let except = calling.filter(|_| viewer == user_id);
        scope.push_updates_to_others(viewer, &updates, except)?;
    }
    Ok(())
}

/// Something about an account is to be asked for again.
pub(crate) fn look_again(user_id: i64) -> TypeUpdate {
    TypeUpdate::UpdateUser(api::UpdateUser {
        user_id: UserId(user_id),
    })
}

fn short(scope: &Scope<'_>, update: TypeUpdate) -> TypeUpdates {
    let date = wire_date(scope.now);
    TypeUpdates::UpdateShort(Box::new(api::UpdateShort { update, date }))
}
