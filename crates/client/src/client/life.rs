//! Who keeps a client alive: its clones in the hands of the program, and not its own tasks.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use super::{Inner, TelegramClient};
use crate::updates::Hub;

/// Ends the tasks of a client when its last clone is gone. The connections end with the clones and the tasks.
pub(crate) struct Life {
    updates: Arc<Hub>,
}

impl Life {
    pub(crate) fn new(updates: Arc<Hub>) -> Self {
        Self { updates }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        // Nobody can wait for them here; they end by themselves.
        drop(self.updates.abort());
    }
}

/// A client, if there is a clone of it.
#[derive(Clone)]
pub(crate) struct WeakClient {
    inner: Weak<Inner>,
    life: Weak<Life>,
}

impl WeakClient {
    pub(crate) fn upgrade(&self) -> Option<TelegramClient> {
        Some(TelegramClient {
            inner: self.inner.upgrade()?,
            life: Some(self.life.upgrade()?),
        })
    }
}

impl fmt::Debug for WeakClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakClient")
    }
}

impl TelegramClient {
    /// For whoever must not keep the client alive.
    pub(crate) fn downgrade(&self) -> WeakClient {
        WeakClient {
            inner: Arc::downgrade(&self.inner),
            life: self.life.as_ref().map_or_else(Weak::new, Arc::downgrade),
        }
    }

    /// For the client's own tasks: they keep it as it is, and end with its last clone.
    pub(crate) fn without_life(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            life: None,
        }
    }
}
