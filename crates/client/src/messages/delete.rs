//! Deleting messages.

use heliogram_tl::api::{channels, messages};

use super::MessageError;
use crate::{PeerRef, TelegramClient, peers::input_channel};

impl TelegramClient {
    /// Deletes messages, as GramJS's `deleteMessages`: for everybody when `revoke` is set, for the account alone
    /// otherwise; in channels always for everybody. Gives how many are gone by it; those that were not there count
    /// for nothing.
    ///
    /// More than 100 take several calls. When one of them fails, what went before stays deleted.
    ///
    /// # Errors
    /// When the peer cannot be addressed, or the server refuses: `MESSAGE_DELETE_FORBIDDEN`.
    pub async fn delete_messages(
        &self,
        peer: impl Into<PeerRef>,
        ids: &[i32],
        revoke: bool,
    ) -> Result<usize, MessageError> {
        let peer = peer.into();
        let mut gone = 0;
        for ids in ids.chunks(super::history::PAGE) {
            gone += self
                .with_peer(&peer, |input| async move {
                    let id = ids.to_vec();
                    let affected = match input_channel(&input) {
                        Ok(channel) => {
                            self.invoke(&channels::DeleteMessages { channel, id })
                                .await?
                        }
                        Err(_) => {
                            self.invoke(&messages::DeleteMessages { revoke, id })
                                .await?
                        }
                    };
                    Ok::<_, MessageError>(usize::try_from(affected.pts_count).unwrap_or(0))
                })
                .await?;
        }
        Ok(gone)
    }
}
