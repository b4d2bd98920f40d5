//! A message that is new or was edited.

use std::sync::Arc;

use heliogram_tl::api::{self, TypeMessage};

use super::Entities;
use crate::{PeerId, TelegramClient};

/// A message that is new or was edited, with what came along.
#[derive(Clone, Debug)]
pub struct MessageEvent {
    message: TypeMessage,
    entities: Arc<Entities>,
    client: TelegramClient,
}

impl MessageEvent {
    pub(crate) fn new(
        message: TypeMessage,
        entities: Arc<Entities>,
        client: TelegramClient,
    ) -> Self {
        Self {
            message,
            entities,
            client,
        }
    }

    /// The message as the schema has it: a message, or a notice of the service such as a call.
    #[must_use]
    pub fn message(&self) -> &TypeMessage {
        &self.message
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> i32 {
        match &self.message {
            TypeMessage::Message(message) => message.id,
            TypeMessage::MessageService(message) => message.id,
            TypeMessage::MessageEmpty(message) => message.id,
            _ => 0,
        }
    }

    /// Its text, or the caption of its media; empty for a notice.
    #[must_use]
    pub fn text(&self) -> &str {
        self.full().map_or("", |message| &message.message)
    }

    /// Whether the account sent it.
    #[must_use]
    pub fn is_outgoing(&self) -> bool {
        match &self.message {
            TypeMessage::Message(message) => message.out,
            TypeMessage::MessageService(message) => message.out,
            _ => false,
        }
    }

    /// The chat it is in; with a user, the other one.
    #[must_use]
    pub fn chat(&self) -> Option<PeerId> {
        PeerId::from_peer(match &self.message {
            TypeMessage::Message(message) => &message.peer_id,
            TypeMessage::MessageService(message) => &message.peer_id,
            TypeMessage::MessageEmpty(message) => message.peer_id.as_ref()?,
            _ => return None,
        })
    }

    /// Who sent it. In a private chat the server leaves it out where it is clear: then it is the other one, and none
    /// for what the account sent itself.
    #[must_use]
    pub fn sender(&self) -> Option<PeerId> {
        let from = match &self.message {
            TypeMessage::Message(message) => message.from_id.as_ref(),
            TypeMessage::MessageService(message) => message.from_id.as_ref(),
            _ => None,
        };
        match from {
            Some(from) => PeerId::from_peer(from),
            None if self.is_outgoing() => None,
            None => self.chat(),
        }
    }

    /// The user who sent it, where that came along.
    #[must_use]
    pub fn sender_user(&self) -> Option<&api::TypeUser> {
        match self.sender()? {
            PeerId::User(id) => self.entities.user(id),
            _ => None,
        }
    }

    /// The users and chats that came with it.
    #[must_use]
    pub fn entities(&self) -> &Entities {
        &self.entities
    }

    /// The client that received it.
    #[must_use]
    pub fn client(&self) -> &TelegramClient {
        &self.client
    }

    fn full(&self) -> Option<&api::Message> {
        match &self.message {
            TypeMessage::Message(message) => Some(message),
            _ => None,
        }
    }
}
