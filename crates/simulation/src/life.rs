//! What a program that crashes has kept: nothing that it would have written later.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use heliogram::{KnownPeer, MemoryStorage, PeerId, Storage, StorageError, UpdateState};

/// The storage of one life of a program. After its death nothing reaches the file any more, whatever is torn down in
/// this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Life {
    file: Arc<MemoryStorage>,
    over: Arc<AtomicBool>,
}

impl Life {
    /// The next one, with the same file.
    pub(crate) fn next(&self) -> Self {
        Self {
            file: Arc::clone(&self.file),
            over: Arc::default(),
        }
    }

    /// It is over, from now on.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

impl Storage for Life {
    fn update_state(&self, account: i64) -> Result<Option<UpdateState>, StorageError> {
        self.file.update_state(account)
    }

    fn save_update_state(&self, account: i64, state: &UpdateState) -> Result<(), StorageError> {
        if self.is_over() {
            return Ok(());
        }
        self.file.save_update_state(account, state)
    }

    fn peer(&self, account: i64, id: PeerId) -> Result<Option<KnownPeer>, StorageError> {
        self.file.peer(account, id)
    }

    fn peer_by_username(
        &self,
        account: i64,
        username: &str,
    ) -> Result<Option<KnownPeer>, StorageError> {
        self.file.peer_by_username(account, username)
    }

    fn peer_by_phone(&self, account: i64, phone: &str) -> Result<Option<KnownPeer>, StorageError> {
        self.file.peer_by_phone(account, phone)
    }

    fn remember(&self, account: i64, peers: &[KnownPeer]) -> Result<(), StorageError> {
        if self.is_over() {
            return Ok(());
        }
        self.file.remember(account, peers)
    }
}
