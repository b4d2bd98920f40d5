//! One message, with what came along and what can be done with it.

use std::{fmt, sync::Arc};

use heliogram_tl::{UserId, api};

use super::{Clicked, MessageError, OutgoingMessage};
use crate::{Entities, Entity, PeerId, PeerRef, TelegramClient};

/// A message, or a notice of the service such as "Ann joined".
///
/// It keeps the client alive, as another clone of it would. What it says is how it was when it came: a message
/// that was edited since comes as a new one.
#[derive(Clone)]
pub struct Message {
    client: TelegramClient,
    raw: api::TypeMessage,
    peer: PeerId,
    peers: Arc<Entities>,
}

impl Message {
    /// Wraps a message of the schema; none for an empty one, which stands for what is not there any more. `peers` are the
    /// users and chats that came with it.
    #[must_use]
    pub fn new(
        client: TelegramClient,
        raw: api::TypeMessage,
        peers: Arc<Entities>,
    ) -> Option<Self> {
        let peer = Self::chat_of(&raw)?;
        Some(Self::in_chat(client, raw, peer, peers))
    }

    /// The same for a message whose chat is known.
    pub(crate) fn in_chat(
        client: TelegramClient,
        raw: api::TypeMessage,
        peer: PeerId,
        peers: Arc<Entities>,
    ) -> Self {
        Self {
            client,
            raw,
            peer,
            peers,
        }
    }

    /// The chat of a message of the schema; none for an empty one.
    pub(crate) fn chat_of(raw: &api::TypeMessage) -> Option<PeerId> {
        match raw {
            api::TypeMessage::Message(message) => PeerId::from_peer(&message.peer_id),
            api::TypeMessage::MessageService(message) => PeerId::from_peer(&message.peer_id),
            _ => None,
        }
    }

    /// Its id: within the account for private chats and basic groups, within the channel otherwise.
    #[must_use]
    pub fn id(&self) -> i32 {
        match &self.raw {
            api::TypeMessage::Message(message) => message.id,
            api::TypeMessage::MessageService(message) => message.id,
            _ => 0,
        }
    }

    /// Its text, or the caption of its media; empty for a notice.
    #[must_use]
    pub fn text(&self) -> &str {
        self.full().map_or("", |message| &message.message)
    }

    /// How parts of the text are formatted. Offsets are in UTF-16 units.
    #[must_use]
    pub fn entities(&self) -> &[api::TypeMessageEntity] {
        let entities = self.full().and_then(|message| message.entities.as_deref());
        entities.unwrap_or_default()
    }

    /// When it was sent, in unix time.
    #[must_use]
    pub fn date(&self) -> i32 {
        match &self.raw {
            api::TypeMessage::Message(message) => message.date,
            api::TypeMessage::MessageService(message) => message.date,
            _ => 0,
        }
    }

    /// When it was last edited, in unix time.
    #[must_use]
    pub fn edit_date(&self) -> Option<i32> {
        self.full().and_then(|message| message.edit_date)
    }

    /// Whether the account sent it.
    #[must_use]
    pub fn is_outgoing(&self) -> bool {
        match &self.raw {
            api::TypeMessage::Message(message) => message.out,
            api::TypeMessage::MessageService(message) => message.out,
            _ => false,
        }
    }

    /// The chat it is in. In a private chat that is the other one, whoever wrote.
    #[must_use]
    pub fn peer_id(&self) -> PeerId {
        self.peer
    }

    /// The chat it is in, where that came along.
    #[must_use]
    pub fn peer(&self) -> Option<&Entity> {
        self.peers.get(self.peer)
    }

    /// Who sent it. In private chats the server leaves out what is clear: then it is the other one, and none for what the
    /// account sent itself. None too for a post of a channel without a signature.
    #[must_use]
    pub fn sender_id(&self) -> Option<PeerId> {
        let from = match &self.raw {
            api::TypeMessage::Message(message) => message.from_id.as_ref(),
            api::TypeMessage::MessageService(message) => message.from_id.as_ref(),
            _ => None,
        };
        match from {
            Some(from) => PeerId::from_peer(from),
            None if self.is_outgoing() || !matches!(self.peer, PeerId::User(_)) => None,
            None => Some(self.peer),
        }
    }

    /// Who sent it, where that came along.
    #[must_use]
    pub fn sender(&self) -> Option<&Entity> {
        self.sender_id().and_then(|id| self.peers.get(id))
    }

    /// The message that it answers.
    #[must_use]
    pub fn reply_to_msg_id(&self) -> Option<i32> {
        let header = match &self.raw {
            api::TypeMessage::Message(message) => message.reply_to.as_deref(),
            api::TypeMessage::MessageService(message) => message.reply_to.as_deref(),
            _ => None,
        };
        match header? {
            api::TypeMessageReplyHeader::MessageReplyHeader(header) => header.reply_to_msg_id,
            _ => None,
        }
    }

    /// The photo, document or whatever it carries.
    #[must_use]
    pub fn media(&self) -> Option<&api::TypeMessageMedia> {
        self.full().and_then(|message| message.media.as_deref())
    }

    /// The keyboard under it, or the one it brings.
    #[must_use]
    pub fn reply_markup(&self) -> Option<&api::TypeReplyMarkup> {
        self.full()
            .and_then(|message| message.reply_markup.as_ref())
    }

    /// What a notice is about.
    #[must_use]
    pub fn action(&self) -> Option<&api::TypeMessageAction> {
        match &self.raw {
            api::TypeMessage::MessageService(message) => Some(&message.action),
            _ => None,
        }
    }

    /// All of it, as the schema has it.
    #[must_use]
    pub fn raw(&self) -> &api::TypeMessage {
        &self.raw
    }

    /// All of it, unless it is a notice.
    #[must_use]
    pub fn full(&self) -> Option<&api::Message> {
        match &self.raw {
            api::TypeMessage::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The users, groups and channels that came along.
    #[must_use]
    pub fn peers(&self) -> &Entities {
        &self.peers
    }

    /// The client that it came to.
    #[must_use]
    pub fn client(&self) -> &TelegramClient {
        &self.client
    }

    /// Answers it, with a reference to it.
    ///
    /// # Errors
    /// Those of [`send_message`](TelegramClient::send_message).
    pub async fn reply(&self, message: impl Into<OutgoingMessage>) -> Result<Self, MessageError> {
        self.respond(message.into().reply_to(self.id())).await
    }

    /// Writes into the same chat.
    ///
    /// # Errors
    /// Those of [`send_message`](TelegramClient::send_message).
    pub async fn respond(&self, message: impl Into<OutgoingMessage>) -> Result<Self, MessageError> {
        self.client.send_message(self.peer, message).await
    }

    /// Changes it.
    ///
    /// # Errors
    /// Those of [`edit_message`](TelegramClient::edit_message).
    pub async fn edit(&self, message: impl Into<OutgoingMessage>) -> Result<Self, MessageError> {
        self.client
            .edit_message(self.peer, self.id(), message)
            .await
    }

    /// Deletes it, for everybody.
    ///
    /// # Errors
    /// Those of [`delete_messages`](TelegramClient::delete_messages).
    pub async fn delete(&self) -> Result<(), MessageError> {
        let ids = [self.id()];
        self.client.delete_messages(self.peer, &ids, true).await?;
        Ok(())
    }

    /// Forwards it to another chat.
    ///
    /// # Errors
    /// Those of [`forward_messages`](TelegramClient::forward_messages).
    pub async fn forward_to(&self, to: impl Into<PeerRef>) -> Result<Self, MessageError> {
        let forwarded = self
            .client
            .forward_messages(to, self.peer, &[self.id()])
            .await?;
        forwarded.into_iter().next().ok_or(MessageError::NotShown {
            method: "messages.forwardMessages",
        })
    }

    /// Marks the chat as read up to it.
    ///
    /// # Errors
    /// Those of [`mark_as_read`](TelegramClient::mark_as_read).
    pub async fn mark_as_read(&self) -> Result<(), MessageError> {
        self.client.mark_as_read(self.peer, self.id()).await
    }

    /// The message that it answers; none when it answers none, or that is gone.
    ///
    /// # Errors
    /// Those of [`get_messages`](TelegramClient::get_messages).
    pub async fn get_reply_message(&self) -> Result<Option<Self>, MessageError> {
        let Some(id) = self.reply_to_msg_id() else {
            return Ok(None);
        };
        let found = self.client.get_messages(self.peer, &[id]).await?;
        Ok(found.into_iter().next().flatten())
    }

    /// Presses a button under it, by row and column from 0.
    ///
    /// # Errors
    /// When there is none, it cannot be pressed, or the call fails.
    pub async fn click(&self, row: usize, column: usize) -> Result<Clicked, MessageError> {
        super::click::click(self, row, column).await
    }

    /// Presses the first button that says this.
    ///
    /// # Errors
    /// When there is none, it cannot be pressed, or the call fails.
    pub async fn click_text(&self, text: &str) -> Result<Clicked, MessageError> {
        super::click::click_text(self, text).await
    }

    /// Whether this user sent it.
    #[must_use]
    pub fn is_from(&self, user: UserId) -> bool {
        self.sender_id() == Some(user.into())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Message").field(&self.raw).finish()
    }
}
