//! Stored messages: so far those of the service account, 777000, to each user.

use rusqlite::{Connection, Row};

use super::StoreError;

/// Messages in a transaction.
pub(crate) struct Messages<'c>(pub(super) &'c Connection);

/// A message of 777000.
#[derive(Clone)]
pub(crate) struct MessageRow {
    pub(crate) id: i32,
    pub(crate) pts: i32,
    pub(crate) date: i64,
    pub(crate) text: String,
}

impl Messages<'_> {
    /// Stores a message under the account's next id and pts.
    pub(crate) fn insert(
        &self,
        user_id: i64,
        text: &str,
        now: i64,
    ) -> Result<MessageRow, StoreError> {
        let (id, pts) = self
            .0
            .prepare_cached(
                "UPDATE accounts SET last_message = last_message + 1, pts = pts + 1 WHERE id = ?1
                 RETURNING last_message, pts",
            )?
            .query_row([user_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.0
            .prepare_cached("INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((user_id, id, pts, now, text))?;
        Ok(MessageRow {
            id,
            pts,
            date: now,
            text: text.to_owned(),
        })
    }

    /// Messages after a pts, oldest first.
    pub(crate) fn after_pts(
        &self,
        user_id: i64,
        pts: i32,
        limit: i64,
    ) -> Result<Vec<MessageRow>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT id, pts, date, text FROM messages WHERE user_id = ?1 AND pts > ?2 ORDER BY pts LIMIT ?3",
            )?
            .query_map((user_id, pts, limit), message)?
            .collect()
    }

    /// All messages, newest first.
    pub(crate) fn newest_first(&self, user_id: i64) -> Result<Vec<MessageRow>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT id, pts, date, text FROM messages WHERE user_id = ?1 ORDER BY id DESC",
            )?
            .query_map([user_id], message)?
            .collect()
    }

    /// Forgets the messages of an account that is gone.
    pub(crate) fn remove_of_user(&self, user_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM messages WHERE user_id = ?1")?
            .execute([user_id])?;
        Ok(())
    }
}

fn message(row: &Row<'_>) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        id: row.get(0)?,
        pts: row.get(1)?,
        date: row.get(2)?,
        text: row.get(3)?,
    })
}
