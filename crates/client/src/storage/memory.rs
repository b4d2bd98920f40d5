//! A storage that lasts as long as the process.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{KnownPeer, Storage, StorageError, UpdateState};
use crate::PeerId;

/// Keeps everything in memory and loses it at the end of the process. The default.
///
/// A peer takes about 300 bytes.
#[derive(Default)]
pub struct MemoryStorage {
    accounts: Mutex<HashMap<i64, Account>>,
}

#[derive(Default)]
struct Account {
    state: Option<UpdateState>,
    peers: HashMap<PeerId, KnownPeer>,
    /// Without regard to case: in small letters.
    usernames: HashMap<String, PeerId>,
    phones: HashMap<String, PeerId>,
}

impl MemoryStorage {
    fn accounts(&self) -> MutexGuard<'_, HashMap<i64, Account>> {
        // A panic elsewhere cannot leave more behind than a name without its peer.
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for MemoryStorage {
    fn update_state(&self, account: i64) -> Result<Option<UpdateState>, StorageError> {
        let accounts = self.accounts();
        Ok(accounts.get(&account).and_then(|kept| kept.state.clone()))
    }

    fn save_update_state(&self, account: i64, state: &UpdateState) -> Result<(), StorageError> {
        let mut accounts = self.accounts();
        match &mut accounts.entry(account).or_default().state {
            // The map of channels is rarely another one: keep its nodes.
            Some(kept) => kept.clone_from(state),
            none => *none = Some(state.clone()),
        }
        Ok(())
    }

    fn peer(&self, account: i64, id: PeerId) -> Result<Option<KnownPeer>, StorageError> {
        let accounts = self.accounts();
        let peers = accounts.get(&account).map(|kept| &kept.peers);
        Ok(peers.and_then(|peers| peers.get(&id)).cloned())
    }

    fn peer_by_username(
        &self,
        account: i64,
        username: &str,
    ) -> Result<Option<KnownPeer>, StorageError> {
        let accounts = self.accounts();
        Ok(accounts.get(&account).and_then(|kept| {
            let id = kept.usernames.get(&username.to_lowercase())?;
            kept.peers.get(id).cloned()
        }))
    }

    fn peer_by_phone(&self, account: i64, phone: &str) -> Result<Option<KnownPeer>, StorageError> {
        let accounts = self.accounts();
        Ok(accounts.get(&account).and_then(|kept| {
            let id = kept.phones.get(phone)?;
            kept.peers.get(id).cloned()
        }))
    }

    fn remember(&self, account: i64, peers: &[KnownPeer]) -> Result<(), StorageError> {
        let mut accounts = self.accounts();
        let kept = accounts.entry(account).or_default();
        for peer in peers {
            if let Some(former) = kept.peers.insert(peer.id, peer.clone()) {
                kept.forget_names(&former);
            }
            for username in &peer.usernames {
                kept.usernames.insert(username.to_lowercase(), peer.id);
            }
            if let Some(phone) = &peer.phone {
                kept.phones.insert(phone.clone(), peer.id);
            }
        }
        Ok(())
    }
}

impl Account {
    /// Forgets the names of a peer that are still its own.
    fn forget_names(&mut self, former: &KnownPeer) {
        for username in &former.usernames {
            let username = username.to_lowercase();
            if self.usernames.get(&username) == Some(&former.id) {
                self.usernames.remove(&username);
            }
        }
        if let Some(phone) = &former.phone
            && self.phones.get(phone) == Some(&former.id)
        {
            self.phones.remove(phone);
        }
    }
}

impl fmt::Debug for MemoryStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accounts = self.accounts();
        let peers: usize = accounts.values().map(|kept| kept.peers.len()).sum();
        f.debug_struct("MemoryStorage")
            .field("accounts", &accounts.len())
            .field("peers", &peers)
            .finish()
    }
}
