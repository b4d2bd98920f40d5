//! Accounts as the API shows them.

use heliogram_tl::{AccessHash, UserId, api};

use crate::notices::SERVICE_ID;
use crate::store::accounts::Account;

/// What the service account is called here.
pub(crate) const SERVICE_NAME: &str = "Heliogram";
/// Its access hash; it is the same for everybody, since everybody knows the account.
const SERVICE_ACCESS_HASH: i64 = 7_770_007_770_007;

/// An account as `viewer` sees it: the phone is its owner's business.
pub(crate) fn user(account: &Account, viewer: i64, now: i64) -> api::TypeUser {
    let own = account.id == viewer;
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    api::TypeUser::User(Box::new(api::User {
        self_: own,
        deleted: account.deleted,
        bot: account.bot,
        bot_info_version: account.bot.then_some(1),
        id: UserId(account.id),
        access_hash: Some(AccessHash(account.access_hash)),
        first_name: text(&account.first_name),
        last_name: text(&account.last_name),
        phone: account.phone.clone().filter(|_| own && !account.bot),
        status: (!account.bot && !account.deleted).then(|| status(account, now)),
        ..api::User::default()
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

/// The full form of an account or of 777000.
pub(crate) fn full(id: i64) -> api::UserFull {
    api::UserFull {
        id: UserId(id),
        can_pin_message: true,
        ..api::UserFull::default()
    }
}

fn status(account: &Account, now: i64) -> api::TypeUserStatus {
    use crate::clock::wire_date;
    match (account.online_until, account.active_at) {
        (Some(until), _) if until > now => {
            api::TypeUserStatus::UserStatusOnline(api::UserStatusOnline {
                expires: wire_date(until),
            })
        }
        (Some(until), _) => api::TypeUserStatus::UserStatusOffline(api::UserStatusOffline {
            was_online: wire_date(until),
        }),
        (None, Some(active_at)) => api::TypeUserStatus::UserStatusOffline(api::UserStatusOffline {
            was_online: wire_date(active_at),
        }),
        (None, None) => api::TypeUserStatus::UserStatusEmpty,
    }
}
