//! Confirmation codes under way, and how often something was tried.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;

/// Codes in a transaction.
pub(crate) struct Codes<'c>(pub(super) &'c Connection);

/// What a code is good for. A code of one purpose is unknown to all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `auth.sendCode`.
    Login,
    /// `account.sendConfirmPhoneCode`.
    CancelDeletion,
    /// `account.sendChangePhoneCode`.
    ChangePhone,
}

/// Where a code is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeState {
    /// May be entered.
    Live,
    /// Was entered at login; the account does not exist (any more), so sign-up may follow.
    Verified,
    /// Did its work.
    Used,
    /// Cancelled, replaced, or tried too often.
    Dead,
}

/// A code under way.
#[derive(Clone)]
pub(crate) struct CodeRow {
    pub(crate) hash: String,
    pub(crate) purpose: Purpose,
    pub(crate) phone: String,
    pub(crate) user_id: Option<i64>,
    pub(crate) key_id: i64,
    pub(crate) deletion_id: Option<i64>,
    pub(crate) digits: String,
    /// The number a call comes from, without the digits at its end.
    pub(crate) caller: String,
    /// One letter per way of sending, see [`crate::codes`].
    pub(crate) ladder: String,
    pub(crate) rung: usize,
    /// What the text message ends in, for an app that listens for it.
    pub(crate) app_token: Option<String>,
    /// Seconds until it is worth asking for the next way.
    pub(crate) patience: i64,
    pub(crate) sent_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) tries: i64,
    pub(crate) state: CodeState,
    /// The key that entered it at login.
    pub(crate) verified_by: Option<i64>,
}

impl Codes<'_> {
    pub(crate) fn insert(&self, code: &CodeRow) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO codes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .execute(rusqlite::params![
                code.hash,
                code.purpose as i64,
                code.phone,
                code.user_id,
                code.key_id,
                code.deletion_id,
                code.digits,
                code.caller,
                code.ladder,
                code.rung as i64,
                code.app_token,
                code.patience,
                code.sent_at,
                code.expires_at,
                code.tries,
                code.state as i64,
                code.verified_by,
            ])?;
        Ok(())
    }

    pub(crate) fn by_hash(&self, hash: &str) -> Result<Option<CodeRow>, StoreError> {
        self.0
            .prepare_cached("SELECT * FROM codes WHERE hash = ?1")?
            .query_row([hash], code_row)
            .optional()
    }

    /// The live codes of a key for a purpose.
    pub(crate) fn live_of_key(
        &self,
        key_id: i64,
        purpose: Purpose,
    ) -> Result<Vec<CodeRow>, StoreError> {
        self.0
            .prepare_cached("SELECT * FROM codes WHERE key_id = ?1 AND purpose = ?2 AND state = 0")?
            .query_map((key_id, purpose as i64), code_row)?
            .collect()
    }

    /// The live login codes of a phone.
    pub(crate) fn live_of_phone(&self, phone: &str) -> Result<Vec<CodeRow>, StoreError> {
        self.0
            .prepare_cached("SELECT * FROM codes WHERE phone = ?1 AND purpose = ?2 AND state = 0")?
            .query_map((phone, Purpose::Login as i64), code_row)?
            .collect()
    }

    pub(crate) fn set_state(&self, hash: &str, state: CodeState) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE codes SET state = ?2 WHERE hash = ?1")?
            .execute((hash, state as i64))?;
        Ok(())
    }

    pub(crate) fn set_verified(&self, hash: &str, key_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE codes SET state = ?2, verified_by = ?3 WHERE hash = ?1")?
            .execute((hash, CodeState::Verified as i64, key_id))?;
        Ok(())
    }

    pub(crate) fn set_tries(&self, hash: &str, tries: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE codes SET tries = ?2 WHERE hash = ?1")?
            .execute((hash, tries))?;
        Ok(())
    }

    /// Moves a code to the next way of sending; it lives on from there.
    pub(crate) fn set_rung(&self, code: &CodeRow) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE codes SET rung = ?2, patience = ?3, sent_at = ?4, expires_at = ?5 WHERE hash = ?1",
            )?
            .execute((
                &code.hash,
                code.rung as i64,
                code.patience,
                code.sent_at,
                code.expires_at,
            ))?;
        Ok(())
    }

    /// Burns every code that was sent to cancel this deletion.
    pub(crate) fn burn_of_deletion(&self, deletion_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE codes SET state = ?2 WHERE deletion_id = ?1 AND user_id IS NOT NULL",
            )?
            .execute((deletion_id, CodeState::Used as i64))?;
        Ok(())
    }

    /// Burns every code of an account that is gone. Its login codes stay: they prove the phone.
    pub(crate) fn burn_of_user(&self, user_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE codes SET state = ?2 WHERE user_id = ?1")?
            .execute((user_id, CodeState::Dead as i64))?;
        Ok(())
    }

    /// Notes that something was tried.
    pub(crate) fn note_attempt(&self, subject: &str, now: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT INTO attempts VALUES (?1, ?2)")?
            .execute((subject, now))?;
        self.0
            .prepare_cached("DELETE FROM attempts WHERE subject = ?1 AND at < ?2")?
            .execute((subject, now - crate::clock::DAY))?;
        Ok(())
    }

    /// When the `nth` attempt before this one was made, counted from the newest (1), if it was after `since`.
    pub(crate) fn attempt(
        &self,
        subject: &str,
        nth: u32,
        since: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT at FROM attempts WHERE subject = ?1 AND at > ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3",
            )?
            .query_row((subject, since, i64::from(nth) - 1), |row| row.get(0))
            .optional()
    }

    /// Forgets the attempts: one of them succeeded.
    pub(crate) fn forget_attempts(&self, subject: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM attempts WHERE subject = ?1")?
            .execute([subject])?;
        Ok(())
    }
}

fn code_row(row: &Row<'_>) -> Result<CodeRow, StoreError> {
    Ok(CodeRow {
        hash: row.get(0)?,
        purpose: match row.get::<_, i64>(1)? {
            0 => Purpose::Login,
            1 => Purpose::CancelDeletion,
            _ => Purpose::ChangePhone,
        },
        phone: row.get(2)?,
        user_id: row.get(3)?,
        key_id: row.get(4)?,
        deletion_id: row.get(5)?,
        digits: row.get(6)?,
        caller: row.get(7)?,
        ladder: row.get(8)?,
        rung: row.get::<_, i64>(9)? as usize,
        app_token: row.get(10)?,
        patience: row.get(11)?,
        sent_at: row.get(12)?,
        expires_at: row.get(13)?,
        tries: row.get(14)?,
        state: match row.get::<_, i64>(15)? {
            0 => CodeState::Live,
            1 => CodeState::Verified,
            2 => CodeState::Used,
            _ => CodeState::Dead,
        },
        verified_by: row.get(16)?,
    })
}
