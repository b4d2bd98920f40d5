//! The Telegram API in Rust: a client library.
//!
//! It speaks MTProto to Telegram's servers, or to a server of one's own such as `heliogram serve`, and
//! offers every method of the API, typed. Who knows GramJS will find the names again.
//!
//! **Untested against production.** The library was made and tested against Heliogram's own server, the
//! published test vectors and clients of others; nobody has run it against Telegram's servers yet. It is not
//! affiliated with Telegram.
//!
//! # In three steps
//!
//! **One: a client.** From a session string, empty for a new login, and the program's own `api_id` and
//! `api_hash` from my.telegram.org. [`ClientOptions`] say which servers, and how patient to be.
//!
//! **Two: connect**, and log in where that is needed: [`TelegramClient::start`] does both.
//!
//! **Three: invoke** any method. The answer has the method's type, and so has the error.
//!
//! ```no_run
//! use heliogram::{ClientOptions, InvokeError, StringSession, TelegramClient, api};
//!
//! # async fn main_() -> Result<(), Box<dyn std::error::Error>> {
//! # let (api_id, api_hash) = (1, "");
//! let client = TelegramClient::new(StringSession::new("")?, api_id, api_hash, ClientOptions::default());
//! client.connect().await?;
//! let sent = client.invoke(&api::account::SendConfirmPhoneCode {
//!     hash: "the hash of the link".into(),
//!     settings: api::CodeSettings {
//!         allow_flashcall: true,
//!         logout_tokens: Some(vec!["arbitrary data here".into()]),
//!         ..Default::default()
//!     },
//! }).await;
//! match sent {
//!     Ok(sent) => println!("{sent:#?}"),
//!     Err(error) if error.is_unauthorized() => println!("log in first: {error}"),
//!     Err(InvokeError::Method { error: api::account::SendConfirmPhoneCodeError::HashInvalid, .. }) => {
//!         println!("the link is no longer valid");
//!     }
//!     Err(error) => return Err(error.into()),
//! }
//! println!("{}", client.session().save()); // a secret: whoever has it is logged in
//! client.disconnect().await;
//! # Ok(())
//! # }
//! ```
//!
//! # People and messages
//! Methods that take somebody take whatever names them ([`PeerRef`]): `"me"`, `"@name"`, a link, a phone number, an id, an
//! object. What the client has met is kept in [`ClientOptions::storage`].
//!
//! ```no_run
//! # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
//! let sent = client.send_message("@ann", "Tea at five?").await?;
//! let mut messages = client.iter_messages("@ann").limit(20);
//! while let Some(message) = messages.next().await {
//!     println!("{}", message?.text());
//! }
//! sent.edit("Tea at six?").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What it does by itself
//! * Flood waits of up to a minute are slept; longer ones are errors that say how long.
//! * When the server says that an account lives in another DC, the client moves there and calls again. Calls that
//!   belong on another DC for themselves go there by [`invoke_on`](TelegramClient::invoke_on).
//! * A broken connection is made again, later each time. A request that was sent and not answered is asked
//!   about before it is repeated; when the server cannot tell, the error is
//!   [`InvokeError::OutcomeUnknown`], and never a second execution.
//! * Updates ([`updates`](TelegramClient::updates), [`add_event_handler`](TelegramClient::add_event_handler)) come in order
//!   and once; what was missed is fetched, and what cannot be had is told as [`Lost`](events::Lost).
//! * After [`disconnect`](TelegramClient::disconnect) no task, timer or socket is left.
//!
//! # A server of one's own
//! [`Network::from_ready_file`] takes the file that `heliogram serve --ready-json FILE` writes, and nothing
//! leaves for Telegram.
//!
//! # Not here yet
//! Proxies and WebSocket.

pub mod datacenters;
pub mod events;
pub mod filters;
pub mod text;

mod buttons;
mod client;
mod client_options;
mod confirm_phone_link;
mod dialogs;
mod files;
mod invoke_error;
mod login;
mod messages;
mod network;
mod password;
mod peers;
mod storage;
mod string_session;
mod updates;

pub use buttons::{Button, ButtonKind, Buttons, MixedButtons};
pub use client::{ClientError, TelegramClient};
pub use client_options::ClientOptions;
pub use confirm_phone_link::{ConfirmPhoneLink, ConfirmPhoneLinkError};
pub use dialogs::{Dialog, DialogIter};
pub use events::Update;
pub use files::{Chunks, Download, FileError, Media, SendFile, Upload, mime};
pub use heliogram_crypto::auth_key::{AuthKey, AuthKeyId};
pub use heliogram_mtproto::transport::TransportKind;
pub use heliogram_net::{Address, Dial, Dialling, Socket, Transport, client::ConnectError};
pub use heliogram_tl::{
    AccessHash, AnyMethodError, ChannelId, ChatId, LAYER, Method, MethodError, RpcError, UserId,
    api,
};
pub use invoke_error::{CallError, InvokeError, RpcFailure};
pub use login::{GivenUp, Login, LoginError, LoginPrompts};
pub use messages::{
    CallbackAnswer, Clicked, ForwardOptions, Message, MessageError, MessageIter, OutgoingMessage,
};
pub use network::{Network, NetworkError};
pub use password::{PasswordError, password_proof, password_verifier};
pub use peers::{Entities, Entity, PeerError, PeerId, PeerRef};
#[cfg(feature = "sqlite")]
pub use storage::SqliteStorage;
pub use storage::{
    KnownPeer, MemoryStorage, PeerAccess, PeerKind, Storage, StorageError, UpdateState,
};
pub use string_session::{
    SessionDetails, SessionFormat, SessionUser, StringSession, StringSessionError,
    UnknownSessionFormat,
};
pub use updates::{EventHandler, Outcome, Updates};

/// The code blocks of the guide, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/from-gramjs-to-rust.md")]
struct FromGramjs;
