//! Pressing a button under a message.

use heliogram_tl::api::{self, TypeButtonType, TypeInlineButtonType, messages};

use super::{Message, MessageError};
use crate::buttons::{Button, ButtonKind};

/// What came of pressing a button.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Clicked {
    /// The bot has answered: with a text to show, an address to open, or nothing but that it was heard.
    Answer(Box<messages::BotCallbackAnswer>),
    /// The button is a link, and opening it is up to you.
    Url(String),
    /// The button of a reply keyboard: its text was sent.
    Sent(Box<Message>),
}

pub(super) async fn click(
    message: &Message,
    row: usize,
    column: usize,
) -> Result<Clicked, MessageError> {
    let rows = message.buttons();
    match rows.get(row).and_then(|row| row.get(column)) {
        Some(button) => press(message, button).await,
        None => Err(none(
            message,
            format!("in row {row}, column {column}"),
            &rows,
        )),
    }
}

pub(super) async fn click_text(message: &Message, text: &str) -> Result<Clicked, MessageError> {
    let rows = message.buttons();
    match rows.iter().flatten().find(|button| button.label() == text) {
        Some(button) => press(message, button).await,
        None => Err(none(message, format!("{text:?}"), &rows)),
    }
}

async fn press(message: &Message, button: &Button) -> Result<Clicked, MessageError> {
    let (data, game) = match button.kind() {
        ButtonKind::Reply(TypeButtonType::ButtonTypeDefault) => {
            let sent = message.respond(button.label()).await?;
            return Ok(Clicked::Sent(Box::new(sent)));
        }
        ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeUrl(url)) => {
            return Ok(Clicked::Url(url.url.clone()));
        }
        ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeCallback(callback))
            if !callback.requires_password =>
        {
            (Some(callback.data.clone()), false)
        }
        ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeGame) => (None, true),
        kind => {
            return Err(MessageError::NotPressable {
                text: button.label().to_owned(),
                kind: name(kind),
            });
        }
    };
    let data = &data;
    let client = message.client();
    client
        .with_peer(&message.peer_id().into(), |peer| async move {
            let request = messages::GetBotCallbackAnswer {
                game,
                peer,
                msg_id: message.id(),
                data: data.clone(),
                password: None,
            };
            let answer = client.invoke(&request).await?;
            Ok(Clicked::Answer(Box::new(answer)))
        })
        .await
}

fn none(message: &Message, wanted: String, rows: &[Vec<Button>]) -> MessageError {
    let there: Vec<_> = rows
        .iter()
        .flatten()
        .map(|button| format!("{:?}", button.label()))
        .collect();
    MessageError::NoButton {
        id: message.id(),
        wanted,
        there: if there.is_empty() {
            "none".into()
        } else {
            there.join(", ")
        },
    }
}

fn name(kind: &ButtonKind) -> &'static str {
    match kind {
        ButtonKind::Reply(TypeButtonType::ButtonTypeRequestPhone) => "request for the phone number",
        ButtonKind::Reply(TypeButtonType::ButtonTypeRequestGeoLocation) => {
            "request for the location"
        }
        ButtonKind::Reply(TypeButtonType::ButtonTypeRequestPoll(_)) => "request for a poll",
        ButtonKind::Reply(TypeButtonType::ButtonTypeRequestPeer(_)) => "request for a chat or user",
        ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeCallback(_)) => {
            "button that asks for the account's password"
        }
        ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeSwitchInline(_)) => {
            "switch to the inline mode"
        }
        ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeBuy) => "payment",
        ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeCopy(_)) => "text to copy",
        _ => "button of a kind that people alone can use",
    }
}

impl Message {
    /// The buttons under it, or of the keyboard that it brings, by rows.
    #[must_use]
    pub fn buttons(&self) -> Vec<Vec<Button>> {
        let row = |row: &api::KeyboardButtonRow| row.buttons.iter().map(Button::from).collect();
        let inline =
            |row: &api::KeyboardInlineButtonRow| row.buttons.iter().map(Button::from).collect();
        match self.reply_markup() {
            Some(api::TypeReplyMarkup::ReplyKeyboardMarkup(keyboard)) => {
                keyboard.rows.iter().map(row).collect()
            }
            Some(api::TypeReplyMarkup::ReplyInlineMarkup(keyboard)) => {
                keyboard.rows.iter().map(inline).collect()
            }
            _ => Vec::new(),
        }
    }
}
