//! Address books: who has whom, under which name.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// Address books in a transaction.
pub(crate) struct Contacts<'c>(pub(super) &'c Connection);

/// A contact to be kept.
pub(crate) struct NewContact<'a> {
    /// Digits only; may be empty.
    pub(crate) phone: &'a str,
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
}

impl Contacts<'_> {
    /// Puts an account into the owner's book, or under another name there.
    pub(crate) fn set(
        &self,
        owner_id: i64,
        user_id: i64,
        new: &NewContact<'_>,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO contacts VALUES (?1, ?2, ?3, ?4, ?5, NULL) ON CONFLICT DO UPDATE SET
                 phone = iif(excluded.phone = '', phone, excluded.phone),
                 first_name = excluded.first_name, last_name = excluded.last_name",
            )?
            .execute((owner_id, user_id, new.phone, new.first_name, new.last_name))?;
        Ok(())
    }

    /// Keeps a number that nobody has yet.
    pub(crate) fn save_number(
        &self,
        owner_id: i64,
        new: &NewContact<'_>,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT OR REPLACE INTO saved_numbers VALUES (?1, ?2, ?3, ?4)")?
            .execute((owner_id, new.phone, new.first_name, new.last_name))?;
        Ok(())
    }

    /// Forgets a number that was kept. Whether it was.
    pub(crate) fn remove_number(&self, owner_id: i64, phone: &str) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached("DELETE FROM saved_numbers WHERE owner_id = ?1 AND phone = ?2")?
            .execute((owner_id, phone))?;
        Ok(changed > 0)
    }

    /// Whoever keeps this number, with the names they gave it; they no longer do.
    pub(crate) fn take_number(
        &self,
        phone: &str,
    ) -> Result<Vec<(i64, String, String)>, StoreError> {
        self.0
            .prepare_cached(
                "DELETE FROM saved_numbers WHERE phone = ?1 RETURNING owner_id, first_name, last_name",
            )?
            .query_map([phone], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect()
    }

    /// How many numbers are kept that nobody has.
    pub(crate) fn count_numbers(&self, owner_id: i64) -> Result<i32, StoreError> {
        self.0
            .prepare_cached("SELECT count(*) FROM saved_numbers WHERE owner_id = ?1")?
            .query_row([owner_id], |row| row.get(0))
    }

    /// Whether the owner has an account in their book.
    pub(crate) fn has(&self, owner_id: i64, user_id: i64) -> Result<bool, StoreError> {
        self.0
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM contacts WHERE owner_id = ?1 AND user_id = ?2)",
            )?
            .query_row((owner_id, user_id), |row| row.get(0))
    }

    /// What the owner wrote about a contact, a TextWithEntities. Whether there is such a contact.
    pub(crate) fn set_note(
        &self,
        owner_id: i64,
        user_id: i64,
        note: Option<&[u8]>,
    ) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached("UPDATE contacts SET note = ?3 WHERE owner_id = ?1 AND user_id = ?2")?
            .execute((owner_id, user_id, note))?;
        Ok(changed > 0)
    }

    /// What [`Self::set_note`] kept.
    pub(crate) fn note(&self, owner_id: i64, user_id: i64) -> Result<Option<Bytes>, StoreError> {
        let note = self
            .0
            .prepare_cached("SELECT note FROM contacts WHERE owner_id = ?1 AND user_id = ?2")?
            .query_row((owner_id, user_id), |row| row.get::<_, Option<Vec<u8>>>(0))
            .optional()?;
        Ok(note.flatten().map(Bytes::from))
    }

    /// Whom the owner has under this number.
    pub(crate) fn by_phone(&self, owner_id: i64, phone: &str) -> Result<Option<i64>, StoreError> {
        self.0
            .prepare_cached("SELECT user_id FROM contacts WHERE owner_id = ?1 AND phone = ?2")?
            .query_row((owner_id, phone), |row| row.get(0))
            .optional()
    }

    /// Whether the account was in the book.
    pub(crate) fn remove(&self, owner_id: i64, user_id: i64) -> Result<bool, StoreError> {
        let changed = self
            .0
            .prepare_cached("DELETE FROM contacts WHERE owner_id = ?1 AND user_id = ?2")?
            .execute((owner_id, user_id))?;
        Ok(changed > 0)
    }

    /// Who is in the book, by id, and whether they have the owner as well.
    pub(crate) fn all(&self, owner_id: i64) -> Result<Vec<(i64, bool)>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT user_id, EXISTS (SELECT 1 FROM contacts back WHERE back.owner_id = mine.user_id
                     AND back.user_id = mine.owner_id)
                 FROM contacts mine WHERE owner_id = ?1 ORDER BY user_id",
            )?
            .query_map([owner_id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Forgets the book of an account that is gone. In those of others it stays, as a deleted account.
    pub(crate) fn remove_of_user(&self, user_id: i64) -> Result<(), StoreError> {
        for table in ["contacts", "saved_numbers"] {
            self.0
                .prepare_cached(&format!("DELETE FROM {table} WHERE owner_id = ?1"))?
                .execute([user_id])?;
        }
        Ok(())
    }
}
