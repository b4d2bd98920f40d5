//! Files in a directory, for worlds that outlive their process.
//!
//! ```text
//! files/<sha256>                           a file, as it was uploaded
//! files/uploads/<dc>-<user>-<id>.data      the parts of an upload, each at its number times 512 KiB
//! files/uploads/<dc>-<user>-<id>.index     a line for each part that is there: number, length, when it came
//! ```
//!
//! The data has holes where parts are small, which take no room. The line of a part is written after its bytes, and a
//! line without an end is none: a process may be killed at any moment, and what is in the index is in the data. When
//! the parts have become a file the index says so (`kept sha256 size parts part_size`) and the data has gone: renamed,
//! when nothing is between the parts, otherwise copied. An index that says so before the file is there is not believed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::parts::{MAX_PART, Parts};
use super::storage::{ContentHash, FileStorage, Found, Kept, Part, Upload, UploadId};

/// Files below a directory.
#[derive(Debug)]
pub(crate) struct Directory {
    files: PathBuf,
    uploads: PathBuf,
    fsync: bool,
}

impl Directory {
    /// Below this data directory. With `fsync`, what was kept survives the death of the machine.
    pub(crate) fn new(data: &Path, fsync: bool) -> io::Result<Self> {
        let files = data.join("files");
        let uploads = files.join("uploads");
        fs::create_dir_all(&uploads)?;
        Ok(Self {
            files,
            uploads,
            fsync,
        })
    }

    fn file(&self, content: ContentHash) -> PathBuf {
        self.files.join(content.to_string())
    }

    fn data(&self, upload: UploadId) -> PathBuf {
        self.uploads.join(format!("{}.data", stem(upload)))
    }

    fn index(&self, upload: UploadId) -> PathBuf {
        self.uploads.join(format!("{}.index", stem(upload)))
    }

    /// Writes a line to an index.
    fn note(&self, upload: UploadId, line: &str) -> io::Result<()> {
        let path = self.index(upload);
        let mut index = OpenOptions::new().append(true).create(true).open(path)?;
        index.write_all(format!("{line}\n").as_bytes())?;
        self.settle(&index)
    }

    fn settle(&self, file: &File) -> io::Result<()> {
        if self.fsync {
            file.sync_all()?;
        }
        Ok(())
    }

    /// Makes a file beside the others and gives it its name when it is whole.
    fn place(
        &self,
        content: ContentHash,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        let unfinished = self.uploads.join(format!("{content}.new"));
        let mut file = File::create(&unfinished)?;
        fill(&mut file)?;
        self.settle(&file)?;
        fs::rename(unfinished, self.file(content))
    }

    /// What an index says.
    fn read_index(&self, upload: UploadId) -> io::Result<Found> {
        let text = fs::read_to_string(self.index(upload))?;
        let mut parts = Parts::default();
        let mut touched = 0;
        for line in text.split_inclusive('\n') {
            let Some(line) = line.strip_suffix('\n') else {
                break;
            };
            if let Some(kept) = line.strip_prefix("kept ").and_then(read_kept)
                && self.file(kept.content).is_file()
            {
                let upload = Upload::Kept(kept);
                return Ok(Found { touched, upload });
            }
            if let Some((number, length, now)) = read_part(line) {
                parts.insert(number, length);
                touched = now;
            }
        }
        let upload = Upload::Parts(parts);
        Ok(Found { touched, upload })
    }
}

impl FileStorage for Directory {
    fn found(&self) -> io::Result<Vec<(UploadId, Found)>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.uploads)? {
            let path = entry?.path();
            let Some(extension) = path.extension() else {
                continue;
            };
            if extension == "new" {
                fs::remove_file(&path)?;
            } else if extension == "index"
                && let Some(upload) = path.file_stem().and_then(|stem| parse(stem.to_str()?))
            {
                found.push((upload, self.read_index(upload)?));
            }
        }
        Ok(found)
    }

    fn save_part(&self, upload: UploadId, part: Part<'_>) -> io::Result<()> {
        let mut data = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.data(upload))?;
        data.seek(SeekFrom::Start(place_of(part.number)))?;
        data.write_all(part.bytes)?;
        self.settle(&data)?;
        let Part { number, bytes, now } = part;
        self.note(upload, &format!("{number} {} {now}", bytes.len()))
    }

    fn read_part(
        &self,
        upload: UploadId,
        number: u32,
        length: u32,
        into: &mut Vec<u8>,
    ) -> io::Result<()> {
        let mut data = File::open(self.data(upload))?;
        data.seek(SeekFrom::Start(place_of(number)))?;
        read_exactly(data, length, into)
    }

    fn keep(&self, upload: UploadId, parts: &Parts, kept: &Kept) -> io::Result<()> {
        let path = self.data(upload);
        let dense = parts.count() <= 1 || parts.size() as usize == MAX_PART;
        if !dense && !self.file(kept.content).exists() {
            self.place(kept.content, |file| {
                let mut data = File::open(&path)?;
                for (number, length) in parts.iter() {
                    data.seek(SeekFrom::Start(place_of(number)))?;
                    io::copy(&mut (&data).take(u64::from(length)), file)?;
                }
                Ok(())
            })?;
        }
        let Kept {
            content,
            size,
            parts,
            part_size,
        } = kept;
        self.note(
            upload,
            &format!("kept {content} {size} {parts} {part_size}"),
        )?;
        if self.file(*content).exists() {
            fs::remove_file(path)
        } else {
            // A part may have been sent again and longer at first.
            OpenOptions::new().write(true).open(&path)?.set_len(*size)?;
            fs::rename(path, self.file(*content))
        }
    }

    fn forget(&self, upload: UploadId) -> io::Result<()> {
        // The index first: parts that it does not name are not there.
        for path in [self.index(upload), self.data(upload)] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn write(&self, content: ContentHash, bytes: &[u8]) -> io::Result<()> {
        self.place(content, |file| file.write_all(bytes))
    }

    fn read(&self, content: ContentHash, offset: u64, limit: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.file(content))?;
        let size = file.metadata()?.len();
        let length = size.saturating_sub(offset).min(limit as u64);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(length as usize);
        read_exactly(file, length as u32, &mut bytes)?;
        Ok(bytes)
    }

    fn retain(&self, wanted: &dyn Fn(ContentHash) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(&self.files)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let content = name.and_then(ContentHash::parse);
            if content.is_some_and(|content| !wanted(content)) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn place_of(number: u32) -> u64 {
    u64::from(number) * MAX_PART as u64
}

/// Reads so many bytes to the end of a buffer.
pub(super) fn read_exactly(from: impl Read, length: u32, into: &mut Vec<u8>) -> io::Result<()> {
    let read = from.take(u64::from(length)).read_to_end(into)?;
    if read < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn stem(upload: UploadId) -> String {
    let UploadId {
        dc_id,
        user_id,
        file_id,
    } = upload;
    format!("{dc_id}-{user_id}-{:016x}", file_id.cast_unsigned())
}

/// Reads what [`stem`] writes.
fn parse(stem: &str) -> Option<UploadId> {
    let mut words = stem.splitn(3, '-');
    Some(UploadId {
        dc_id: words.next()?.parse().ok()?,
        user_id: words.next()?.parse().ok()?,
        file_id: u64::from_str_radix(words.next()?, 16).ok()?.cast_signed(),
    })
}

fn read_part(line: &str) -> Option<(u32, u32, i64)> {
    let mut words = line.split(' ');
    let number = words.next()?.parse().ok()?;
    let length = words.next()?.parse().ok()?;
    Some((number, length, words.next()?.parse().ok()?))
}

fn read_kept(line: &str) -> Option<Kept> {
    let mut words = line.split(' ');
    Some(Kept {
        content: ContentHash::parse(words.next()?)?,
        size: words.next()?.parse().ok()?,
        parts: words.next()?.parse().ok()?,
        part_size: words.next()?.parse().ok()?,
    })
}
