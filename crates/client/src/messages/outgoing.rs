//! A message that is to be sent.

use heliogram_tl::api;

use crate::{
    buttons::Buttons,
    text::{ParseMode, parse},
};

/// A message to send, or what a message is changed to: a text, and whatever else it takes. Plain text is a message:
/// methods take `impl Into<OutgoingMessage>`.
///
/// ```
/// use heliogram::{Button, OutgoingMessage};
///
/// let message = OutgoingMessage::new("Tea or coffee?")
///     .silent(true)
///     .buttons([[Button::inline("Tea", "tea"), Button::inline("Coffee", "coffee")]]);
/// # let _ = message;
/// ```
#[derive(Clone, Debug, Default)]
pub struct OutgoingMessage {
    pub(crate) text: String,
    pub(crate) entities: Vec<api::TypeMessageEntity>,
    pub(crate) reply_to: Option<api::TypeInputReplyTo>,
    pub(crate) buttons: Option<Buttons>,
    pub(crate) silent: bool,
    pub(crate) background: bool,
    pub(crate) clear_draft: bool,
    pub(crate) noforwards: bool,
    pub(crate) no_webpage: bool,
    pub(crate) invert_media: bool,
    pub(crate) schedule_date: Option<i32>,
    pub(crate) random_id: Option<i64>,
}

impl OutgoingMessage {
    /// A text as it stands, without markup. Up to 4096 UTF-16 units.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A text with [Markdown](crate::text) in it.
    #[must_use]
    pub fn markdown(text: &str) -> Self {
        Self::parsed(text, ParseMode::Markdown)
    }

    /// A text with [HTML](crate::text) in it.
    #[must_use]
    pub fn html(text: &str) -> Self {
        Self::parsed(text, ParseMode::Html)
    }

    /// A text with this markup in it.
    #[must_use]
    pub fn parsed(text: &str, mode: ParseMode) -> Self {
        let (text, entities) = parse(text, mode);
        Self::new(text).entities(entities)
    }

    /// How parts of the text are formatted, in place of what was said before. Offsets are in UTF-16 units.
    #[must_use]
    pub fn entities(mut self, entities: Vec<api::TypeMessageEntity>) -> Self {
        self.entities = entities;
        self
    }

    /// Answers a message of the same chat.
    #[must_use]
    pub fn reply_to(mut self, msg_id: i32) -> Self {
        let reply = api::InputReplyToMessage {
            reply_to_msg_id: msg_id,
            ..api::InputReplyToMessage::default()
        };
        self.reply_to = Some(api::TypeInputReplyTo::InputReplyToMessage(Box::new(reply)));
        self
    }

    /// Answers something else: a part of a message, a message of another chat, a story.
    #[must_use]
    pub fn reply_to_input(mut self, reply_to: api::TypeInputReplyTo) -> Self {
        self.reply_to = Some(reply_to);
        self
    }

    /// A keyboard: rows of [`Button`](crate::Button)s, or anything else that [`Buttons`] can be made of. Only bots send
    /// them.
    #[must_use]
    pub fn buttons(mut self, buttons: impl Into<Buttons>) -> Self {
        self.buttons = Some(buttons.into());
        self
    }

    /// Whether it arrives without a sound. Default: no.
    #[must_use]
    pub fn silent(mut self, silent: bool) -> Self {
        self.silent = silent;
        self
    }

    /// Whether it is sent without the account appearing online. Default: no.
    #[must_use]
    pub fn background(mut self, background: bool) -> Self {
        self.background = background;
        self
    }

    /// Whether the draft of the chat is deleted by it. Default: no.
    #[must_use]
    pub fn clear_draft(mut self, clear: bool) -> Self {
        self.clear_draft = clear;
        self
    }

    /// Whether it may not be forwarded or saved. Default: no.
    #[must_use]
    pub fn noforwards(mut self, noforwards: bool) -> Self {
        self.noforwards = noforwards;
        self
    }

    /// Whether the server may add a preview of the first link. Default: yes.
    #[must_use]
    pub fn link_preview(mut self, preview: bool) -> Self {
        self.no_webpage = !preview;
        self
    }

    /// Whether media and previews stand above the text. Default: no.
    #[must_use]
    pub fn invert_media(mut self, invert: bool) -> Self {
        self.invert_media = invert;
        self
    }

    /// When it is sent, in unix time; the server keeps it until then.
    #[must_use]
    pub fn schedule(mut self, date: i32) -> Self {
        self.schedule_date = Some(date);
        self
    }

    /// The number by which the server knows a repetition of this very sending. Default: drawn at random for every
    /// [`send_message`](crate::TelegramClient::send_message). Give one of your own when your program may be killed
    /// between sending and noting that it has sent.
    #[must_use]
    pub fn random_id(mut self, random_id: i64) -> Self {
        self.random_id = Some(random_id);
        self
    }
}

impl From<&str> for OutgoingMessage {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for OutgoingMessage {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&String> for OutgoingMessage {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}
