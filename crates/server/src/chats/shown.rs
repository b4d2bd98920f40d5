//! Messages as the API shows them to their owner.

use heliogram_tl::{Decode, UserId, api};

use crate::clock::wire_date;
use crate::cx::Scope;
use crate::notices::SERVICE_ID;
use crate::people;
use crate::store::StoreError;
use crate::store::messages::{Content, MessageRow};

/// A message as its owner sees it.
pub(crate) fn message(row: &MessageRow) -> api::TypeMessage {
    let content = &row.content;
    let traits = content.traits;
    api::TypeMessage::Message(Box::new(api::Message {
        out: row.is_out(),
        mentioned: false,
        media_unread: traits.media_unread,
        silent: traits.silent,
        post: false,
        from_scheduled: false,
        legacy: false,
        edit_hide: traits.edit_hide,
        pinned: traits.pinned,
        noforwards: traits.noforwards,
        invert_media: traits.invert_media,
        offline: false,
        video_processing_pending: false,
        paid_suggested_post_stars: false,
        paid_suggested_post_ton: false,
        id: row.id,
        from_id: Some(user_peer(content.sender)),
        from_boosts_applied: None,
        from_rank: None,
        peer_id: user_peer(row.peer),
        saved_peer_id: None,
        fwd_from: object(content.fwd_from.as_deref()).map(Box::new),
        via_bot_id: content.via_bot,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: reply_header(row).map(|header| {
            Box::new(api::TypeMessageReplyHeader::MessageReplyHeader(Box::new(
                header,
            )))
        }),
        date: wire_date(content.date),
        message: content.text.clone(),
        media: object(content.media.as_deref()).map(Box::new),
        reply_markup: object(content.reply_markup.as_deref()),
        entities: entities(content),
        views: None,
        forwards: None,
        replies: None,
        edit_date: content.edit_date.map(wire_date),
        post_author: None,
        grouped_id: content.grouped_id,
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

/// The news of a new message, in the shortest form that says all. A short form has no people in it, so it is for
/// chats that the owner knows already.
pub(crate) fn new_message(
    scope: &Scope<'_>,
    row: &MessageRow,
) -> Result<api::TypeUpdates, StoreError> {
    let content = &row.content;
    let is_plain = content.media.is_none()
        && content.reply_markup.is_none()
        && content.grouped_id.is_none()
        && content.sender != SERVICE_ID
        && row.peer != row.owner
        && !content.traits.noforwards;
    if is_plain && row.id > first_of_chat(scope, row)? {
        return Ok(api::TypeUpdates::UpdateShortMessage(Box::new(
            api::UpdateShortMessage {
                out: row.is_out(),
                mentioned: false,
                media_unread: false,
                silent: content.traits.silent,
                id: row.id,
                user_id: UserId(row.peer),
                message: content.text.clone(),
                pts: row.pts,
                pts_count: 1,
                date: wire_date(content.date),
                fwd_from: object(content.fwd_from.as_deref()).map(Box::new),
                via_bot_id: content.via_bot,
                reply_to: reply_header(row).map(|header| {
                    Box::new(api::TypeMessageReplyHeader::MessageReplyHeader(Box::new(
                        header,
                    )))
                }),
                entities: entities(content),
                ttl_period: None,
            },
        )));
    }
    let users = people_of(scope, row.owner, [row])?;
    Ok(super::updates(new_message_update(row), users, scope.now))
}

/// `updateNewMessage`
pub(crate) fn new_message_update(row: &MessageRow) -> api::TypeUpdate {
    api::TypeUpdate::UpdateNewMessage(Box::new(api::UpdateNewMessage {
        message: message(row),
        pts: row.pts,
        pts_count: 1,
    }))
}

/// Everybody whom messages of one account name.
pub(crate) fn people_of<'m>(
    scope: &Scope<'_>,
    viewer: i64,
    messages: impl IntoIterator<Item = &'m MessageRow>,
) -> Result<Vec<api::TypeUser>, StoreError> {
    let ids = messages.into_iter().flat_map(names).collect();
    users(scope, viewer, ids)
}

/// The ids of everybody whom a message names.
pub(crate) fn names(row: &MessageRow) -> Vec<i64> {
    let mut ids = vec![row.peer, row.content.sender];
    ids.extend(row.content.via_bot);
    if let Some(api::MessageFwdHeader {
        from_id: Some(api::TypePeer::PeerUser(from)),
        ..
    }) = object(row.content.fwd_from.as_deref())
    {
        ids.push(from.user_id.0);
    }
    ids
}

/// Accounts as one sees them, each once.
pub(crate) fn users(
    scope: &Scope<'_>,
    viewer: i64,
    mut ids: Vec<i64>,
) -> Result<Vec<api::TypeUser>, StoreError> {
    ids.sort_unstable();
    ids.dedup();
    people::users(scope, viewer, ids)
}

/// An account as a peer.
pub(crate) fn user_peer(id: i64) -> api::TypePeer {
    api::TypePeer::PeerUser(api::PeerUser {
        user_id: UserId(id),
    })
}

/// The entities of a text.
pub(crate) fn entities(content: &Content) -> Option<Vec<api::TypeMessageEntity>> {
    object(content.entities.as_deref())
}

/// A TL object out of the store.
pub(crate) fn object<T: Decode>(bytes: Option<&[u8]>) -> Option<T> {
    let bytes = bytes::Bytes::copy_from_slice(bytes?);
    T::from_bytes(&bytes)
        .inspect_err(|error| tracing::error!(%error, "a part of a message cannot be read"))
        .ok()
}

fn reply_header(row: &MessageRow) -> Option<api::MessageReplyHeader> {
    let kept: Option<api::MessageReplyHeader> = object(row.content.reply_header.as_deref());
    match (row.reply_to, kept) {
        (None, None) => None,
        (reply_to, kept) => Some(api::MessageReplyHeader {
            reply_to_msg_id: reply_to,
            ..kept.unwrap_or_default()
        }),
    }
}

/// The oldest id in the chat of a message.
fn first_of_chat(scope: &Scope<'_>, row: &MessageRow) -> Result<i32, StoreError> {
    let first = scope.tx.messages().first(row.owner, row.peer)?;
    Ok(first.unwrap_or(row.id))
}
