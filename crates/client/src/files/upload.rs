//! Sending a file to the server, which keeps it until it is named in a call.
//!
//! Parts are numbered from 0 and have one size, the last may be smaller. A file of up to 10 MiB goes by `upload.saveFilePart`,
//! a larger one by `upload.saveBigFilePart`, which also says how many parts there will be. A part that is sent twice
//! is there once.
//!
//! `core.telegram.org/api/files`, "Uploading files".

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use heliogram_crypto::Random as _;
use heliogram_net::SystemRandom;
use heliogram_tl::api;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::task::JoinSet;

use super::{BIG, FileError, ON_THE_WAY, PART};
use crate::client::Lanes;
use crate::{CallError, InvokeError, TelegramClient};

/// What is to be sent: a file of this machine, bytes, or what a reader gives.
///
/// ```no_run
/// use heliogram::Upload;
///
/// let file = Upload::path("report.pdf");
/// let bytes = Upload::bytes("hello.txt", "Hello!");
/// # async fn doc() -> std::io::Result<()> {
/// let socket = tokio::net::TcpStream::connect("example.org:80").await?;
/// let stream = Upload::reader("camera.mp4", 5_000_000, socket).progress(|sent, size| eprintln!("{sent} of {size}"));
/// # Ok(())
/// # }
/// ```
pub struct Upload {
    source: Source,
    name: String,
    progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
}

enum Source {
    Path(PathBuf),
    Bytes(Bytes),
    Reader(u64, Pin<Box<dyn AsyncRead + Send>>),
}

impl Upload {
    /// A file of this machine, under its own name.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or_default();
        Self::new(name.to_string_lossy().into_owned(), Source::Path(path))
    }

    /// Bytes in memory.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(name.into(), Source::Bytes(bytes.into()))
    }

    /// So many bytes from a reader.
    pub fn reader(
        name: impl Into<String>,
        size: u64,
        reader: impl AsyncRead + Send + 'static,
    ) -> Self {
        Self::new(name.into(), Source::Reader(size, Box::pin(reader)))
    }

    /// The same under another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Calls this after each part that the server has, with the bytes that it has and all there are.
    #[must_use]
    pub fn progress(mut self, progress: impl FnMut(u64, u64) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    pub(super) fn file_name(&self) -> &str {
        &self.name
    }

    /// How many bytes there are, as far as that is known without reading them.
    pub(super) async fn size(&self) -> Result<u64, FileError> {
        match &self.source {
            Source::Path(path) => {
                let about = tokio::fs::metadata(path).await;
                Ok(about.map_err(FileError::at(path))?.len())
            }
            Source::Bytes(bytes) => Ok(bytes.len() as u64),
            Source::Reader(size, _) => Ok(*size),
        }
    }

    fn new(name: String, source: Source) -> Self {
        Self {
            source,
            name,
            progress: None,
        }
    }

    /// Something to read from, and how much there is.
    async fn open(self) -> Result<Opened, FileError> {
        let (size, reader): (u64, Pin<Box<dyn AsyncRead + Send>>) = match self.source {
            Source::Path(path) => {
                let file = File::open(&path).await.map_err(FileError::at(&path))?;
                let about = file.metadata().await.map_err(FileError::at(&path))?;
                if about.is_dir() {
                    let source = std::io::ErrorKind::IsADirectory.into();
                    return Err(FileError::File { path, source });
                }
                (about.len(), Box::pin(file))
            }
            Source::Bytes(bytes) => (bytes.len() as u64, Box::pin(std::io::Cursor::new(bytes))),
            Source::Reader(size, reader) => (size, reader),
        };
        let name = self.name;
        match size {
            0 => Err(FileError::Empty(name)),
            LARGER.. => Err(FileError::TooLarge { name, size }),
            _ => Ok(Opened {
                name,
                size,
                read: 0,
                reader,
                progress: self.progress,
            }),
        }
    }
}

impl From<&Path> for Upload {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&str> for Upload {
    fn from(path: &str) -> Self {
        Self::path(path)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl TelegramClient {
    /// Sends a file to the server, to be named in a call such as `photos.uploadProfilePhoto`. The server forgets it when
    /// that does not happen soon. To send it to somebody there is [`send_file`](Self::send_file).
    ///
    /// # Errors
    /// When it cannot be read, is empty or too large, or a call fails.
    pub async fn upload_file(
        &self,
        file: impl Into<Upload>,
    ) -> Result<api::TypeInputFile, FileError> {
        let mut file = file.into().open().await?;
        let is_big = file.size > BIG;
        let beside = if is_big {
            self.options().transfer_connections
        } else {
            0
        };
        let lanes = Lanes::open(self, beside).await;
        let parts = file.size.div_ceil(PART as u64) as i32;
        let mut random = [0; 8];
        SystemRandom.fill(&mut random);
        let id = i64::from_le_bytes(random);
        let mut on_the_way: JoinSet<Result<u64, CallError>> = JoinSet::new();
        let mut sent = 0;
        for number in 0..parts {
            if on_the_way.len() == ON_THE_WAY {
                file.note(&mut sent, on_the_way.join_next().await)?;
            }
            let part = Part {
                id,
                number,
                of: is_big.then_some(parts),
                bytes: file.part().await?,
            };
            let lanes = lanes.clone();
            on_the_way.spawn(async move { part.send(&lanes).await });
        }
        while let Some(part) = on_the_way.join_next().await {
            file.note(&mut sent, Some(part))?;
        }
        let name = file.name;
        Ok(if is_big {
            api::InputFileBig { id, parts, name }.into()
        } else {
            // The server checks what it is given, and TCP has its own sums: it is left empty, as TDLib does.
            let md5_checksum = String::new();
            api::InputFile {
                id,
                parts,
                name,
                md5_checksum,
            }
            .into()
        })
    }
}

/// A file that is being read.
struct Opened {
    name: String,
    size: u64,
    read: u64,
    reader: Pin<Box<dyn AsyncRead + Send>>,
    progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
}

impl Opened {
    async fn part(&mut self) -> Result<Bytes, FileError> {
        let wanted = (self.size - self.read).min(PART as u64) as usize;
        let mut part = BytesMut::with_capacity(wanted);
        while part.len() < wanted {
            let mut rest = (&mut self.reader).take((wanted - part.len()) as u64);
            let read = rest.read_buf(&mut part).await.map_err(FileError::Stream)?;
            self.read += read as u64;
            if read == 0 {
                return Err(FileError::Shorter {
                    name: self.name.clone(),
                    size: self.size,
                    read: self.read,
                });
            }
        }
        Ok(part.freeze())
    }

    /// Takes note of a part that has arrived.
    fn note(
        &mut self,
        sent: &mut u64,
        part: Option<Result<Result<u64, CallError>, tokio::task::JoinError>>,
    ) -> Result<(), FileError> {
        let Some(part) = part else { return Ok(()) };
        let length = match part {
            Ok(length) => length?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        *sent += length;
        if let Some(progress) = &mut self.progress {
            progress(*sent, self.size);
        }
        Ok(())
    }
}

struct Part {
    id: i64,
    number: i32,
    /// Of how many, for a big file.
    of: Option<i32>,
    bytes: Bytes,
}

impl Part {
    async fn send(self, lanes: &Lanes) -> Result<u64, CallError> {
        let length = self.bytes.len() as u64;
        let turn = self.number as usize;
        let (file_id, file_part, bytes) = (self.id, self.number, self.bytes);
        let (kept, method) = match self.of {
            Some(file_total_parts) => {
                let part = api::upload::SaveBigFilePart {
                    file_id,
                    file_part,
                    file_total_parts,
                    bytes,
                };
                let kept = lanes.invoke(turn, &part).await;
                (kept.map_err(InvokeError::erase)?, "upload.saveBigFilePart")
            }
            None => {
                let part = api::upload::SaveFilePart {
                    file_id,
                    file_part,
                    bytes,
                };
                let kept = lanes.invoke(turn, &part).await;
                (kept.map_err(InvokeError::erase)?, "upload.saveFilePart")
            }
        };
        if kept {
            return Ok(length);
        }
        let problem = format!("part {file_part} was not kept");
        Err(InvokeError::Answer { method, problem })
    }
}

/// 8000 parts, what Premium has; without it the server says so at half of that.
pub(super) const LARGEST: u64 = 8_000 * PART as u64;
const LARGER: u64 = LARGEST + 1;
