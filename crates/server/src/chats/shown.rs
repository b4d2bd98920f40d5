//! Messages as the API shows them to their owner.

use heliogram_tl::api::messages::{Messages, MessagesSlice, TypeMessages};
use heliogram_tl::reflect::{Type, Value};
use heliogram_tl::{Combinator, Decode, UserId, api};

use super::Place;
use crate::clock::wire_date;
use crate::cx::Scope;
use crate::media;
use crate::notices::SERVICE_ID;
use crate::people;
use crate::store::StoreError;
use crate::store::messages::{Content, MessageRow};

/// A message as its owner sees it now: with file references of this moment.
pub(crate) fn message(scope: &Scope<'_>, row: &MessageRow) -> Result<api::TypeMessage, StoreError> {
    let content = &row.content;
    let traits = content.traits;
    let mut reply = reply_header(row);
    let mut media: Option<api::TypeMessageMedia> = object(content.media.as_deref());
    let of_reply = reply
        .as_mut()
        .and_then(|header| header.reply_media.as_deref_mut());
    for media in media.as_mut().into_iter().chain(of_reply) {
        media::show(scope.tx, scope.settings, scope.now, media)?;
    }
    let reply_to = reply.map(boxed_header);
    if let Some(action) = object(content.action.as_deref()) {
        return Ok(api::TypeMessage::MessageService(Box::new(
            api::MessageService {
                out: row.is_out(),
                silent: traits.silent,
                id: row.id,
                from_id: Some(user_peer(content.sender)),
                peer_id: user_peer(row.peer),
                reply_to,
                date: wire_date(content.date),
                action,
                mentioned: false,
                media_unread: false,
                reactions_are_possible: false,
                post: false,
                legacy: false,
                saved_peer_id: None,
                reactions: None,
                ttl_period: None,
            },
        )));
    }
    Ok(api::TypeMessage::Message(Box::new(api::Message {
        out: row.is_out(),
        mentioned: false,
        media_unread: traits.media_unread,
        silent: traits.silent,
        post: false,
        from_scheduled: false,
        legacy: false,
        edit_hide: traits.edit_hide,
        pinned: row.pinned,
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
        reply_to,
        date: wire_date(content.date),
        message: content.text.clone(),
        media: media.map(Box::new),
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
    })))
}

/// The news of new messages of a chat, in the shortest form that says all. A short form has no people in it, so it is
/// for one message of somebody whom the owner has met, that names nobody else.
pub(crate) fn new_messages(
    scope: &Scope<'_>,
    owner: i64,
    places: &[&Place],
) -> Result<api::TypeUpdates, StoreError> {
    if let [place] = places
        && place.met
        && is_plain(&place.row)
    {
        return Ok(short(&place.row));
    }
    let rows = || places.iter().map(|place| &place.row);
    Ok(api::TypeUpdates::Updates(Box::new(api::Updates {
        updates: rows()
            .map(|row| new_message_update(scope, row))
            .collect::<Result<_, _>>()?,
        users: people_of(scope, owner, rows())?,
        chats: Vec::new(),
        date: wire_date(scope.now),
        seq: 0,
    })))
}

/// Whether `updateShortMessage` can hold a message.
fn is_plain(row: &MessageRow) -> bool {
    let content = &row.content;
    row.peer != row.owner
        && content.sender != SERVICE_ID
        && !content.traits.noforwards
        && content.grouped_id.is_none()
        && content.via_bot.is_none()
        && content.media.is_none()
        && content.reply_markup.is_none()
        && content.fwd_from.is_none()
        && content.reply_header.is_none()
        && content.action.is_none()
        && mentioned(content).next().is_none()
}

fn short(row: &MessageRow) -> api::TypeUpdates {
    let content = &row.content;
    api::TypeUpdates::UpdateShortMessage(Box::new(api::UpdateShortMessage {
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
        fwd_from: None,
        via_bot_id: None,
        reply_to: reply_header(row).map(boxed_header),
        entities: entities(content),
        ttl_period: None,
    }))
}

/// The answer to who sent messages, with their random_ids.
pub(crate) fn sent(
    scope: &Scope<'_>,
    sender: i64,
    sent: &[(&MessageRow, i64)],
) -> Result<api::TypeUpdates, StoreError> {
    let ids = sent.iter().map(|(row, random_id)| {
        Ok(api::TypeUpdate::UpdateMessageID(api::UpdateMessageID {
            id: row.id,
            random_id: *random_id,
        }))
    });
    let rows = || sent.iter().map(|(row, _)| *row);
    // Who repeats a call later gets the same.
    let date = rows().map(|row| row.content.date).max();
    Ok(api::TypeUpdates::Updates(Box::new(api::Updates {
        updates: ids
            .chain(rows().map(|row| new_message_update(scope, row)))
            .collect::<Result<_, StoreError>>()?,
        users: people_of(scope, sender, rows())?,
        chats: Vec::new(),
        date: wire_date(date.unwrap_or(scope.now)),
        seq: 0,
    })))
}

/// `updateNewMessage`
pub(crate) fn new_message_update(
    scope: &Scope<'_>,
    row: &MessageRow,
) -> Result<api::TypeUpdate, StoreError> {
    Ok(api::TypeUpdate::UpdateNewMessage(Box::new(
        api::UpdateNewMessage {
            message: message(scope, row)?,
            pts: row.pts,
            pts_count: 1,
        },
    )))
}

/// `updateEditMessage`
pub(crate) fn edited_message_update(
    scope: &Scope<'_>,
    row: &MessageRow,
    pts: i32,
) -> Result<api::TypeUpdate, StoreError> {
    Ok(api::TypeUpdate::UpdateEditMessage(Box::new(
        api::UpdateEditMessage {
            message: message(scope, row)?,
            pts,
            pts_count: 1,
        },
    )))
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
    ids.extend(mentioned(&row.content));
    let parts = [&row.content.fwd_from, &row.content.reply_header];
    for part in parts.into_iter().flatten() {
        ids.extend(people_in(part));
    }
    // Of all media, only a contact names somebody.
    let is_contact = |media: &&Vec<u8>| {
        media.starts_with(&<api::MessageMediaContact as Combinator>::ID.to_le_bytes())
    };
    ids.extend(
        row.content
            .media
            .as_ref()
            .filter(is_contact)
            .into_iter()
            .flat_map(|media| people_in(media)),
    );
    ids
}

/// Whom a text names by their name.
fn mentioned(content: &Content) -> impl Iterator<Item = i64> {
    entities(content)
        .into_iter()
        .flatten()
        .filter_map(|entity| match entity {
            api::TypeMessageEntity::MessageEntityMentionName(mention) => Some(mention.user_id.0),
            _ => None,
        })
}

/// The ids of everybody whom an object names, wherever in it that is.
pub(crate) fn people_in(bytes: &[u8]) -> Vec<i64> {
    let mut ids = Vec::new();
    match Value::read(&bytes::Bytes::copy_from_slice(bytes), Type::Object) {
        Ok(value) => collect_people(&value, &mut ids),
        Err(error) => tracing::error!(%error, "a part of a message cannot be read"),
    }
    ids
}

fn collect_people(value: &Value, ids: &mut Vec<i64>) {
    match value {
        Value::Vector(values) => values.iter().for_each(|value| collect_people(value, ids)),
        Value::Object(object) => {
            for field in object.combinator().fields {
                match object.field(field.name) {
                    Some(Value::Long(id)) if field.name == "user_id" => ids.push(*id),
                    Some(value) => collect_people(value, ids),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// Messages out of a larger number, with everybody whom they name.
pub(crate) fn listed(
    scope: &Scope<'_>,
    viewer: i64,
    rows: &[MessageRow],
    total: i64,
) -> Result<TypeMessages, StoreError> {
    let users = people_of(scope, viewer, rows)?;
    let messages = rows
        .iter()
        .map(|row| message(scope, row))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(if messages.len() as i64 == total {
        TypeMessages::Messages(Box::new(Messages {
            messages,
            users,
            ..Messages::default()
        }))
    } else {
        TypeMessages::MessagesSlice(Box::new(MessagesSlice {
            count: total as i32,
            messages,
            users,
            ..MessagesSlice::default()
        }))
    })
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

fn boxed_header(header: api::MessageReplyHeader) -> Box<api::TypeMessageReplyHeader> {
    Box::new(api::TypeMessageReplyHeader::MessageReplyHeader(Box::new(
        header,
    )))
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
