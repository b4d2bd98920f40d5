//! Changing a message.

use heliogram_tl::api::messages;

use super::{Message, MessageError, OutgoingMessage, sent::Shown};
use crate::{PeerRef, TelegramClient};

impl TelegramClient {
    /// Changes the text of a message that the account has sent, as GramJS's `editMessage`. Formatting and inline
    /// buttons become what `message` says of them, none when it says nothing.
    ///
    /// # Errors
    /// When the peer cannot be addressed, or the server refuses: `MESSAGE_NOT_MODIFIED`, `MESSAGE_ID_INVALID`,
    /// `MESSAGE_AUTHOR_REQUIRED`, `MESSAGE_EDIT_TIME_EXPIRED` and others of `messages.editMessage`.
    pub async fn edit_message(
        &self,
        peer: impl Into<PeerRef>,
        msg_id: i32,
        message: impl Into<OutgoingMessage>,
    ) -> Result<Message, MessageError> {
        let (peer, message) = (peer.into(), message.into());
        let markup = match message.buttons {
            Some(buttons) => Some(buttons.into_markup()?),
            None => None,
        };
        let entities = self.to_be_sent(message.entities).await?;
        let (text, markup, entities) = (&message.text, &markup, &entities);
        self.with_peer(&peer, |input| async move {
            let request = messages::EditMessage {
                no_webpage: message.no_webpage,
                invert_media: message.invert_media,
                peer: input,
                id: msg_id,
                message: Some(text.clone()),
                media: None,
                reply_markup: markup.clone(),
                entities: entities.clone(),
                schedule_date: message.schedule_date,
                schedule_repeat_period: None,
                quick_reply_shortcut_id: None,
                rich_message: None,
            };
            let mut shown = Shown::new(self.invoke(&request).await?);
            let raw = shown.by_id(msg_id);
            let edited = raw.and_then(|raw| Message::new(self.clone(), raw, shown.peers));
            edited.ok_or(MessageError::NotShown {
                method: "messages.editMessage",
            })
        })
        .await
    }
}
