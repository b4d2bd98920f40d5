//! What all connections share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use heliogram_mtproto::exchange::server::Identity;
use heliogram_mtproto::session::{Now, ServerConfig};
use heliogram_net::wire_now;
use tokio::time::Instant;

use super::keys::Keys;
use crate::worlds::Worlds;

/// The worlds, the server's identity, and the keys and sessions in use.
pub(crate) struct Hub {
    pub(super) worlds: Worlds,
    pub(super) identity: Identity,
    pub(super) keys: Keys,
    pub(super) session_config: Arc<ServerConfig>,
    /// How long a peer may take nothing of what waits for it.
    pub(super) patience: Duration,
    /// Held while a key finds its world.
    pub(super) joining: tokio::sync::Mutex<()>,
    connections: AtomicU64,
}

impl Hub {
    pub(crate) fn new(worlds: Worlds, identity: Identity, patience: Duration) -> Self {
        Self {
            worlds,
            identity,
            keys: Keys::default(),
            session_config: Arc::default(),
            patience,
            joining: tokio::sync::Mutex::default(),
            connections: AtomicU64::new(1),
        }
    }

    /// A number for a new connection, for the log.
    pub(super) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// Looks up the keys of a world again that is gone or all new: connections of those that it does not know any more
    /// are told -404.
    pub(crate) async fn renew_world(self: &Arc<Self>, name: &str) {
        let (hub, name) = (Arc::clone(self), name.to_owned());
        // A panic has been logged where it happened.
        let _ = tokio::task::spawn_blocking(move || hub.keys.renew_world(&name)).await;
    }

    /// Forgets sessions without connections, and keys without sessions.
    pub(super) fn sweep(&self) {
        self.keys.sweep(now());
    }
}

/// The time as sessions take it.
pub(super) fn now() -> Now {
    Now {
        mono: Instant::now().into_std(),
        unix: wire_now(),
    }
}
