//! Fetching a file: what of it, and where to.
//!
//! `core.telegram.org/api/files`, "Downloading files".

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::part_file::{self, PartFile};
use super::{BIG, FileError, Media, PART};
use crate::TelegramClient;

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
            range: 0..u64::MAX,
            piece: PART as u64,
            progress: None,
        })
    }
}

/// A file that is about to be fetched.
#[must_use = "nothing is fetched before it is said where to"]
pub struct Download {
    pub(super) client: TelegramClient,
    pub(super) media: Media,
    pub(super) range: Range<u64>,
    pub(super) piece: u64,
    pub(super) progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
}

impl Download {
    /// Only these bytes of it; a range that ends behind the file ends with it.
    pub fn range(mut self, range: Range<u64>) -> Self {
        self.range = range;
        self
    }

    /// Asks the server for about so many bytes at once, for instance because only a few are wanted. Default and most: 512 KiB;
    /// the server takes powers of two from 4 KiB on, and the next smaller one is taken.
    pub fn piece(mut self, bytes: usize) -> Self {
        let bytes = bytes.clamp(SMALLEST, PART);
        self.piece = 1 << bytes.ilog2();
        self
    }

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
        let mut chunks = self.chunks().await;
        let size = chunks.size();
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
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("media", &self.media)
            .finish_non_exhaustive()
    }
}

/// The server takes no smaller pieces; `core.telegram.org/api/files`, "Downloading files".
const SMALLEST: usize = 4 << 10;
