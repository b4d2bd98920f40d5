//! What a client keeps between runs, beside its session: the peers it has met and how far it has come in
//! the stream of updates.
//!
//! A user or a channel is addressed by its id *and* an access hash, which the server hands out with the peer itself and
//! which is good for one account. A client that forgets the hash cannot address the peer any more, so whoever wants
//! to write to an id tomorrow keeps a [`Storage`] in a file. The state of updates tells after a restart what
//! has to be fetched.
//!
//! Everything is kept by account: hashes and states of one mean nothing to another, and one file may serve several.
//!
//! The login itself is not here. It is in the [`StringSession`](crate::StringSession), which is a secret of
//! another order.
//!
//! `core.telegram.org/api/peers`; `core.telegram.org/api/updates`, "Fetching state".

mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::{collections::BTreeMap, error::Error, fmt};

use heliogram_tl::{AccessHash, ChannelId};

pub use memory::MemoryStorage;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStorage;

use crate::PeerId;

/// Where a client keeps what it has learned. [`MemoryStorage`] forgets at the end of the process;
/// `SqliteStorage` (feature `sqlite`) keeps a file.
///
/// Implement it to keep these things elsewhere. The calls are made on the way of every answer and every update and may
/// not take long. `account` is the id of the user that is logged in.
pub trait Storage: fmt::Debug + Send + Sync {
    /// How far this account has come in the stream of updates; none before the first time.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    fn update_state(&self, account: i64) -> Result<Option<UpdateState>, StorageError>;

    /// Keeps how far the account has come, in place of what was kept before. When this returns, it is kept: a process that is
    /// killed afterwards goes on from here.
    ///
    /// # Errors
    /// When it cannot be written.
    fn save_update_state(&self, account: i64, state: &UpdateState) -> Result<(), StorageError>;

    /// A peer by its id.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    fn peer(&self, account: i64, id: PeerId) -> Result<Option<KnownPeer>, StorageError>;

    /// The peer that had this username when it was last seen. Case does not matter.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    fn peer_by_username(
        &self,
        account: i64,
        username: &str,
    ) -> Result<Option<KnownPeer>, StorageError>;

    /// The user that had this phone number, digits only, when last seen.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    fn peer_by_phone(&self, account: i64, phone: &str) -> Result<Option<KnownPeer>, StorageError>;

    /// Keeps peers, each whole and in place of what was kept under its id. A username or a phone that another peer
    /// had is the newcomer's from now on.
    ///
    /// The client has merged what it hears with what was kept before it calls this; a storage does not.
    ///
    /// # Errors
    /// When they cannot be written.
    fn remember(&self, account: i64, peers: &[KnownPeer]) -> Result<(), StorageError>;
}

/// How far an account has come in the stream of updates.
///
/// `core.telegram.org/api/updates`, "Event sequences".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateState {
    /// The number of the last event in private chats and basic groups.
    pub pts: i32,
    /// The same for secret chats and some events of bots.
    pub qts: i32,
    /// When the last update was made, in unix time.
    pub date: i32,
    /// The number of the last `updates` as a whole.
    pub seq: i32,
    /// The pts of channels, each of which counts for itself.
    pub channels: BTreeMap<ChannelId, i32>,
}

/// A user, group or channel that the account has met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPeer {
    /// Who.
    pub id: PeerId,
    /// What.
    pub kind: PeerKind,
    /// What it takes to address it.
    pub access: PeerAccess,
    /// Its usernames as it spells them, without `@`. Telegram compares them without regard to case.
    pub usernames: Vec<String>,
    /// Its phone number, digits only, where the account may see it.
    pub phone: Option<String>,
    /// When the usernames and the phone were last known to be its own, in unix time. Names change hands.
    pub seen_at: i64,
}

/// What kind of peer, more finely than its id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerKind {
    /// A person.
    User,
    /// A bot.
    Bot,
    /// A basic group.
    Chat,
    /// A supergroup: a channel in which everybody writes.
    Supergroup,
    /// A channel in which only its administrators write.
    Channel,
}

/// What it takes to address a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerAccess {
    /// Nothing but the id: basic groups.
    Id,
    /// The access hash.
    Hash(AccessHash),
    /// A message in which it was met; the server sent only a `min` constructor, whose access hash is good for
    /// nothing but photos.
    FromMessage {
        /// The chat that the message is in.
        chat: PeerId,
        /// The message.
        msg_id: i32,
    },
}

/// What a client has learned could not be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("{action}: {source}")]
pub struct StorageError {
    action: String,
    source: Box<dyn Error + Send + Sync>,
}

impl StorageError {
    /// An error of a storage: what could not be done, with the value it was about, and why.
    pub fn new(action: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            action: action.into(),
            source: source.into(),
        }
    }
}
