//! Messages: writing, reading, changing and deleting them.
//!
//! What the server says is wrapped in [`Message`], which knows its chat, its sender and the client, so that one can
//! go on from it: `message.reply("yes").await?`.
//!
//! **A message is sent once.** Every sending call carries a number drawn at random, `random_id`, by which the server knows a
//! repetition: it gives the first result again. So these calls, unlike others, are repeated when the connection broke
//! and nobody can tell whether they arrived ([`InvokeError::OutcomeUnknown`]), with the same number.
//!
//! `core.telegram.org/method/messages.sendMessage`; `core.telegram.org/api/offsets`.

mod callback;
mod click;
mod delete;
mod edit;
mod forward;
mod history;
mod message;
mod outgoing;
mod page;
mod read;
mod send;
mod sent;

use heliogram_tl::Method;

pub use callback::CallbackAnswer;
pub use click::Clicked;
pub use forward::ForwardOptions;
pub use history::MessageIter;
pub use message::Message;
pub use outgoing::OutgoingMessage;
pub(crate) use page::Page;
pub(crate) use sent::Shown;
pub(crate) use sent::blank;

use crate::{
    CallError, InvokeError, PeerError, RpcFailure, TelegramClient, buttons::MixedButtons,
    peers::MayBeStale,
};

/// Why something with messages did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// The chat or a person in it cannot be addressed.
    #[error(transparent)]
    Peer(PeerError),
    /// The call failed.
    #[error(transparent)]
    Call(CallError),
    /// The buttons cannot stand together.
    #[error(transparent)]
    Buttons(#[from] MixedButtons),
    /// The call succeeded, and its answer does not show the message.
    #[error(
        "{method} succeeded, and its answer does not show the message; look for it in the history"
    )]
    NotShown {
        /// The method.
        method: &'static str,
    },
    /// The bot does not know the chat of its message.
    #[error(
        "the message was sent by way of the inline mode, and the bot does not know its chat; call messages.editInlineBotMessage with inline_msg_id"
    )]
    SentInline,
    /// There is no such button under the message.
    #[error("the message {id} has no button {wanted}; its buttons are {there}")]
    NoButton {
        /// The message.
        id: i32,
        /// What was looked for.
        wanted: String,
        /// What there is.
        there: String,
    },
    /// A button that a program cannot press by itself.
    #[error("the button {text:?} cannot be pressed by a program: it is a {kind}")]
    NotPressable {
        /// What it says.
        text: String,
        /// What it is.
        kind: &'static str,
    },
}

impl MessageError {
    /// The server's error, when it is one.
    #[must_use]
    pub fn rpc(&self) -> Option<&RpcFailure> {
        match self {
            Self::Call(error) | Self::Peer(PeerError::Call(error)) => error.rpc(),
            _ => None,
        }
    }

    /// Whether the server's error has this name, number aside: `error.is("USER_IS_BLOCKED")`.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        match self {
            Self::Call(error) | Self::Peer(PeerError::Call(error)) => error.is(name),
            _ => false,
        }
    }
}

impl<E> From<InvokeError<E>> for MessageError {
    fn from(error: InvokeError<E>) -> Self {
        Self::Call(error.erase())
    }
}

impl From<PeerError> for MessageError {
    fn from(error: PeerError) -> Self {
        match error {
            PeerError::Call(error) => Self::Call(error),
            error => Self::Peer(error),
        }
    }
}

impl MayBeStale for MessageError {
    fn may_be_stale(&self) -> bool {
        matches!(self, Self::Call(error) if error.may_be_stale())
    }
}

impl TelegramClient {
    /// Calls a method that carries a `random_id`: when the outcome is unknown, again, with the same number. The second
    /// of the pair is whether that happened.
    pub(crate) async fn insist<M: Method>(
        &self,
        request: &M,
    ) -> (Result<M::Response, InvokeError<M::Error>>, bool) {
        again_while_unknown(|| self.is_connected(), || self.invoke(request)).await
    }
}

async fn again_while_unknown<T, E, F>(
    is_connected: impl Fn() -> bool,
    call: impl Fn() -> F,
) -> (Result<T, InvokeError<E>>, bool)
where
    F: Future<Output = Result<T, InvokeError<E>>>,
{
    let mut tries = 0;
    loop {
        match call().await {
            Err(InvokeError::OutcomeUnknown { method, .. })
                if tries < REPEATED && is_connected() =>
            {
                tracing::info!(method, "repeated with the same random_id");
                tries += 1;
            }
            result => return (result, tries > 0),
        }
    }
}

/// How often a call whose outcome is unknown is repeated. Each of them waits for the connection to come back.
const REPEATED: u32 = 5;

/// A number that names one sending, never 0.
pub(crate) fn random_id() -> i64 {
    use heliogram_crypto::Random as _;
    let mut bytes = [0; 8];
    heliogram_net::SystemRandom.fill(&mut bytes);
    match i64::from_le_bytes(bytes) {
        0 => 1,
        id => id,
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, convert::Infallible};

    use super::*;

    /// The outcome is unknown so often, and then it is known. Gives the result and how many calls there were.
    async fn unknown(times: u32, is_connected: bool) -> (bool, bool, u32) {
        let calls = Cell::new(0);
        let call = async || {
            calls.set(calls.get() + 1);
            match calls.get() <= times {
                true => Err(InvokeError::<Infallible>::OutcomeUnknown {
                    method: "messages.sendMessage",
                    source: None,
                }),
                false => Ok(()),
            }
        };
        let (result, repeated) = again_while_unknown(|| is_connected, call).await;
        (result.is_ok(), repeated, calls.get())
    }

    #[tokio::test]
    async fn what_nobody_knows_the_outcome_of_is_repeated_while_there_is_a_connection() {
        assert_eq!(unknown(0, true).await, (true, false, 1));
        assert_eq!(unknown(2, true).await, (true, true, 3));
        assert_eq!(unknown(99, true).await, (false, true, 1 + REPEATED));
        assert_eq!(unknown(2, false).await, (false, false, 1));
    }

    #[test]
    fn a_random_id_is_never_zero_and_never_the_same() {
        let ids: std::collections::HashSet<_> = (0..1000).map(|_| random_id()).collect();
        assert!(ids.len() == 1000 && !ids.contains(&0));
    }
}
