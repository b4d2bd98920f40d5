//! Photos and documents: which there are. Their bytes are elsewhere ([`crate::files`]).

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;
use crate::files::ContentHash;

/// Files in a transaction.
pub(crate) struct FileRows<'c>(pub(super) &'c Connection);

/// A photo or a document.
#[derive(Clone)]
pub(crate) struct FileRow {
    pub(crate) id: i64,
    pub(crate) is_photo: bool,
    pub(crate) access_hash: i64,
    /// What its references are made with.
    pub(crate) secret: [u8; 16],
    /// Where it was uploaded, and is downloaded.
    pub(crate) dc_id: i32,
    pub(crate) date: i64,
    /// The photo or document as TL bytes, without a reference.
    pub(crate) body: Vec<u8>,
}

/// Something of a file that can be downloaded.
#[derive(Clone)]
pub(crate) struct ContentRow {
    /// The letter of a size or thumb; empty for a document itself.
    pub(crate) thumb_size: String,
    pub(crate) content: ContentHash,
    pub(crate) size: u64,
    /// A number of [`crate::media::FILE_TYPES`].
    pub(crate) file_type: usize,
}

impl FileRows<'_> {
    pub(crate) fn insert(&self, file: &FileRow, contents: &[ContentRow]) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT INTO files VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute((
                file.id,
                file.is_photo,
                file.access_hash,
                file.secret,
                file.dc_id,
                file.date,
                &file.body,
            ))?;
        for row in contents {
            self.0
                .prepare_cached("INSERT INTO file_contents VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute((
                    file.id,
                    &row.thumb_size,
                    row.content.0,
                    row.size.cast_signed(),
                    row.file_type as i64,
                ))?;
        }
        Ok(())
    }

    pub(crate) fn find(&self, id: i64) -> Result<Option<FileRow>, StoreError> {
        self.0
            .prepare_cached("SELECT * FROM files WHERE id = ?1")?
            .query_row([id], |row| {
                Ok(FileRow {
                    id: row.get(0)?,
                    is_photo: row.get(1)?,
                    access_hash: row.get(2)?,
                    secret: row.get(3)?,
                    dc_id: row.get(4)?,
                    date: row.get(5)?,
                    body: row.get(6)?,
                })
            })
            .optional()
    }

    /// What this letter of a file means.
    pub(crate) fn content(
        &self,
        id: i64,
        thumb_size: &str,
    ) -> Result<Option<ContentRow>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT thumb_size, content, size, file_type FROM file_contents WHERE file_id = ?1 AND thumb_size = ?2",
            )?
            .query_row((id, thumb_size), |row| {
                Ok(ContentRow {
                    thumb_size: row.get(0)?,
                    content: ContentHash(row.get(1)?),
                    size: row.get::<_, i64>(2)?.cast_unsigned(),
                    file_type: row.get::<_, i64>(3)? as usize,
                })
            })
            .optional()
    }

    /// The documents with this content, oldest first.
    pub(crate) fn documents_of(&self, content: ContentHash) -> Result<Vec<i64>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT file_id FROM file_contents JOIN files ON id = file_id
                 WHERE content = ?1 AND thumb_size = '' AND NOT is_photo ORDER BY date, id",
            )?
            .query_map([content.0], |row| row.get(0))?
            .collect()
    }

    /// All contents, with their sizes.
    pub(crate) fn contents(&self) -> Result<Vec<(ContentHash, u64)>, StoreError> {
        self.0
            .prepare_cached("SELECT DISTINCT content, size FROM file_contents ORDER BY content")?
            .query_map([], |row| {
                let size = row.get::<_, i64>(1)?.cast_unsigned();
                Ok((ContentHash(row.get(0)?), size))
            })?
            .collect()
    }

    /// Puts the bytes of a file into a snapshot.
    pub(crate) fn carry(&self, content: ContentHash, bytes: &[u8]) -> Result<(), StoreError> {
        self.0
            .prepare_cached("INSERT INTO carried_files VALUES (?1, ?2)")?
            .execute((content.0, bytes))?;
        Ok(())
    }

    /// Takes the bytes of files out of a snapshot, giving each to somebody.
    pub(crate) fn unload(
        &self,
        mut take: impl FnMut(ContentHash, &[u8]) -> std::io::Result<()>,
    ) -> Result<std::io::Result<()>, StoreError> {
        let mut select = self.0.prepare("SELECT content, bytes FROM carried_files")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let taken = take(ContentHash(row.get(0)?), row.get_ref(1)?.as_blob()?);
            if taken.is_err() {
                return Ok(taken);
            }
        }
        drop(rows);
        self.0.execute("DELETE FROM carried_files", [])?;
        Ok(Ok(()))
    }
}
