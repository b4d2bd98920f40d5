//! What reached each phone.

use rusqlite::Connection;

use super::StoreError;
use crate::inbox::{InboxItem, InboxKind};

/// Inboxes in a transaction.
pub(crate) struct Inboxes<'c>(pub(super) &'c Connection);

impl Inboxes<'_> {
    pub(crate) fn insert(&self, phone: &str, item: &InboxItem) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO inbox (phone, at, kind, sender, text) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((phone, item.date, item.kind.name(), &item.from, &item.text))?;
        Ok(())
    }

    /// Newest last.
    pub(crate) fn of(&self, phone: &str) -> Result<Vec<InboxItem>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT at, kind, sender, text FROM inbox WHERE phone = ?1 ORDER BY id",
            )?
            .query_map([phone], |row| {
                Ok(InboxItem {
                    date: row.get(0)?,
                    kind: InboxKind::by_name(row.get_ref(1)?.as_str()?),
                    from: row.get(2)?,
                    text: row.get(3)?,
                })
            })?
            .collect()
    }
}
