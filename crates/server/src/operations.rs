//! What one can do to the world from outside.
//!
//! These are the operations behind the control API and the dashboard; in process they are called as they are.

mod clock;
mod inbox;
mod session_strings;
mod sessions;
mod snapshot;
mod users;

pub use self::session_strings::MintedSession;
pub use self::sessions::{MintedKey, Session, SessionStanding};
pub use self::users::{Created, NewUser, UserEdit, UserSummary};
pub(crate) use self::users::{Prepared, input_peer};

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperationError {
    /// A field that cannot be accepted.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A part of something given as JSON that cannot be accepted.
    #[error("{path}: {reason}")]
    Malformed {
        /// Where it stands: `reply.users[0].id`.
        path: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// Nothing has this name.
    #[error("{field}: {reason}")]
    NotFound {
        /// The field that names it.
        field: &'static str,
        /// What was looked for.
        reason: String,
    },
    /// Not now, as things stand.
    #[error("{field}: {reason}")]
    Refused {
        /// The field.
        field: &'static str,
        /// What stands in the way, and what to do.
        reason: String,
    },
    /// The store failed.
    #[error("the store failed: {0}")]
    Store(#[from] rusqlite::Error),
    /// The store could not commit; the log says why.
    #[error("the change could not be committed; the server's log says why")]
    NotCommitted,
    /// The server has been stopped, or the operation broke off inside it.
    #[error("the server has stopped or broke off; its log says why")]
    Stopped,
}

impl OperationError {
    fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            reason: reason.into(),
        }
    }

    fn refused(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Refused {
            field,
            reason: reason.into(),
        }
    }

    fn not_found(field: &'static str, reason: impl Into<String>) -> Self {
        Self::NotFound {
            field,
            reason: reason.into(),
        }
    }
}
