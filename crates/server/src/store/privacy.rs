//! Who may see and do what, as people have set it.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use crate::people::privacy::Key;

/// Privacy in a transaction.
pub(crate) struct Privacy<'c>(pub(super) &'c Connection);

impl Privacy<'_> {
    /// The rules, a vector of PrivacyRule; none when they were never set.
    pub(crate) fn of(&self, user_id: i64, key: Key) -> Result<Option<Bytes>, StoreError> {
        self.0
            .prepare_cached("SELECT rules FROM privacy WHERE user_id = ?1 AND key = ?2")?
            .query_row((user_id, key.number()), |row| row.get::<_, Vec<u8>>(0))
            .optional()
            .map(|rules| rules.map(Bytes::from))
    }

    pub(crate) fn set(&self, user_id: i64, key: Key, rules: &[u8]) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT OR REPLACE INTO privacy VALUES (?1, ?2, ?3)")?
            .execute((user_id, key.number(), rules))?;
        Ok(())
    }

    /// Forgets what an account that is gone has set.
    pub(crate) fn remove_of_user(&self, user_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM privacy WHERE user_id = ?1")?
            .execute([user_id])?;
        Ok(())
    }
}
