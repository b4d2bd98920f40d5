//! Marking as read.

use heliogram_tl::api::{channels, messages};

use super::MessageError;
use crate::{PeerRef, TelegramClient, peers::input_channel};

impl TelegramClient {
    /// Marks a chat as read up to a message, as GramJS's `markAsRead`; 0 is all of it.
    ///
    /// # Errors
    /// When the peer cannot be addressed, or the call fails.
    pub async fn mark_as_read(
        &self,
        peer: impl Into<PeerRef>,
        up_to: i32,
    ) -> Result<(), MessageError> {
        let peer = peer.into();
        self.with_peer(&peer, |peer| async move {
            let max_id = up_to;
            match input_channel(&peer) {
                Ok(channel) => {
                    self.invoke(&channels::ReadHistory { channel, max_id })
                        .await?;
                }
                Err(_) => {
                    self.invoke(&messages::ReadHistory { peer, max_id }).await?;
                }
            }
            Ok(())
        })
        .await
    }
}
