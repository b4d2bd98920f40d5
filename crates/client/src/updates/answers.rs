//! What the answers to calls say about the state of updates.
//!
//! A call that changes something is answered with `Updates`, or with the number that its effect has. Both move the
//! sequence as if they had been sent, and the server sends them to the other sessions only.
//!
//! `core.telegram.org/api/updates`, "Events".

use bytes::Bytes;
use heliogram_tl::{
    ChannelId, Combinator, Decode,
    api::{
        TypeInputChannel, TypeInputPeer, UpdateShort, UpdateShortSentMessage, Updates,
        UpdatesCombined, auth, channels,
        messages::{self, AffectedFoundMessages, AffectedHistory, AffectedMessages},
    },
};

use super::inbox::Arrival;

/// What an answer says; none for nearly all.
pub(super) fn arrival(request: &Bytes, answer: &Bytes) -> Option<Arrival> {
    let (pts, count) = match id(answer)? {
        Updates::ID | UpdatesCombined::ID | UpdateShort::ID | UpdateShortSentMessage::ID => {
            return Some(Arrival::Answered(answer.clone()));
        }
        auth::Authorization::ID | auth::LoginTokenSuccess::ID | auth::LoggedOut::ID => {
            return Some(Arrival::Login);
        }
        AffectedMessages::ID => {
            let affected = AffectedMessages::from_bytes(answer).ok()?;
            (affected.pts, affected.pts_count)
        }
        AffectedHistory::ID => {
            let affected = AffectedHistory::from_bytes(answer).ok()?;
            (affected.pts, affected.pts_count)
        }
        AffectedFoundMessages::ID => {
            let affected = AffectedFoundMessages::from_bytes(answer).ok()?;
            (affected.pts, affected.pts_count)
        }
        _ => return None,
    };
    let channel = match scope(request)? {
        Scope::Common => None,
        Scope::Channel(id) => Some(id),
    };
    Some(Arrival::Affected {
        channel,
        pts,
        count,
    })
}

/// Whose numbers an answer has.
#[derive(Debug, PartialEq, Eq)]
enum Scope {
    Common,
    Channel(ChannelId),
}

/// None when that cannot be told: then the number is not used, and what it stood for is found missing.
fn scope(request: &Bytes) -> Option<Scope> {
    match id(request)? {
        messages::DeleteMessages::ID
        | messages::ReadMessageContents::ID
        | messages::DeletePhoneCallHistory::ID => Some(Scope::Common),
        messages::ReadHistory::ID => {
            of_peer(&messages::ReadHistory::from_bytes(request).ok()?.peer)
        }
        messages::DeleteHistory::ID => {
            of_peer(&messages::DeleteHistory::from_bytes(request).ok()?.peer)
        }
        messages::ReadMentions::ID => {
            of_peer(&messages::ReadMentions::from_bytes(request).ok()?.peer)
        }
        messages::ReadReactions::ID => {
            of_peer(&messages::ReadReactions::from_bytes(request).ok()?.peer)
        }
        messages::UnpinAllMessages::ID => {
            of_peer(&messages::UnpinAllMessages::from_bytes(request).ok()?.peer)
        }
        messages::DeleteTopicHistory::ID => {
            of_peer(&messages::DeleteTopicHistory::from_bytes(request).ok()?.peer)
        }
        channels::DeleteMessages::ID => {
            of_channel(&channels::DeleteMessages::from_bytes(request).ok()?.channel)
        }
        channels::DeleteParticipantHistory::ID => of_channel(
            &channels::DeleteParticipantHistory::from_bytes(request)
                .ok()?
                .channel,
        ),
        _ => None,
    }
}

fn of_peer(peer: &TypeInputPeer) -> Option<Scope> {
    match peer {
        TypeInputPeer::InputPeerSelf
        | TypeInputPeer::InputPeerUser(_)
        | TypeInputPeer::InputPeerChat(_)
        | TypeInputPeer::InputPeerUserFromMessage(_) => Some(Scope::Common),
        TypeInputPeer::InputPeerChannel(channel) => Some(Scope::Channel(channel.channel_id)),
        TypeInputPeer::InputPeerChannelFromMessage(channel) => {
            Some(Scope::Channel(channel.channel_id))
        }
        _ => None,
    }
}

fn of_channel(channel: &TypeInputChannel) -> Option<Scope> {
    match channel {
        TypeInputChannel::InputChannel(channel) => Some(Scope::Channel(channel.channel_id)),
        TypeInputChannel::InputChannelFromMessage(channel) => {
            Some(Scope::Channel(channel.channel_id))
        }
        _ => None,
    }
}

/// The constructor of an object.
pub(super) fn id(object: &Bytes) -> Option<u32> {
    object.first_chunk().copied().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use heliogram_tl::{Encode, api};

    use super::*;

    fn bytes(object: &impl Encode) -> Bytes {
        object.to_bytes().unwrap().into()
    }

    #[test]
    fn a_deletion_moves_the_sequence_that_it_happened_in() {
        let affected = bytes(&AffectedMessages {
            pts: 7,
            pts_count: 2,
        });
        let own = bytes(&messages::DeleteMessages {
            revoke: true,
            id: vec![1, 2],
        });
        let arrived = arrival(&own, &affected);
        assert!(matches!(
            arrived,
            Some(Arrival::Affected {
                channel: None,
                pts: 7,
                count: 2
            })
        ));
        let in_channel = bytes(&channels::DeleteMessages {
            channel: TypeInputChannel::InputChannel(api::InputChannel {
                channel_id: 5.into(),
                access_hash: 1.into(),
            }),
            id: vec![1, 2],
        });
        assert_eq!(scope(&in_channel), Some(Scope::Channel(5.into())));
        // A method that is not known here: its number may be anybody's.
        let other = bytes(&api::help::GetConfig {});
        assert!(arrival(&other, &affected).is_none());
    }

    #[test]
    fn most_answers_say_nothing() {
        let request = bytes(&api::help::GetConfig {});
        assert!(arrival(&request, &bytes(&api::Config::default())).is_none());
        assert!(arrival(&request, &Bytes::new()).is_none());
    }
}
