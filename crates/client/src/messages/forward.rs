//! Forwarding messages.

use heliogram_tl::api::{self, messages};

use super::{Message, MessageError, random_id, sent::Shown};
use crate::{PeerRef, TelegramClient};

/// How messages are forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForwardOptions {
    /// They arrive without a sound. Default: no.
    pub silent: bool,
    /// They do not say who wrote them. Default: no.
    pub drop_author: bool,
    /// Media come without their captions. Default: no.
    pub drop_media_captions: bool,
    /// They may not be forwarded further. Default: no.
    pub noforwards: bool,
    /// When they are sent, in unix time. Default: now.
    pub schedule_date: Option<i32>,
}

impl TelegramClient {
    /// Forwards messages from one chat to another, as GramJS's `forwardMessages`, and gives the new ones in the order of
    /// `ids`.
    ///
    /// # Errors
    /// When a peer cannot be addressed, or the server refuses: `MESSAGE_ID_INVALID`, `CHAT_FORWARDS_RESTRICTED`
    /// and others of `messages.forwardMessages`.
    pub async fn forward_messages(
        &self,
        to: impl Into<PeerRef>,
        from: impl Into<PeerRef>,
        ids: &[i32],
    ) -> Result<Vec<Message>, MessageError> {
        self.forward_messages_with(to, from, ids, ForwardOptions::default())
            .await
    }

    /// The same, in another way than usual.
    ///
    /// # Errors
    /// As [`forward_messages`](Self::forward_messages).
    pub async fn forward_messages_with(
        &self,
        to: impl Into<PeerRef>,
        from: impl Into<PeerRef>,
        ids: &[i32],
        options: ForwardOptions,
    ) -> Result<Vec<Message>, MessageError> {
        let (to, from) = (to.into(), from.into());
        let mut forwarded = Vec::with_capacity(ids.len());
        for ids in ids.chunks(super::history::PAGE) {
            let random_ids: Vec<_> = ids.iter().map(|_| random_id()).collect();
            let random_ids = &random_ids;
            let (to, from) = (&to, &from);
            let forward = |from_peer: api::TypeInputPeer| async move {
                let from_peer = &from_peer;
                let forward = |to_peer| async move {
                    let request = messages::ForwardMessages {
                        silent: options.silent,
                        background: false,
                        with_my_score: false,
                        drop_author: options.drop_author,
                        drop_media_captions: options.drop_media_captions,
                        noforwards: options.noforwards,
                        allow_paid_floodskip: false,
                        from_ephemeral: false,
                        from_peer: from_peer.clone(),
                        id: ids.to_vec(),
                        random_id: random_ids.clone(),
                        to_peer,
                        top_msg_id: None,
                        reply_to: None,
                        schedule_date: options.schedule_date,
                        schedule_repeat_period: None,
                        send_as: None,
                        quick_reply_shortcut: None,
                        effect: None,
                        video_timestamp: None,
                        allow_paid_stars: None,
                        suggested_post: None,
                    };
                    let (answer, _) = self.insist(&request).await;
                    Ok::<_, MessageError>(Shown::new(answer?))
                };
                self.with_peer(to, forward).await
            };
            let mut shown = self.with_peer(from, forward).await?;
            let sent: Vec<_> = random_ids.iter().map(|id| shown.sent(*id)).collect();
            let sent = sent.into_iter().flatten();
            forwarded.extend(
                sent.filter_map(|raw| Message::new(self.clone(), raw, shown.peers.clone())),
            );
        }
        Ok(forwarded)
    }
}
