//! Fetching a file.
//!
//! Pieces are asked for ahead, so that as many are on the way as there is room for, and handed on in order. What can come
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
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use heliogram_tl::api::{self, upload};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::task::JoinHandle;

use super::part_file::{self, PartFile};
use super::{BIG, FileError, Media, ON_THE_WAY, PART};
use crate::client::Lanes;
use crate::{InvokeError, PeerId, TelegramClient};

impl TelegramClient {
    /// Fetches what a message holds, as GramJS's `downloadMedia`: say where to.
    ///
    /// ```no_run
    /// # use heliogram::{TelegramClient, FileError, Message};
    /// # async fn doc(client: TelegramClient, message: Message) -> Result<(), FileError> {
    /// let path = client.download_media(&message)?.to_file("downloads/").await?;
    /// let bytes = client.download_media(&message)?.to_memory().await?;
    /// let size = client
    ///     .download_media(&message)?
    ///     .progress(|got, size| eprintln!("{got} of {size}"))
    ///     .to_writer(&mut tokio::io::stdout())
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there is no file in it. The rest comes from where the file is fetched.
    pub fn download_media<M>(&self, media: M) -> Result<Download, FileError>
    where
        M: TryInto<Media>,
        FileError: From<M::Error>,
    {
        Ok(Download {
            client: self.clone(),
            media: media.try_into()?,
            progress: None,
        })
    }
}

/// A file that is about to be fetched.
#[must_use = "nothing is fetched before it is said where to"]
pub struct Download {
    client: TelegramClient,
    media: Media,
    progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
}

impl Download {
    /// Calls this after each piece that has been written, with the bytes that are there and all that there will be.
    pub fn progress(mut self, progress: impl FnMut(u64, u64) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// What is fetched.
    #[must_use]
    pub fn media(&self) -> &Media {
        &self.media
    }

    /// Into a file, or into a folder under the name that the sender gave it, without any path in that. What was there
    /// under the name is replaced when the new file is whole: one that fails leaves nothing behind. Gives where it is.
    ///
    /// # Errors
    /// When it cannot be fetched or written.
    pub async fn to_file(self, path: impl AsRef<Path>) -> Result<PathBuf, FileError> {
        let target = part_file::target(path.as_ref(), &self.media.name);
        let mut file = PartFile::create(target.clone()).await?;
        let written = self.to_writer(file.file()).await;
        match written {
            Err(FileError::Stream(source)) => Err(FileError::at(&target)(source)),
            Err(error) => Err(error),
            Ok(_) => file.finish().await,
        }
    }

    /// Into anything that can be written to. Gives how many bytes it was.
    ///
    /// # Errors
    /// When it cannot be fetched or written.
    pub async fn to_writer(
        self,
        writer: &mut (impl AsyncWrite + Unpin + ?Sized),
    ) -> Result<u64, FileError> {
        let mut chunks = self.chunks().await;
        let mut written = 0;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            writer.write_all(&chunk).await.map_err(FileError::Stream)?;
            written += chunk.len() as u64;
            chunks.note(written);
        }
        writer.flush().await.map_err(FileError::Stream)?;
        Ok(written)
    }

    /// Into memory: as much as the file has.
    ///
    /// # Errors
    /// When it cannot be fetched.
    pub async fn to_memory(self) -> Result<Vec<u8>, FileError> {
        let size = self.media.size;
        let mut chunks = self.chunks().await;
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            if bytes.capacity() - bytes.len() < chunk.len() {
                // What the server has said is believed as far as twice what it has sent.
                let missing = size.saturating_sub(bytes.len() as u64);
                let room = missing.min((bytes.len() + BIG as usize) as u64) as usize;
                bytes.reserve_exact(room.max(chunk.len()));
            }
            bytes.extend_from_slice(&chunk);
            chunks.note(bytes.len() as u64);
        }
        Ok(bytes)
    }

    /// Piece by piece, in order, as Telethon's `iter_download`. A few are on the way while one is looked at.
    pub async fn chunks(self) -> Chunks {
        let beside = match self.media.size {
            ..=BIG => 0,
            _ => self.client.options().transfer_connections,
        };
        let size = self.media.size;
        let home = self.client.session().dc_id();
        let dc_id = u8::try_from(self.media.dc_id).ok();
        Chunks {
            source: Arc::new(Source {
                lanes: Lanes::open(&self.client, beside).await,
                message: self.media.message,
                state: Mutex::new(State {
                    location: self.media.location,
                    renewed: false,
                    dc_id: dc_id.filter(|dc_id| *dc_id != 0 && *dc_id != home),
                }),
                renewing: tokio::sync::Mutex::new(()),
            }),
            on_the_way: VecDeque::with_capacity(ON_THE_WAY),
            asked: 0,
            size,
            progress: self.progress,
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("media", &self.media)
            .finish_non_exhaustive()
    }
}

/// The pieces of a file, in order. Dropped, it takes back what it has asked for.
pub struct Chunks {
    source: Arc<Source>,
    on_the_way: VecDeque<Fetching>,
    asked: u64,
    size: u64,
    progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
}

impl Chunks {
    /// The next piece; none at the end. After an error there is nothing more.
    pub async fn next(&mut self) -> Option<Result<Bytes, FileError>> {
        while self.on_the_way.len() < ON_THE_WAY && self.asked < self.size {
            let (source, offset) = (Arc::clone(&self.source), self.asked);
            let expected = (self.size - offset).min(PART as u64);
            let piece = async move { source.piece(offset, expected).await };
            self.on_the_way.push_back(Fetching(tokio::spawn(piece)));
            self.asked += expected;
        }
        let piece = self.on_the_way.front_mut()?.wait().await;
        self.on_the_way.pop_front();
        if piece.is_err() {
            self.on_the_way.clear();
            self.asked = self.size;
        }
        Some(piece)
    }

    /// How many bytes there will be.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    fn note(&mut self, got: u64) {
        if let Some(progress) = &mut self.progress {
            progress(got, self.size);
        }
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("asked", &self.asked)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// A piece on the way; nobody fetches what nobody waits for.
struct Fetching(JoinHandle<Result<Bytes, FileError>>);

impl Fetching {
    async fn wait(&mut self) -> Result<Bytes, FileError> {
        match (&mut self.0).await {
            Ok(piece) => piece,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Where the pieces come from.
struct Source {
    lanes: Lanes,
    message: Option<(PeerId, i32)>,
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
    async fn piece(&self, offset: u64, expected: u64) -> Result<Bytes, FileError> {
        let mut moves = 0;
        loop {
            let state = self.state().clone();
            let renewed = state.renewed;
            let request = upload::GetFile {
                precise: false,
                cdn_supported: false,
                location: state.location,
                offset: offset.cast_signed(),
                limit: PART as i32,
            };
            let error = match self.ask(state.dc_id, offset, &request).await {
                Ok(upload::TypeFile::File(file)) => return fitting(offset, expected, file.bytes),
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
            let turn = (offset / PART as u64) as usize;
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
        if !is_same(&media.location, &self.state().location) {
            return Err(FileError::ReferenceExpired(
                "its message holds another file now",
            ));
        }
        let mut state = self.state();
        state.location = media.location;
        state.renewed = true;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether two locations are of one file, whatever their references.
fn is_same(one: &api::TypeInputFileLocation, other: &api::TypeInputFileLocation) -> bool {
    use api::TypeInputFileLocation as Location;
    match (one, other) {
        (Location::InputDocumentFileLocation(one), Location::InputDocumentFileLocation(other)) => {
            one.id == other.id
        }
        (Location::InputPhotoFileLocation(one), Location::InputPhotoFileLocation(other)) => {
            one.id == other.id && one.thumb_size == other.thumb_size
        }
        _ => false,
    }
}

/// A piece, if it has the length that it should have.
fn fitting(offset: u64, expected: u64, bytes: Bytes) -> Result<Bytes, FileError> {
    let got = bytes.len() as u64;
    if got == expected {
        return Ok(bytes);
    }
    Err(FileError::Misfit {
        offset,
        expected,
        got,
    })
}

/// `FILE_REFERENCE_EXPIRED`, `FILE_REFERENCE_INVALID`, and with a number in the middle for one of several.
fn is_expired<E>(error: &InvokeError<E>) -> bool {
    error
        .rpc()
        .is_some_and(|raw| raw.name.starts_with("FILE_REFERENCE_"))
}

/// From the DC that a document names to where it is, and one more.
const MOST_MOVES: u32 = 2;
