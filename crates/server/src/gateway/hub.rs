//! What all connections share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use heliogram_mtproto::exchange::server::Identity;
use heliogram_mtproto::session::{Now, ServerConfig};
use heliogram_net::wire_now;

use super::keys::Keys;
use crate::core::Core;

/// The core, the server's identity, and the keys and sessions in use.
pub(crate) struct Hub {
    pub(super) core: Core,
    pub(super) identity: Identity,
    pub(super) keys: Keys,
    pub(super) session_config: Arc<ServerConfig>,
    /// How long a peer may take nothing of what waits for it.
    pub(super) patience: Duration,
    connections: AtomicU64,
}

impl Hub {
    pub(crate) fn new(core: Core, identity: Identity, patience: Duration) -> Self {
        Self {
            core,
            identity,
            keys: Keys::default(),
            session_config: Arc::default(),
            patience,
            connections: AtomicU64::new(1),
        }
    }

    /// A number for a new connection, for the log.
    pub(super) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed)
    }

    /// Forgets sessions without connections, and keys without sessions.
    pub(super) fn sweep(&self) {
        self.keys.sweep(now());
    }
}

/// The time as sessions take it.
pub(super) fn now() -> Now {
    Now {
        mono: Instant::now(),
        unix: wire_now(),
    }
}
