//! The tables.
//!
//! All times are unix seconds of the business clock, except columns that begin with `wire_`. Text and
//! numbers only where the server has to look something up; secrets are blobs and stay in their table.

use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::StoreError;

/// Why the tables are not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SchemaError {
    #[error(
        "it was made by a newer version of this program: its tables are of version {0}, those known here of {NEWEST}; \
         use that version"
    )]
    Newer(u32),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The version of the tables that this program makes.
pub(crate) const NEWEST: u32 = STEPS.len() as u32;

/// How many steps a store has seen; none when it is empty.
pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// A store in memory with its tables. Making them takes milliseconds, which tests start many servers in; so it is done
/// once in a process, and their pages are copied.
pub(crate) fn in_memory() -> Result<Connection, SchemaError> {
    static TABLES_MADE: Mutex<Option<Connection>> = Mutex::new(None);
    let mut new = Connection::open_in_memory()?;
    let mut made = TABLES_MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let made = match &mut *made {
        Some(made) => made,
        none => {
            let first = Connection::open_in_memory()?;
            create(&first)?;
            none.insert(first)
        }
    };
    Backup::new(made, &mut new)?.step(ALL_PAGES)?;
    Ok(new)
}

/// Makes what is not there yet.
pub(crate) fn create(connection: &Connection) -> Result<(), SchemaError> {
    let made = version(connection)?;
    if made > NEWEST {
        return Err(SchemaError::Newer(made));
    }
    for (index, step) in STEPS.iter().enumerate().skip(made as usize) {
        let version = index + 1;
        connection.execute_batch(&format!(
            "BEGIN; {step} PRAGMA user_version = {version}; COMMIT;"
        ))?;
    }
    Ok(())
}

/// For a backup that is made in one step.
const ALL_PAGES: i32 = -1;

/// What made the tables, step by step: a store knows how many it has seen. Never changed, only added to.
const STEPS: &[&str] = &[
    TABLES,
    DATA_CENTRES,
    INSTRUMENT,
    EXPORTED_TO,
    include_str!("schema/messages.sql"),
    include_str!("schema/people.sql"),
    include_str!("schema/bots.sql"),
    include_str!("schema/files.sql"),
    include_str!("schema/chats.sql"),
    include_str!("schema/presence.sql"),
];

/// Accounts and keys live on a DC; replies are kept in the newest layer, whose shape the method says.
const DATA_CENTRES: &str = "
ALTER TABLE accounts ADD COLUMN dc_id INTEGER NOT NULL DEFAULT 2;
ALTER TABLE auth_keys ADD COLUMN dc_id INTEGER NOT NULL DEFAULT 2;
DELETE FROM replies;
ALTER TABLE replies ADD COLUMN method INTEGER NOT NULL DEFAULT 0;
";

/// Minted keys are told from others, and inbox items keep their numbers whatever is cleared. The seed is that of a
/// world whose randomness has one, with how many bytes were drawn from it. A snapshot says at which moment of business
/// time it was taken.
const INSTRUMENT: &str = "
ALTER TABLE auth_keys ADD COLUMN minted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clock ADD COLUMN moment INTEGER;
ALTER TABLE inbox RENAME TO old_inbox;
DROP INDEX inbox_by_phone;
CREATE TABLE inbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    phone           TEXT NOT NULL,
    at              INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    sender          TEXT NOT NULL,
    text            TEXT NOT NULL
) STRICT;
INSERT INTO inbox SELECT * FROM old_inbox;
DROP TABLE old_inbox;
CREATE INDEX inbox_by_phone ON inbox (phone, id);
CREATE TABLE randomness (
    seed            INTEGER NOT NULL,
    drawn           INTEGER NOT NULL
) STRICT;
";

/// An exported authorization is good on one DC, and belongs to the session that it was exported from.
const EXPORTED_TO: &str = "
ALTER TABLE tokens ADD COLUMN dc_id INTEGER;
ALTER TABLE tokens ADD COLUMN session INTEGER;
";

/// User ids begin above 32 bits, so that a client that cuts them short is found out at once.
const TABLES: &str = "
CREATE TABLE clock (
    shift   INTEGER NOT NULL,
    frozen  INTEGER
) STRICT;
INSERT INTO clock VALUES (0, NULL);

CREATE TABLE accounts (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    access_hash     INTEGER NOT NULL,
    phone           TEXT UNIQUE,
    first_name      TEXT NOT NULL,
    last_name       TEXT NOT NULL,
    bot_token       TEXT UNIQUE,
    created_at      INTEGER NOT NULL,
    active_at       INTEGER,
    ttl_days        INTEGER NOT NULL,
    idle_until      INTEGER,
    online_until    INTEGER,
    pts             INTEGER NOT NULL DEFAULT 1,
    last_message    INTEGER NOT NULL DEFAULT 0,
    cancelled_at    INTEGER,
    deleted_at      INTEGER
) STRICT;
CREATE INDEX accounts_by_idle ON accounts (idle_until) WHERE idle_until IS NOT NULL;
INSERT INTO sqlite_sequence (name, seq) VALUES ('accounts', 5000000000);

CREATE TABLE auth_keys (
    id              INTEGER PRIMARY KEY,
    key             BLOB NOT NULL,
    salt            INTEGER NOT NULL,
    wire_expires    INTEGER,
    bound_to        INTEGER REFERENCES auth_keys (id) ON DELETE CASCADE,
    user_id         INTEGER REFERENCES accounts (id),
    standing        INTEGER NOT NULL DEFAULT 0,
    hash            INTEGER,
    created_at      INTEGER,
    active_at       INTEGER,
    layer           INTEGER,
    api_id          INTEGER,
    device_model    TEXT,
    system_version  TEXT,
    app_version     TEXT,
    lang_code       TEXT,
    address         TEXT
) STRICT;
CREATE INDEX auth_keys_by_user ON auth_keys (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX auth_keys_by_bound ON auth_keys (bound_to) WHERE bound_to IS NOT NULL;

CREATE TABLE codes (
    hash            TEXT PRIMARY KEY,
    purpose         INTEGER NOT NULL,
    phone           TEXT NOT NULL,
    user_id         INTEGER,
    key_id          INTEGER NOT NULL,
    deletion_id     INTEGER,
    digits          TEXT NOT NULL,
    caller          TEXT NOT NULL,
    ladder          TEXT NOT NULL,
    rung            INTEGER NOT NULL,
    app_token       TEXT,
    patience        INTEGER NOT NULL,
    sent_at         INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    tries           INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    verified_by     INTEGER
) STRICT;
CREATE INDEX codes_by_key ON codes (key_id, purpose);
CREATE INDEX codes_by_user ON codes (user_id, purpose);
CREATE INDEX codes_by_phone ON codes (phone, purpose);

CREATE TABLE attempts (
    subject         TEXT NOT NULL,
    at              INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_subject ON attempts (subject, at);

CREATE TABLE deletions (
    id              INTEGER PRIMARY KEY,
    user_id         INTEGER NOT NULL REFERENCES accounts (id),
    hash            TEXT NOT NULL,
    due_at          INTEGER NOT NULL,
    state           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX deletions_pending ON deletions (user_id) WHERE state = 0;
CREATE INDEX deletions_due ON deletions (due_at) WHERE state = 0;
CREATE TABLE requesters (
    deletion_id     INTEGER NOT NULL REFERENCES deletions (id),
    key_id          INTEGER NOT NULL,
    PRIMARY KEY (deletion_id, key_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX requesters_by_key ON requesters (key_id);

CREATE TABLE passwords (
    user_id         INTEGER PRIMARY KEY REFERENCES accounts (id),
    version         INTEGER NOT NULL,
    salt1           BLOB NOT NULL,
    salt2           BLOB NOT NULL,
    verifier        BLOB,
    hint            TEXT,
    changed_at      INTEGER NOT NULL,
    email           TEXT,
    new_email       TEXT,
    email_code      TEXT,
    email_code_until INTEGER,
    reset_at        INTEGER,
    reset_refused_until INTEGER
) STRICT;
CREATE TABLE challenges (
    srp_id          INTEGER PRIMARY KEY,
    key_id          INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    b               BLOB NOT NULL,
    made            INTEGER NOT NULL
) STRICT;
CREATE INDEX challenges_by_key ON challenges (key_id, made);

CREATE TABLE messages (
    user_id         INTEGER NOT NULL REFERENCES accounts (id),
    id              INTEGER NOT NULL,
    pts             INTEGER NOT NULL,
    date            INTEGER NOT NULL,
    text            TEXT NOT NULL,
    PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_by_pts ON messages (user_id, pts);

CREATE TABLE inbox (
    id              INTEGER PRIMARY KEY,
    phone           TEXT NOT NULL,
    at              INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    sender          TEXT NOT NULL,
    text            TEXT NOT NULL
) STRICT;
CREATE INDEX inbox_by_phone ON inbox (phone, id);

CREATE TABLE tokens (
    token           BLOB PRIMARY KEY,
    kind            INTEGER NOT NULL,
    user_id         INTEGER NOT NULL REFERENCES accounts (id),
    expires_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE replies (
    key_id          INTEGER NOT NULL,
    session_id      INTEGER NOT NULL,
    msg_id          INTEGER NOT NULL,
    wire_at         INTEGER NOT NULL,
    error_code      INTEGER,
    body            BLOB NOT NULL,
    PRIMARY KEY (key_id, session_id, msg_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX replies_by_age ON replies (wire_at);
";
