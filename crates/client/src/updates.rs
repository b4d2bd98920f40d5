//! What a server sends unasked.
//!
//! For now as it comes: one [`TypeUpdates`](api::TypeUpdates) after the other, without putting them into order
//! or fetching what was missed.
//!
//! `core.telegram.org/api/updates`.

use bytes::Bytes;
use heliogram_tl::{Decode, DecodeError, api};
use tokio::sync::broadcast::{self, error::RecvError};

/// A receiver of updates, from [`TelegramClient::updates`](crate::TelegramClient::updates).
#[derive(Debug)]
pub struct Updates {
    receiver: broadcast::Receiver<Bytes>,
}

/// Why there is no update where one was due.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpdatesError {
    /// The receiver was too slow, and the oldest updates were dropped.
    #[error("{0} updates were lost: they came faster than they were read")]
    Lost(u64),
    /// Something that is no `Updates` of this layer.
    #[error("an update cannot be read: {0}")]
    Malformed(#[from] DecodeError),
}

impl Updates {
    pub(crate) fn new(receiver: broadcast::Receiver<Bytes>) -> Self {
        Self { receiver }
    }

    /// The next one; none when the client is gone.
    ///
    /// # Errors
    /// When updates were lost, or one cannot be read. The next call goes on behind them.
    pub async fn next(&mut self) -> Option<Result<api::TypeUpdates, UpdatesError>> {
        match self.receiver.recv().await {
            Ok(bytes) => Some(api::TypeUpdates::from_bytes(&bytes).map_err(Into::into)),
            Err(RecvError::Lagged(lost)) => Some(Err(UpdatesError::Lost(lost))),
            Err(RecvError::Closed) => None,
        }
    }
}
