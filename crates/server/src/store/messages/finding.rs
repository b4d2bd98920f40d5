//! Looking messages up by what they are.

use rusqlite::OptionalExtension;

use super::{COLUMNS, MessageRow, Messages, OF_BOX, OF_CHAT, message};
use crate::store::StoreError;

impl Messages<'_> {
    /// The newest id of a chat; 0 when it is empty.
    pub(crate) fn newest(&self, owner: i64, peer: i64) -> Result<i32, StoreError> {
        self.0
            .prepare_cached(
                "SELECT coalesce(max(id), 0) FROM boxes WHERE owner = ?1 AND peer = ?2",
            )?
            .query_row((owner, peer), |row| row.get(0))
    }

    /// How many messages a chat has.
    pub(crate) fn count(&self, owner: i64, peer: i64) -> Result<i64, StoreError> {
        self.0
            .prepare_cached("SELECT count(*) FROM boxes WHERE owner = ?1 AND peer = ?2")?
            .query_row((owner, peer), |row| row.get(0))
    }

    /// A page of a chat, newest first: it begins at the first message older than `offset_id`, moved by `add_offset`,
    /// where a negative one moves it towards newer messages. `core.telegram.org/api/offsets`.
    pub(crate) fn page(
        &self,
        owner: i64,
        peer: i64,
        offset_id: i32,
        add_offset: i64,
        limit: i64,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let newer = add_offset.min(0).abs();
        let mut page = Vec::new();
        if newer > 0 {
            page = self
                .0
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} {OF_CHAT} AND boxes.id >= ?3 ORDER BY boxes.id LIMIT ?4"
                ))?
                .query_map((owner, peer, offset_id, newer), message)?
                .collect::<Result<Vec<_>, _>>()?;
            let beyond = (newer - limit).clamp(0, page.len() as i64);
            page.drain(..beyond as usize);
            page.reverse();
        }
        if limit > newer {
            let (skip, rest) = (add_offset.max(0), limit - newer);
            let mut statement = self.0.prepare_cached(&format!(
                "SELECT {COLUMNS} {OF_CHAT} AND boxes.id < ?3 ORDER BY boxes.id DESC LIMIT ?4 OFFSET ?5"
            ))?;
            let mut older = statement.query((owner, peer, offset_id, rest, skip))?;
            while let Some(row) = older.next()? {
                page.push(message(row)?);
            }
        }
        Ok(page)
    }

    /// The newest id of a chat before a date.
    pub(crate) fn last_before(
        &self,
        owner: i64,
        peer: i64,
        date: i64,
    ) -> Result<Option<i32>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "SELECT boxes.id {OF_CHAT} AND date < ?3 ORDER BY boxes.id DESC LIMIT 1"
            ))?
            .query_row((owner, peer, date), |row| row.get(0))
            .optional()
    }

    /// How many messages of the other came after one.
    pub(crate) fn incoming_after(
        &self,
        owner: i64,
        peer: i64,
        after: i32,
    ) -> Result<i32, StoreError> {
        self.0
            .prepare_cached(&format!(
                "SELECT count(*) {OF_CHAT} AND boxes.id > ?3 AND sender <> ?1"
            ))?
            .query_row((owner, peer, after), |row| row.get(0))
    }

    /// The newest message of the other up to one, as the other has it.
    pub(crate) fn last_of_other(
        &self,
        owner: i64,
        peer: i64,
        up_to: i32,
    ) -> Result<Option<i32>, StoreError> {
        self.0
            .prepare_cached(
                &format!(
                    "SELECT sender_message {OF_CHAT} AND boxes.id <= ?3 AND sender = ?2 AND sender_message IS NOT NULL
                     ORDER BY boxes.id DESC LIMIT 1"
                ),
            )?
            .query_row((owner, peer, up_to), |row| row.get(0))
            .optional()
    }

    /// The pinned messages of a chat, newest first.
    pub(crate) fn pinned(&self, owner: i64, peer: i64) -> Result<Vec<i32>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT id FROM boxes INDEXED BY boxes_pinned WHERE owner = ?1 AND peer = ?2 AND pinned
                 ORDER BY id DESC",
            )?
            .query_map((owner, peer), |row| row.get(0))?
            .collect()
    }

    /// The ids of a chat up to one, written at these dates at the earliest and the latest; newest first.
    pub(crate) fn ids(
        &self,
        owner: i64,
        peer: i64,
        up_to: i32,
        (earliest, latest): (i64, i64),
    ) -> Result<Vec<i32>, StoreError> {
        self.0
            .prepare_cached(
                &format!(
                    "SELECT boxes.id {OF_CHAT} AND boxes.id <= ?3 AND date BETWEEN ?4 AND ?5 ORDER BY boxes.id DESC"
                ),
            )?
            .query_map((owner, peer, up_to, earliest, latest), |row| row.get(0))?
            .collect()
    }

    /// Looks at each message of an account, newest first, in one chat or in all.
    pub(crate) fn each(
        &self,
        owner: i64,
        peer: Option<i64>,
        mut look: impl FnMut(MessageRow),
    ) -> Result<(), StoreError> {
        let of_chat = format!("SELECT {COLUMNS} {OF_CHAT} ORDER BY boxes.id DESC");
        let of_all = format!("SELECT {COLUMNS} {OF_BOX} ORDER BY boxes.id DESC");
        let mut statement =
            self.0
                .prepare_cached(if peer.is_some() { &of_chat } else { &of_all })?;
        let mut rows = match peer {
            Some(peer) => statement.query((owner, peer))?,
            None => statement.query([owner])?,
        };
        while let Some(row) = rows.next()? {
            look(message(row)?);
        }
        Ok(())
    }
}
