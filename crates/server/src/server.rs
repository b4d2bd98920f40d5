//! A whole server: a core with its gateway.

use std::io;
use std::net::SocketAddr;

use heliogram_mtproto::exchange::server::Identity;
use tokio::task::JoinHandle;

use crate::core::{Core, CoreOptions, OpenError};
use crate::gateway;
use crate::identity::{self, IdentityError, PublicIdentity};
use crate::port;

/// How a server is started.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The store, the clock and the limits.
    pub core: CoreOptions,
    /// Where MTProto clients connect. 127.0.0.1, on a free port of at most 32767.
    pub listen: SocketAddr,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            core: CoreOptions::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
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
    identity: PublicIdentity,
    gateway: JoinHandle<()>,
}

impl Server {
    /// Starts a server on the current tokio runtime; when this returns it listens.
    ///
    /// # Errors
    /// When the store, the key or the port cannot be had.
    pub async fn start(options: ServerOptions) -> Result<Self, StartError> {
        let listening = |source| StartError::Listen {
            address: options.listen,
            source,
        };
        let data = options.core.data.clone();
        // The directory is made here, before the key is put into it.
        let core = Core::open(options.core)?;
        let identity =
            match tokio::task::spawn_blocking(move || identity::load(data.as_deref())).await {
                Ok(identity) => identity?,
                Err(error) => return Err(listening(io::Error::other(error))),
            };
        let listener = port::bind(options.listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        core.set_address(address);
        Ok(Self {
            identity: public(&identity),
            gateway: tokio::spawn(gateway::run(core.clone(), identity, listener)),
            core,
            address,
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

    /// The key that clients must know.
    #[must_use]
    pub fn identity(&self) -> &PublicIdentity {
        &self.identity
    }

    /// Ends the connections, and closes the store when what is under way is done.
    pub async fn stop(mut self) {
        self.gateway.abort();
        // Cancelled, which is what was asked for.
        let _ = (&mut self.gateway).await;
        let core = self.core.clone();
        let _ = tokio::task::spawn_blocking(move || core.stop()).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.gateway.abort();
    }
}

fn public(identity: &Identity) -> PublicIdentity {
    PublicIdentity::of(identity.keys[0].public())
}
