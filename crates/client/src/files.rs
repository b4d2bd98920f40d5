//! Files: sending them, and fetching what messages hold.
//!
//! A file goes to the server in numbered parts of one size, in any order, and is then named in a call, such as
//! the one that sends a message ([`TelegramClient::send_file`](crate::TelegramClient::send_file)). It comes back in pieces
//! from any offset, by a *location*: its id, an access hash and a *file reference*, which is good for some time, and renewed by
//! asking for the message again ([`TelegramClient::download_media`](crate::TelegramClient::download_media)).
//!
//! Memory is bounded both ways: as many parts as are on the way, never the file, unless one asks for that.
//!
//! `core.telegram.org/api/files`, `core.telegram.org/api/file_reference`.

mod chunks;
mod download;
mod error;
mod location;
pub mod mime;
mod part_file;
mod send;
mod upload;

pub use chunks::Chunks;
pub use download::Download;
pub use error::FileError;
pub use location::Media;
pub use send::SendFile;
pub use upload::Upload;

/// More than this is a big file, which has a method of its own; `core.telegram.org/api/files`, "Uploading files".
const BIG: u64 = 10 << 20;
/// The largest part that the server takes and, both ways, a size that it takes everywhere.
const PART: usize = 512 << 10;
/// How many parts are on the way at once: 4 MiB, enough for 40 MB/s at a tenth of a second.
const ON_THE_WAY: usize = 8;
