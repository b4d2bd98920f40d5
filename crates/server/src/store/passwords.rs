//! 2FA passwords: verifiers, the challenges given out for them, recovery and reset.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// Passwords in a transaction.
pub(crate) struct Passwords<'c>(pub(super) &'c Connection);

/// What is kept for an account that has or had a password.
#[derive(Clone, Default)]
pub(crate) struct PasswordRow {
    /// Grows with every change, removal included.
    pub(crate) version: i64,
    pub(crate) salt1: Vec<u8>,
    pub(crate) salt2: Vec<u8>,
    /// None when the password was removed.
    pub(crate) verifier: Option<Vec<u8>>,
    pub(crate) hint: Option<String>,
    pub(crate) changed_at: i64,
    /// The confirmed recovery address.
    pub(crate) email: Option<String>,
    /// One that waits for its code.
    pub(crate) new_email: Option<String>,
    /// The code that was mailed last, to confirm an address or to recover.
    pub(crate) email_code: Option<String>,
    pub(crate) email_code_until: i64,
    /// When a requested reset may be carried out.
    pub(crate) reset_at: Option<i64>,
    /// Until when a new reset is refused because one was declined.
    pub(crate) reset_refused_until: Option<i64>,
}

/// A challenge that was given out.
#[derive(Clone)]
pub(crate) struct ChallengeRow {
    pub(crate) user_id: i64,
    pub(crate) version: i64,
    pub(crate) b: Vec<u8>,
}

/// How many challenges a key may have open: clients ask in parallel.
const CHALLENGES_PER_KEY: i64 = 4;

impl Passwords<'_> {
    pub(crate) fn of(&self, user_id: i64) -> Result<Option<PasswordRow>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT version, salt1, salt2, verifier, hint, changed_at, email, new_email, email_code,
                     coalesce(email_code_until, 0), reset_at, reset_refused_until FROM passwords WHERE user_id = ?1",
            )?
            .query_row([user_id], |row| {
                Ok(PasswordRow {
                    version: row.get(0)?,
                    salt1: row.get(1)?,
                    salt2: row.get(2)?,
                    verifier: row.get(3)?,
                    hint: row.get(4)?,
                    changed_at: row.get(5)?,
                    email: row.get(6)?,
                    new_email: row.get(7)?,
                    email_code: row.get(8)?,
                    email_code_until: row.get(9)?,
                    reset_at: row.get(10)?,
                    reset_refused_until: row.get(11)?,
                })
            })
            .optional()
    }

    pub(crate) fn set(&self, user_id: i64, row: &PasswordRow) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT OR REPLACE INTO passwords VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(rusqlite::params![
                user_id,
                row.version,
                row.salt1,
                row.salt2,
                row.verifier,
                row.hint,
                row.changed_at,
                row.email,
                row.new_email,
                row.email_code,
                row.email_code_until,
                row.reset_at,
                row.reset_refused_until,
            ])?;
        Ok(())
    }

    pub(crate) fn remove(&self, user_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM passwords WHERE user_id = ?1")?
            .execute([user_id])?;
        self.0
            .prepare_cached("DELETE FROM challenges WHERE user_id = ?1")?
            .execute([user_id])?;
        Ok(())
    }

    /// Keeps a challenge and forgets the oldest of the key beyond its share.
    pub(crate) fn add_challenge(
        &self,
        srp_id: i64,
        key_id: i64,
        row: &ChallengeRow,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT OR REPLACE INTO challenges VALUES
                     (?1, ?2, ?3, ?4, ?5, (SELECT coalesce(max(made), 0) + 1 FROM challenges WHERE key_id = ?2))",
            )?
            .execute((srp_id, key_id, row.user_id, row.version, &row.b))?;
        self.0
            .prepare_cached(
                "DELETE FROM challenges WHERE srp_id IN
                     (SELECT srp_id FROM challenges WHERE key_id = ?1 ORDER BY made DESC LIMIT -1 OFFSET ?2)",
            )?
            .execute((key_id, CHALLENGES_PER_KEY))?;
        Ok(())
    }

    pub(crate) fn challenge(
        &self,
        srp_id: i64,
        key_id: i64,
    ) -> Result<Option<ChallengeRow>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT user_id, version, b FROM challenges WHERE srp_id = ?1 AND key_id = ?2",
            )?
            .query_row((srp_id, key_id), |row| {
                Ok(ChallengeRow {
                    user_id: row.get(0)?,
                    version: row.get(1)?,
                    b: row.get(2)?,
                })
            })
            .optional()
    }

    /// A challenge serves once.
    pub(crate) fn remove_challenge(&self, srp_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM challenges WHERE srp_id = ?1")?
            .execute([srp_id])?;
        Ok(())
    }
}
