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

/// A message of a private chat. `own` is the account that it was sent to.
pub(super) fn private(short: UpdateShortMessage, own: UserId) -> TypeUpdate {
    let from = if short.out { own } else { short.user_id };
    let message = Message {
        out: short.out,
        mentioned: short.mentioned,
        media_unread: short.media_unread,
        silent: short.silent,
        id: short.id,
        from_id: Some(user(from)),
        fwd_from: short.fwd_from,
        via_bot_id: short.via_bot_id,
        reply_to: short.reply_to,
        date: short.date,
        message: short.message,
        entities: short.entities,
        ttl_period: short.ttl_period,
        ..empty(user(short.user_id))
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
        id: short.id,
        from_id: Some(user(short.from_id.into())),
        fwd_from: short.fwd_from,
        via_bot_id: short.via_bot_id,
        reply_to: short.reply_to,
        date: short.date,
        message: short.message,
        entities: short.entities,
        ttl_period: short.ttl_period,
        ..empty(TypePeer::PeerChat(PeerChat {
            chat_id: short.chat_id,
        }))
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

/// A message that says nothing yet.
fn empty(peer_id: TypePeer) -> Message {
    Message {
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
        id: 0,
        from_id: None,
        from_boosts_applied: None,
        from_rank: None,
        peer_id,
        saved_peer_id: None,
        fwd_from: None,
        via_bot_id: None,
        via_business_bot_id: None,
        guestchat_via_from: None,
        reply_to: None,
        date: 0,
        message: String::new(),
        media: None,
        reply_markup: None,
        entities: None,
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
    }
}
