//! Dialogs: what an account sees of its chats in its list.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;

/// Dialogs in a transaction.
pub(crate) struct Dialogs<'c>(pub(super) &'c Connection);

/// A line of an account's list.
#[derive(Clone, Debug)]
pub(crate) struct DialogRow {
    pub(crate) peer: i64,
    pub(crate) top_message: i32,
    /// Up to which id the owner has read, and the other has.
    pub(crate) read_inbox: i32,
    pub(crate) read_outbox: i32,
    pub(crate) unread: i32,
    pub(crate) unread_mark: bool,
}

impl Dialogs<'_> {
    /// A new message is in the chat.
    pub(crate) fn grow(
        &self,
        owner: i64,
        peer: i64,
        message: i32,
        unread: bool,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO dialogs (owner, peer, top_message, unread) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET top_message = ?3, unread = unread + ?4",
            )?
            .execute((owner, peer, message, unread))?;
        Ok(())
    }

    pub(crate) fn find(&self, owner: i64, peer: i64) -> Result<Option<DialogRow>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE owner = ?1 AND peer = ?2"))?
            .query_row((owner, peer), dialog)
            .optional()
    }

    /// All of an account, the one with the newest message first.
    pub(crate) fn of_user(&self, owner: i64) -> Result<Vec<DialogRow>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "{SELECT} WHERE owner = ?1 ORDER BY top_message DESC"
            ))?
            .query_map([owner], dialog)?
            .collect()
    }

    /// How many messages an account has not read.
    pub(crate) fn unread(&self, owner: i64) -> Result<i32, StoreError> {
        self.0
            .prepare_cached("SELECT coalesce(sum(unread), 0) FROM dialogs WHERE owner = ?1")?
            .query_row([owner], |row| row.get(0))
    }
}

const SELECT: &str =
    "SELECT peer, top_message, read_inbox, read_outbox, unread, unread_mark FROM dialogs";

fn dialog(row: &Row<'_>) -> Result<DialogRow, StoreError> {
    Ok(DialogRow {
        peer: row.get(0)?,
        top_message: row.get(1)?,
        read_inbox: row.get(2)?,
        read_outbox: row.get(3)?,
        unread: row.get(4)?,
        unread_mark: row.get(5)?,
    })
}
