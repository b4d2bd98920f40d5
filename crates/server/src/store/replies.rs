//! Replies of calls that changed something, so that a repeated call has no second effect.

use bytes::Bytes;
use heliogram_tl::RpcError;
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// Replies in a transaction.
pub(crate) struct Replies<'c>(pub(super) &'c Connection);

/// Which call a reply answers: auth key (the permanent one when there is one), session, `msg_id`.
pub(crate) type CallId = (i64, i64, i64);

/// A reply as it is kept: in the newest layer.
pub(crate) struct StoredReply {
    /// The id of the method.
    pub(crate) method: u32,
    pub(crate) result: Result<Bytes, RpcError>,
}

/// How long a reply is kept, in seconds of wire time. A client repeats a message under its old
/// `msg_id` for at most 300 s, after which the server would refuse it.
const KEPT_FOR: i64 = 330;

impl Replies<'_> {
    pub(crate) fn find(&self, id: CallId) -> Result<Option<StoredReply>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT error_code, body, method FROM replies WHERE key_id = ?1 AND session_id = ?2 AND msg_id = ?3",
            )?
            .query_row(id, |row| {
                let body: Vec<u8> = row.get(1)?;
                Ok(StoredReply {
                    method: row.get(2)?,
                    result: match row.get(0)? {
                        None => Ok(Bytes::from(body)),
                        Some(code) => Err(RpcError::new(code, String::from_utf8_lossy(&body))),
                    },
                })
            })
            .optional()
    }

    pub(crate) fn insert(
        &self,
        (key, session, msg_id): CallId,
        wire_now: i64,
        method: u32,
        reply: &Result<Bytes, RpcError>,
    ) -> Result<(), StoreError> {
        let (code, body) = match reply {
            Ok(body) => (None, &body[..]),
            Err(error) => (Some(error.code), error.name.as_bytes()),
        };
        self.0
            .prepare_cached("INSERT OR REPLACE INTO replies VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute((key, session, msg_id, wire_now, code, body, method))?;
        Ok(())
    }

    /// Forgets what nobody can ask for any more.
    pub(crate) fn forget_old(&self, wire_now: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM replies WHERE wire_at < ?1")?
            .execute([wire_now - KEPT_FOR])?;
        Ok(())
    }
}
