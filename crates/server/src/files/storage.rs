//! Where the bytes of files are.
//!
//! A file is known by the SHA-256 of its content and never changes. Before it is one, it is an upload: parts, each
//! of which is kept by itself. Whoever implements this keeps bytes and nothing else; which parts may come, whom
//! a file belongs to and who may read it is decided above.

use std::io;

use sha2::{Digest, Sha256};

use super::parts::Parts;

/// Keeps the bytes of a world's files. Called from several threads at once, never from one that serves connections.
pub(crate) trait FileStorage: Send + Sync {
    /// What was uploaded to an earlier process.
    fn found(&self) -> io::Result<Vec<(UploadId, Found)>>;

    /// Keeps a part, in the place of an earlier one of its number. When this returns, it survives the death of the
    /// process if the world does.
    fn save_part(&self, upload: UploadId, part: Part<'_>) -> io::Result<()>;

    /// Reads a part of this length to the end of a buffer.
    fn read_part(
        &self,
        upload: UploadId,
        number: u32,
        length: u32,
        into: &mut Vec<u8>,
    ) -> io::Result<()>;

    /// Makes a file of the parts of an upload, which are then no longer there by themselves.
    fn keep(&self, upload: UploadId, parts: &Parts, kept: &Kept) -> io::Result<()>;

    /// Forgets an upload. What files were made of it stay.
    fn forget(&self, upload: UploadId) -> io::Result<()>;

    /// Keeps a small file at once.
    fn write(&self, content: ContentHash, bytes: &[u8]) -> io::Result<()>;

    /// Up to `limit` bytes of a file from `offset` on; fewer at its end.
    fn read(&self, content: ContentHash, offset: u64, limit: usize) -> io::Result<Vec<u8>>;

    /// Forgets all files but these.
    fn retain(&self, wanted: &dyn Fn(ContentHash) -> bool) -> io::Result<()>;
}

/// An upload: clients choose the last number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct UploadId {
    pub(crate) dc_id: i32,
    pub(crate) user_id: i64,
    pub(crate) file_id: i64,
}

/// A part that comes in.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) number: u32,
    pub(crate) bytes: &'a [u8],
    /// Business time.
    pub(crate) now: i64,
}

/// An upload that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// When a part last came, in business time.
    pub(crate) touched: i64,
    pub(crate) upload: Upload,
}

/// What became of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Upload {
    /// Parts.
    Parts(Parts),
    /// A file.
    Kept(Kept),
}

/// A file that was made of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) content: ContentHash,
    pub(crate) size: u64,
    pub(crate) parts: u32,
    pub(crate) part_size: u32,
}

/// The SHA-256 of a content.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ContentHash(pub(crate) [u8; 32]);

impl ContentHash {
    /// That of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Reads what `Display` writes.
    pub(crate) fn parse(hex: &str) -> Option<Self> {
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut hash = [0; 32];
        for (index, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}
