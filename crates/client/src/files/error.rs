//! How a transfer fails.

use std::path::{Path, PathBuf};

use crate::peers::MayBeStale;
use crate::{CallError, InvokeError, MessageError, PeerError};

/// Why a file was not sent, or not fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A file of this machine cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The program's own reader or writer failed.
    #[error("the program's stream failed: {0}")]
    Stream(#[source] std::io::Error),
    /// There is nothing in it, and the server takes no empty file.
    #[error("{0} is empty; the server takes no empty file")]
    Empty(String),
    /// The server has no room for so much in one file.
    #[error(
        "{name} has {size} bytes; a file has at most {} (4000 MiB, and half of that without Premium)",
        crate::files::upload::LARGEST
    )]
    TooLarge {
        /// The file's name.
        name: String,
        /// How much it is.
        size: u64,
    },
    /// A source ended before the size that was said.
    #[error(
        "{name} ended after {read} of {size} bytes; say the size that it has, and let nobody change it meanwhile"
    )]
    Shorter {
        /// The file's name.
        name: String,
        /// What was said.
        size: u64,
        /// What was there.
        read: u64,
    },
    /// An album has two to ten files.
    #[error("an album has 2 to 10 files, not {0}; send a single one with send_file")]
    Album(usize),
    /// There is no file in what was given.
    #[error("there is no file in this: {0}")]
    NoFile(&'static str),
    /// The file reference is too old, and another one was not to be had.
    #[error("the reference to this file is no longer good, and {0}")]
    ReferenceExpired(&'static str),
    /// The file ended before its size, or the server sent more than was asked for.
    #[error(
        "the server sent {got} bytes where {expected} were expected at {offset}; fetch the file again"
    )]
    Misfit {
        /// Where.
        offset: u64,
        /// How much was expected.
        expected: u64,
        /// How much came.
        got: u64,
    },
    /// What goes with the file cannot be sent, or the answer does not show it.
    #[error(transparent)]
    Message(MessageError),
    /// The chat cannot be addressed.
    #[error(transparent)]
    Peer(PeerError),
    /// A call failed.
    #[error(transparent)]
    Call(CallError),
}

impl FileError {
    pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }
}

impl<E> From<InvokeError<E>> for FileError {
    fn from(error: InvokeError<E>) -> Self {
        Self::Call(error.erase())
    }
}

impl From<PeerError> for FileError {
    fn from(error: PeerError) -> Self {
        match error {
            PeerError::Call(error) => Self::Call(error),
            other => Self::Peer(other),
        }
    }
}

impl From<MessageError> for FileError {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Peer(error) => Self::Peer(error),
            MessageError::Call(error) => Self::Call(error),
            other => Self::Message(other),
        }
    }
}

impl From<std::convert::Infallible> for FileError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl MayBeStale for FileError {
    fn may_be_stale(&self) -> bool {
        matches!(self, Self::Call(error) if error.may_be_stale())
    }
}
