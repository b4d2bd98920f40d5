//! The pieces of a file on their way.
//!
//! They are asked for ahead, so that as many are on the way as there is room for, and handed on in order. What can come
//! between:
//!
//! ```text
//! FILE_MIGRATE_n           the file is on DC n: this piece and all further ones are asked for there
//! FILE_REFERENCE_EXPIRED   the message is asked for again, once for all pieces on the way, and the piece with the
//!                          new reference
//! a broken connection      it comes back by itself, and the piece is asked for again
//! ```
//!
//! `core.telegram.org/api/files`, "Downloading files".

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use heliogram_tl::api::{self, upload};
use tokio::task::JoinHandle;

use super::{BIG, Download, FileError, Media, ON_THE_WAY};
use crate::client::Lanes;
use crate::{InvokeError, PeerId};

impl Download {
    /// Piece by piece, in order, as Telethon's `iter_download`. A few are on the way while one is looked at.
    pub async fn chunks(self) -> Chunks {
        let known = (self.media.size > 0).then_some(self.media.size);
        let end = self.range.end.min(known.unwrap_or(u64::MAX));
        let wanted = end.saturating_sub(self.range.start);
        let beside = match wanted {
            ..=BIG => 0,
            _ if known.is_none() => 0,
            _ => self.client.options().transfer_connections,
        };
        let home = self.client.session().dc_id();
        let dc_id = u8::try_from(self.media.dc_id).ok();
        Chunks {
            source: Arc::new(Source {
                lanes: Lanes::open(&self.client, beside).await,
                message: self.media.message,
                size: known,
                piece: self.piece,
                state: Mutex::new(State {
                    location: self.media.location,
                    renewed: false,
                    dc_id: dc_id.filter(|dc_id| *dc_id != 0 && *dc_id != home),
                }),
                renewing: tokio::sync::Mutex::new(()),
            }),
            on_the_way: VecDeque::with_capacity(ON_THE_WAY),
            ahead: if known.is_some() { ON_THE_WAY } else { 1 },
            next: self.range.start - self.range.start % self.piece,
            start: self.range.start,
            end,
            size: known.map_or(0, |_| wanted),
            progress: self.progress,
        }
    }
}

/// The pieces of a file, in order. Dropped, it takes back what it has asked for.
pub struct Chunks {
    source: Arc<Source>,
    on_the_way: VecDeque<Fetching>,
    /// How many are on the way at most. Where a file ends unannounced it begins with one, since those behind its end are for
    /// nothing.
    ahead: usize,
    /// Where the piece begins that is asked for next; a multiple of the size of pieces.
    next: u64,
    /// What is not handed on yet begins here.
    start: u64,
    end: u64,
    size: u64,
    progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
}

impl Chunks {
    /// The next piece; none at the end. After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<Bytes, FileError>> {
        loop {
            while self.on_the_way.len() < self.ahead && self.next < self.end {
                let (source, offset) = (Arc::clone(&self.source), self.next);
                let piece = async move { source.piece(offset).await };
                let task = tokio::spawn(piece);
                self.on_the_way.push_back(Fetching { task, offset });
                self.next += self.source.piece;
            }
            let fetching = self.on_the_way.front_mut()?;
            let offset = fetching.offset;
            let piece = fetching.wait().await;
            self.on_the_way.pop_front();
            let piece = match piece {
                Ok(piece) => piece,
                Err(error) => {
                    self.stop();
                    return Some(Err(error));
                }
            };
            if (piece.len() as u64) < self.source.piece {
                self.stop();
            }
            self.ahead = (self.ahead + 1).min(ON_THE_WAY);
            let wanted = self.within(offset, &piece);
            if !wanted.is_empty() {
                return Some(Ok(wanted));
            }
        }
    }

    /// What is wanted of a piece.
    fn within(&mut self, offset: u64, piece: &Bytes) -> Bytes {
        let length = piece.len() as u64;
        let from = self.start.saturating_sub(offset).min(length);
        let to = self.end.saturating_sub(offset).min(length);
        self.start = offset + length;
        piece.slice(from as usize..to.max(from) as usize)
    }

    /// Asks for nothing more.
    fn stop(&mut self) {
        self.on_the_way.clear();
        self.next = self.end;
    }

    /// How many bytes there will be; 0 when that is not known.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn note(&mut self, got: u64) {
        if let Some(progress) = &mut self.progress {
            progress(got, self.size);
        }
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("next", &self.next)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// A piece on the way; nobody fetches what nobody waits for.
struct Fetching {
    task: JoinHandle<Result<Bytes, FileError>>,
    offset: u64,
}

impl Fetching {
    async fn wait(&mut self) -> Result<Bytes, FileError> {
        match (&mut self.task).await {
            Ok(piece) => piece,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where the pieces come from.
struct Source {
    lanes: Lanes,
    message: Option<(PeerId, i32)>,
    /// How many bytes there are, where that is known.
    size: Option<u64>,
    /// How many are asked for at once.
    piece: u64,
    state: Mutex<State>,
    /// Held while the message is asked for.
    renewing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct State {
    location: api::TypeInputFileLocation,
    /// Whether the reference in it is a second one.
    renewed: bool,
    /// Where the file is, when that is not the home.
    dc_id: Option<u8>,
}

impl Source {
    async fn piece(&self, offset: u64) -> Result<Bytes, FileError> {
        let mut moves = 0;
        loop {
            let state = self.state().clone();
            let renewed = state.renewed;
            let request = upload::GetFile {
                precise: false,
                cdn_supported: false,
                location: state.location,
                offset: offset.cast_signed(),
                limit: self.piece as i32,
            };
            let error = match self.ask(state.dc_id, offset, &request).await {
                Ok(upload::TypeFile::File(file)) => return self.fitting(offset, file.bytes),
                Ok(other) => {
                    let problem = format!("a file and not {other:?} was asked for");
                    let method = "upload.getFile";
                    return Err(FileError::Call(InvokeError::Answer { method, problem }));
                }
                Err(error) => error,
            };
            if let Some(dc_id) = error.belongs_on().filter(|_| moves < MOST_MOVES) {
                tracing::info!(dc_id, "the file is there");
                moves += 1;
                let home = self.lanes.client().session().dc_id();
                self.state().dc_id = Some(dc_id).filter(|dc_id| *dc_id != home);
            } else if is_expired(&error) {
                self.renew(renewed).await?;
            } else {
                return Err(error.into());
            }
        }
    }

    async fn ask(
        &self,
        dc_id: Option<u8>,
        offset: u64,
        request: &upload::GetFile,
    ) -> Result<upload::TypeFile, InvokeError<upload::GetFileError>> {
        let Some(dc_id) = dc_id else {
            let turn = (offset / self.piece) as usize;
            return self.lanes.invoke(turn, request).await;
        };
        let client = self.lanes.client();
        let mut tries = client.options().request_retries.max(1);
        loop {
            tries -= 1;
            match client.invoke_on(dc_id, request).await {
                // To have read something twice is no harm.
                Err(InvokeError::OutcomeUnknown { .. }) if tries > 0 => {}
                other => return other,
            }
        }
    }

    /// Gets another reference, unless somebody has meanwhile.
    async fn renew(&self, renewed: bool) -> Result<(), FileError> {
        let _renewing = self.renewing.lock().await;
        if self.state().renewed != renewed {
            return Ok(());
        }
        if renewed {
            return Err(FileError::ReferenceExpired(
                "neither is the one that the message has now",
            ));
        }
        let (chat, id) = self.message.ok_or(FileError::ReferenceExpired(
            "it is not known from which message it is; fetch it by the message",
        ))?;
        tracing::info!(%chat, id, "the file reference is old; asking for the message again");
        let found = self.lanes.client().get_messages(chat, &[id]).await?;
        let message = found.into_iter().flatten().next();
        let message = message.ok_or(FileError::ReferenceExpired("its message is gone"))?;
        let media = Media::try_from(&message)?;
        let mut state = self.state();
        if !renew(&mut state.location, media.location) {
            return Err(FileError::ReferenceExpired(
                "its message holds another file now",
            ));
        }
        state.renewed = true;
        Ok(())
    }

    /// A piece, if it has the length that it should have.
    fn fitting(&self, offset: u64, bytes: Bytes) -> Result<Bytes, FileError> {
        let got = bytes.len() as u64;
        let expected = match self.size {
            Some(size) => size.saturating_sub(offset).min(self.piece),
            None => got.min(self.piece),
        };
        if got == expected {
            return Ok(bytes);
        }
        Err(FileError::Misfit {
            offset,
            expected,
            got,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes over another location's reference, if both are of one file: the file itself, or a size or thumbnail of it.
fn renew(location: &mut api::TypeInputFileLocation, newer: api::TypeInputFileLocation) -> bool {
    use api::TypeInputFileLocation as Location;
    match (location, newer) {
        (Location::InputDocumentFileLocation(old), Location::InputDocumentFileLocation(new))
            if old.id == new.id =>
        {
            old.file_reference = new.file_reference;
            true
        }
        (Location::InputPhotoFileLocation(old), Location::InputPhotoFileLocation(new))
            if old.id == new.id =>
        {
            old.file_reference = new.file_reference;
            true
        }
        _ => false,
    }
}

/// `FILE_REFERENCE_EXPIRED`, `FILE_REFERENCE_INVALID`, and with a number in the middle for one of several.
fn is_expired<E>(error: &InvokeError<E>) -> bool {
    error
        .rpc()
        .is_some_and(|raw| raw.name.starts_with("FILE_REFERENCE_"))
}

/// From the DC that a document names to where it is, and one more.
const MOST_MOVES: u32 = 2;
