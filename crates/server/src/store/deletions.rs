//! Deletions that wait for their day, and who asked for them.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;

/// Deletions in a transaction.
pub(crate) struct Deletions<'c>(pub(super) &'c Connection);

/// A deletion that waits.
#[derive(Clone, Debug)]
pub(crate) struct Deletion {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    /// The hash of the confirmation link.
    pub(crate) hash: String,
    pub(crate) due_at: i64,
}

const PENDING: i64 = 0;
const CANCELLED: i64 = 1;
const EXECUTED: i64 = 2;

impl Deletions<'_> {
    pub(crate) fn insert(
        &self,
        user_id: i64,
        hash: &str,
        due_at: i64,
    ) -> Result<Deletion, StoreError> {
        let id = self
            .0
            .prepare_cached("INSERT INTO deletions (user_id, hash, due_at) VALUES (?1, ?2, ?3)")?
            .insert((user_id, hash, due_at))?;
        Ok(Deletion {
            id,
            user_id,
            hash: hash.to_owned(),
            due_at,
        })
    }

    /// The one that waits for this account.
    pub(crate) fn pending(&self, user_id: i64) -> Result<Option<Deletion>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT id, user_id, hash, due_at FROM deletions WHERE user_id = ?1 AND state = 0",
            )?
            .query_row([user_id], deletion)
            .optional()
    }

    /// The one that is due first.
    pub(crate) fn next_due(&self) -> Result<Option<Deletion>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT id, user_id, hash, due_at FROM deletions WHERE state = 0 ORDER BY due_at, id LIMIT 1",
            )?
            .query_row([], deletion)
            .optional()
    }

    pub(crate) fn set_cancelled(&self, id: i64) -> Result<(), StoreError> {
        self.end(id, CANCELLED)
    }

    pub(crate) fn set_executed(&self, id: i64) -> Result<(), StoreError> {
        self.end(id, EXECUTED)
    }

    pub(crate) fn add_requester(&self, id: i64, key_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT OR IGNORE INTO requesters VALUES (?1, ?2)")?
            .execute((id, key_id))?;
        Ok(())
    }

    pub(crate) fn requesters(&self, id: i64) -> Result<Vec<i64>, StoreError> {
        self.0
            .prepare_cached("SELECT key_id FROM requesters WHERE deletion_id = ?1")?
            .query_map([id], |row| row.get(0))?
            .collect()
    }

    /// Whether the last deletion this key asked for was carried out.
    pub(crate) fn asked_for_executed(&self, key_id: i64) -> Result<bool, StoreError> {
        self.0
            .prepare_cached(
                "SELECT state = ?2 FROM requesters JOIN deletions ON deletions.id = deletion_id
                 WHERE key_id = ?1 ORDER BY deletions.id DESC LIMIT 1",
            )?
            .query_row((key_id, EXECUTED), |row| row.get(0))
            .optional()
            .map(|found| found.unwrap_or(false))
    }

    fn end(&self, id: i64, state: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE deletions SET state = ?2 WHERE id = ?1 AND state = ?3")?
            .execute((id, state, PENDING))?;
        Ok(())
    }
}

fn deletion(row: &Row<'_>) -> Result<Deletion, StoreError> {
    Ok(Deletion {
        id: row.get(0)?,
        user_id: row.get(1)?,
        hash: row.get(2)?,
        due_at: row.get(3)?,
    })
}
