//! What a handler asks for: a kind of event, and which of that kind.

use heliogram_tl::UserId;

use super::{
    CallbackQueryEvent, DeletedEvent, EventBuilder, Given, Lost, Message, RawEvent, Update,
    sealed::Sealed,
};
use crate::{
    PeerId, TelegramClient,
    filters::{self, Filter, PatternError},
};

/// New messages, from anybody to anybody, until it is told otherwise: each condition narrows it.
#[derive(Clone, Debug)]
pub struct NewMessage {
    filter: Filter<Message>,
}

/// Messages that were edited.
#[derive(Clone, Debug)]
pub struct MessageEdited {
    filter: Filter<Message>,
}

/// Messages that were deleted.
#[derive(Clone, Debug)]
pub struct MessageDeleted {
    filter: Filter<DeletedEvent>,
}

/// Buttons that were pressed.
#[derive(Clone, Debug)]
pub struct CallbackQuery {
    filter: Filter<CallbackQueryEvent>,
}

/// Every update as the schema has it, also those that other kinds are made of.
#[derive(Clone, Debug)]
pub struct Raw {
    filter: Filter<RawEvent>,
}

/// Updates that cannot be had any more.
#[derive(Clone, Debug)]
pub struct LostUpdates {
    filter: Filter<Lost>,
}

macro_rules! builder {
    ($name:ident, $event:ty, |$given:ident, $client:ident| $build:expr) => {
        impl $name {
            /// All of them.
            #[must_use]
            pub fn new() -> Self {
                Self {
                    filter: Filter::any(),
                }
            }

            /// Only those of which the filter is true as well.
            #[must_use]
            pub fn filter(self, filter: Filter<$event>) -> Self {
                Self {
                    filter: self.filter.and(filter),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl Sealed for $name {}

        impl EventBuilder for $name {
            type Event = $event;

            fn build(&self, $given: Given, $client: &TelegramClient) -> Option<$event> {
                let event: Option<$event> = $build;
                event.filter(|event| self.filter.matches(event))
            }
        }
    };
}

builder!(NewMessage, Message, |given, client| {
    match Update::new(given, client) {
        Update::NewMessage(message) => Some(message),
        _ => None,
    }
});

builder!(MessageEdited, Message, |given, client| {
    match Update::new(given, client) {
        Update::MessageEdited(message) => Some(message),
        _ => None,
    }
});

builder!(MessageDeleted, DeletedEvent, |given, client| {
    match Update::new(given, client) {
        Update::MessageDeleted(deleted) => Some(deleted),
        _ => None,
    }
});

builder!(CallbackQuery, CallbackQueryEvent, |given, client| {
    match Update::new(given, client) {
        Update::CallbackQuery(query) => Some(query),
        _ => None,
    }
});

builder!(Raw, RawEvent, |given, _client| {
    match given {
        Given::Update(update, entities) => Some(RawEvent::new(update, entities)),
        _ => None,
    }
});

builder!(LostUpdates, Lost, |given, _client| {
    match given {
        Given::Lost(lost) => Some(lost),
        _ => None,
    }
});

macro_rules! of_messages {
    ($name:ident) => {
        impl $name {
            /// Only what others send.
            #[must_use]
            pub fn incoming(self) -> Self {
                self.filter(filters::incoming())
            }

            /// Only what the account sends.
            #[must_use]
            pub fn outgoing(self) -> Self {
                self.filter(filters::outgoing())
            }

            /// Only what this user sends.
            #[must_use]
            pub fn from_user(self, user: impl Into<UserId>) -> Self {
                self.filter(filters::from_user(user))
            }

            /// Only in this chat.
            #[must_use]
            pub fn in_chat(self, chat: PeerId) -> Self {
                self.filter(filters::in_chat(chat))
            }

            /// Only in chats with one user.
            #[must_use]
            pub fn private(self) -> Self {
                self.filter(filters::private())
            }

            /// Only with a command of a bot at the beginning.
            #[must_use]
            pub fn command(self, name: &str) -> Self {
                self.filter(filters::command(name))
            }

            /// Only with a text that a regular expression finds something in.
            ///
            /// # Errors
            /// When it is none.
            pub fn pattern(self, pattern: &str) -> Result<Self, PatternError> {
                Ok(self.filter(filters::pattern(pattern)?))
            }
        }
    };
}

of_messages!(NewMessage);
of_messages!(MessageEdited);

impl CallbackQuery {
    /// Only presses by this user.
    #[must_use]
    pub fn from_user(self, user: impl Into<UserId>) -> Self {
        self.filter(filters::from_user(user))
    }

    /// Only buttons whose data begin so.
    #[must_use]
    pub fn data(self, prefix: impl Into<Vec<u8>>) -> Self {
        self.filter(filters::data(prefix))
    }
}
