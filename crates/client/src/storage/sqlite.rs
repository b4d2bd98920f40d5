//! A storage in a file.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use heliogram_tl::{AccessHash, ChannelId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior};

use super::{KnownPeer, PeerAccess, PeerKind, Storage, StorageError, UpdateState};
use crate::PeerId;

/// Keeps everything in one SQLite file. Needs the feature `sqlite`.
///
/// The file holds access hashes, usernames and phone numbers, and no login. What was written survives the death of
/// the process; after a power failure the last moments may be missing, which only means that they are fetched again.
///
/// ```no_run
/// use std::sync::Arc;
/// use heliogram::{ClientOptions, SqliteStorage};
///
/// # fn doc() -> Result<(), heliogram::StorageError> {
/// let options = ClientOptions {
///     storage: Arc::new(SqliteStorage::open("ann.sqlite")?),
///     ..ClientOptions::default()
/// };
/// # let _ = options;
/// # Ok(())
/// # }
/// ```
pub struct SqliteStorage {
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    connection: Connection,
    /// States as they stand in the file, so that a step forward in one channel writes one row and not all.
    states: HashMap<i64, UpdateState>,
}

impl SqliteStorage {
    /// Opens the file, or makes it, readable by its owner alone.
    ///
    /// # Errors
    /// When it cannot be opened, is something else, or was made by a newer version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StorageError> {
        let path = path.as_ref();
        let action = || format!("cannot open the storage {}", path.display());
        make_private(path).map_err(|error| StorageError::new(action(), error))?;
        let connection = prepare(path).map_err(|error| StorageError::new(action(), error))?;
        let version =
            connection.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
        match version.map_err(|error| StorageError::new(action(), error))? {
            VERSION => {}
            version => {
                let why = format!(
                    "its format is {version}, and this version of heliogram reads {VERSION}; update heliogram or choose another file"
                );
                return Err(StorageError::new(action(), why));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            inner: Mutex::new(Inner {
                connection,
                states: HashMap::new(),
            }),
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // SQLite rolls back what a panic interrupted, and `states` is set after the commit.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StorageError> {
        read(&self.inner().connection).map_err(|error| self.error("read", error))
    }

    fn error(&self, verb: &str, error: rusqlite::Error) -> StorageError {
        StorageError::new(
            format!("cannot {verb} the storage {}", self.path.display()),
            error,
        )
    }
}

impl Storage for SqliteStorage {
    fn update_state(&self, account: i64) -> Result<Option<UpdateState>, StorageError> {
        self.read(|connection| update_state(connection, account))
    }

    fn save_update_state(&self, account: i64, state: &UpdateState) -> Result<(), StorageError> {
        let inner = &mut *self.inner();
        let written = (|| {
            // Taken out, so that a failure leaves none and the next call looks into the file.
            let kept = match inner.states.remove(&account) {
                Some(kept) => Some(kept),
                None => update_state(&inner.connection, account)?,
            };
            if kept.as_ref() != Some(state) {
                let transaction = inner
                    .connection
                    .transaction_with_behavior(TransactionBehavior::Immediate)?;
                save_update_state(&transaction, account, kept.as_ref(), state)?;
                transaction.commit()?;
            }
            let mut kept = kept.unwrap_or_default();
            kept.clone_from(state);
            inner.states.insert(account, kept);
            Ok(())
        })();
        written.map_err(|error| self.error("write to", error))
    }

    fn peer(&self, account: i64, id: PeerId) -> Result<Option<KnownPeer>, StorageError> {
        self.read(|connection| peer(connection, account, id.marked()))
    }

    fn peer_by_username(
        &self,
        account: i64,
        username: &str,
    ) -> Result<Option<KnownPeer>, StorageError> {
        self.read(|connection| {
            let id = connection
                .prepare_cached("SELECT peer FROM usernames WHERE account = ?1 AND username = ?2")?
                .query_row((account, username.to_lowercase()), |row| row.get(0))
                .optional()?;
            id.map_or(Ok(None), |id| peer(connection, account, id))
        })
    }

    fn peer_by_phone(&self, account: i64, phone: &str) -> Result<Option<KnownPeer>, StorageError> {
        self.read(|connection| {
            let id = connection
                .prepare_cached(
                    "SELECT id FROM peers WHERE account = ?1 AND phone = ?2 ORDER BY seen_at DESC",
                )?
                .query_row((account, phone), |row| row.get(0))
                .optional()?;
            id.map_or(Ok(None), |id| peer(connection, account, id))
        })
    }

    fn remember(&self, account: i64, peers: &[KnownPeer]) -> Result<(), StorageError> {
        let connection = &mut self.inner().connection;
        let written = (|| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for peer in peers {
                remember(&transaction, account, peer)?;
            }
            transaction.commit()
        })();
        written.map_err(|error| self.error("write to", error))
    }
}

impl fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStorage")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn prepare(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()?;
    Ok(connection)
}

/// SQLite gives the rights of the file to the files beside it.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn update_state(connection: &Connection, account: i64) -> rusqlite::Result<Option<UpdateState>> {
    let state = connection
        .prepare_cached("SELECT pts, qts, date, seq FROM update_states WHERE account = ?1")?
        .query_row([account], |row| {
            Ok(UpdateState {
                pts: row.get(0)?,
                qts: row.get(1)?,
                date: row.get(2)?,
                seq: row.get(3)?,
                ..UpdateState::default()
            })
        })
        .optional()?;
    let Some(mut state) = state else {
        return Ok(None);
    };
    let mut channels =
        connection.prepare_cached("SELECT channel, pts FROM channel_states WHERE account = ?1")?;
    let rows = channels.query_map([account], |row| Ok((ChannelId(row.get(0)?), row.get(1)?)))?;
    state.channels = rows.collect::<rusqlite::Result<_>>()?;
    Ok(Some(state))
}

fn save_update_state(
    transaction: &Transaction<'_>,
    account: i64,
    kept: Option<&UpdateState>,
    state: &UpdateState,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO update_states (account, pts, qts, date, seq) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((account, state.pts, state.qts, state.date, state.seq))?;
    let kept_pts = |channel| kept.and_then(|kept| kept.channels.get(channel));
    for (channel, pts) in &state.channels {
        if kept_pts(channel) != Some(pts) {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO channel_states (account, channel, pts) VALUES (?1, ?2, ?3)")?
                .execute((account, channel.0, pts))?;
        }
    }
    let gone = kept.into_iter().flat_map(|kept| kept.channels.keys());
    for channel in gone.filter(|channel| !state.channels.contains_key(channel)) {
        transaction
            .prepare_cached("DELETE FROM channel_states WHERE account = ?1 AND channel = ?2")?
            .execute((account, channel.0))?;
    }
    Ok(())
}

fn peer(connection: &Connection, account: i64, id: i64) -> rusqlite::Result<Option<KnownPeer>> {
    let found = connection
        .prepare_cached(
            "SELECT id, kind, access_hash, chat, msg_id, phone, seen_at FROM peers WHERE account = ?1 AND id = ?2",
        )?
        .query_row((account, id), known_peer)
        .optional()?
        .flatten();
    let Some(mut found) = found else {
        return Ok(None);
    };
    let mut names = connection.prepare_cached(
        "SELECT spelled FROM usernames WHERE account = ?1 AND peer = ?2 ORDER BY place",
    )?;
    let names = names.query_map((account, id), |row| row.get(0))?;
    found.usernames = names.collect::<rusqlite::Result<_>>()?;
    Ok(Some(found))
}

/// A row, without usernames. None when it makes no sense, as if it were not there: the peer will be met again.
fn known_peer(row: &Row<'_>) -> rusqlite::Result<Option<KnownPeer>> {
    let (hash, chat, msg_id): (Option<i64>, Option<i64>, Option<i32>) =
        (row.get(2)?, row.get(3)?, row.get(4)?);
    let kind = usize::try_from(row.get::<_, i64>(1)?)
        .ok()
        .and_then(|kind| KINDS.get(kind));
    let access = match (hash, chat.and_then(PeerId::from_marked), msg_id) {
        (Some(hash), _, _) => PeerAccess::Hash(AccessHash(hash)),
        (None, Some(chat), Some(msg_id)) => PeerAccess::FromMessage { chat, msg_id },
        _ => PeerAccess::Id,
    };
    let (Some(id), Some(kind)) = (PeerId::from_marked(row.get(0)?), kind) else {
        return Ok(None);
    };
    Ok(Some(KnownPeer {
        id,
        kind: *kind,
        access,
        usernames: Vec::new(),
        phone: row.get(5)?,
        seen_at: row.get(6)?,
    }))
}

fn remember(transaction: &Transaction<'_>, account: i64, peer: &KnownPeer) -> rusqlite::Result<()> {
    let id = peer.id.marked();
    let kind = KINDS
        .iter()
        .position(|kind| *kind == peer.kind)
        .map(|kind| kind as i64);
    let (hash, chat, msg_id) = match peer.access {
        PeerAccess::Id => (None, None, None),
        PeerAccess::Hash(hash) => (Some(hash.0), None, None),
        PeerAccess::FromMessage { chat, msg_id } => (None, Some(chat.marked()), Some(msg_id)),
    };
    if let Some(phone) = &peer.phone {
        transaction
            .prepare_cached(
                "UPDATE peers SET phone = NULL WHERE account = ?1 AND phone = ?2 AND id != ?3",
            )?
            .execute((account, phone, id))?;
    }
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO peers (account, id, kind, access_hash, chat, msg_id, phone, seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((account, id, kind, hash, chat, msg_id, &peer.phone, peer.seen_at))?;
    transaction
        .prepare_cached("DELETE FROM usernames WHERE account = ?1 AND peer = ?2")?
        .execute((account, id))?;
    for (place, username) in (0i64..).zip(&peer.usernames) {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO usernames (account, username, spelled, peer, place) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((account, username.to_lowercase(), username, id, place))?;
    }
    Ok(())
}

/// By their numbers in the file.
const KINDS: [PeerKind; 5] = [
    PeerKind::User,
    PeerKind::Bot,
    PeerKind::Chat,
    PeerKind::Supergroup,
    PeerKind::Channel,
];

/// The format of the file.
const VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE update_states (account INTEGER PRIMARY KEY, pts INTEGER NOT NULL, qts INTEGER NOT NULL,
    date INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE channel_states (account INTEGER NOT NULL, channel INTEGER NOT NULL, pts INTEGER NOT NULL,
    PRIMARY KEY (account, channel)) STRICT, WITHOUT ROWID;
-- id and chat are marked ids.
CREATE TABLE peers (account INTEGER NOT NULL, id INTEGER NOT NULL, kind INTEGER NOT NULL, access_hash INTEGER,
    chat INTEGER, msg_id INTEGER, phone TEXT, seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, id)) STRICT, WITHOUT ROWID;
CREATE INDEX peers_by_phone ON peers (account, phone) WHERE phone IS NOT NULL;
CREATE TABLE usernames (account INTEGER NOT NULL, username TEXT NOT NULL, spelled TEXT NOT NULL, peer INTEGER NOT NULL,
    place INTEGER NOT NULL, PRIMARY KEY (account, username)) STRICT, WITHOUT ROWID;
CREATE INDEX usernames_by_peer ON usernames (account, peer);
";

/// How long to wait for another process that writes to the file.
const BUSY: Duration = Duration::from_secs(5);
