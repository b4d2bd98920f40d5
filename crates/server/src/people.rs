//! Accounts as the API shows them.
//!
//! What somebody sees of an account depends on what both are to each other: a contact has the name that the viewer gave
//! it, the number is for those whom its owner shows it to, and the moment it was last online may be known only about.
//! [`user`] and [`users`] fetch all of this with one query for each account; oneself costs no more than a row.

mod addressing;
pub(crate) mod news;
pub(crate) mod numbers;
pub(crate) mod presence;
pub(crate) mod privacy;
pub(crate) mod username;
mod writing;

use std::collections::HashSet;

use heliogram_tl::{AccessHash, Decode, UserId, api};

pub(crate) use self::addressing::{Nobody, addressed, addressed_peer};
use self::privacy::{Asker, Key};
pub(crate) use self::writing::may_write;
use crate::cx::Scope;
use crate::notices::SERVICE_ID;
use crate::store::StoreError;
use crate::store::accounts::Account;
use crate::store::blocked::List;
use crate::store::views::View;

/// What the service account is called here.
pub(crate) const SERVICE_NAME: &str = "Heliogram";
/// Its access hash; it is the same for everybody, since everybody knows the account.
pub(crate) const SERVICE_ACCESS_HASH: i64 = 7_770_007_770_007;

/// An account, a deleted one too, as `viewer` sees it; `None` when there never was one with this id.
pub(crate) fn user(
    scope: &Scope<'_>,
    viewer: i64,
    id: i64,
) -> Result<Option<api::TypeUser>, StoreError> {
    if id == SERVICE_ID {
        return Ok(Some(service()));
    }
    if id == viewer {
        let account = scope.tx.accounts().by_id(id)?;
        return Ok(account.map(|account| own(&account, scope.now)));
    }
    let view = scope.tx.views().of(id, viewer)?;
    Ok(view.map(|view| seen(&view, viewer, scope.now)))
}

/// The same for several, in their order; each once, those who never were left out. What a message or a list of
/// dialogs names, to go into its `users`.
pub(crate) fn users(
    scope: &Scope<'_>,
    viewer: i64,
    ids: impl IntoIterator<Item = i64>,
) -> Result<Vec<api::TypeUser>, StoreError> {
    let mut met = HashSet::new();
    let mut shown = Vec::new();
    for id in ids {
        if met.insert(id) {
            shown.extend(user(scope, viewer, id)?);
        }
    }
    Ok(shown)
}

/// An account as its owner sees it.
pub(crate) fn own(account: &Account, now: i64) -> api::TypeUser {
    let phone = account.phone.clone().filter(|_| !account.bot);
    let status = (!account.bot && !account.deleted).then(|| presence::exact(account, now));
    api::TypeUser::User(Box::new(api::User {
        self_: true,
        phone,
        status,
        ..plain(account)
    }))
}

/// 777000.
pub(crate) fn service() -> api::TypeUser {
    api::TypeUser::User(Box::new(api::User {
        verified: true,
        support: true,
        id: UserId(SERVICE_ID),
        access_hash: Some(AccessHash(SERVICE_ACCESS_HASH)),
        first_name: Some(SERVICE_NAME.to_owned()),
        ..api::User::default()
    }))
}

pub(crate) fn peer(id: i64) -> api::TypePeer {
    api::TypePeer::PeerUser(api::PeerUser {
        user_id: UserId(id),
    })
}

/// The full form of an account or of 777000, as `viewer` sees it.
pub(crate) fn full(scope: &Scope<'_>, viewer: i64, id: i64) -> Result<api::UserFull, StoreError> {
    let mut full = api::UserFull {
        id: UserId(id),
        can_pin_message: true,
        ..api::UserFull::default()
    };
    let account = scope.tx.accounts().by_id(id)?;
    if account.is_none_or(|account| account.deleted) {
        return Ok(full);
    }
    full.blocked = scope.tx.blocked().has(viewer, List::Everything, id)?;
    full.blocked_my_stories_from = scope.tx.blocked().has(viewer, List::Stories, id)?;
    full.settings = settings(scope, viewer, id)?;
    if let Some(note) = scope.tx.contacts().note(viewer, id)? {
        full.note = Decode::from_bytes(&note).ok().map(Box::new);
    }
    if id == viewer || allows(scope, id, Key::About, viewer)? {
        let about = scope.tx.accounts().about(id)?;
        full.about = (!about.is_empty()).then_some(about);
    }
    Ok(full)
}

/// What a client offers above a chat: to add or block whoever is not a contact.
pub(crate) fn settings(
    scope: &Scope<'_>,
    viewer: i64,
    id: i64,
) -> Result<api::PeerSettings, StoreError> {
    let known = id == viewer || id == SERVICE_ID || scope.tx.contacts().has(viewer, id)?;
    let blocked = scope.tx.blocked().has(viewer, List::Everything, id)?;
    Ok(api::PeerSettings {
        add_contact: !known,
        block_contact: !known && !blocked,
        ..api::PeerSettings::default()
    })
}

/// Whether an account allows somebody else something.
pub(crate) fn allows(
    scope: &Scope<'_>,
    owner: i64,
    key: Key,
    asker: i64,
) -> Result<bool, StoreError> {
    let rules = scope.tx.privacy().of(owner, key)?;
    let account = scope.tx.accounts().by_id(asker)?;
    let asker = Asker {
        id: asker,
        contact: scope.tx.contacts().has(owner, asker)?,
        bot: account.is_some_and(|account| account.bot),
    };
    Ok(key.allows(rules.as_ref(), asker))
}

/// An account as somebody else sees it.
fn seen(view: &View, viewer: i64, now: i64) -> api::TypeUser {
    let account = &view.account;
    let mut user = plain(account);
    if let Some(saved) = &view.saved {
        user.contact = true;
        user.mutual_contact = view.has_viewer;
        if !account.deleted {
            user.first_name = text(&saved.first_name);
            user.last_name = text(&saved.last_name);
        }
    }
    if !account.bot && !account.deleted && !view.viewer_is_bot {
        user.phone = account.phone.clone().filter(|phone| {
            // Whoever has the number in their book knows it already.
            let known = view.saved.as_ref().is_some_and(|it| it.phone == *phone);
            let viewer = Asker {
                id: viewer,
                contact: view.has_viewer,
                bot: false,
            };
            known || Key::PhoneNumber.allows(view.phone_rules.as_ref(), viewer)
        });
        user.status = Some(presence::seen(view, viewer, now));
    }
    api::TypeUser::User(Box::new(user))
}

/// What everybody may see.
fn plain(account: &Account) -> api::User {
    api::User {
        deleted: account.deleted,
        bot: account.bot,
        bot_info_version: account.bot.then_some(account.bot_info_version),
        id: UserId(account.id),
        access_hash: Some(AccessHash(account.access_hash)),
        first_name: text(&account.first_name),
        last_name: text(&account.last_name),
        username: account.username.clone(),
        ..api::User::default()
    }
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
