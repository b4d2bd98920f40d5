//! Files: what clients upload, and what they get back.
//!
//! ```text
//! saveFilePart, saveBigFilePart --parts--> upload --used in a message--> file <--getFile, by a reference
//! ```
//!
//! Bytes never go through a transaction or the writing thread. The handler of a part decides in its transaction
//! who calls, and the bytes are kept behind it, on a thread of their own ([`crate::dispatch::Moving`]); that of
//! `upload.getFile` finds out what is asked for, and the bytes are read behind it. A call that makes a file of an upload has
//! this done before its transaction ([`Files::finish`]), as it takes reading all of it. So the store knows
//! only which files there are, and [`FileStorage`] only bytes, in a directory or, for a world in memory,
//! in a temporary file.
//!
//! An upload is its user's and its DC's. It can be used more than once, and is forgotten [`UPLOAD_LIFE`] after its last
//! part came, on the business clock. Files stay as long as something refers to them: rows of the store, or a
//! snapshot that was taken and may be brought back.
//!
//! `core.telegram.org/api/files`.

mod directory;
mod parts;
pub(crate) mod reference;
mod scratch;
mod storage;
mod taken;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

use md5::Md5;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use self::directory::Directory;
use self::parts::{MAX_PART, Parts};
use self::scratch::Scratch;
use self::storage::{Found, Part, Upload};
use crate::core::lock;

pub(crate) use self::parts::{PartFault, number};
pub(crate) use self::reference::ReferenceFault;
pub(crate) use self::storage::{ContentHash, FileStorage, Kept, UploadId};
pub(crate) use self::taken::Taken;

/// How long an upload can be used after its last part came, in seconds of business time. The page says "between several
/// minutes and several hours".
pub(crate) const UPLOAD_LIFE: i64 = 6 * 3_600;
/// How many threads move bytes at once, and so how many parts are in memory beside those that connections hold.
const MOVERS: usize = 4;

/// The files of a world.
pub(crate) struct Files {
    storage: Box<dyn FileStorage>,
    uploads: Mutex<Uploads>,
    /// Files are made one after the other.
    finishing: Mutex<()>,
    /// What snapshots name and do not hold.
    in_snapshots: Mutex<HashSet<ContentHash>>,
    pub(crate) movers: Semaphore,
}

struct Uploads {
    by_id: HashMap<UploadId, Found>,
    /// Before this moment none is too old.
    next_end: i64,
}

/// Why an upload is not what it should be.
#[derive(Debug)]
pub(crate) enum UploadFault {
    /// The client's fault.
    Part(PartFault),
    /// `MD5_CHECKSUM_INVALID`
    Md5,
    /// `INPUT_FILE_INVALID`: what is named is no upload.
    Input,
    /// Ours.
    Io(io::Error),
}

impl Files {
    /// The files of a world with this data directory, or in memory.
    pub(crate) fn open(data: Option<&Path>, fsync: bool) -> io::Result<Self> {
        let storage: Box<dyn FileStorage> = match data {
            Some(data) => Box::new(Directory::new(data, fsync)?),
            None => Box::new(Scratch::default()),
        };
        let by_id = storage.found()?.into_iter().collect();
        Ok(Self {
            storage,
            uploads: Mutex::new(Uploads { by_id, next_end: 0 }),
            finishing: Mutex::default(),
            in_snapshots: Mutex::default(),
            movers: Semaphore::new(MOVERS),
        })
    }

    /// Keeps a part of an upload.
    pub(crate) fn save_part(
        &self,
        id: UploadId,
        number: u32,
        bytes: &[u8],
        now: i64,
    ) -> Result<(), UploadFault> {
        let length = bytes.len() as u32;
        let mut uploads = self.uploads(now)?;
        match uploads.by_id.get(&id).map(|found| &found.upload) {
            Some(Upload::Parts(parts)) => parts.admit(number, length)?,
            Some(Upload::Kept(kept)) if self.is_part(kept, number, bytes)? => return Ok(()),
            // A new file under a number that was used before.
            Some(Upload::Kept(_)) => {
                self.storage.forget(id)?;
                uploads.by_id.remove(&id);
            }
            None => {}
        }
        drop(uploads);
        self.storage.save_part(id, Part { number, bytes, now })?;
        let mut uploads = lock(&self.uploads);
        uploads.next_end = uploads.next_end.min(now + UPLOAD_LIFE);
        let found = uploads.by_id.entry(id).or_insert_with(|| Found {
            touched: now,
            upload: Upload::Parts(Parts::default()),
        });
        found.touched = found.touched.max(now);
        if let Upload::Parts(parts) = &mut found.upload {
            parts.insert(number, length);
        }
        Ok(())
    }

    /// Makes a file of an upload of so many parts, if it is none yet. Reads all of it, so it takes its time.
    pub(crate) fn finish(
        &self,
        id: UploadId,
        count: i32,
        md5: Option<&str>,
        now: i64,
    ) -> Result<Kept, UploadFault> {
        let _one_at_a_time = lock(&self.finishing);
        let found = self.uploads(now)?.by_id.get(&id).cloned();
        let upload = found.map_or(Upload::Parts(Parts::default()), |found| found.upload);
        match &upload {
            Upload::Parts(parts) => parts.complete(count)?,
            Upload::Kept(kept) if kept.parts.cast_signed() != count => {
                return Err(PartFault::Count.into());
            }
            Upload::Kept(kept) if md5.is_none() => return Ok(kept.clone()),
            Upload::Kept(_) => {}
        }
        let (mut sha256, mut md5_state) = (Sha256::new(), md5.map(|said| (said, Md5::new())));
        self.walk(id, &upload, |bytes| {
            sha256.update(bytes);
            if let Some((_, state)) = &mut md5_state {
                state.update(bytes);
            }
        })?;
        if let Some((said, state)) = md5_state
            && !is_hex_of(said, &state.finalize())
        {
            return Err(UploadFault::Md5);
        }
        let parts = match upload {
            Upload::Kept(kept) => return Ok(kept),
            Upload::Parts(parts) => parts,
        };
        let kept = Kept {
            content: ContentHash(sha256.finalize().into()),
            size: parts.total(),
            parts: parts.count(),
            part_size: parts.size(),
        };
        self.storage.keep(id, &parts, &kept)?;
        if let Some(found) = lock(&self.uploads).by_id.get_mut(&id) {
            found.upload = Upload::Kept(kept.clone());
        }
        Ok(kept)
    }

    /// Up to `limit` bytes of a file from `offset` on; fewer at its end.
    pub(crate) fn read(
        &self,
        content: ContentHash,
        offset: u64,
        limit: usize,
    ) -> io::Result<Vec<u8>> {
        self.storage.read(content, offset, limit)
    }

    /// Keeps a small file that did not come in parts.
    pub(crate) fn write(&self, content: ContentHash, bytes: &[u8]) -> io::Result<()> {
        self.storage.write(content, bytes)
    }

    /// Says that a snapshot names a file and does not hold it.
    pub(crate) fn name_in_snapshot(&self, content: ContentHash) {
        lock(&self.in_snapshots).insert(content);
    }

    /// Forgets all files but these, those that snapshots name and those just made of uploads.
    pub(crate) fn retain(&self, wanted: &HashSet<ContentHash>) -> io::Result<()> {
        let uploads = lock(&self.uploads);
        let of_uploads = uploads.by_id.values().filter_map(|it| match &it.upload {
            Upload::Kept(kept) => Some(kept.content),
            Upload::Parts(_) => None,
        });
        let of_uploads: HashSet<_> = of_uploads.collect();
        let in_snapshots = lock(&self.in_snapshots);
        self.storage.retain(&|content| {
            [wanted, &of_uploads, &in_snapshots]
                .iter()
                .any(|some| some.contains(&content))
        })
    }

    /// Forgets all uploads: those who made them are no longer there.
    pub(crate) fn forget_uploads(&self) -> io::Result<()> {
        let mut uploads = lock(&self.uploads);
        for (id, _) in uploads.by_id.drain() {
            self.storage.forget(id)?;
        }
        Ok(())
    }

    /// The uploads, without those that are too old.
    fn uploads(&self, now: i64) -> io::Result<MutexGuard<'_, Uploads>> {
        let mut uploads = lock(&self.uploads);
        if uploads.next_end <= now {
            let old = |_: &UploadId, found: &mut Found| found.touched + UPLOAD_LIFE <= now;
            for (id, _) in uploads.by_id.extract_if(old) {
                self.storage.forget(id)?;
            }
            let ends = uploads.by_id.values().map(|it| it.touched + UPLOAD_LIFE);
            uploads.next_end = ends.min().unwrap_or(i64::MAX);
        }
        Ok(uploads)
    }

    /// Whether a part is one of those that a file was made of, come again.
    fn is_part(&self, kept: &Kept, number: u32, bytes: &[u8]) -> io::Result<bool> {
        let offset = u64::from(number) * u64::from(kept.part_size);
        let same = self.storage.read(kept.content, offset, bytes.len())?;
        Ok(number < kept.parts && same == bytes)
    }

    fn walk(&self, id: UploadId, upload: &Upload, mut see: impl FnMut(&[u8])) -> io::Result<()> {
        match upload {
            Upload::Parts(parts) => {
                let mut bytes = Vec::new();
                for (number, length) in parts.iter() {
                    bytes.clear();
                    self.storage.read_part(id, number, length, &mut bytes)?;
                    see(&bytes);
                }
            }
            Upload::Kept(kept) => {
                let mut offset = 0;
                while offset < kept.size {
                    let bytes = self.storage.read(kept.content, offset, MAX_PART)?;
                    if bytes.is_empty() {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    offset += bytes.len() as u64;
                    see(&bytes);
                }
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Files(..)")
    }
}

impl From<PartFault> for UploadFault {
    fn from(fault: PartFault) -> Self {
        Self::Part(fault)
    }
}

impl From<io::Error> for UploadFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Whether a text is the hex of these bytes, in letters of either case.
fn is_hex_of(text: &str, bytes: &[u8]) -> bool {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.eq_ignore_ascii_case(&hex)
}
