//! What the client knows of the peers it has met, and how that grows.
//!
//! Every answer and every update is looked through ([`find`](super::found::find)), and what is met goes into the
//! client's [`Storage`](crate::Storage) under the account that met it. Which account that is shows in the first answer that holds
//! the user itself; what was met before waits for it.
//!
//! Some objects are `min`: the server leaves out what the account may not see or should know by now, and their access
//! hash is good for photos only. They never take the place of a full one, and serve together with the message in which
//! they were met.
//!
//! `core.telegram.org/api/min`.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use heliogram_tl::{Decode, UserId, api};

use super::found::{Found, find};
use crate::{KnownPeer, PeerAccess, PeerId, PeerKind, Storage, StorageError};

/// The peers of one client.
#[derive(Debug, Default)]
pub(crate) struct PeerBook {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    own: Option<Own>,
    /// Met before it was known by whom.
    unclaimed: HashMap<PeerId, KnownPeer>,
}

/// Who is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) id: UserId,
    pub(crate) bot: bool,
}

impl PeerBook {
    /// Who is logged in, as far as is known.
    pub(crate) fn own(&self) -> Option<Own> {
        self.state().own
    }

    /// Notes the peers in an object, whatever it is.
    pub(crate) fn meet(&self, object: &Bytes, storage: &dyn Storage) {
        let found = find(object);
        if found.users.is_empty() && found.chats.is_empty() {
            return;
        }
        // What cannot be kept costs another question later, and no more.
        if let Err(error) = self.note(&found, storage) {
            tracing::warn!(%error, "peers that were met are not kept");
        }
    }

    fn note(&self, found: &Found<'_>, storage: &dyn Storage) -> Result<(), StorageError> {
        let now = unix_now();
        let mut own = None;
        let mut met = Vec::with_capacity(found.users.len() + found.chats.len());
        for user in &found.users {
            let Ok(user) = api::User::from_bytes(&Bytes::copy_from_slice(user)) else {
                continue;
            };
            if user.self_ {
                let (id, bot) = (user.id, user.bot);
                own = Some(Own { id, bot });
            }
            met.push(of_user(user, now));
        }
        for chat in &found.chats {
            let chat = api::TypeChat::from_bytes(&Bytes::copy_from_slice(chat));
            met.extend(chat.ok().and_then(|chat| of_chat(chat, now)));
        }
        if met.iter().any(|met| met.access.is_none()) {
            let seen = seen_in(&found.messages);
            for met in met.iter_mut().filter(|met| met.access.is_none()) {
                met.access = seen.get(&met.id).copied();
            }
        }
        let mut state = self.state();
        if own.is_some() && own != state.own {
            state.own = own;
        }
        let Some(own) = state.own else {
            for met in met {
                if let Some(known) = met.merged(state.unclaimed.get(&met.id)) {
                    state.unclaimed.insert(known.id, known);
                }
            }
            return Ok(());
        };
        let account = own.id.0;
        let earlier = std::mem::take(&mut state.unclaimed);
        let mut known: Vec<_> = earlier.into_values().collect();
        for met in met {
            known.extend(met.merged(storage.peer(account, met.id)?.as_ref()));
        }
        if known.is_empty() {
            return Ok(());
        }
        // The lock is held, so that of two answers that bring the same peer none puts a min over a full one.
        storage.remember(account, &known)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave more behind than a peer that is not kept.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A peer as an object shows it.
struct Met {
    id: PeerId,
    kind: PeerKind,
    /// None for a min object that no message is known of.
    access: Option<PeerAccess>,
    usernames: Vec<String>,
    phone: Option<String>,
    now: i64,
}

impl Met {
    /// What is known from now on; none when that is what is `kept` already.
    fn merged(&self, kept: Option<&KnownPeer>) -> Option<KnownPeer> {
        let access = self.access?;
        let mut known = KnownPeer {
            id: self.id,
            kind: self.kind,
            access,
            usernames: self.usernames.clone(),
            phone: self.phone.clone(),
            seen_at: self.now,
        };
        let Some(kept) = kept else {
            return Some(known);
        };
        let min = matches!(access, PeerAccess::FromMessage { .. });
        if min && !matches!(kept.access, PeerAccess::FromMessage { .. }) {
            return None;
        }
        if known.seen_at - kept.seen_at < SEEN_AGAIN {
            known.seen_at = kept.seen_at;
        }
        (known != *kept).then_some(known)
    }
}

fn of_user(user: api::User, now: i64) -> Met {
    let hash = user.access_hash.filter(|_| !user.min);
    Met {
        id: PeerId::User(user.id),
        kind: if user.bot {
            PeerKind::Bot
        } else {
            PeerKind::User
        },
        access: hash.map(PeerAccess::Hash),
        usernames: usernames(user.username, user.usernames),
        phone: user.phone.map(|phone| digits(&phone)),
        now,
    }
}

fn of_chat(chat: api::TypeChat, now: i64) -> Option<Met> {
    let kind = |megagroup| {
        if megagroup {
            PeerKind::Supergroup
        } else {
            PeerKind::Channel
        }
    };
    let plain = |id, kind, access| Met {
        id,
        kind,
        access,
        usernames: Vec::new(),
        phone: None,
        now,
    };
    Some(match chat {
        api::TypeChat::Chat(chat) => {
            plain(PeerId::Chat(chat.id), PeerKind::Chat, Some(PeerAccess::Id))
        }
        api::TypeChat::Channel(channel) => {
            let hash = channel.access_hash.filter(|_| !channel.min);
            let access = hash.map(PeerAccess::Hash);
            Met {
                usernames: usernames(channel.username, channel.usernames),
                ..plain(PeerId::Channel(channel.id), kind(channel.megagroup), access)
            }
        }
        api::TypeChat::ChannelForbidden(channel) => {
            let access = Some(PeerAccess::Hash(channel.access_hash));
            plain(PeerId::Channel(channel.id), kind(channel.megagroup), access)
        }
        _ => return None,
    })
}

/// The username of its own and those that it has bought, as far as they are in use.
fn usernames(first: Option<String>, all: Option<Vec<api::Username>>) -> Vec<String> {
    let mut names: Vec<_> = first.into_iter().collect();
    for name in all.into_iter().flatten().filter(|name| name.active) {
        if !names.contains(&name.username) {
            names.push(name.username);
        }
    }
    names
}

/// In which message each peer that messages speak of was seen.
fn seen_in(messages: &[&[u8]]) -> HashMap<PeerId, PeerAccess> {
    let mut seen = HashMap::new();
    for message in messages {
        let message = api::TypeMessage::from_bytes(&Bytes::copy_from_slice(message));
        let Ok(api::TypeMessage::Message(message)) = message else {
            continue;
        };
        let Some(chat) = PeerId::from_peer(&message.peer_id) else {
            continue;
        };
        let access = PeerAccess::FromMessage {
            chat,
            msg_id: message.id,
        };
        let forwarded = message
            .fwd_from
            .as_ref()
            .and_then(|from| from.from_id.as_ref());
        let senders = message
            .from_id
            .iter()
            .chain(forwarded)
            .filter_map(PeerId::from_peer);
        let via = message.via_bot_id.map(|id| PeerId::User(UserId(id)));
        let mentioned = message
            .entities
            .iter()
            .flatten()
            .filter_map(|entity| match entity {
                api::TypeMessageEntity::MessageEntityMentionName(mention) => {
                    Some(PeerId::User(mention.user_id))
                }
                _ => None,
            });
        seen.extend(senders.chain(via).chain(mentioned).map(|id| (id, access)));
    }
    seen
}

/// A phone number without plus sign, spaces and the like.
pub(crate) fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

pub(crate) fn unix_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}

/// A peer that looks the same is written again when it was last written so long ago, in seconds: often enough
/// for [`NAMES_LAST`](super::NAMES_LAST).
const SEEN_AGAIN: i64 = 6 * 60 * 60;

#[cfg(test)]
mod tests {
    use heliogram_tl::{AccessHash, ChannelId, Encode};

    use super::*;
    use crate::{MemoryStorage, messages::blank};

    const OWN: i64 = 1;
    const GROUP: PeerId = PeerId::Channel(ChannelId(9));

    fn user(id: i64) -> api::User {
        api::User {
            id: UserId(id),
            access_hash: Some(AccessHash(id * 1000)),
            username: Some(format!("name{id}")),
            ..api::User::default()
        }
    }

    fn min(id: i64) -> api::User {
        api::User {
            min: true,
            access_hash: Some(AccessHash(13)),
            ..user(id)
        }
    }

    fn me() -> api::User {
        api::User {
            self_: true,
            ..user(OWN)
        }
    }

    fn message(id: i32, from: i64) -> api::TypeMessage {
        let message = api::Message {
            from_id: Some(PeerId::User(UserId(from)).into()),
            ..blank(id, GROUP)
        };
        api::TypeMessage::Message(Box::new(message))
    }

    /// What a client knows after these answers.
    struct Known(PeerBook, MemoryStorage);

    impl Known {
        fn after(answers: &[(&[api::User], &[api::TypeMessage])]) -> Self {
            let known = Self(PeerBook::default(), MemoryStorage::default());
            for (users, messages) in answers {
                let answer = api::messages::Messages {
                    messages: messages.to_vec(),
                    topics: Vec::new(),
                    chats: Vec::new(),
                    users: users
                        .iter()
                        .map(|user| api::TypeUser::User(Box::new(user.clone())))
                        .collect(),
                };
                known.0.meet(&answer.to_bytes().unwrap().into(), &known.1);
            }
            known
        }

        fn access(&self, id: i64) -> Option<PeerAccess> {
            let peer = self.1.peer(OWN, PeerId::User(UserId(id))).unwrap();
            peer.map(|peer| peer.access)
        }
    }

    fn hash(hash: i64) -> Option<PeerAccess> {
        Some(PeerAccess::Hash(AccessHash(hash)))
    }

    fn seen(msg_id: i32) -> Option<PeerAccess> {
        Some(PeerAccess::FromMessage {
            chat: GROUP,
            msg_id,
        })
    }

    #[test]
    fn a_min_user_never_takes_the_place_of_a_full_one() {
        let known = Known::after(&[(&[me(), user(5)], &[]), (&[min(5)], &[message(70, 5)])]);
        assert_eq!(known.access(5), hash(5000));
    }

    #[test]
    fn a_min_user_is_known_by_the_last_message_it_was_seen_in_until_a_full_one_comes() {
        let known = Known::after(&[
            (&[me(), min(5), min(6)], &[message(70, 5)]),
            (&[min(5)], &[message(71, 5)]),
        ]);
        assert_eq!(known.access(5), seen(71));
        assert_eq!(known.access(6), None, "no message speaks of it");
        let known = Known::after(&[(&[me(), min(5)], &[message(70, 5)]), (&[user(5)], &[])]);
        assert_eq!(known.access(5), hash(5000));
    }

    #[test]
    fn who_was_met_before_the_account_was_known_is_kept_for_it() {
        let known = Known::after(&[(&[user(5)], &[]), (&[min(5)], &[message(7, 5)])]);
        assert_eq!((known.0.own(), known.access(5)), (None, None));
        let known = Known::after(&[(&[user(5)], &[]), (&[me()], &[])]);
        assert_eq!(
            known.0.own(),
            Some(Own {
                id: UserId(OWN),
                bot: false
            })
        );
        assert_eq!(known.access(5), hash(5000));
    }

    #[test]
    fn another_login_meets_for_itself() {
        let other = api::User {
            self_: true,
            ..user(2)
        };
        let known = Known::after(&[(&[me(), user(5)], &[]), (&[other, user(6)], &[])]);
        assert_eq!((known.access(5), known.access(6)), (hash(5000), None));
        let six = known.1.peer(2, PeerId::User(UserId(6))).unwrap();
        assert!(six.is_some());
    }

    #[test]
    fn what_looks_the_same_is_not_written_again() {
        let met = |now| Met {
            now,
            ..of_user(user(5), now)
        };
        let kept = met(1_000_000).merged(None).unwrap();
        assert_eq!(met(1_000_060).merged(Some(&kept)), None);
        let later = met(1_000_000 + SEEN_AGAIN).merged(Some(&kept)).unwrap();
        assert_eq!(later.seen_at, 1_000_000 + SEEN_AGAIN);
        let renamed = api::User {
            username: Some("other".into()),
            ..user(5)
        };
        let renamed = of_user(renamed, 1_000_060).merged(Some(&kept)).unwrap();
        assert_eq!(renamed.usernames, ["other"]);
    }
}
