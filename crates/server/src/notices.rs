//! The service account, 777000, and what it writes.
//!
//! A notice is a stored message with a pts, not an `updateServiceNotification`, which has none: so an owner who was
//! offline, or a server that was killed, loses nothing. It is pushed to the sessions that are there and
//! found again by `updates.getDifference` and `messages.getHistory`.

use heliogram_tl::api;

use crate::cx::Scope;
use crate::inbox::{Arrival, InboxKind};
use crate::people;
use crate::store::StoreError;
use crate::store::messages::MessageRow;

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
    let stored = scope.tx.messages().insert(user_id, text, scope.now)?;
    let account = scope.tx.accounts().by_id(user_id)?;
    if let Some(phone) = account.and_then(|account| account.phone) {
        let arrival = Arrival {
            kind,
            from: people::SERVICE_NAME.to_owned(),
            text: text.to_owned(),
        };
        scope.deliver(&phone, &arrival)?;
    }
    let updates = api::TypeUpdates::Updates(Box::new(api::Updates {
        updates: vec![api::TypeUpdate::UpdateNewMessage(Box::new(
            api::UpdateNewMessage {
                message: message(&stored),
                pts: stored.pts,
                pts_count: 1,
            },
        ))],
        users: vec![people::service()],
        chats: Vec::new(),
        date: crate::clock::wire_date(scope.now),
        seq: 0,
    }));
    scope.push_updates(user_id, &updates)
}

/// A stored message as the API has it.
pub(crate) fn message(row: &MessageRow) -> api::TypeMessage {
    let entities = links(&row.text);
    api::TypeMessage::Message(Box::new(api::Message {
        out: false,
        mentioned: false,
        media_unread: false,
        silent: false,
        post: false,
        from_scheduled: false,
        legacy: false,
        edit_hide: false,
        pinned: false,
        noforwards: false,
        invert_media: false,
        offline: false,
        video_processing_pending: false,
        paid_suggested_post_stars: false,
        paid_suggested_post_ton: false,
        id: row.id,
        from_id: Some(people::service_peer()),
        from_boosts_applied: None,
        from_rank: None,
        peer_id: people::service_peer(),
        saved_peer_id: None,
        fwd_from: None,
        via_bot_id: None,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: None,
        date: crate::clock::wire_date(row.date),
        message: row.text.clone(),
        media: None,
        reply_markup: None,
        entities: (!entities.is_empty()).then_some(entities),
        views: None,
        forwards: None,
        replies: None,
        edit_date: None,
        post_author: None,
        grouped_id: None,
        reactions: None,
        restriction_reason: None,
        ttl_period: None,
        quick_reply_shortcut_id: None,
        effect: None,
        factcheck: None,
        report_delivery_until_date: None,
        paid_message_stars: None,
        suggested_post: None,
        schedule_repeat_period: None,
        summary_from_language: None,
        rich_message: None,
    }))
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
