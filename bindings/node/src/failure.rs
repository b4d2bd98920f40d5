//! What went wrong, as JavaScript is told.
//!
//! An error of the server goes as data ([`Failure`]), from which JavaScript makes its own classes; a wrong argument is thrown where
//! it was given.

use heliogram::{CallError, FileError};

use crate::js::{Env, Refused};

/// Why a call has no answer.
pub(crate) struct Failure {
    /// What kind: `rpc`, or the name of the variant of [`CallError`].
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    /// The server's code and text, when it is its error.
    pub(crate) code: i32,
    pub(crate) name: String,
}

impl Failure {
    pub(crate) fn other(kind: &'static str, message: impl std::fmt::Display) -> Self {
        Self {
            kind,
            message: message.to_string(),
            code: 0,
            name: String::new(),
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        if let Some(rpc) = error.rpc() {
            return Self {
                kind: "rpc",
                message: error.to_string(),
                code: rpc.code,
                name: rpc.name.clone(),
            };
        }
        let kind = match error {
            CallError::Disconnected { .. } => "disconnected",
            CallError::Connect { .. } | CallError::Migrate { .. } | CallError::Carry { .. } => {
                "connect"
            }
            CallError::OutcomeUnknown { .. } => "outcome-unknown",
            CallError::Decode { .. } | CallError::Answer { .. } => "unreadable",
            _ => "other",
        };
        Self::other(kind, error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Call(error) => error.into(),
            FileError::Peer(_) => Self::other("peer", error),
            _ => Self::other("file", error),
        }
    }
}

/// An argument that cannot be used.
pub(crate) fn argument(what: &str) -> napi::Error {
    napi::Error::new(napi::Status::InvalidArg, what)
}

/// An argument that cannot be used, where JavaScript can be told at once: a TypeError.
pub(crate) fn type_error(env: Env<'_>, what: &str) -> napi::Error {
    pending(env.throw_type_error(what))
}

/// Bytes that are not what they should be.
pub(crate) fn unreadable(what: &str) -> napi::Error {
    napi::Error::new(napi::Status::GenericFailure, what)
}

/// The exception that JavaScript has thrown goes on to who called.
pub(crate) fn pending(_: Refused) -> napi::Error {
    napi::Error::new(napi::Status::PendingException, "")
}
