//! Pressed buttons, from the press to the bot's answer.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// Callback queries in a transaction.
pub(crate) struct CallbackQueries<'c>(pub(super) &'c Connection);

/// The call that pressed a button: auth key, session, msg_id.
pub(crate) type CallId = (i64, i64, i64);

/// A query's id, and its answer when there is one.
pub(crate) type Query = (i64, Option<Vec<u8>>);

/// How long a query can be answered, in seconds of wire time: as long as its call may be repeated.
const LIFE: i64 = 330;

impl CallbackQueries<'_> {
    pub(crate) fn insert(
        &self,
        id: i64,
        bot: i64,
        (key, session, msg_id): CallId,
        wire_now: i64,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM callback_queries WHERE wire_at < ?1")?
            .execute([wire_now - LIFE])?;
        self.0
            .prepare_cached("INSERT INTO callback_queries VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)")?
            .execute((id, bot, key, session, msg_id, wire_now))?;
        Ok(())
    }

    /// The query that a call began, and the answer when there is one: a `messages.BotCallbackAnswer`.
    pub(crate) fn of_call(
        &self,
        (key, session, msg_id): CallId,
    ) -> Result<Option<Query>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT id, answer FROM callback_queries WHERE key_id = ?1 AND session_id = ?2 AND msg_id = ?3",
            )?
            .query_row((key, session, msg_id), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
    }

    /// Answers a query of a bot; whether there is one that waits.
    pub(crate) fn answer(
        &self,
        id: i64,
        bot: i64,
        answer: &[u8],
        wire_now: i64,
    ) -> Result<bool, StoreError> {
        let answered = self
            .0
            .prepare_cached(
                "UPDATE callback_queries SET answer = ?3
                 WHERE id = ?1 AND bot = ?2 AND answer IS NULL AND wire_at >= ?4",
            )?
            .execute((id, bot, answer, wire_now - LIFE))?;
        Ok(answered == 1)
    }
}
