//! The service account, 777000, and what it writes.
//!
//! A notice is a stored message with a pts, not an `updateServiceNotification`, which has none: so an owner who was
//! offline, or a server that was killed, loses nothing. It is pushed to the sessions that are there and
//! found again by `updates.getDifference` and `messages.getHistory`.

use heliogram_tl::api;

use crate::chats::{self, NewMessage};
use crate::cx::Scope;
use crate::inbox::{Arrival, InboxKind};
use crate::people;
use crate::store::StoreError;

/// The id of the service account, the same on every server.
pub(crate) const SERVICE_ID: i64 = 777_000;

/// What an owner reads when someone asked for their account to be deleted.
pub(crate) fn deletion_requested(phone: &str, hash: &str) -> String {
    format!(
        "Someone who can read the messages sent to your phone number, but does not know your password, has asked us to \
         delete your account. Unless you stop it, this will happen in 7 days.\n\n\
         If it was not you, open this link and enter the code we will send to your number:\n\
         https://t.me/confirmphone?phone={phone}&hash={hash}\n\n\
         If the number is no longer yours, change it in the settings; that stops the deletion as well."
    )
}

/// What an owner reads when it was stopped.
pub(crate) const DELETION_CANCELLED: &str =
    "The deletion of your account has been stopped, and whoever asked for it has been logged out.";

/// A login code for a session that is already there.
pub(crate) fn login_code(digits: &str) -> String {
    format!(
        "Login code: {digits}. Do not give it to anyone, whoever they say they are. If you did not ask for it, \
         you can ignore this message."
    )
}

/// Stores a message of 777000 to an account, pushes it, and lists it in the inbox of its phone.
pub(crate) fn post(
    scope: &mut Scope<'_>,
    user_id: i64,
    kind: InboxKind,
    text: &str,
) -> Result<(), StoreError> {
    let account = scope.tx.accounts().by_id(user_id)?;
    if let Some(phone) = account.and_then(|account| account.phone) {
        let arrival = Arrival {
            kind,
            from: people::SERVICE_NAME.to_owned(),
            text: text.to_owned(),
        };
        scope.deliver(&phone, &arrival)?;
    }
    let new = NewMessage {
        entities: links(text),
        ..NewMessage::text(SERVICE_ID, user_id, text)
    };
    chats::post(scope, &new, None)?;
    Ok(())
}

/// The links in a text, so that clients make them clickable. Offsets count UTF-16 units;
/// `core.telegram.org/api/entities`.
fn links(text: &str) -> Vec<api::TypeMessageEntity> {
    let units = |text: &str| text.encode_utf16().count() as i32;
    text.match_indices("https://")
        .map(|(start, _)| {
            let rest = &text[start..];
            let link = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
            api::TypeMessageEntity::MessageEntityUrl(api::MessageEntityUrl {
                offset: units(&text[..start]),
                length: units(link),
            })
        })
        .collect()
}
