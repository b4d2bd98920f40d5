//! How messages change: edited, pinned, deleted.

use rusqlite::OptionalExtension;

use super::{Content, Messages};
use crate::store::StoreError;

impl Messages<'_> {
    /// Keeps what an edit may change of a content.
    pub(crate) fn set_content(&self, content: &Content) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE contents SET text = ?2, entities = ?3, media = ?4, reply_markup = ?5, edit_date = ?6, traits = ?7
                 WHERE id = ?1",
            )?
            .execute((
                content.id,
                &content.text,
                &content.entities,
                &content.media,
                &content.reply_markup,
                content.edit_date,
                content.traits.bits(),
            ))?;
        Ok(())
    }

    /// Pins a message of a box or takes the pin off. Whether that is news.
    pub(crate) fn set_pinned(&self, owner: i64, id: i32, pinned: bool) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached(
                "UPDATE boxes SET pinned = ?3 WHERE owner = ?1 AND id = ?2 AND pinned <> ?3",
            )?
            .execute((owner, id, pinned))?;
        Ok(changed > 0)
    }

    /// Takes a message out of a box. What was written is forgotten when nobody has it any more.
    pub(crate) fn remove(&self, owner: i64, id: i32) -> Result<(), StoreError> {
        let content: Option<i64> = self
            .0
            .prepare_cached("DELETE FROM boxes WHERE owner = ?1 AND id = ?2 RETURNING content")?
            .query_row((owner, id), |row| row.get(0))
            .optional()?;
        let Some(content) = content else {
            return Ok(());
        };
        self.0
            .prepare_cached(
                "UPDATE contents SET sender_message = iif(sender = ?2, NULL, sender_message),
                     recipient_message = iif(recipient = ?2, NULL, recipient_message)
                 WHERE id = ?1",
            )?
            .execute((content, owner))?;
        self.0
            .prepare_cached(
                "DELETE FROM contents WHERE id = ?1 AND sender_message IS NULL AND recipient_message IS NULL",
            )?
            .execute([content])?;
        Ok(())
    }
}
