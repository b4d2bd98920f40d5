//! The message in the answer of a call that has sent, edited or forwarded one.
//!
//! The answer comes in one of several forms, as the server likes:
//!
//! ```text
//! updateShortSentMessage(id, date, media, entities)     the rest is what was sent
//! updateShort(update)                                   one update alone
//! updates, updatesCombined([updateMessageID(id, random_id), updateNewMessage(message), ...], users, chats)
//! ```
//!
//! Which message of several is meant is said by `updateMessageID`.

use std::{collections::HashMap, sync::Arc};

use heliogram_tl::api::{self, TypeUpdate, TypeUpdates};

use crate::Entities;

/// What an answer shows.
pub(crate) struct Shown {
    /// New and edited messages, by id.
    messages: Vec<api::TypeMessage>,
    /// Ids by `random_id`.
    ids: HashMap<i64, i32>,
    pub(crate) short: Option<Box<api::UpdateShortSentMessage>>,
    pub(crate) peers: Arc<Entities>,
}

impl Shown {
    pub(crate) fn new(answer: TypeUpdates) -> Self {
        let (updates, users, chats, short) = match answer {
            TypeUpdates::Updates(all) => (all.updates, all.users, all.chats, None),
            TypeUpdates::UpdatesCombined(all) => (all.updates, all.users, all.chats, None),
            TypeUpdates::UpdateShort(one) => (vec![one.update], Vec::new(), Vec::new(), None),
            TypeUpdates::UpdateShortSentMessage(short) => {
                (Vec::new(), Vec::new(), Vec::new(), Some(short))
            }
            _ => Default::default(),
        };
        let mut shown = Self {
            messages: Vec::new(),
            ids: HashMap::new(),
            short,
            peers: Arc::new(Entities::new(users, chats)),
        };
        for update in updates {
            shown.take(update);
        }
        shown
    }

    /// The message that was sent with this number.
    pub(crate) fn sent(&mut self, random_id: i64) -> Option<api::TypeMessage> {
        match self.ids.get(&random_id).copied() {
            Some(id) => self.by_id(id),
            // A server that says no number shows one message.
            None if self.ids.is_empty() && self.messages.len() == 1 => self.messages.pop(),
            None => None,
        }
    }

    /// The message with this id.
    pub(crate) fn by_id(&mut self, id: i32) -> Option<api::TypeMessage> {
        let has_id = |message: &api::TypeMessage| match message {
            api::TypeMessage::Message(message) => message.id == id,
            api::TypeMessage::MessageService(message) => message.id == id,
            _ => false,
        };
        let place = self.messages.iter().position(has_id)?;
        Some(self.messages.swap_remove(place))
    }

    fn take(&mut self, update: TypeUpdate) {
        let message = match update {
            TypeUpdate::UpdateMessageID(id) => {
                self.ids.insert(id.random_id, id.id);
                return;
            }
            TypeUpdate::UpdateNewMessage(new) => new.message,
            TypeUpdate::UpdateNewChannelMessage(new) => new.message,
            TypeUpdate::UpdateNewScheduledMessage(new) => new.message,
            TypeUpdate::UpdateEditMessage(edited) => edited.message,
            TypeUpdate::UpdateEditChannelMessage(edited) => edited.message,
            _ => return,
        };
        self.messages.push(message);
    }
}

/// A message with nothing in it but where it is.
pub(crate) fn blank(id: i32, peer: impl Into<api::TypePeer>) -> api::Message {
    api::Message {
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
        id,
        from_id: None,
        from_boosts_applied: None,
        from_rank: None,
        peer_id: peer.into(),
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
