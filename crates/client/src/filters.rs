//! Filters: questions to an event that combine with `&`, `|` and `!`.
//!
//! ```
//! use heliogram::{events::NewMessage, filters};
//!
//! # fn doc() -> Result<(), heliogram::filters::PatternError> {
//! // Commands from anybody, and whatever user 5 writes.
//! let wanted = filters::incoming() & (filters::command("start") | filters::from_user(5));
//! let events = NewMessage::new().filter(wanted & !filters::pattern("(?i)spam")?);
//! # let _ = events;
//! # Ok(())
//! # }
//! # doc().unwrap();
//! ```

use std::{
    fmt,
    ops::{BitAnd, BitOr, Not},
    sync::Arc,
};

use heliogram_tl::UserId;
use regex_lite::Regex;

use crate::{Message, PeerId, events::CallbackQueryEvent};

/// A question to an event.
pub struct Filter<E> {
    asks: Arc<dyn Fn(&E) -> bool + Send + Sync>,
}

impl<E: 'static> Filter<E> {
    /// A question of one's own.
    pub fn new(asks: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        Self {
            asks: Arc::new(asks),
        }
    }

    /// True of everything.
    #[must_use]
    pub fn any() -> Self {
        Self::new(|_| true)
    }

    /// Whether it is true of an event.
    #[must_use]
    pub fn matches(&self, event: &E) -> bool {
        (self.asks)(event)
    }

    /// True where both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(move |event| self.matches(event) && other.matches(event))
    }

    /// True where at least one is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::new(move |event| self.matches(event) || other.matches(event))
    }
}

/// A pattern is no regular expression.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{pattern:?} is no regular expression: {problem}")]
pub struct PatternError {
    pattern: String,
    problem: String,
}

/// Events that somebody causes, in a chat.
pub trait Sent {
    /// Who.
    fn sender(&self) -> Option<PeerId>;
    /// Where.
    fn chat(&self) -> Option<PeerId>;
}

/// What others send.
#[must_use]
pub fn incoming() -> Filter<Message> {
    Filter::new(|message: &Message| !message.is_outgoing())
}

/// What the account sends, from here or from elsewhere.
#[must_use]
pub fn outgoing() -> Filter<Message> {
    Filter::new(Message::is_outgoing)
}

/// What this user sends or presses.
pub fn from_user<E: Sent + 'static>(user: impl Into<UserId>) -> Filter<E> {
    let user = PeerId::User(user.into());
    Filter::new(move |event: &E| event.sender() == Some(user))
}

/// What happens in this chat.
#[must_use]
pub fn in_chat<E: Sent + 'static>(chat: PeerId) -> Filter<E> {
    Filter::new(move |event: &E| event.chat() == Some(chat))
}

/// What happens in a chat with one user.
#[must_use]
pub fn private<E: Sent + 'static>() -> Filter<E> {
    Filter::new(|event: &E| matches!(event.chat(), Some(PeerId::User(_))))
}

/// Messages whose text a regular expression finds something in.
///
/// # Errors
/// When it is none.
pub fn pattern(pattern: &str) -> Result<Filter<Message>, PatternError> {
    let regex = Regex::new(pattern).map_err(|error| PatternError {
        pattern: pattern.into(),
        problem: error.to_string(),
    })?;
    Ok(Filter::new(move |message: &Message| {
        regex.is_match(message.text())
    }))
}

/// Messages that begin with a command of a bot: `/name`, `/name@any_bot`, with or without words behind.
#[must_use]
pub fn command(name: &str) -> Filter<Message> {
    let name = name.trim_start_matches('/').to_owned();
    Filter::new(move |message: &Message| is_command(message.text(), &name))
}

/// Buttons whose data begin so.
pub fn data(prefix: impl Into<Vec<u8>>) -> Filter<CallbackQueryEvent> {
    let prefix = prefix.into();
    Filter::new(move |query: &CallbackQueryEvent| {
        query
            .data
            .as_ref()
            .is_some_and(|data| data.starts_with(&prefix))
    })
}

fn is_command(text: &str, name: &str) -> bool {
    let word = text.split_whitespace().next();
    let Some(word) = word.and_then(|word| word.strip_prefix('/')) else {
        return false;
    };
    let (word, _) = word.split_once('@').unwrap_or((word, ""));
    word.eq_ignore_ascii_case(name)
}

impl Sent for Message {
    fn sender(&self) -> Option<PeerId> {
        self.sender_id()
    }

    fn chat(&self) -> Option<PeerId> {
        Some(self.peer_id())
    }
}

impl Sent for CallbackQueryEvent {
    fn sender(&self) -> Option<PeerId> {
        Some(PeerId::User(self.user_id))
    }

    fn chat(&self) -> Option<PeerId> {
        self.chat
    }
}

impl<E: 'static> BitAnd for Filter<E> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl<E: 'static> BitOr for Filter<E> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

impl<E: 'static> Not for Filter<E> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(move |event| !self.matches(event))
    }
}

impl<E> Clone for Filter<E> {
    fn clone(&self) -> Self {
        Self {
            asks: Arc::clone(&self.asks),
        }
    }
}

impl<E> fmt::Debug for Filter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_combine() {
        let small = Filter::new(|number: &i32| *number < 10);
        let even = Filter::new(|number: &i32| number % 2 == 0);
        let check = |filter: Filter<i32>, expected: [bool; 3]| {
            assert_eq!([3, 4, 12].map(|number| filter.matches(&number)), expected);
        };
        check(small.clone() & even.clone(), [false, true, false]);
        check(small.clone() | even.clone(), [true, true, true]);
        check(!small.clone(), [false, false, true]);
        check(
            small & !even | Filter::new(|n| *n == 12),
            [true, false, true],
        );
        check(Filter::any(), [true; 3]);
    }

    #[test]
    fn commands_are_words() {
        for text in ["/start", "/start now", "/START@my_bot", "/start@my_bot x"] {
            assert!(is_command(text, "start"), "{text}");
        }
        for text in ["start", "/starting", "say /start", "", "/"] {
            assert!(!is_command(text, "start"), "{text}");
        }
    }

    #[test]
    fn a_pattern_that_is_none_is_named() {
        let error = pattern("(").unwrap_err().to_string();
        assert!(error.contains("\"(\""), "{error}");
    }
}
