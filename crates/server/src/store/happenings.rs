//! What happened to each account, by pts: what `updates.getDifference` tells those who were away.

use rusqlite::{Connection, Row};

use super::StoreError;

/// Happenings in a transaction.
pub(crate) struct Happenings<'c>(pub(super) &'c Connection);

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct HappeningRow {
    /// The account's pts after it.
    pub(crate) pts: i32,
    pub(crate) what: What,
}

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A message came or was sent; its id.
    NewMessage(i32),
    /// A message was edited.
    EditedMessage(i32),
    /// Anything else: an `Update` with its pts in it.
    Other(Vec<u8>),
}

impl Happenings<'_> {
    /// Moves an account's pts on; gives the new one.
    pub(crate) fn advance(&self, owner: i64, by: i32) -> Result<i32, StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET pts = pts + ?2 WHERE id = ?1 RETURNING pts")?
            .query_row((owner, by), |row| row.get(0))
    }

    /// Where an account is.
    pub(crate) fn pts(&self, owner: i64) -> Result<i32, StoreError> {
        self.0
            .prepare_cached("SELECT pts FROM accounts WHERE id = ?1")?
            .query_row([owner], |row| row.get(0))
    }

    /// Notes what an account's pts stands for. About the last `kept` of its pts are remembered.
    pub(crate) fn insert(
        &self,
        owner: i64,
        pts: i32,
        what: &What,
        kept: i32,
    ) -> Result<(), StoreError> {
        let (kind, message, body) = match what {
            What::NewMessage(id) => (0, Some(*id), None),
            What::EditedMessage(id) => (1, Some(*id), None),
            What::Other(update) => (2, None, Some(update)),
        };
        self.0
            .prepare_cached("INSERT INTO happenings VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((owner, pts, kind, message, body))?;
        if pts % FORGETTING == 0 && pts > kept {
            self.0
                .prepare_cached("DELETE FROM happenings WHERE owner = ?1 AND pts <= ?2")?
                .execute((owner, pts - kept))?;
        }
        Ok(())
    }

    /// The first pts of an account that is still remembered.
    pub(crate) fn first(&self, owner: i64) -> Result<Option<i32>, StoreError> {
        self.0
            .prepare_cached("SELECT min(pts) FROM happenings WHERE owner = ?1")?
            .query_row([owner], |row| row.get(0))
    }

    /// What happened after a pts, oldest first.
    pub(crate) fn after(
        &self,
        owner: i64,
        pts: i32,
        limit: i64,
    ) -> Result<Vec<HappeningRow>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT pts, kind, message, body FROM happenings WHERE owner = ?1 AND pts > ?2 ORDER BY pts LIMIT ?3",
            )?
            .query_map((owner, pts, limit), happening)?
            .collect()
    }
}

/// At every how many pts old ones are forgotten.
const FORGETTING: i32 = 64;

fn happening(row: &Row<'_>) -> Result<HappeningRow, StoreError> {
    Ok(HappeningRow {
        pts: row.get(0)?,
        what: match row.get::<_, i64>(1)? {
            0 => What::NewMessage(row.get(2)?),
            1 => What::EditedMessage(row.get(2)?),
            _ => What::Other(row.get(3)?),
        },
    })
}
