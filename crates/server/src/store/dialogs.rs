//! Dialogs: what an account sees of its chats in its list.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;

/// Dialogs in a transaction.
pub(crate) struct Dialogs<'c>(pub(super) &'c Connection);

/// A line of an account's list.
#[derive(Clone, Debug)]
pub(crate) struct DialogRow {
    pub(crate) peer: i64,
    /// The newest message; 0 when there is none.
    pub(crate) top_message: i32,
    /// Up to which id the owner has read, and the other has.
    pub(crate) read_inbox: i32,
    pub(crate) read_outbox: i32,
    pub(crate) unread: i32,
    pub(crate) unread_mark: bool,
    /// Its place among the pinned ones, the highest first.
    pub(crate) pinned: Option<i32>,
    /// A `DraftMessage`.
    pub(crate) draft: Option<Vec<u8>>,
}

impl DialogRow {
    /// A chat in which nothing was written.
    pub(crate) fn empty(peer: i64) -> Self {
        Self {
            peer,
            top_message: 0,
            read_inbox: 0,
            read_outbox: 0,
            unread: 0,
            unread_mark: false,
            pinned: None,
            draft: None,
        }
    }
}

impl Dialogs<'_> {
    /// A new message is in the chat. Whether there were others.
    pub(crate) fn grow(
        &self,
        owner: i64,
        peer: i64,
        message: i32,
        unread: bool,
    ) -> Result<bool, StoreError> {
        let values = (owner, peer, message, unread);
        let grown = self
            .0
            .prepare_cached(
                "UPDATE dialogs SET top_message = ?3, unread = unread + ?4
                 WHERE owner = ?1 AND peer = ?2 AND top_message > 0",
            )?
            .execute(values)?;
        if grown > 0 {
            return Ok(true);
        }
        self.0
            .prepare_cached(
                "INSERT INTO dialogs (owner, peer, top_message, unread) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET top_message = ?3, unread = unread + ?4",
            )?
            .execute(values)?;
        Ok(false)
    }

    /// The line of a chat, made when there is none: one without messages can have a draft.
    fn touch(&self, owner: i64, peer: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO dialogs (owner, peer, top_message) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING",
            )?
            .execute((owner, peer))?;
        Ok(())
    }

    /// Up to where the owner has read, and how much is left to read.
    pub(crate) fn set_read_inbox(
        &self,
        owner: i64,
        peer: i64,
        max_id: i32,
        unread: i32,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE dialogs SET read_inbox = ?3, unread = ?4, unread_mark = 0 WHERE owner = ?1 AND peer = ?2",
            )?
            .execute((owner, peer, max_id, unread))?;
        Ok(())
    }

    /// Up to where the other has read; it never goes back. Whether it is news.
    pub(crate) fn set_read_outbox(
        &self,
        owner: i64,
        peer: i64,
        max_id: i32,
    ) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached(
                "UPDATE dialogs SET read_outbox = ?3 WHERE owner = ?1 AND peer = ?2 AND read_outbox < ?3",
            )?
            .execute((owner, peer, max_id))?;
        Ok(changed > 0)
    }

    /// Mends the line of a chat after messages are gone. With none left and nothing else worth keeping, it is gone
    /// as well.
    pub(crate) fn mend(
        &self,
        owner: i64,
        peer: i64,
        top_message: i32,
        unread: i32,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE dialogs SET top_message = ?3, unread = ?4 WHERE owner = ?1 AND peer = ?2",
            )?
            .execute((owner, peer, top_message, unread))?;
        if top_message == 0 {
            self.0
                .prepare_cached(
                    "DELETE FROM dialogs WHERE owner = ?1 AND peer = ?2 AND draft IS NULL AND pinned IS NULL",
                )?
                .execute((owner, peer))?;
        }
        Ok(())
    }

    /// Marks a chat as unread, or not. Whether that is news.
    pub(crate) fn set_unread_mark(
        &self,
        owner: i64,
        peer: i64,
        unread: bool,
    ) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached(
                "UPDATE dialogs SET unread_mark = ?3 WHERE owner = ?1 AND peer = ?2 AND unread_mark <> ?3",
            )?
            .execute((owner, peer, unread))?;
        Ok(changed > 0)
    }

    /// Pins a chat at this place of the list, the highest first; none takes it off.
    pub(crate) fn set_pinned(
        &self,
        owner: i64,
        peer: i64,
        place: Option<i32>,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE dialogs SET pinned = ?3 WHERE owner = ?1 AND peer = ?2")?
            .execute((owner, peer, place))?;
        Ok(())
    }

    /// Keeps a `DraftMessage`, or forgets it. Whether anything is different.
    pub(crate) fn set_draft(
        &self,
        owner: i64,
        peer: i64,
        draft: Option<&[u8]>,
    ) -> Result<bool, StoreError> {
        if draft.is_some() {
            self.touch(owner, peer)?;
        }
        let changed = self
            .0
            .prepare_cached(
                "UPDATE dialogs SET draft = ?3 WHERE owner = ?1 AND peer = ?2 AND draft IS NOT ?3",
            )?
            .execute((owner, peer, draft))?;
        Ok(changed > 0)
    }

    pub(crate) fn find(&self, owner: i64, peer: i64) -> Result<Option<DialogRow>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE owner = ?1 AND peer = ?2"))?
            .query_row((owner, peer), dialog)
            .optional()
    }

    /// All of an account: the pinned ones, then the one with the newest message first.
    pub(crate) fn of_user(&self, owner: i64) -> Result<Vec<DialogRow>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "{SELECT} WHERE owner = ?1 ORDER BY pinned DESC NULLS LAST, top_message DESC"
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

const SELECT: &str = "SELECT peer, top_message, read_inbox, read_outbox, unread, unread_mark, pinned, draft FROM dialogs";

fn dialog(row: &Row<'_>) -> Result<DialogRow, StoreError> {
    Ok(DialogRow {
        peer: row.get(0)?,
        top_message: row.get(1)?,
        read_inbox: row.get(2)?,
        read_outbox: row.get(3)?,
        unread: row.get(4)?,
        unread_mark: row.get(5)?,
        pinned: row.get(6)?,
        draft: row.get(7)?,
    })
}
