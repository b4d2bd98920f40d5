//! The server, which can be stopped and started again from its store.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use heliogram::Socket;
use heliogram_campaigns::program::Folder;
use heliogram_server::{Core, CoreOptions, ServerOptions, TestServer};

use crate::Failure;
use crate::virtual_time::{Busy, at_a_stand};

/// A server and its store.
pub(crate) struct House {
    folder: Folder,
    seed: u64,
    busy: Busy,
    server: Mutex<Option<TestServer>>,
}

impl House {
    /// A server that is not started.
    pub(crate) fn new(seed: u64, busy: Busy) -> Result<Self, Failure> {
        Ok(Self {
            folder: Folder::new()?,
            seed,
            busy,
            server: Mutex::default(),
        })
    }

    /// Starts it on what its store has.
    pub(crate) async fn start(&self) {
        let starting = TestServer::start_with(ServerOptions {
            core: CoreOptions {
                data: Some(self.folder.path().to_owned()),
                seed: Some(self.seed),
                journal_bytes: 1 << 20,
                ..CoreOptions::default()
            },
            control: None,
            ..ServerOptions::default()
        });
        let server = at_a_stand(starting).await;
        self.busy.set(Some(server.core().clone()));
        *self.slot() = Some(server);
    }

    /// Ends all connections and what is not done, and closes the store.
    pub(crate) async fn stop(&self) {
        self.busy.set(None);
        let server = self.slot().take();
        if let Some(server) = server {
            at_a_stand(server.stop()).await;
        }
    }

    /// Hands it a connection; false when nobody is there.
    pub(crate) fn serve(&self, socket: Socket, peer: SocketAddr) -> bool {
        match &*self.slot() {
            Some(server) => {
                server.server().serve_socket(socket, peer);
                true
            }
            None => false,
        }
    }

    /// Its world, while it runs.
    pub(crate) fn core(&self) -> Option<Core> {
        self.slot().as_ref().map(|server| server.core().clone())
    }

    /// Does something with it while it runs.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&TestServer) -> T) -> Option<T> {
        self.slot().as_ref().map(act)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<TestServer>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
