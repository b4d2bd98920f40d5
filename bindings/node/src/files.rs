//! Files: from a path or bytes to the server, and back.
//!
//! A file that has a path goes from the disk to the network and back without JavaScript seeing its bytes. Where it wants
//! them, it asks for one piece after the other, while a few are on the way.

use std::sync::Arc;

use bytes::Bytes;
use heliogram::{Chunks, Download, Media, PeerId, TelegramClient, Upload, api};
use heliogram_tl::{Decode, Encode, reflect::Type};
use napi_derive::napi;
use tokio::sync::Mutex;

use crate::{
    client::Client,
    delivery::{Channel, What},
    failure::{self, Failure},
    js::{self, Any},
    tl,
};

#[napi]
impl Client {
    /// Sends the file at a path under a name; answers the `InputFile` or `InputFileBig`. What has arrived is told as
    /// `[done, of]` under the number `progress`.
    #[napi]
    pub fn upload_path(&self, call: u32, progress: Option<u32>, path: String, name: String) {
        self.upload(call, progress, Upload::path(path).name(name));
    }

    /// The same with bytes.
    #[napi]
    pub fn upload_bytes(
        &self,
        env: napi::Env,
        call: u32,
        progress: Option<u32>,
        bytes: Any,
        name: String,
    ) -> napi::Result<()> {
        let env = js::Env::new(&env);
        let bytes = env
            .bytes(bytes.value(env), <[u8]>::to_vec)
            .map_err(failure::pending)?;
        let bytes = bytes.ok_or_else(|| failure::argument("file: a Buffer is wanted"))?;
        self.upload(call, progress, Upload::bytes(name, bytes));
        Ok(())
    }

    /// Fetches into the file at a path; answers where it is.
    #[napi]
    pub fn download_to_path(
        &self,
        env: napi::Env,
        call: u32,
        progress: Option<u32>,
        source: Source,
        location: Any,
        path: String,
    ) -> napi::Result<()> {
        let source = source.read(env, &location)?;
        let channel = self.channel.clone();
        self.run(call, async move |client| {
            let download = source.download(&client)?;
            let download = told(download, channel, progress);
            let path = download.to_file(path).await?;
            Ok(What::Text(path.to_string_lossy().into_owned()))
        });
        Ok(())
    }

    /// Fetches into a `Buffer`.
    #[napi]
    pub fn download_to_memory(
        &self,
        env: napi::Env,
        call: u32,
        progress: Option<u32>,
        source: Source,
        location: Any,
    ) -> napi::Result<()> {
        let source = source.read(env, &location)?;
        let channel = self.channel.clone();
        self.run(call, async move |client| {
            let download = source.download(&client)?;
            let bytes = told(download, channel, progress).to_memory().await?;
            Ok(What::Bytes(bytes))
        });
        Ok(())
    }

    /// Fetches piece by piece.
    #[napi]
    pub fn download_pieces(
        &self,
        env: napi::Env,
        source: Source,
        location: Any,
    ) -> napi::Result<Pieces> {
        let source = source.read(env, &location)?;
        Ok(Pieces {
            state: Arc::new(Mutex::new(State::Before(source))),
        })
    }

    /// The next of these pieces, none at the end.
    #[napi]
    pub fn next_piece(&self, call: u32, pieces: &Pieces) {
        let state = Arc::clone(&pieces.state);
        self.run(call, async move |client| {
            let mut state = state.lock_owned().await;
            let mut chunks = match std::mem::replace(&mut *state, State::Over) {
                State::Before(source) => Box::new(source.download(&client)?.chunks().await),
                State::Under(chunks) => chunks,
                State::Over => return Ok(What::Nothing),
            };
            let Some(piece) = chunks.next().await else {
                return Ok(What::Nothing);
            };
            let piece = piece?;
            *state = State::Under(chunks);
            Ok(What::Bytes(piece.into()))
        });
    }

    fn upload(&self, call: u32, progress: Option<u32>, upload: Upload) {
        let channel = self.channel.clone();
        self.run(call, async move |client| {
            let upload = match progress {
                Some(progress) => upload
                    .progress(move |done, of| channel.send(progress, What::Progress(done, of))),
                None => upload,
            };
            let file = client.upload_file(upload).await?;
            let bytes = file.to_bytes();
            let bytes = bytes.map_err(|error| Failure::other("unreadable", error))?;
            Ok(What::Value(Type::Object, bytes.into()))
        });
    }
}

/// A download of which JavaScript asks for the pieces. When it has lost it, what is on the way is taken back.
#[napi]
pub struct Pieces {
    state: Arc<Mutex<State>>,
}

enum State {
    Before(Read),
    Under(Box<Chunks>),
    Over,
}

#[napi]
impl Pieces {
    /// Takes back what is on the way; there are no further pieces.
    #[napi]
    pub fn close(&self) {
        let state = Arc::clone(&self.state);
        crate::runtime::handle().spawn(async move { *state.lock().await = State::Over });
    }
}

/// What is fetched, and what is known of it, beside its location.
#[napi(object)]
pub struct Source {
    /// Where it is; left out or 0 when that is not known.
    pub dc_id: Option<i32>,
    /// How many bytes it has; left out when that is not known.
    pub size: Option<f64>,
    /// Only the bytes from here on.
    pub start: Option<f64>,
    /// Only those before this one.
    pub end: Option<f64>,
    /// About how many bytes are asked for at once.
    pub piece: Option<u32>,
    /// The marked id of the chat of the message that it is in, and the id of that message: there a reference that is
    /// too old can be renewed.
    pub chat: Option<String>,
    /// See `chat`.
    pub message: Option<i32>,
}

impl Source {
    fn read(self, env: napi::Env, location: &Any) -> napi::Result<Read> {
        let env = js::Env::new(&env);
        let location = tl::object(env, location.value(env))?;
        Ok(Read {
            source: self,
            location: location.into(),
        })
    }
}

/// A source whose location is TL bytes.
struct Read {
    source: Source,
    location: Bytes,
}

impl Read {
    fn download(self, client: &TelegramClient) -> Result<Download, Failure> {
        let location = api::TypeInputFileLocation::from_bytes(&self.location)
            .map_err(|error| Failure::other("file", format!("location: {error}")))?;
        let Source {
            dc_id,
            size,
            start,
            end,
            piece,
            chat,
            message,
        } = self.source;
        let mut media = Media::at(location, dc_id.unwrap_or(0), bytes(size).unwrap_or(0));
        let chat = chat.and_then(|chat| PeerId::from_marked(chat.parse().ok()?));
        if let (Some(chat), Some(message)) = (chat, message) {
            media = media.in_message(chat, message);
        }
        let range = bytes(start).unwrap_or(0)..bytes(end).unwrap_or(u64::MAX);
        let download = client.download_media(media)?.range(range);
        Ok(match piece {
            Some(piece) => download.piece(piece as usize),
            None => download,
        })
    }
}

/// A number of bytes; JavaScript has checked that it is one.
fn bytes(number: Option<f64>) -> Option<u64> {
    number.map(|number| number as u64)
}

fn told(download: Download, channel: Channel, progress: Option<u32>) -> Download {
    match progress {
        Some(progress) => {
            download.progress(move |done, of| channel.send(progress, What::Progress(done, of)))
        }
        None => download,
    }
}
