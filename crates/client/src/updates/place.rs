//! Where an update stands: which sequence numbers it, and with what.
//!
//! | sequence | numbers | of what |
//! |---|---|---|
//! | common | `pts`, `pts_count` | private chats, basic groups and what else belongs to the account |
//! | channel | `pts`, `pts_count`, of each channel its own | messages of a channel or supergroup |
//! | second | `qts` | secret chats, and what happens to bots |
//! | none | | presence, typing, callback queries ...: what was missed is gone |
//!
//! `core.telegram.org/api/updates`, "Message-related event sequences".

use heliogram_tl::{
    ChannelId,
    api::{TypeMessage, TypePeer, TypeUpdate},
};

/// Where an update stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Common {
        pts: i32,
        count: i32,
    },
    Channel {
        id: ChannelId,
        pts: i32,
        count: i32,
    },
    Second {
        qts: i32,
    },
    Free,
    /// Says that a channel has more news than are sent.
    ChannelTooLong(ChannelId),
    /// Says that the common sequence begins anew.
    Reset,
}

impl Place {
    pub(super) fn of(update: &TypeUpdate) -> Self {
        use TypeUpdate as U;
        let common = |pts, count| Self::Common { pts, count };
        let channel = |id, pts, count| Self::Channel { id, pts, count };
        let second = |qts| match qts {
            // Seen where the order does not matter.
            0 => Self::Free,
            qts => Self::Second { qts },
        };
        let message = |message, pts, count| match channel_of(message) {
            Some(id) => channel(id, pts, count),
            // An empty message names no chat. Nobody can say which number is meant.
            None => Self::Free,
        };
        match update {
            U::UpdateNewMessage(u) => common(u.pts, u.pts_count),
            U::UpdateEditMessage(u) => common(u.pts, u.pts_count),
            U::UpdateDeleteMessages(u) => common(u.pts, u.pts_count),
            U::UpdateReadHistoryInbox(u) => common(u.pts, u.pts_count),
            U::UpdateReadHistoryOutbox(u) => common(u.pts, u.pts_count),
            U::UpdateWebPage(u) => common(u.pts, u.pts_count),
            U::UpdateReadMessagesContents(u) => common(u.pts, u.pts_count),
            U::UpdateFolderPeers(u) => common(u.pts, u.pts_count),
            U::UpdatePinnedMessages(u) => common(u.pts, u.pts_count),

            U::UpdateNewChannelMessage(u) => message(&u.message, u.pts, u.pts_count),
            U::UpdateEditChannelMessage(u) => message(&u.message, u.pts, u.pts_count),
            U::UpdateDeleteChannelMessages(u) => channel(u.channel_id, u.pts, u.pts_count),
            U::UpdateChannelWebPage(u) => channel(u.channel_id, u.pts, u.pts_count),
            U::UpdatePinnedChannelMessages(u) => channel(u.channel_id, u.pts, u.pts_count),

            U::UpdateNewEncryptedMessage(u) => second(u.qts),
            U::UpdateMessagePollVote(u) => second(u.qts),
            U::UpdateChatParticipant(u) => second(u.qts),
            U::UpdateChannelParticipant(u) => second(u.qts),
            U::UpdateBotStopped(u) => second(u.qts),
            U::UpdateBotChatInviteRequester(u) => second(u.qts),
            U::UpdateBotChatBoost(u) => second(u.qts),
            U::UpdateBotMessageReaction(u) => second(u.qts),
            U::UpdateBotMessageReactions(u) => second(u.qts),
            U::UpdateBotBusinessConnect(u) => second(u.qts),
            U::UpdateBotNewBusinessMessage(u) => second(u.qts),
            U::UpdateBotEditBusinessMessage(u) => second(u.qts),
            U::UpdateBotDeleteBusinessMessage(u) => second(u.qts),
            U::UpdateBotPurchasedPaidMedia(u) => second(u.qts),
            U::UpdateManagedBot(u) => second(u.qts),
            U::UpdateBotGuestChatQuery(u) => second(u.qts),
            U::UpdateBotStarsSubscription(u) => second(u.qts),

            U::UpdateChannelTooLong(u) => Self::ChannelTooLong(u.channel_id),
            U::UpdatePtsChanged => Self::Reset,
            _ => Self::Free,
        }
    }

    /// The number before the update: what is to come before it has a smaller one.
    pub(super) fn before(self) -> i32 {
        match self {
            Self::Common { pts, count } | Self::Channel { pts, count, .. } => {
                pts.saturating_sub(count)
            }
            Self::Second { qts } => qts.saturating_sub(1),
            Self::Free | Self::ChannelTooLong(_) | Self::Reset => 0,
        }
    }
}

fn channel_of(message: &TypeMessage) -> Option<ChannelId> {
    let peer = match message {
        TypeMessage::Message(message) => &message.peer_id,
        TypeMessage::MessageService(message) => &message.peer_id,
        TypeMessage::MessageEmpty(message) => message.peer_id.as_ref()?,
        _ => return None,
    };
    match peer {
        TypePeer::PeerChannel(peer) => Some(peer.channel_id),
        _ => None,
    }
}
