//! A button under a message of a bot, pressed.

use std::sync::Arc;

use bytes::Bytes;
use heliogram_tl::{
    UserId,
    api::{TypeInputBotInlineMessageID, TypeUpdate, messages::SetBotCallbackAnswer},
};

use super::Entities;
use crate::{CallError, PeerId, TelegramClient};

/// Somebody pressed an inline button that carries data. The program of theirs shows a clock on it until the bot
/// [answers](Self::answer).
///
/// Such a query has no number in any sequence: one that was sent while the bot was away does not come again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallbackQueryEvent {
    /// Names it when it is answered.
    pub query_id: i64,
    /// Who pressed.
    pub user_id: UserId,
    /// The chat of the message, unless it was sent by way of the inline mode.
    pub chat: Option<PeerId>,
    /// The message, under the same condition.
    pub msg_id: Option<i32>,
    /// The message, when it was sent by way of the inline mode.
    pub inline_msg_id: Option<TypeInputBotInlineMessageID>,
    /// What the button carries.
    pub data: Option<Bytes>,
    /// The game, when the button starts one.
    pub game_short_name: Option<String>,
    /// The same for all queries from one chat.
    pub chat_instance: i64,
    entities: Arc<Entities>,
    client: TelegramClient,
}

impl CallbackQueryEvent {
    /// Gives the update back when it is something else.
    pub(super) fn new(
        update: TypeUpdate,
        entities: &Arc<Entities>,
        client: &TelegramClient,
    ) -> Result<Self, TypeUpdate> {
        let entities = Arc::clone(entities);
        let client = client.clone();
        match update {
            TypeUpdate::UpdateBotCallbackQuery(query) => Ok(Self {
                query_id: query.query_id,
                user_id: query.user_id,
                chat: PeerId::from_peer(&query.peer),
                msg_id: Some(query.msg_id),
                inline_msg_id: None,
                data: query.data,
                game_short_name: query.game_short_name,
                chat_instance: query.chat_instance,
                entities,
                client,
            }),
            TypeUpdate::UpdateInlineBotCallbackQuery(query) => Ok(Self {
                query_id: query.query_id,
                user_id: query.user_id,
                chat: None,
                msg_id: None,
                inline_msg_id: Some(query.msg_id),
                data: query.data,
                game_short_name: query.game_short_name,
                chat_instance: query.chat_instance,
                entities,
                client,
            }),
            other => Err(other),
        }
    }

    /// Answers: takes the clock off the button, and shows a text for a moment when there is one.
    ///
    /// # Errors
    /// See [`InvokeError`](crate::InvokeError); 400 `QUERY_ID_INVALID` when it comes too late.
    pub async fn answer(&self, text: Option<&str>) -> Result<(), CallError> {
        let answer = SetBotCallbackAnswer {
            alert: false,
            query_id: self.query_id,
            message: text.map(str::to_owned),
            url: None,
            cache_time: 0,
        };
        let answered = self.client.invoke(&answer).await;
        answered.map(drop).map_err(|error| error.erase())
    }

    /// The users and chats that came with it.
    #[must_use]
    pub fn entities(&self) -> &Entities {
        &self.entities
    }

    /// The client that received it; for other answers than [`answer`](Self::answer) gives.
    #[must_use]
    pub fn client(&self) -> &TelegramClient {
        &self.client
    }
}
