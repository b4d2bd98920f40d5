//! A whole server: a core with its gateway.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::control::Control;
use crate::core::{Core, CoreOptions, OpenError};
use crate::gateway::{self, Hub};
use crate::identity::{self, IdentityError, PublicIdentity};
use crate::port;

/// How a server is started.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The store, the clock and the limits.
    pub core: CoreOptions,
    /// Where MTProto clients connect. 127.0.0.1, on a free port of at most 32767.
    pub listen: SocketAddr,
    /// Where the control API listens, on the loopback interface only; none for no control API.
    /// 127.0.0.1, on a free port.
    pub control: Option<SocketAddr>,
    /// How long a client may take nothing of what waits for it before its connection is given up.
    /// A minute: a phone that was in a tunnel for longer comes back on a new connection.
    pub slow_client_patience: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            core: CoreOptions::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            control: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            slow_client_patience: Duration::from_secs(60),
        }
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store.
    #[error(transparent)]
    Core(#[from] OpenError),
    /// The key.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The control API would be reachable from other machines.
    #[error(
        "the control API has no password and cannot listen on {0}; use a loopback address such as 127.0.0.1"
    )]
    NotLoopback(SocketAddr),
    /// The runtime was shut down meanwhile.
    #[error("the start was broken off, since the runtime is shutting down")]
    Interrupted,
    /// The port.
    #[error("cannot listen on {address}: {source}; choose another port")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// A running server. Dropping it ends its connections and closes its store.
#[derive(Debug)]
pub struct Server {
    core: Core,
    address: SocketAddr,
    control: Option<SocketAddr>,
    dc_id: u8,
    identity: PublicIdentity,
    tasks: JoinSet<()>,
}

impl Server {
    /// Starts a server on the current tokio runtime; when this returns it listens.
    ///
    /// # Errors
    /// When the store, the key or the port cannot be had.
    pub async fn start(options: ServerOptions) -> Result<Self, StartError> {
        if let Some(control) = options.control
            && !control.ip().is_loopback()
        {
            return Err(StartError::NotLoopback(control));
        }
        let data = options.core.data.clone();
        let dc_id = options.core.dc_id as u8;
        // Opening makes the directory, which the key is then put into.
        let core = Core::open(options.core)?;
        let identity = tokio::task::spawn_blocking(move || identity::load(data.as_deref()))
            .await
            .map_err(|_| StartError::Interrupted)??;
        let (listener, address) = listen(options.listen).await?;
        core.set_address(address);

        let mut tasks = JoinSet::new();
        let mut control = None;
        if let Some(wanted) = options.control {
            let (listener, bound) = listen(wanted).await?;
            tasks.spawn(Control::new(core.clone(), dc_id, address).run(listener));
            control = Some(bound);
        }
        let public = PublicIdentity::of(identity.keys[0].public());
        let hub = Hub::new(core.clone(), identity, options.slow_client_patience);
        tasks.spawn(gateway::run(hub, listener));
        Ok(Self {
            core,
            address,
            control,
            dc_id,
            identity: public,
            tasks,
        })
    }

    /// The server without its sockets: users, inbox, clock, calls.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// Where MTProto clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the control API listens.
    #[must_use]
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control
    }

    /// The DC it says it is.
    #[must_use]
    pub fn dc_id(&self) -> u8 {
        self.dc_id
    }

    /// The key that clients must know.
    #[must_use]
    pub fn identity(&self) -> &PublicIdentity {
        &self.identity
    }

    /// Ends the connections, and closes the store when what is under way is done.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        let core = self.core;
        // A panic of the closing thread has been logged where it happened.
        let _ = tokio::task::spawn_blocking(move || core.stop()).await;
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = port::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
