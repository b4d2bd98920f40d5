//! All that a store holds, at once: an empty one to begin anew with, or a snapshot.
//!
//! An image is a small SQLite database of its own, in memory. Going in and coming out, rows are copied, table by
//! table, in one transaction of the store: nobody sees half of it, a snapshot holds no remains of what was deleted, and
//! what came from outside brings rows only, no triggers or views.

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, params_from_iter};

use super::{SchemaError, StoreError, Tx, schema};

/// The content of a store.
pub(crate) struct Image(Connection);

/// Why bytes are no image.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImageError {
    #[error("these {0} bytes are not a SQLite database")]
    NotSqlite(usize),
    #[error("the database is empty, without the tables of a world")]
    Empty,
    #[error("the database is damaged: {0}")]
    Damaged(String),
    #[error("the snapshot cannot be used: {0}")]
    Schema(SchemaError),
    #[error("the database is not that of a world: {0}")]
    Foreign(StoreError),
}

impl Image {
    /// What a new store holds.
    pub(crate) fn empty() -> Result<Self, SchemaError> {
        Ok(Self(schema::in_memory()?))
    }

    /// What a store holds now.
    pub(crate) fn of(tx: Tx<'_>) -> Result<Self, SchemaError> {
        let image = Self::empty()?;
        let copied = image.0.unchecked_transaction()?;
        copy(tx.0, &image.0)?;
        copied.commit()?;
        Ok(image)
    }

    /// Reads the bytes of a SQLite file: a snapshot, of this version or an older one.
    pub(crate) fn read(mut bytes: Vec<u8>) -> Result<Self, ImageError> {
        if bytes.len() < HEADER || !bytes.starts_with(MAGIC) {
            return Err(ImageError::NotSqlite(bytes.len()));
        }
        // A file that was written with a log beside it says so, and could not be opened without.
        bytes[WRITE_VERSION] = bytes[WRITE_VERSION].min(1);
        bytes[READ_VERSION] = bytes[READ_VERSION].min(1);
        let damaged = |error: StoreError| ImageError::Damaged(error.to_string());
        let mut connection = Connection::open_in_memory().map_err(damaged)?;
        let length = bytes.len();
        connection
            .deserialize_read_exact("main", &bytes[..], length, false)
            .map_err(damaged)?;
        drop(bytes);
        // Whoever made the file is not trusted to have put only tables into it.
        for (pragma, value) in [("trusted_schema", false), ("cell_size_check", true)] {
            connection
                .pragma_update(None, pragma, value)
                .map_err(damaged)?;
        }
        let found: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(damaged)?;
        if found != "ok" {
            return Err(ImageError::Damaged(found));
        }
        if schema::version(&connection).map_err(damaged)? == 0 {
            return Err(ImageError::Empty);
        }
        schema::create(&connection).map_err(|error| match error {
            SchemaError::Store(error) => ImageError::Foreign(error),
            newer => ImageError::Schema(newer),
        })?;
        // Copied once more, into tables that are known to be ours.
        let image = Self::of(Tx::new(&connection)).map_err(|error| match error {
            SchemaError::Store(error) => ImageError::Foreign(error),
            newer => ImageError::Schema(newer),
        })?;
        Ok(image)
    }

    /// The SQLite file that [`Self::read`] reads.
    pub(crate) fn into_bytes(mut self) -> Result<Vec<u8>, StoreError> {
        Ok(self.0.serialize("main")?.to_vec())
    }

    /// Puts the image in the place of all that a store holds.
    pub(crate) fn put_into(&self, tx: Tx<'_>) -> Result<(), StoreError> {
        copy(&self.0, tx.0)
    }

    /// For what belongs to a snapshot and is not in the tables it is taken of.
    pub(crate) fn tx(&self) -> Tx<'_> {
        Tx::new(&self.0)
    }
}

/// How a SQLite file begins, and where it says which versions of the format may write and read it: 1, or 2 with a log
/// beside it.
const MAGIC: &[u8] = b"SQLite format 3\0";
const HEADER: usize = 100;
const WRITE_VERSION: usize = 18;
const READ_VERSION: usize = 19;

/// Replaces the rows of all tables by those of another store.
fn copy(from: &Connection, to: &Connection) -> Result<(), StoreError> {
    // Rows point at rows of tables that come later.
    to.pragma_update(None, "defer_foreign_keys", true)?;
    for table in tables(to)? {
        let columns = columns(to, &table)?;
        let names = columns.join(", ");
        let places = vec!["?"; columns.len()].join(", ");
        to.execute(&format!("DELETE FROM {table}"), [])?;
        let mut read = from.prepare(&format!("SELECT {names} FROM {table}"))?;
        let mut write = to.prepare(&format!("INSERT INTO {table} ({names}) VALUES ({places})"))?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let values = (0..columns.len())
                .map(|index| row.get_ref(index).map(ToSqlOutput::Borrowed))
                .collect::<Result<Vec<_>, _>>()?;
            write.execute(params_from_iter(values))?;
        }
    }
    to.pragma_update(None, "defer_foreign_keys", false)?;
    let broken = to.prepare("PRAGMA foreign_key_check")?.exists([])?;
    if broken {
        return Err(StoreError::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY),
            Some("rows point at others that are not there".to_owned()),
        ));
    }
    Ok(())
}

/// The tables of a store of ours. That of the highest numbers given out is last, since filling the others changes it.
fn tables(connection: &Connection) -> Result<Vec<String>, StoreError> {
    connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence')
             ORDER BY name = 'sqlite_sequence', name",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    connection
        .prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?
        .query_map([table], |row| row.get(0))?
        .collect()
}
