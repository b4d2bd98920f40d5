//! Why there is no connection, and why a call has no answer.

use std::{sync::Arc, time::Duration};

use heliogram_mtproto::{
    envelope::OpenError,
    exchange::{client::ExchangeError, plain::PlainError},
    transport::ErrorCode,
};
use heliogram_tl::RpcError;

use crate::{DialError, StreamError};

/// Why a connection could not be made or kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The socket could not be connected.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The socket broke.
    #[error("the connection broke: {0}")]
    Stream(#[from] StreamError),
    /// The key exchange failed; often this is not the server that was meant.
    #[error("key exchange: {0}")]
    Exchange(#[from] ExchangeError),
    /// The answer in a key exchange is no message in the clear.
    #[error("key exchange: {0}")]
    Plain(#[from] PlainError),
    /// A packet is not under our key; the peer is not the server, or someone is in between.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The server does not have the key of the session any more.
    #[error(
        "the server does not know the session's key (-404): the session was logged out or expired, or belongs to another server; log in again with an empty session"
    )]
    UnknownAuthKey,
    /// The server refuses to talk.
    #[error("the server refused the connection: transport error {0}")]
    Refused(ErrorCode),
    /// Connected, and then silence.
    #[error("no answer to {to} within {} s", after.as_secs_f32())]
    NoAnswer {
        /// What was asked.
        to: &'static str,
        /// The time that was given.
        after: Duration,
    },
    /// The first call of the connection was answered with an error.
    #[error("the server refused help.getConfig, the first call of a connection: {0}")]
    Greeting(RpcError),
    /// The session cannot go on.
    #[error("{0}")]
    Session(String),
}

/// Why a call has no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallFailure {
    /// The server answered with an error.
    #[error(transparent)]
    Rpc(RpcError),
    /// Nothing was sent: the connection was closed by its owner before.
    #[error("the connection is closed")]
    Closed,
    /// Nothing was sent: there is no connection, and attempts were given up.
    #[error("there is no connection: {0}")]
    Connect(Arc<ConnectError>),
    /// The request was sent, and the connection ended before an answer came; the server does not
    /// remember it, or nobody can ask any more: then it is known why not.
    #[error("it is unknown whether the request took effect")]
    OutcomeUnknown(#[source] Option<Arc<ConnectError>>),
    /// The answer cannot be unpacked.
    #[error("the answer cannot be unpacked: {0}")]
    Answer(String),
}

impl ConnectError {
    /// Whether another attempt may go better: the network's fault, and not that of a key, an
    /// address or the protocol.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Dial(DialError::Transport(_)) => false,
            Self::Dial(_) | Self::Stream(_) | Self::NoAnswer { .. } => true,
            Self::Refused(code) => *code == ErrorCode::FLOOD,
            // The internal errors of a server pass; that the call is wrong does not.
            Self::Greeting(error) => error.code == 500 || error.code == 420 || error.code == -503,
            // A peer that broke the protocol once gets another chance: bytes may have been altered on the
            // way, and the redial is slow.
            Self::Open(_) | Self::Session(_) => true,
            Self::Exchange(_) | Self::Plain(_) | Self::UnknownAuthKey => false,
        }
    }
}
