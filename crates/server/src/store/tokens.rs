//! Tokens that log somebody in once: future auth tokens and exported authorizations.

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// Tokens in a transaction.
pub(crate) struct Tokens<'c>(pub(super) &'c Connection);

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `auth.loggedOut` and `auth.authorization` give it; `CodeSettings.logout_tokens` brings it back.
    Future,
    /// `auth.exportAuthorization` gives it; `auth.importAuthorization` brings it back.
    Exported,
}

impl Tokens<'_> {
    pub(crate) fn insert(
        &self,
        token: &[u8],
        kind: TokenKind,
        user_id: i64,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO tokens (token, kind, user_id, expires_at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((token, kind as i64, user_id, expires_at))?;
        Ok(())
    }

    /// Whose token this is, while it lives. It is used up by asking.
    pub(crate) fn redeem(
        &self,
        token: &[u8],
        kind: TokenKind,
        user_id: i64,
        now: i64,
    ) -> Result<bool, StoreError> {
        let expires_at: Option<i64> = self
            .0
            .prepare_cached("DELETE FROM tokens WHERE token = ?1 AND kind = ?2 AND user_id = ?3 RETURNING expires_at")?
            .query_row((token, kind as i64, user_id), |row| row.get(0))
            .optional()?;
        Ok(expires_at.is_some_and(|expires_at| expires_at > now))
    }

    /// Keeps an exported authorization: for which DC, and from which session by its hash.
    pub(crate) fn insert_exported(
        &self,
        token: &[u8],
        user_id: i64,
        expires_at: i64,
        (dc_id, session): (i32, i64),
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT INTO tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute((
                token,
                TokenKind::Exported as i64,
                user_id,
                expires_at,
                dc_id,
                session,
            ))?;
        Ok(())
    }

    /// The session that an authorization was exported from, while it lives and on its DC only. It is used up by
    /// asking there.
    pub(crate) fn redeem_exported(
        &self,
        token: &[u8],
        user_id: i64,
        dc_id: i32,
        now: i64,
    ) -> Result<Option<i64>, StoreError> {
        let redeemed: Option<(i64, i64)> = self
            .0
            .prepare_cached(
                "DELETE FROM tokens WHERE token = ?1 AND kind = ?2 AND user_id = ?3 AND dc_id = ?4
                 RETURNING expires_at, session",
            )?
            .query_row((token, TokenKind::Exported as i64, user_id, dc_id), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(redeemed
            .filter(|(expires_at, _)| *expires_at > now)
            .map(|(_, session)| session))
    }

    pub(crate) fn remove_of_user(&self, user_id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM tokens WHERE user_id = ?1")?
            .execute([user_id])?;
        Ok(())
    }
}
