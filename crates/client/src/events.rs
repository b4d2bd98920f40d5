//! What happens to an account, as a program sees it.
//!
//! [`TelegramClient::updates`](crate::TelegramClient::updates) gives one [`Update`] after the other. A handler
//! ([`TelegramClient::add_event_handler`](crate::TelegramClient::add_event_handler)) is told of one kind, named as in GramJS:
//! [`NewMessage`], [`MessageEdited`], [`MessageDeleted`], [`CallbackQuery`], [`Raw`].

mod builders;
mod callback_query;
mod deleted;
mod entities;
mod lost;
mod message;
mod raw;
mod unreadable;

use std::sync::Arc;

use heliogram_tl::api::TypeUpdate;

pub use builders::{CallbackQuery, LostUpdates, MessageDeleted, MessageEdited, NewMessage, Raw};
pub use callback_query::CallbackQueryEvent;
pub use deleted::DeletedEvent;
pub use entities::Entities;
pub use lost::Lost;
pub use message::MessageEvent;
pub use raw::RawEvent;
pub use unreadable::UnreadableEvent;

use crate::TelegramClient;

/// Something that happened to the account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Update {
    /// A message: to the account, or from it when it was sent elsewhere.
    NewMessage(MessageEvent),
    /// A message as it is now, after an edit.
    MessageEdited(MessageEvent),
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

/// What readers are given, before it is known how they want to see it.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub enum Given {
    Update(TypeUpdate, Arc<Entities>),
    Unreadable(UnreadableEvent),
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
        let message = |message| MessageEvent::new(message, entities.clone(), client.clone());
        match update {
            TypeUpdate::UpdateNewMessage(new) => Self::NewMessage(message(new.message)),
            TypeUpdate::UpdateNewChannelMessage(new) => Self::NewMessage(message(new.message)),
            TypeUpdate::UpdateEditMessage(edit) => Self::MessageEdited(message(edit.message)),
            TypeUpdate::UpdateEditChannelMessage(edit) => {
                Self::MessageEdited(message(edit.message))
            }
            TypeUpdate::UpdateDeleteMessages(deleted) => {
                Self::MessageDeleted(DeletedEvent::new(deleted.messages, None))
            }
            TypeUpdate::UpdateDeleteChannelMessages(deleted) => Self::MessageDeleted(
                DeletedEvent::new(deleted.messages, Some(deleted.channel_id)),
            ),
            other => match CallbackQueryEvent::new(other, &entities, client) {
                Ok(query) => Self::CallbackQuery(query),
                Err(other) => Self::Raw(RawEvent::new(other, entities)),
            },
        }
    }
}
