//! What happens to an account, as a program sees it.
//!
//! [`TelegramClient::updates`](crate::TelegramClient::updates) gives one [`Update`] after the other. A handler
//! ([`TelegramClient::add_event_handler`](crate::TelegramClient::add_event_handler)) is told of one kind, named as in GramJS:
//! [`NewMessage`], [`MessageEdited`], [`MessageDeleted`], [`CallbackQuery`], [`Raw`].

mod builders;
mod callback_query;
mod deleted;
mod lost;
mod raw;
mod unreadable;

use std::sync::Arc;

use heliogram_tl::api::TypeUpdate;

pub use builders::{CallbackQuery, LostUpdates, MessageDeleted, MessageEdited, NewMessage, Raw};
pub use callback_query::CallbackQueryEvent;
pub use deleted::DeletedEvent;
pub use lost::Lost;
pub use raw::RawEvent;
pub use unreadable::UnreadableEvent;

pub use crate::peers::Entities;
use crate::{Message, TelegramClient};

/// Something that happened to the account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Update {
    /// A message: to the account, or from it when it was sent elsewhere.
    NewMessage(Message),
    /// A message as it is now, after an edit.
    MessageEdited(Message),
    /// Messages are gone.
    MessageDeleted(DeletedEvent),
    /// Somebody pressed a button under a message of the bot.
    CallbackQuery(CallbackQueryEvent),
    /// Everything else, as the schema has it.
    Raw(RawEvent),
    /// An object of the server that this layer cannot read. What it stood for is fetched, where it can be.
    Unreadable(UnreadableEvent),
    /// Updates that cannot be had any more.
    Lost(Lost),
}

/// What readers are given, before it is known how they want to see it: see
/// [`Updates::next_given`](crate::Updates::next_given).
#[derive(Clone, Debug)]
pub enum Given {
    /// An update, in its turn, and who it speaks of. Updates that came together share the same [`Entities`].
    Update(TypeUpdate, Arc<Entities>),
    /// See [`Update::Unreadable`].
    Unreadable(UnreadableEvent),
    /// See [`Update::Lost`].
    Lost(Lost),
}

/// Which events a handler wants, and in what shape.
pub trait EventBuilder: sealed::Sealed + Send + Sync + 'static {
    /// What the handler is called with.
    type Event: Send + 'static;

    /// The event, when it is one that is wanted.
    #[doc(hidden)]
    fn build(&self, given: Given, client: &TelegramClient) -> Option<Self::Event>;
}

mod sealed {
    /// What can be wanted is this crate's to say.
    pub trait Sealed {}
}

impl Update {
    pub(crate) fn new(given: Given, client: &TelegramClient) -> Self {
        let (update, entities) = match given {
            Given::Update(update, entities) => (update, entities),
            Given::Unreadable(unreadable) => return Self::Unreadable(unreadable),
            Given::Lost(lost) => return Self::Lost(lost),
        };
        let message = |raw, peer| Message::in_chat(client.clone(), raw, peer, entities.clone());
        let peer = match &update {
            TypeUpdate::UpdateNewMessage(new) => Message::chat_of(&new.message),
            TypeUpdate::UpdateNewChannelMessage(new) => Message::chat_of(&new.message),
            TypeUpdate::UpdateEditMessage(edit) => Message::chat_of(&edit.message),
            TypeUpdate::UpdateEditChannelMessage(edit) => Message::chat_of(&edit.message),
            _ => None,
        };
        match (update, peer) {
            (TypeUpdate::UpdateNewMessage(new), Some(peer)) => {
                Self::NewMessage(message(new.message, peer))
            }
            (TypeUpdate::UpdateNewChannelMessage(new), Some(peer)) => {
                Self::NewMessage(message(new.message, peer))
            }
            (TypeUpdate::UpdateEditMessage(edit), Some(peer)) => {
                Self::MessageEdited(message(edit.message, peer))
            }
            (TypeUpdate::UpdateEditChannelMessage(edit), Some(peer)) => {
                Self::MessageEdited(message(edit.message, peer))
            }
            (TypeUpdate::UpdateDeleteMessages(deleted), _) => {
                Self::MessageDeleted(DeletedEvent::new(deleted.messages, None))
            }
            (TypeUpdate::UpdateDeleteChannelMessages(deleted), _) => Self::MessageDeleted(
                DeletedEvent::new(deleted.messages, Some(deleted.channel_id)),
            ),
            (other, _) => match CallbackQueryEvent::new(other, &entities, client) {
                Ok(query) => Self::CallbackQuery(query),
                Err(other) => Self::Raw(RawEvent::new(other, entities)),
            },
        }
    }
}
