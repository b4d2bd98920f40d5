//! The client: a connection to the home DC, further ones where they are wanted, and the calls over them.

mod elsewhere;
mod home;
mod invoke;
mod lanes;
mod life;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use bytes::Bytes;
use heliogram_net::client::{ConnectError, Connection};
use heliogram_tl::api;
use tokio::runtime::Handle;

pub(crate) use self::{
    invoke::Failed,
    lanes::Lanes,
    life::{Life, WeakClient},
};
use crate::{ClientOptions, StringSession, peers::PeerBook, updates::Hub};

/// A connection to Telegram, or to a server that speaks the same, and the calls over it.
///
/// Cheap to clone; all clones are the same client. It can be called from any task, by
/// reference. One task of its own holds the socket, and one each those to other DCs; when the last clone is gone, or
/// after [`disconnect`](Self::disconnect), these tasks, their timers and the sockets are gone too.
///
/// See the [crate's documentation](crate) for an example.
#[derive(Clone)]
pub struct TelegramClient {
    inner: Arc<Inner>,
    /// None in the hands of the client's own tasks, which end when nobody else has a clone.
    life: Option<Arc<Life>>,
}

struct Inner {
    api_id: i32,
    api_hash: String,
    options: ClientOptions,
    state: Mutex<State>,
    updates: Arc<Hub>,
    peers: PeerBook,
    /// Held while the connection is made or moved, so that two callers do not both make one. It
    /// guards no data, and calls do not wait for it.
    moving: tokio::sync::Mutex<()>,
    /// The same for connections to other DCs.
    opening: tokio::sync::Mutex<()>,
}

/// Locked for as long as it takes to read or set a field, never while waiting.
struct State {
    session: StringSession,
    /// How often the session has changed.
    session_version: u64,
    connection: Option<Arc<Connection>>,
    /// Where the tasks of the client run.
    runtime: Option<Handle>,
    flood_sleep_threshold: Duration,
    config: Option<Arc<api::Config>>,
    /// Connections to other DCs, for [`TelegramClient::invoke_on`].
    others: HashMap<u8, Arc<Connection>>,
    /// Connections that the client has left, as long as calls wait there.
    left: Vec<Weak<Connection>>,
}

/// Why a client is not connected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No connection, or not the right server behind it.
    #[error("DC {dc_id}{}: {source}", at(address, source))]
    Connect {
        /// The DC.
        dc_id: u8,
        /// Its address.
        address: heliogram_net::Address,
        /// Why not.
        source: Arc<ConnectError>,
    },
    /// The DC is not in the options, in the session or in the server's config.
    #[error(
        "no address is known for DC {dc_id}; add it with Network::with_dc, or use a session made for this server"
    )]
    UnknownDc {
        /// The DC.
        dc_id: i32,
    },
    /// A DC sends a call to where it has been already.
    #[error(
        "DC {from} sends the call to DC {to}, where it has been; no DC says that the account lives there"
    )]
    Circle {
        /// The DC that sent it on.
        from: u8,
        /// The DC that it was to go to, once more.
        to: i32,
    },
    /// The server's config cannot be read.
    #[error("the answer to help.getConfig cannot be read: {0}")]
    Config(heliogram_tl::DecodeError),
    /// A setting is too long to be sent.
    #[error("the options cannot be sent: {0}")]
    Options(heliogram_tl::EncodeError),
}

impl TelegramClient {
    /// A client that is not connected yet. `api_id` and `api_hash` are the program's own, from
    /// my.telegram.org; a server of one's own may accept any.
    ///
    /// Never copy an `api_id` and `api_hash` from an official app: Telegram forbids it and bans
    /// accounts that do.
    #[must_use]
    pub fn new(
        session: StringSession,
        api_id: i32,
        api_hash: impl Into<String>,
        options: ClientOptions,
    ) -> Self {
        let updates = Arc::new(Hub::new(&options));
        let flood_sleep_threshold = options.flood_sleep_threshold;
        Self {
            life: Some(Arc::new(Life::new(Arc::clone(&updates)))),
            inner: Arc::new(Inner {
                api_id,
                api_hash: api_hash.into(),
                options,
                state: Mutex::new(State {
                    session,
                    session_version: 0,
                    connection: None,
                    runtime: None,
                    flood_sleep_threshold,
                    config: None,
                    others: HashMap::new(),
                    left: Vec::new(),
                }),
                updates,
                peers: PeerBook::default(),
                moving: tokio::sync::Mutex::new(()),
                opening: tokio::sync::Mutex::new(()),
            }),
        }
    }

    /// Connects: makes a key when the session has none, tells the server who calls, and learns its
    /// config. Does nothing when there is a connection.
    ///
    /// # Errors
    /// When that fails [`connection_retries`](ClientOptions::connection_retries) times after the first, or in a way
    /// that another attempt would not mend, such as a wrong server key.
    pub async fn connect(&self) -> Result<(), ClientError> {
        let _moving = self.inner.moving.lock().await;
        if self.is_connected() {
            return Ok(());
        }
        let (dc_id, saved) = self.first_home();
        self.move_to(dc_id, saved).await?;
        self.state().runtime = Handle::try_current().ok();
        self.run_updates();
        Ok(())
    }

    /// Closes the connections and waits until nothing is left of it: no task, no timer, no
    /// socket. Calls that wait for an answer get an error, and streams of updates end. `connect` may follow.
    pub async fn disconnect(&self) {
        self.inner.updates.stop().await;
        let connections: Vec<_> = {
            let mut state = self.state();
            let left = std::mem::take(&mut state.left);
            let left: Vec<_> = left.iter().filter_map(Weak::upgrade).collect();
            let others = std::mem::take(&mut state.others).into_values();
            let home = state.connection.take().into_iter();
            home.chain(others).chain(left).collect()
        };
        for connection in connections {
            connection.close().await;
        }
    }

    /// Whether there is a connection, or one that is being made again after it broke.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        let (_, connection) = self.home_connection();
        connection.is_some_and(|connection| connection.lost().is_none())
    }

    /// The session as it is now: [`save`](StringSession::save) it to come back without logging in.
    #[must_use]
    pub fn session(&self) -> StringSession {
        self.state().session.clone()
    }

    /// How often the session has changed since the client was made: by a first connection, a move to another DC, or
    /// [`set_session`](Self::set_session). Who keeps the session elsewhere sees by it when to save again.
    #[must_use]
    pub fn session_version(&self) -> u64 {
        self.state().session_version
    }

    /// Goes on with another session from the next [`connect`](Self::connect) on. A client that is connected keeps the
    /// one it has, and this says false.
    pub fn set_session(&self, session: StringSession) -> bool {
        if self.is_connected() {
            return false;
        }
        let mut state = self.state();
        if state.session != session {
            state.session = session;
            state.session_version += 1;
        }
        true
    }

    /// What the server said about itself at the last `connect`.
    #[must_use]
    pub fn config(&self) -> Option<Arc<api::Config>> {
        self.state().config.clone()
    }

    /// The settings this client was made with.
    #[must_use]
    pub fn options(&self) -> &ClientOptions {
        &self.inner.options
    }

    /// The longest flood wait that is slept; a longer one is an error.
    #[must_use]
    pub fn flood_sleep_threshold(&self) -> Duration {
        self.state().flood_sleep_threshold
    }

    /// Sleeps flood waits up to this one, inclusive, from now on.
    pub fn set_flood_sleep_threshold(&self, threshold: Duration) {
        self.state().flood_sleep_threshold = threshold;
    }

    pub(crate) fn api_id(&self) -> i32 {
        self.inner.api_id
    }

    pub(crate) fn api_hash(&self) -> &str {
        &self.inner.api_hash
    }

    pub(crate) fn peers(&self) -> &PeerBook {
        &self.inner.peers
    }

    /// Notes the peers in an object that the server sent: every answer comes by here.
    pub(crate) fn meet(&self, object: &Bytes) {
        self.inner.peers.meet(object, &*self.inner.options.storage);
    }

    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.inner.updates
    }

    /// Where the tasks of a client run that is connected.
    pub(crate) fn runtime(&self) -> Option<Handle> {
        let state = self.state();
        state.connection.as_ref()?;
        state.runtime.clone()
    }

    /// The home DC and the connection to it.
    fn home_connection(&self) -> (u8, Option<Arc<Connection>>) {
        let state = self.state();
        (state.session.dc_id(), state.connection.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave these fields half set.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address, unless the error names it already.
fn at(address: &heliogram_net::Address, source: &ConnectError) -> String {
    match source {
        ConnectError::Dial(_) => String::new(),
        _ => format!(" at {address}"),
    }
}

impl fmt::Debug for TelegramClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelegramClient")
            .field("api_id", &self.inner.api_id)
            .field("session", &self.session())
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}
