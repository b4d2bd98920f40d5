//! What a bot does about a button that was pressed under its message.
//!
//! `core.telegram.org/api/bots/buttons`, "Callback queries".

use heliogram_tl::api::messages::SetBotCallbackAnswer;

use super::{Message, MessageError, OutgoingMessage};
use crate::{CallError, PeerId, events::CallbackQueryEvent};

/// What the person who pressed a button is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// A text of at most 200 characters. Default: none, and the clock on the button goes away.
    pub text: Option<String>,
    /// In a window that has to be closed, rather than for a moment. Default: for a moment.
    pub alert: bool,
    /// A link to open: of a game of the bot, or to the bot itself. Default: none.
    pub url: Option<String>,
    /// For how many seconds the program of the person may give the same answer by itself. Default: 0.
    pub cache_time: i32,
}

impl CallbackQueryEvent {
    /// Answers in any way there is; [`answer`](Self::answer) is for a text alone.
    ///
    /// # Errors
    /// 400 `QUERY_ID_INVALID` when it comes too late; see [`InvokeError`](crate::InvokeError).
    pub async fn answer_with(&self, answer: CallbackAnswer) -> Result<(), CallError> {
        let request = SetBotCallbackAnswer {
            alert: answer.alert,
            query_id: self.query_id,
            message: answer.text,
            url: answer.url,
            cache_time: answer.cache_time,
        };
        let answered = self.client().invoke(&request).await;
        answered.map(drop).map_err(|error| error.erase())
    }

    /// The message with the button; none when it is gone.
    ///
    /// # Errors
    /// When it was sent by way of the inline mode, or a call fails.
    pub async fn get_message(&self) -> Result<Option<Message>, MessageError> {
        let (chat, msg_id) = self.place()?;
        let found = self.client().get_messages(chat, &[msg_id]).await?;
        Ok(found.into_iter().next().flatten())
    }

    /// Changes the message with the button.
    ///
    /// # Errors
    /// When it was sent by way of the inline mode, and those of
    /// [`edit_message`](crate::TelegramClient::edit_message).
    pub async fn edit(&self, message: impl Into<OutgoingMessage>) -> Result<Message, MessageError> {
        let (chat, msg_id) = self.place()?;
        self.client().edit_message(chat, msg_id, message).await
    }

    /// Writes into the chat of the message.
    ///
    /// # Errors
    /// When it was sent by way of the inline mode, and those of
    /// [`send_message`](crate::TelegramClient::send_message).
    pub async fn respond(
        &self,
        message: impl Into<OutgoingMessage>,
    ) -> Result<Message, MessageError> {
        let (chat, _) = self.place()?;
        self.client().send_message(chat, message).await
    }

    fn place(&self) -> Result<(PeerId, i32), MessageError> {
        self.chat.zip(self.msg_id).ok_or(MessageError::SentInline)
    }
}
