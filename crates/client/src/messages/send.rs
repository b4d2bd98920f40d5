//! Sending a text.

use heliogram_tl::api::{self, TypeMessageEntity, messages};

use super::{
    Message, MessageError, OutgoingMessage, Page, random_id,
    sent::{Shown, blank},
};
use crate::{PeerId, PeerRef, TelegramClient, peers::input_user};

impl TelegramClient {
    /// Sends a message, as GramJS's `sendMessage`, and gives it as the server has it.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use heliogram::OutgoingMessage;
    ///
    /// let sent = client.send_message("@ann", "Hello!").await?;
    /// sent.reply(OutgoingMessage::new("and good night").silent(true)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Unlike in GramJS a text is not Markdown unless one says so.
    ///
    /// A break of the connection cannot make two of one message: when nobody can tell whether it arrived, it is sent again
    /// with the same `random_id`, by which the server knows it.
    ///
    /// # Errors
    /// When the peer cannot be addressed, or the server refuses: `MESSAGE_EMPTY`, `MESSAGE_TOO_LONG`,
    /// `USER_IS_BLOCKED`, `PEER_FLOOD` and others of `messages.sendMessage`.
    pub async fn send_message(
        &self,
        peer: impl Into<PeerRef>,
        message: impl Into<OutgoingMessage>,
    ) -> Result<Message, MessageError> {
        let (peer, message) = (peer.into(), message.into());
        let request = messages::SendMessage {
            no_webpage: message.no_webpage,
            silent: message.silent,
            background: message.background,
            clear_draft: message.clear_draft,
            noforwards: message.noforwards,
            update_stickersets_order: false,
            invert_media: message.invert_media,
            allow_paid_floodskip: false,
            peer: api::TypeInputPeer::InputPeerEmpty,
            reply_to: message.reply_to.map(Box::new),
            message: message.text,
            random_id: message.random_id.unwrap_or_else(random_id),
            reply_markup: match message.buttons {
                Some(buttons) => Some(buttons.into_markup()?),
                None => None,
            },
            entities: self.to_be_sent(message.entities).await?,
            schedule_date: message.schedule_date,
            schedule_repeat_period: None,
            send_as: None,
            quick_reply_shortcut: None,
            effect: None,
            allow_paid_stars: None,
            suggested_post: None,
            rich_message: None,
        };
        let request = &request;
        self.with_peer(&peer, |input| async move {
            let request = messages::SendMessage {
                peer: input,
                ..request.clone()
            };
            self.send(&request).await
        })
        .await
    }

    async fn send(&self, request: &messages::SendMessage) -> Result<Message, MessageError> {
        let (answer, repeated) = self.insist(request).await;
        let mut shown = match answer {
            Ok(answer) => Shown::new(answer),
            // The first one arrived, and its answer is lost.
            Err(error) if repeated && error.is("RANDOM_ID_DUPLICATE") => {
                return self.sent_before(request).await;
            }
            Err(error) => return Err(error.into()),
        };
        let raw = match shown.short.take() {
            Some(short) => Some(self.spelled_out(request, *short).await?),
            None => shown.sent(request.random_id),
        };
        let message = raw.and_then(|raw| Message::new(self.clone(), raw, shown.peers));
        message.ok_or(NOT_SHOWN)
    }

    /// The message of a short answer: the rest is what was sent.
    async fn spelled_out(
        &self,
        request: &messages::SendMessage,
        short: api::UpdateShortSentMessage,
    ) -> Result<api::TypeMessage, MessageError> {
        let peer = self.id_of(&request.peer).await?;
        let own = PeerId::User(self.own().await?.id);
        let replied = match request.reply_to.as_deref() {
            Some(api::TypeInputReplyTo::InputReplyToMessage(reply)) => {
                Some(api::MessageReplyHeader {
                    quote: reply.quote_text.is_some(),
                    reply_to_msg_id: Some(reply.reply_to_msg_id),
                    quote_text: reply.quote_text.clone(),
                    quote_entities: reply.quote_entities.clone(),
                    quote_offset: reply.quote_offset,
                    ..api::MessageReplyHeader::default()
                })
            }
            _ => None,
        };
        let header = |header| api::TypeMessageReplyHeader::MessageReplyHeader(Box::new(header));
        Ok(api::TypeMessage::Message(Box::new(api::Message {
            out: short.out,
            silent: request.silent,
            noforwards: request.noforwards,
            invert_media: request.invert_media,
            from_id: Some(own.into()),
            reply_to: replied.map(header).map(Box::new),
            date: short.date,
            message: request.message.clone(),
            media: short.media,
            reply_markup: request.reply_markup.clone(),
            entities: short.entities,
            ttl_period: short.ttl_period,
            ..blank(short.id, peer)
        })))
    }

    /// A message that is in the history already, and whose id was lost with the answer.
    async fn sent_before(&self, request: &messages::SendMessage) -> Result<Message, MessageError> {
        let recent = messages::GetHistory {
            peer: request.peer.clone(),
            offset_id: 0,
            offset_date: 0,
            add_offset: 0,
            limit: 100,
            max_id: 0,
            min_id: 0,
            hash: 0,
        };
        let page = Page::new(self.invoke(&recent).await?);
        let mut own = page.wrapped(self).filter(Message::is_outgoing);
        own.find(|message| message.text() == request.message)
            .ok_or(NOT_SHOWN)
    }

    /// Entities as the server takes them: a person who is mentioned is addressed like any other.
    pub(crate) async fn to_be_sent(
        &self,
        entities: Vec<TypeMessageEntity>,
    ) -> Result<Option<Vec<TypeMessageEntity>>, MessageError> {
        if entities.is_empty() {
            return Ok(None);
        }
        let mut sent = Vec::with_capacity(entities.len());
        for entity in entities {
            sent.push(match entity {
                TypeMessageEntity::MessageEntityMentionName(mention) => {
                    let input = self.input_peer(&mention.user_id.into()).await?;
                    let mention = api::InputMessageEntityMentionName {
                        offset: mention.offset,
                        length: mention.length,
                        user_id: input_user(&input)?,
                    };
                    TypeMessageEntity::InputMessageEntityMentionName(Box::new(mention))
                }
                other => other,
            });
        }
        Ok(Some(sent))
    }
}

const NOT_SHOWN: MessageError = MessageError::NotShown {
    method: "messages.sendMessage",
};
