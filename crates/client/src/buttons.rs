//! Buttons: under a message, or in place of the keyboard.
//!
//! *Inline* buttons stand under the message that brings them, and pressing one tells the bot (a callback query) or opens
//! something. Those of a *reply keyboard* take the place of the keyboard below the chat, and pressing one sends its text. A
//! message has either kind. Only bots send them.
//!
//! `core.telegram.org/api/bots/buttons`.

use bytes::Bytes;
use heliogram_tl::api::{self, TypeButtonType, TypeInlineButtonType, TypeReplyMarkup};

/// A button.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    text: String,
    kind: ButtonKind,
    style: Option<Box<api::KeyboardButtonStyle>>,
}

/// What a button is for.
#[derive(Clone, Debug, PartialEq)]
pub enum ButtonKind {
    /// Of a reply keyboard.
    Reply(TypeButtonType),
    /// Under a message.
    Inline(TypeInlineButtonType),
}

impl Button {
    /// Under a message: tells the bot that it was pressed, with this data (1 to 64 bytes), as GramJS's
    /// `Button.inline`.
    #[must_use]
    pub fn inline(text: impl Into<String>, data: impl Into<Bytes>) -> Self {
        let callback = api::InlineButtonTypeCallback {
            requires_password: false,
            data: data.into(),
        };
        let kind = TypeInlineButtonType::InlineButtonTypeCallback(Box::new(callback));
        Self::new(text, ButtonKind::Inline(kind))
    }

    /// Under a message: opens a link.
    #[must_use]
    pub fn url(text: impl Into<String>, url: impl Into<String>) -> Self {
        let url = api::InlineButtonTypeUrl { url: url.into() };
        let kind = TypeInlineButtonType::InlineButtonTypeUrl(url);
        Self::new(text, ButtonKind::Inline(kind))
    }

    /// Under a message: begins an inline query to this bot in a chat that the person chooses, or in this one.
    #[must_use]
    pub fn switch_inline(
        text: impl Into<String>,
        query: impl Into<String>,
        same_peer: bool,
    ) -> Self {
        let switch = api::InlineButtonTypeSwitchInline {
            same_peer,
            query: query.into(),
            peer_types: None,
        };
        let kind = TypeInlineButtonType::InlineButtonTypeSwitchInline(Box::new(switch));
        Self::new(text, ButtonKind::Inline(kind))
    }

    /// Of a reply keyboard: sends its text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(text, ButtonKind::Reply(TypeButtonType::ButtonTypeDefault))
    }

    /// Of a reply keyboard: sends the person's phone number, after asking.
    #[must_use]
    pub fn request_phone(text: impl Into<String>) -> Self {
        Self::new(
            text,
            ButtonKind::Reply(TypeButtonType::ButtonTypeRequestPhone),
        )
    }

    /// Of a reply keyboard: sends where the person is, after asking.
    #[must_use]
    pub fn request_location(text: impl Into<String>) -> Self {
        Self::new(
            text,
            ButtonKind::Reply(TypeButtonType::ButtonTypeRequestGeoLocation),
        )
    }

    /// Any other.
    #[must_use]
    pub fn new(text: impl Into<String>, kind: ButtonKind) -> Self {
        Self {
            text: text.into(),
            kind,
            style: None,
        }
    }

    /// What it says.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.text
    }

    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> &ButtonKind {
        &self.kind
    }

    /// The data that it tells the bot, when it is such a button.
    #[must_use]
    pub fn data(&self) -> Option<&Bytes> {
        match &self.kind {
            ButtonKind::Inline(TypeInlineButtonType::InlineButtonTypeCallback(callback)) => {
                Some(&callback.data)
            }
            _ => None,
        }
    }
}

/// A keyboard of a message: rows of buttons, and how they behave.
///
/// ```
/// use heliogram::{Button, Buttons};
///
/// let keyboard = Buttons::new([
///     vec![Button::text("Yes"), Button::text("No")],
///     vec![Button::request_location("I am here")],
/// ])
/// .resize(true)
/// .single_use(true);
/// # let _ = keyboard;
/// ```
#[derive(Clone, Debug)]
pub struct Buttons {
    rows: Vec<Vec<Button>>,
    resize: bool,
    single_use: bool,
    selective: bool,
    persistent: bool,
    placeholder: Option<String>,
    /// Instead of all this.
    markup: Option<TypeReplyMarkup>,
}

impl Buttons {
    /// Rows of buttons of one kind.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = impl IntoIterator<Item = Button>>) -> Self {
        Self {
            rows: rows
                .into_iter()
                .map(|row| row.into_iter().collect())
                .collect(),
            resize: false,
            single_use: false,
            selective: false,
            persistent: false,
            placeholder: None,
            markup: None,
        }
    }

    /// Takes a reply keyboard away, as GramJS's `Button.clear`.
    #[must_use]
    pub fn clear() -> Self {
        TypeReplyMarkup::ReplyKeyboardHide(api::ReplyKeyboardHide::default()).into()
    }

    /// Makes the program of who receives it begin an answer to the message.
    #[must_use]
    pub fn force_reply() -> Self {
        TypeReplyMarkup::ReplyKeyboardForceReply(Box::default()).into()
    }

    /// A reply keyboard is made as low as its buttons allow. Default: as high as the usual keyboard.
    #[must_use]
    pub fn resize(mut self, resize: bool) -> Self {
        self.resize = resize;
        self
    }

    /// A reply keyboard goes away when it was used. Default: it stays.
    #[must_use]
    pub fn single_use(mut self, single_use: bool) -> Self {
        self.single_use = single_use;
        self
    }

    /// A reply keyboard is shown only to who is mentioned or answered. Default: to everybody in the chat.
    #[must_use]
    pub fn selective(mut self, selective: bool) -> Self {
        self.selective = selective;
        self
    }

    /// A reply keyboard is shown whenever the usual one is hidden. Default: it may be hidden.
    #[must_use]
    pub fn persistent(mut self, persistent: bool) -> Self {
        self.persistent = persistent;
        self
    }

    /// What stands in the empty field for the text while a reply keyboard is shown; 64 characters at most.
    #[must_use]
    pub fn placeholder(mut self, placeholder: impl Into<String>) -> Self {
        self.placeholder = Some(placeholder.into());
        self
    }

    /// As the server takes it.
    ///
    /// # Errors
    /// When inline buttons and such of a reply keyboard stand together.
    pub fn into_markup(self) -> Result<TypeReplyMarkup, MixedButtons> {
        if let Some(markup) = self.markup {
            return Ok(markup);
        }
        let (mut keyboard, mut inline) = (Vec::new(), Vec::new());
        let (mut of_keyboard, mut of_inline) = (None, None);
        for row in self.rows.into_iter().filter(|row| !row.is_empty()) {
            let (mut buttons, mut inline_buttons) = (Vec::new(), Vec::new());
            for Button { text, kind, style } in row {
                match kind {
                    ButtonKind::Reply(type_) => {
                        of_keyboard.get_or_insert_with(|| text.clone());
                        buttons.push(api::KeyboardButton { style, text, type_ });
                    }
                    ButtonKind::Inline(type_) => {
                        of_inline.get_or_insert_with(|| text.clone());
                        inline_buttons.push(api::KeyboardInlineButton { style, text, type_ });
                    }
                }
            }
            keyboard.push(api::KeyboardButtonRow { buttons });
            inline.push(api::KeyboardInlineButtonRow {
                buttons: inline_buttons,
            });
        }
        match (of_keyboard, of_inline) {
            (Some(reply), Some(inline)) => Err(MixedButtons { inline, reply }),
            (Some(_), None) => Ok(TypeReplyMarkup::ReplyKeyboardMarkup(Box::new(
                api::ReplyKeyboardMarkup {
                    resize: self.resize,
                    single_use: self.single_use,
                    selective: self.selective,
                    persistent: self.persistent,
                    force_reply: false,
                    rows: keyboard,
                    placeholder: self.placeholder,
                },
            ))),
            // None at all: what takes the inline buttons of an edited message away.
            (None, _) => Ok(TypeReplyMarkup::ReplyInlineMarkup(Box::new(
                api::ReplyInlineMarkup {
                    force_reply: false,
                    rows: inline,
                },
            ))),
        }
    }
}

/// Inline buttons and those of a reply keyboard in one message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{inline:?} is an inline button and {reply:?} one of a reply keyboard; a message has either kind, send two"
)]
pub struct MixedButtons {
    inline: String,
    reply: String,
}

impl From<TypeReplyMarkup> for Buttons {
    fn from(markup: TypeReplyMarkup) -> Self {
        Self {
            markup: Some(markup),
            ..Self::new([[]; 0] as [[Button; 0]; 0])
        }
    }
}

impl From<Button> for Buttons {
    fn from(button: Button) -> Self {
        Self::new([[button]])
    }
}

impl From<Vec<Vec<Button>>> for Buttons {
    fn from(rows: Vec<Vec<Button>>) -> Self {
        Self::new(rows)
    }
}

impl<const COLUMNS: usize, const ROWS: usize> From<[[Button; COLUMNS]; ROWS]> for Buttons {
    fn from(rows: [[Button; COLUMNS]; ROWS]) -> Self {
        Self::new(rows)
    }
}

impl From<&api::KeyboardButton> for Button {
    fn from(button: &api::KeyboardButton) -> Self {
        Self {
            text: button.text.clone(),
            kind: ButtonKind::Reply(button.type_.clone()),
            style: button.style.clone(),
        }
    }
}

impl From<&api::KeyboardInlineButton> for Button {
    fn from(button: &api::KeyboardInlineButton) -> Self {
        Self {
            text: button.text.clone(),
            kind: ButtonKind::Inline(button.type_.clone()),
            style: button.style.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_the_keyboard_of_their_kind() {
        let inline = Buttons::from([[Button::inline("a", "1"), Button::url("b", "https://b")]]);
        let Ok(TypeReplyMarkup::ReplyInlineMarkup(inline)) = inline.into_markup() else {
            panic!("inline");
        };
        assert_eq!(inline.rows[0].buttons.len(), 2);
        let reply = Buttons::new([
            vec![Button::text("a")],
            vec![],
            vec![Button::request_phone("b")],
        ]);
        let Ok(TypeReplyMarkup::ReplyKeyboardMarkup(reply)) = reply.resize(true).into_markup()
        else {
            panic!("a keyboard");
        };
        assert_eq!((reply.rows.len(), reply.resize), (2, true));
    }

    #[test]
    fn both_kinds_in_one_message_are_refused_by_name() {
        let mixed = Buttons::from([[Button::inline("a", "1"), Button::text("b")]]);
        let error = mixed.into_markup().unwrap_err().to_string();
        assert!(
            error.contains("\"a\"") && error.contains("\"b\""),
            "{error}"
        );
    }
}
