//! Accounts: people and bots.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;
use crate::clock::DAY;

/// Accounts in a transaction.
pub(crate) struct Accounts<'c>(pub(super) &'c Connection);

/// A person or a bot, deleted ones included.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) access_hash: i64,
    /// Digits only; none for deleted accounts.
    pub(crate) phone: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) bot: bool,
    /// The last call on an authorised session.
    pub(crate) active_at: Option<i64>,
    pub(crate) ttl_days: i64,
    pub(crate) online_until: Option<i64>,
    pub(crate) pts: i32,
    /// When the owner last cancelled a deletion.
    pub(crate) cancelled_at: Option<i64>,
    pub(crate) deleted: bool,
    /// The DC it lives on.
    pub(crate) dc_id: i32,
    pub(crate) username: Option<String>,
    /// Grows with each change of what a bot says of itself.
    pub(crate) bot_info_version: i32,
}

/// What a new account begins with.
pub(crate) struct NewAccount<'a> {
    pub(crate) access_hash: i64,
    pub(crate) phone: Option<&'a str>,
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) bot: bool,
    pub(crate) ttl_days: i64,
    pub(crate) dc_id: i32,
}

impl Accounts<'_> {
    /// Makes an account. The phone must be free.
    pub(crate) fn insert(&self, new: &NewAccount<'_>, now: i64) -> Result<i64, StoreError> {
        let idle_until = (!new.bot).then_some(now + new.ttl_days * DAY);
        self.0
            .prepare_cached(
                "INSERT INTO accounts (access_hash, phone, first_name, last_name, created_at, ttl_days, idle_until, dc_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .insert((
                new.access_hash,
                new.phone,
                new.first_name,
                new.last_name,
                now,
                new.ttl_days,
                idle_until,
                new.dc_id,
            ))
    }

    /// Makes a bot of a new account.
    pub(crate) fn set_bot_token(&self, id: i64, token: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET bot_token = ?2 WHERE id = ?1")?
            .execute((id, token))?;
        Ok(())
    }

    pub(crate) fn by_id(&self, id: i64) -> Result<Option<Account>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE id = ?1"))?
            .query_row([id], account)
            .optional()
    }

    pub(crate) fn by_phone(&self, phone: &str) -> Result<Option<Account>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE phone = ?1"))?
            .query_row([phone], account)
            .optional()
    }

    pub(crate) fn by_bot_token(&self, token: &str) -> Result<Option<Account>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE bot_token = ?1"))?
            .query_row([token], account)
            .optional()
    }

    /// Whoever has this name, in whatever case.
    pub(crate) fn by_username(&self, username: &str) -> Result<Option<Account>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE username = ?1"))?
            .query_row([username], account)
            .optional()
    }

    /// Everyone who is not deleted, oldest first.
    pub(crate) fn all(&self) -> Result<Vec<Account>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE deleted_at IS NULL ORDER BY id"))?
            .query_map([], account)?
            .collect()
    }

    pub(crate) fn set_names(&self, id: i64, first: &str, last: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET first_name = ?2, last_name = ?3 WHERE id = ?1")?
            .execute((id, first, last))?;
        Ok(())
    }

    /// Whose user name begins so, or a name (the one the seeker gave them too); by id. Those to whom the seeker has
    /// something, or the others; bots only when it says so. SQLite ignores the case of ASCII letters only, so a
    /// query is tried with a big first letter too.
    pub(crate) fn search(
        &self,
        seeker: i64,
        query: &str,
        bots_only: bool,
        mine: bool,
        limit: i32,
    ) -> Result<Vec<i64>, StoreError> {
        let escaped = query
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        let begins = format!("{escaped}%");
        let mut letters = escaped.chars();
        let big = letters.next().map_or_else(String::new, |first| {
            first
                .to_uppercase()
                .chain(letters.as_str().chars())
                .collect()
        });
        self.0
            .prepare_cached(SEARCH)?
            .query_map(
                (seeker, begins, format!("{big}%"), bots_only, mine, limit),
                |row| row.get(0),
            )?
            .collect()
    }

    /// The name must be free; `None` gives it up.
    pub(crate) fn set_username(&self, id: i64, username: Option<&str>) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET username = ?2 WHERE id = ?1")?
            .execute((id, username))?;
        Ok(())
    }

    /// What an account says about itself.
    pub(crate) fn about(&self, id: i64) -> Result<String, StoreError> {
        self.0
            .prepare_cached("SELECT about FROM accounts WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
    }

    pub(crate) fn set_about(&self, id: i64, about: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET about = ?2 WHERE id = ?1")?
            .execute((id, about))?;
        Ok(())
    }

    /// Whether there was never anyone.
    pub(crate) fn is_empty(&self) -> Result<bool, StoreError> {
        self.0
            .prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM accounts)")?
            .query_row([], |row| row.get(0))
    }

    pub(crate) fn set_phone(&self, id: i64, phone: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET phone = ?2 WHERE id = ?1")?
            .execute((id, phone))?;
        Ok(())
    }

    /// Notes a call of the account, which also puts off the inactivity sweep.
    pub(crate) fn set_active(&self, id: i64, now: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE accounts SET active_at = ?2, idle_until = iif(idle_until IS NULL, NULL, ?2 + ttl_days * 86400)
                 WHERE id = ?1",
            )?
            .execute((id, now))?;
        Ok(())
    }

    pub(crate) fn set_ttl(&self, id: i64, days: i64, now: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET ttl_days = ?2, idle_until = ?3 WHERE id = ?1")?
            .execute((id, days, now + days * DAY))?;
        Ok(())
    }

    /// Until when an account is online, or since when it is not, which others are told at `offline_at` if they have
    /// not been.
    pub(crate) fn set_online(
        &self,
        id: i64,
        until: i64,
        offline_at: Option<i64>,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET online_until = ?2, offline_at = ?3 WHERE id = ?1")?
            .execute((id, until, offline_at))?;
        Ok(())
    }

    /// The earliest moment at which somebody is online no longer, and who.
    pub(crate) fn next_offline(&self) -> Result<Option<(i64, i64)>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT offline_at, id FROM accounts WHERE offline_at IS NOT NULL ORDER BY offline_at LIMIT 1",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }

    pub(crate) fn set_cancelled(&self, id: i64, now: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE accounts SET cancelled_at = ?2 WHERE id = ?1")?
            .execute((id, now))?;
        Ok(())
    }

    /// The earliest moment at which an account will have been idle for too long, and whose.
    pub(crate) fn next_idle(&self) -> Result<Option<(i64, i64)>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT idle_until, id FROM accounts WHERE idle_until IS NOT NULL ORDER BY idle_until LIMIT 1",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }

    /// Leaves of the account what others may still point at: the id. Its number is free.
    pub(crate) fn bury(&self, id: i64, now: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE accounts SET phone = NULL, bot_token = NULL, first_name = '', last_name = '',
                     username = NULL, about = '', idle_until = NULL, online_until = NULL, offline_at = NULL, deleted_at = ?2
                 WHERE id = ?1",
            )?
            .execute((id, now))?;
        Ok(())
    }
}

/// The columns of [`account`], of the table accounts under another name.
macro_rules! columns {
    ($of:literal) => {
        concat!(
            $of,
            ".id, ",
            $of,
            ".access_hash, ",
            $of,
            ".phone, ",
            $of,
            ".first_name, ",
            $of,
            ".last_name, ",
            $of,
            ".bot_token IS NOT NULL, ",
            $of,
            ".active_at, ",
            $of,
            ".ttl_days, ",
            $of,
            ".online_until, ",
            $of,
            ".pts, ",
            $of,
            ".cancelled_at, ",
            $of,
            ".deleted_at IS NOT NULL, ",
            $of,
            ".dc_id, ",
            $of,
            ".username, ",
            $of,
            ".bot_info_version",
        )
    };
}
pub(super) use columns;

/// How many those are.
pub(super) const COLUMNS: usize = 15;

const SELECT: &str = concat!("SELECT ", columns!("accounts"), " FROM accounts");

const SEARCH: &str = r"SELECT id FROM accounts
    LEFT JOIN contacts ON owner_id = ?1 AND user_id = id
    WHERE deleted_at IS NULL AND id <> ?1 AND (NOT ?4 OR bot_token IS NOT NULL)
    AND ?5 = (user_id IS NOT NULL OR EXISTS (SELECT 1 FROM dialogs WHERE owner = ?1 AND peer = id))
    AND (username LIKE ?2 ESCAPE '\'
        OR accounts.first_name LIKE ?2 ESCAPE '\' OR accounts.first_name LIKE ?3 ESCAPE '\'
        OR accounts.last_name LIKE ?2 ESCAPE '\' OR accounts.last_name LIKE ?3 ESCAPE '\'
        OR accounts.first_name || ' ' || accounts.last_name LIKE ?2 ESCAPE '\'
        OR contacts.first_name LIKE ?2 ESCAPE '\' OR contacts.last_name LIKE ?2 ESCAPE '\')
    ORDER BY id LIMIT ?6";

/// An account out of its columns, which are the first of the row.
pub(super) fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.get(0)?,
        access_hash: row.get(1)?,
        phone: row.get(2)?,
        first_name: row.get(3)?,
        last_name: row.get(4)?,
        bot: row.get(5)?,
        active_at: row.get(6)?,
        ttl_days: row.get(7)?,
        online_until: row.get(8)?,
        pts: row.get(9)?,
        cancelled_at: row.get(10)?,
        deleted: row.get(11)?,
        dc_id: row.get(12)?,
        username: row.get(13)?,
        bot_info_version: row.get(14)?,
    })
}
