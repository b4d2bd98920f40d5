//! The embedded store: SQLite, in a directory or in memory.
//!
//! One connection writes, in transactions that hold several calls; others read, each seeing
//! the last commit (write-ahead log). Durable means here: what was committed survives the death
//! of the process. With [`fsync`](crate::CoreOptions::fsync) it also survives the death of the machine.
//!
//! Handlers do not see SQL. [`Tx`] gives them one small type per entity, each in a file of its own,
//! and every query lives there.

pub(crate) mod accounts;
pub(crate) mod auth_keys;
pub(crate) mod blocked;
pub(crate) mod bots;
pub(crate) mod callback_queries;
pub(crate) mod codes;
pub(crate) mod contacts;
pub(crate) mod deletions;
pub(crate) mod dialogs;
pub(crate) mod files;
pub(crate) mod happenings;
pub(crate) mod image;
pub(crate) mod inbox;
pub(crate) mod messages;
pub(crate) mod passwords;
pub(crate) mod privacy;
pub(crate) mod replies;
mod schema;
pub(crate) mod tokens;
pub(crate) mod views;

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

pub(crate) use self::schema::{NEWEST, SchemaError};
use crate::randomness::Position;

/// What SQLite answers; [`rusqlite::Error`] by a name that says where it comes from.
pub(crate) type StoreError = rusqlite::Error;

/// The file inside the data directory.
const FILE: &str = "heliogram.db";

/// Where the data is.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    file: Option<PathBuf>,
    fsync: bool,
}

/// One transaction, by entity.
#[derive(Clone, Copy)]
pub(crate) struct Tx<'c>(&'c Connection);

impl Store {
    /// A store in this directory, which is made when it is not there; in memory without one.
    pub(crate) fn new(directory: Option<&Path>, fsync: bool) -> std::io::Result<Self> {
        if let Some(directory) = directory {
            std::fs::create_dir_all(directory)?;
        }
        Ok(Self {
            file: directory.map(|directory| directory.join(FILE)),
            fsync,
        })
    }

    /// Whether other connections than the writing one can see the data.
    pub(crate) fn has_readers(&self) -> bool {
        self.file.is_some()
    }

    /// The connection that writes, with the tables made. Whether they are new.
    pub(crate) fn writer(&self) -> Result<(Connection, bool), SchemaError> {
        let (connection, is_new) = match &self.file {
            Some(file) => {
                let connection = Connection::open(file)?;
                let is_new = schema::version(&connection)? == 0;
                schema::create(&connection)?;
                (connection, is_new)
            }
            None => (schema::in_memory()?, true),
        };
        connection.pragma_update(None, "journal_mode", "wal")?;
        let synchronous = if self.fsync { "full" } else { "normal" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        settle(&connection)?;
        Ok((connection, is_new))
    }

    /// A connection that reads.
    pub(crate) fn reader(&self) -> Result<Connection, StoreError> {
        let file = self
            .file
            .as_deref()
            .expect("only a store with readers is asked for one");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        settle(&connection)?;
        Ok(connection)
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self(connection)
    }

    pub(crate) fn accounts(self) -> accounts::Accounts<'c> {
        accounts::Accounts(self.0)
    }

    pub(crate) fn auth_keys(self) -> auth_keys::AuthKeys<'c> {
        auth_keys::AuthKeys(self.0)
    }

    pub(crate) fn blocked(self) -> blocked::Blocked<'c> {
        blocked::Blocked(self.0)
    }

    pub(crate) fn bots(self) -> bots::Bots<'c> {
        bots::Bots(self.0)
    }

    pub(crate) fn callback_queries(self) -> callback_queries::CallbackQueries<'c> {
        callback_queries::CallbackQueries(self.0)
    }

    pub(crate) fn codes(self) -> codes::Codes<'c> {
        codes::Codes(self.0)
    }

    pub(crate) fn contacts(self) -> contacts::Contacts<'c> {
        contacts::Contacts(self.0)
    }

    pub(crate) fn deletions(self) -> deletions::Deletions<'c> {
        deletions::Deletions(self.0)
    }

    pub(crate) fn dialogs(self) -> dialogs::Dialogs<'c> {
        dialogs::Dialogs(self.0)
    }

    pub(crate) fn files(self) -> files::FileRows<'c> {
        files::FileRows(self.0)
    }

    pub(crate) fn happenings(self) -> happenings::Happenings<'c> {
        happenings::Happenings(self.0)
    }

    pub(crate) fn inbox(self) -> inbox::Inboxes<'c> {
        inbox::Inboxes(self.0)
    }

    pub(crate) fn messages(self) -> messages::Messages<'c> {
        messages::Messages(self.0)
    }

    pub(crate) fn passwords(self) -> passwords::Passwords<'c> {
        passwords::Passwords(self.0)
    }

    pub(crate) fn privacy(self) -> privacy::Privacy<'c> {
        privacy::Privacy(self.0)
    }

    pub(crate) fn replies(self) -> replies::Replies<'c> {
        replies::Replies(self.0)
    }

    pub(crate) fn tokens(self) -> tokens::Tokens<'c> {
        tokens::Tokens(self.0)
    }

    pub(crate) fn views(self) -> views::Views<'c> {
        views::Views(self.0)
    }

    /// How far business time is from the real one, and where it stands still, when it does.
    pub(crate) fn clock(self) -> Result<(i64, Option<i64>), StoreError> {
        self.0
            .prepare_cached("SELECT shift, frozen FROM clock")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Keeps what [`Self::clock`] gives.
    pub(crate) fn set_clock(self, shift: i64, frozen: Option<i64>) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE clock SET shift = ?1, frozen = ?2")?
            .execute((shift, frozen))?;
        Ok(())
    }

    /// Where the stream of the world's seed was at the last commit.
    pub(crate) fn randomness(self) -> Result<Option<Position>, StoreError> {
        self.0
            .prepare_cached("SELECT seed, drawn FROM randomness")?
            .query_row([], |row| {
                Ok(Position {
                    seed: row.get::<_, i64>(0)?.cast_unsigned(),
                    drawn: row.get::<_, i64>(1)?.cast_unsigned(),
                })
            })
            .optional()
    }

    /// Keeps what [`Self::randomness`] gives.
    pub(crate) fn set_randomness(self, position: Position) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT OR REPLACE INTO randomness (rowid, seed, drawn) VALUES (1, ?1, ?2)",
            )?
            .execute((position.seed.cast_signed(), position.drawn.cast_signed()))?;
        Ok(())
    }

    /// The moment of business time at which a snapshot was taken.
    pub(crate) fn moment(self) -> Result<Option<i64>, StoreError> {
        self.0
            .prepare_cached("SELECT moment FROM clock")?
            .query_row([], |row| row.get(0))
    }

    /// Keeps what [`Self::moment`] gives.
    pub(crate) fn set_moment(self, moment: Option<i64>) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE clock SET moment = ?1")?
            .execute([moment])?;
        Ok(())
    }
}

/// What every connection is set to.
fn settle(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(256);
    // A statement is planned once, and not anew for each value that is bound: planning cost more than running.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // What a savepoint needs to undo a call stays in memory; it is a few pages for each.
    connection.pragma_update(None, "temp_store", "memory")?;
    // In KiB when negative. The system caches the file's pages as well, and once for all connections.
    connection.pragma_update(None, "cache_size", -512)?;
    connection.pragma_update(None, "foreign_keys", true)
}
