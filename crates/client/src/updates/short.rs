//! The short forms: one message without the objects around it, spelled out.
//!
//! A server sends them where a client is expected to know the user already. `core.telegram.org/api/updates`,
//! "updateShort...".

use heliogram_tl::{
    UserId,
    api::{
        Message, PeerChat, PeerUser, TypeMessage, TypePeer, TypeUpdate, UpdateNewMessage,
        UpdateShortChatMessage, UpdateShortMessage,
    },
};

use crate::messages::blank;

/// A message of a private chat. `own` is the account that it was sent to.
pub(super) fn private(short: UpdateShortMessage, own: UserId) -> TypeUpdate {
    let from = if short.out { own } else { short.user_id };
    let message = Message {
        out: short.out,
        mentioned: short.mentioned,
        media_unread: short.media_unread,
        silent: short.silent,
        from_id: Some(user(from)),
        fwd_from: short.fwd_from,
        via_bot_id: short.via_bot_id,
        reply_to: short.reply_to,
        date: short.date,
        message: short.message,
        entities: short.entities,
        ttl_period: short.ttl_period,
        ..blank(short.id, user(short.user_id))
    };
    new_message(message, short.pts, short.pts_count)
}

/// A message of a basic group.
pub(super) fn group(short: UpdateShortChatMessage) -> TypeUpdate {
    let message = Message {
        out: short.out,
        mentioned: short.mentioned,
        media_unread: short.media_unread,
        silent: short.silent,
        from_id: Some(user(short.from_id.into())),
        fwd_from: short.fwd_from,
        via_bot_id: short.via_bot_id,
        reply_to: short.reply_to,
        date: short.date,
        message: short.message,
        entities: short.entities,
        ttl_period: short.ttl_period,
        ..blank(
            short.id,
            TypePeer::PeerChat(PeerChat {
                chat_id: short.chat_id,
            }),
        )
    };
    new_message(message, short.pts, short.pts_count)
}

fn user(user_id: UserId) -> TypePeer {
    TypePeer::PeerUser(PeerUser { user_id })
}

fn new_message(message: Message, pts: i32, pts_count: i32) -> TypeUpdate {
    TypeUpdate::UpdateNewMessage(Box::new(UpdateNewMessage {
        message: TypeMessage::Message(Box::new(message)),
        pts,
        pts_count,
    }))
}
