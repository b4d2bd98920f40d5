//! Which user, group or channel: the id, with its kind.

use std::fmt;

use heliogram_tl::{ChannelId, ChatId, UserId, api};

/// A user, a basic group or a channel, by id. The three number their ids independently.
///
/// As one number, a *marked* id, a user is positive, a basic group negative and a channel lies below
/// -1,000,000,000,000, as in the Bot API, GramJS and Telethon.
///
/// ```
/// use heliogram::PeerId;
///
/// let channel = PeerId::from_marked(-1_001_234_567_890).unwrap();
/// assert_eq!(channel, PeerId::Channel(1_234_567_890.into()));
/// assert_eq!(channel.marked(), -1_001_234_567_890);
/// assert_eq!(channel.to_string(), "channel 1234567890");
/// ```
///
/// `core.telegram.org/api/bots/ids`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PeerId {
    /// A person or a bot.
    User(UserId),
    /// A basic group.
    Chat(ChatId),
    /// A channel or a supergroup.
    Channel(ChannelId),
}

impl PeerId {
    /// The id as one number.
    #[must_use]
    pub fn marked(self) -> i64 {
        match self {
            Self::User(UserId(id)) => id,
            Self::Chat(ChatId(id)) => id.wrapping_neg(),
            Self::Channel(ChannelId(id)) => CHANNELS.wrapping_sub(id),
        }
    }

    /// What a marked id stands for; none for 0.
    #[must_use]
    pub fn from_marked(id: i64) -> Option<Self> {
        match id {
            1.. => Some(Self::User(UserId(id))),
            0 => None,
            _ if id > CHANNELS => Some(Self::Chat(ChatId(-id))),
            _ => Some(Self::Channel(ChannelId(CHANNELS.wrapping_sub(id)))),
        }
    }

    /// Who a `Peer` of the schema is; none for a kind that this version does not know.
    #[must_use]
    pub fn from_peer(peer: &api::TypePeer) -> Option<Self> {
        match peer {
            api::TypePeer::PeerUser(user) => Some(Self::User(user.user_id)),
            api::TypePeer::PeerChat(chat) => Some(Self::Chat(chat.chat_id)),
            api::TypePeer::PeerChannel(channel) => Some(Self::Channel(channel.channel_id)),
            _ => None,
        }
    }

    /// The number without its mark.
    #[must_use]
    pub fn bare(self) -> i64 {
        match self {
            Self::User(UserId(id)) | Self::Chat(ChatId(id)) | Self::Channel(ChannelId(id)) => id,
        }
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user {id}"),
            Self::Chat(id) => write!(f, "group {id}"),
            Self::Channel(id) => write!(f, "channel {id}"),
        }
    }
}

impl From<PeerId> for api::TypePeer {
    fn from(id: PeerId) -> Self {
        match id {
            PeerId::User(user_id) => Self::PeerUser(api::PeerUser { user_id }),
            PeerId::Chat(chat_id) => Self::PeerChat(api::PeerChat { chat_id }),
            PeerId::Channel(channel_id) => Self::PeerChannel(api::PeerChannel { channel_id }),
        }
    }
}

impl From<UserId> for PeerId {
    fn from(id: UserId) -> Self {
        Self::User(id)
    }
}

impl From<ChatId> for PeerId {
    fn from(id: ChatId) -> Self {
        Self::Chat(id)
    }
}

impl From<ChannelId> for PeerId {
    fn from(id: ChannelId) -> Self {
        Self::Channel(id)
    }
}

/// Marked ids of channels count down from here.
const CHANNELS: i64 = -1_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_id_says_what_it_is_and_comes_back() {
        let check = |marked: i64, id: PeerId| {
            assert_eq!(PeerId::from_marked(marked), Some(id));
            assert_eq!(id.marked(), marked);
            assert_eq!(PeerId::from_peer(&id.into()), Some(id));
        };
        check(1, PeerId::User(UserId(1)));
        check(777_000, PeerId::User(UserId(777_000)));
        check(-1, PeerId::Chat(ChatId(1)));
        check(-999_999_999_999, PeerId::Chat(ChatId(999_999_999_999)));
        check(-1_000_000_000_001, PeerId::Channel(ChannelId(1)));
        check(
            -4_000_000_000_000,
            PeerId::Channel(ChannelId(3_000_000_000_000)),
        );
        assert_eq!(PeerId::from_marked(0), None);
    }

    #[test]
    fn no_id_of_a_hostile_server_overflows() {
        for id in [i64::MIN, i64::MAX] {
            let _ = PeerId::Channel(ChannelId(id)).marked();
            let _ = PeerId::Chat(ChatId(id)).marked();
            let _ = PeerId::from_marked(id);
        }
    }
}
