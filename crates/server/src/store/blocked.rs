//! Whom people have blocked.

use rusqlite::Connection;

use super::StoreError;

/// Lists of blocked people in a transaction.
pub(crate) struct Blocked<'c>(pub(super) &'c Connection);

/// What somebody is kept from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// From writing, and from seeing when the owner was online.
    Everything = 0,
    /// From the owner's stories only.
    Stories = 1,
}

impl Blocked<'_> {
    /// Whether somebody is on a list of the owner's.
    pub(crate) fn has(&self, owner_id: i64, list: List, user_id: i64) -> Result<bool, StoreError> {
        self.0
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM blocked WHERE owner_id = ?1 AND list = ?2 AND user_id = ?3)",
            )?
            .query_row((owner_id, list as i64, user_id), |row| row.get(0))
    }

    /// Whether they were not on the list before.
    pub(crate) fn insert(
        &self,
        owner_id: i64,
        list: List,
        user_id: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached("INSERT OR IGNORE INTO blocked VALUES (?1, ?2, ?3, ?4)")?
            .execute((owner_id, list as i64, user_id, now))?;
        Ok(changed > 0)
    }

    /// Whether they were on the list.
    pub(crate) fn remove(
        &self,
        owner_id: i64,
        list: List,
        user_id: i64,
    ) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached(
                "DELETE FROM blocked WHERE owner_id = ?1 AND list = ?2 AND user_id = ?3",
            )?
            .execute((owner_id, list as i64, user_id))?;
        Ok(changed > 0)
    }

    /// How many are on a list.
    pub(crate) fn count(&self, owner_id: i64, list: List) -> Result<i32, StoreError> {
        self.0
            .prepare_cached("SELECT count(*) FROM blocked WHERE owner_id = ?1 AND list = ?2")?
            .query_row((owner_id, list as i64), |row| row.get(0))
    }

    /// A part of a list, who came last first: who, and since when.
    pub(crate) fn page(
        &self,
        owner_id: i64,
        list: List,
        offset: i32,
        limit: i32,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT user_id, at FROM blocked WHERE owner_id = ?1 AND list = ?2
                 ORDER BY at DESC, user_id DESC LIMIT ?4 OFFSET ?3",
            )?
            .query_map((owner_id, list as i64, offset, limit), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect()
    }

    /// Forgets an account that is gone, as one that blocked and as one that was blocked.
    pub(crate) fn remove_of_user(&self, user_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM blocked WHERE owner_id = ?1 OR user_id = ?1")?
            .execute([user_id])?;
        Ok(())
    }
}
