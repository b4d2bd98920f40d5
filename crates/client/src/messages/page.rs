//! A page of messages, in whichever form it comes.

use std::sync::Arc;

use heliogram_tl::api::{self, messages::TypeMessages};

use super::Message;
use crate::{Entities, TelegramClient};

/// Messages of one answer, newest first, as a rule.
pub(crate) struct Page {
    pub(crate) messages: Vec<api::TypeMessage>,
    pub(crate) peers: Arc<Entities>,
    /// How many there are in all, in other pages too.
    pub(crate) total: i32,
    /// Whether this is all there is.
    pub(crate) whole: bool,
}

impl Page {
    pub(crate) fn new(answer: TypeMessages) -> Self {
        let (messages, users, chats, total) = match answer {
            TypeMessages::Messages(all) => (all.messages, all.users, all.chats, None),
            TypeMessages::MessagesSlice(slice) => {
                (slice.messages, slice.users, slice.chats, Some(slice.count))
            }
            TypeMessages::ChannelMessages(slice) => {
                (slice.messages, slice.users, slice.chats, Some(slice.count))
            }
            // Not to be had without a hash of what is known already, and none is given.
            _ => (Vec::new(), Vec::new(), Vec::new(), None),
        };
        Self {
            whole: total.is_none(),
            total: total.unwrap_or(messages.len() as i32),
            peers: Arc::new(Entities::new(users, chats)),
            messages,
        }
    }

    /// Wrapped, without those that are gone.
    pub(crate) fn wrapped(self, client: &TelegramClient) -> impl Iterator<Item = Message> {
        let (peers, client) = (self.peers, client.clone());
        let messages = self.messages.into_iter();
        messages.filter_map(move |raw| Message::new(client.clone(), raw, Arc::clone(&peers)))
    }
}
