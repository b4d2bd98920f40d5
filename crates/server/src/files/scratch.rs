//! Files of worlds in memory: in one nameless temporary file.
//!
//! The file has no name from the moment it is made, so the system removes it with the world, however that ends. It is
//! made when the first part comes. Parts are put where there is room and stay there when they become a file, which is
//! a list of places; what is in memory is that list, 16 bytes for each part.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::directory::read_exactly;
use super::parts::Parts;
use super::storage::{ContentHash, FileStorage, Found, Kept, Part, UploadId};

/// Files in one temporary file.
#[derive(Debug, Default)]
pub(crate) struct Scratch(Mutex<Pages>);

#[derive(Debug, Default)]
struct Pages {
    file: Option<File>,
    end: u64,
    uploads: HashMap<UploadId, BTreeMap<u32, Place>>,
    files: HashMap<ContentHash, Arc<[Place]>>,
    /// Where room was given back, by its length.
    free: HashMap<u32, Vec<u64>>,
}

/// Where some bytes are.
#[derive(Clone, Copy, Debug)]
struct Place {
    offset: u64,
    length: u32,
}

impl Scratch {
    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        // Whoever panicked has at most left room that nobody uses.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    fn file(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            self.file = Some(nameless()?);
        }
        Ok(self.file.as_mut().expect("it was made just now"))
    }

    /// Puts bytes where there is room for just so many, or at the end.
    fn write(&mut self, bytes: &[u8]) -> io::Result<Place> {
        let length = bytes.len() as u32;
        let given_back = self.free.get_mut(&length).and_then(Vec::pop);
        let offset = given_back.unwrap_or(self.end);
        let place = Place { offset, length };
        self.end = self.end.max(offset + u64::from(length));
        let file = self.file()?;
        file.seek(SeekFrom::Start(place.offset))?;
        file.write_all(bytes)?;
        Ok(place)
    }

    fn give_back(&mut self, places: impl IntoIterator<Item = Place>) {
        for place in places {
            let free = self.free.entry(place.length).or_default();
            free.push(place.offset);
        }
    }

    fn read(&mut self, place: Place, into: &mut Vec<u8>) -> io::Result<()> {
        let file = self.file()?;
        file.seek(SeekFrom::Start(place.offset))?;
        read_exactly(file, place.length, into)
    }
}

impl FileStorage for Scratch {
    fn found(&self) -> io::Result<Vec<(UploadId, Found)>> {
        Ok(Vec::new())
    }

    fn save_part(&self, upload: UploadId, part: Part<'_>) -> io::Result<()> {
        let mut pages = self.pages();
        let place = pages.write(part.bytes)?;
        let parts = pages.uploads.entry(upload).or_default();
        let former = parts.insert(part.number, place);
        pages.give_back(former);
        Ok(())
    }

    fn read_part(
        &self,
        upload: UploadId,
        number: u32,
        length: u32,
        into: &mut Vec<u8>,
    ) -> io::Result<()> {
        let mut pages = self.pages();
        let parts = pages.uploads.get(&upload);
        let place = parts.and_then(|parts| parts.get(&number)).copied();
        match place.filter(|place| place.length == length) {
            Some(place) => pages.read(place, into),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn keep(&self, upload: UploadId, _parts: &Parts, kept: &Kept) -> io::Result<()> {
        let mut pages = self.pages();
        let parts = pages.uploads.remove(&upload).unwrap_or_default();
        match pages.files.entry(kept.content) {
            Entry::Vacant(file) => {
                file.insert(parts.into_values().collect());
            }
            // The same was uploaded before.
            Entry::Occupied(_) => pages.give_back(parts.into_values()),
        }
        Ok(())
    }

    fn forget(&self, upload: UploadId) -> io::Result<()> {
        let mut pages = self.pages();
        let parts = pages.uploads.remove(&upload).unwrap_or_default();
        pages.give_back(parts.into_values());
        Ok(())
    }

    fn write(&self, content: ContentHash, bytes: &[u8]) -> io::Result<()> {
        let mut pages = self.pages();
        if !pages.files.contains_key(&content) {
            let place = pages.write(bytes)?;
            pages.files.insert(content, Arc::new([place]));
        }
        Ok(())
    }

    fn read(&self, content: ContentHash, offset: u64, limit: usize) -> io::Result<Vec<u8>> {
        let mut pages = self.pages();
        let places = pages.files.get(&content).cloned();
        let places = places.ok_or(io::ErrorKind::NotFound)?;
        let mut bytes = Vec::with_capacity(limit.min(size(&places) as usize));
        let (mut at, end) = (0, offset.saturating_add(limit as u64));
        for place in &*places {
            let next = at + u64::from(place.length);
            let (from, to) = (offset.max(at), end.min(next));
            if from < to {
                let wanted = Place {
                    offset: place.offset + (from - at),
                    length: (to - from) as u32,
                };
                pages.read(wanted, &mut bytes)?;
            }
            at = next;
        }
        Ok(bytes)
    }

    fn retain(&self, wanted: &dyn Fn(ContentHash) -> bool) -> io::Result<()> {
        let mut pages = self.pages();
        let unwanted: Vec<_> = pages
            .files
            .extract_if(|content, _| !wanted(*content))
            .flat_map(|(_, places)| places.to_vec())
            .collect();
        pages.give_back(unwanted);
        Ok(())
    }
}

fn size(places: &[Place]) -> u64 {
    places.iter().map(|place| u64::from(place.length)).sum()
}

/// A file that nobody else can open, and that is gone when it is closed.
fn nameless() -> io::Result<File> {
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(io::Error::other)?;
    let name = format!("heliogram-{:016x}", u64::from_le_bytes(name));
    let path = std::env::temp_dir().join(name);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    fs::remove_file(path)?;
    Ok(file)
}
