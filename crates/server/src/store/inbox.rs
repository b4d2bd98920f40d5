//! What reached each phone.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;
use crate::inbox::{Arrival, InboxItem, InboxKind};

/// Inboxes in a transaction.
pub(crate) struct Inboxes<'c>(pub(super) &'c Connection);

impl Inboxes<'_> {
    pub(crate) fn insert(
        &self,
        phone: &str,
        arrival: &Arrival,
        now: i64,
    ) -> Result<(), StoreError> {
        let kind = arrival.kind.name();
        self.0
            .prepare_cached(
                "INSERT INTO inbox (phone, at, kind, sender, text) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((phone, now, kind, &arrival.from, &arrival.text))?;
        Ok(())
    }

    /// What came after the item with this id, newest last.
    pub(crate) fn after(&self, phone: &str, id: i64) -> Result<Vec<InboxItem>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "{SELECT} WHERE phone = ?1 AND id > ?2 ORDER BY id"
            ))?
            .query_map((phone, id), item)?
            .collect()
    }

    /// The first that came after the item with this id.
    pub(crate) fn next(&self, phone: &str, id: i64) -> Result<Option<InboxItem>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "{SELECT} WHERE phone = ?1 AND id > ?2 ORDER BY id LIMIT 1"
            ))?
            .query_row((phone, id), item)
            .optional()
    }

    /// Forgets what reached a phone, or all. How much that was.
    pub(crate) fn clear(&self, phone: Option<&str>) -> Result<usize, StoreError> {
        self.0
            .prepare_cached("DELETE FROM inbox WHERE ?1 IS NULL OR phone = ?1")?
            .execute([phone])
    }

    pub(crate) fn is_empty(&self) -> Result<bool, StoreError> {
        self.0
            .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM inbox)")?
            .query_row([], |row| row.get(0))
    }
}

const SELECT: &str = "SELECT id, at, kind, sender, text FROM inbox";

fn item(row: &Row<'_>) -> Result<InboxItem, StoreError> {
    Ok(InboxItem {
        id: row.get(0)?,
        date: row.get(1)?,
        kind: InboxKind::by_name(row.get_ref(2)?.as_str()?),
        from: row.get(3)?,
        text: row.get(4)?,
    })
}
