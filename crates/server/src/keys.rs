//! Auth keys as the gateway needs them: kept when made, found when a message comes, forgotten when destroyed.
//!
//! A key belongs to the server, not to a connection: a client may make it on one and use it on another, and find
//! it after a restart. A temporary key is worth nothing until `auth.bindTempAuthKey` ties it to a permanent one.

use heliogram_crypto::auth_key::{AUTH_KEY_LEN, AuthKey, AuthKeyId};

use crate::core::Core;
use crate::operations::OperationError;

/// What kind an auth key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Made once, stays.
    Permanent,
    /// Good until a moment of wire time, and only after it is bound to a permanent one.
    Temporary {
        /// Unix seconds.
        expires_at: i64,
    },
}

/// An auth key as the store has it.
#[derive(Clone, Debug)]
pub struct KnownKey {
    /// The key.
    pub key: AuthKey,
    /// The server salt it began with.
    pub salt: i64,
    /// Permanent or temporary.
    pub kind: KeyKind,
    /// The permanent key that a temporary one is bound to.
    pub bound_to: Option<AuthKeyId>,
}

impl Core {
    /// Keeps an auth key. When this returns it survives the death of the process.
    ///
    /// # Errors
    /// When the store fails; the key exchange must then not be completed.
    pub fn add_auth_key(
        &self,
        key: &AuthKey,
        kind: KeyKind,
        salt: i64,
    ) -> Result<(), OperationError> {
        let key = key.clone();
        self.write_blocking(move |turn| {
            let expires = match kind {
                KeyKind::Permanent => None,
                KeyKind::Temporary { expires_at } => Some(expires_at),
            };
            let keys = turn.scope.tx.auth_keys();
            Ok(keys.insert(key.id().0, key.as_bytes(), salt, expires)?)
        })
    }

    /// The key with this id, if the server has it. Whether a temporary one has expired is for the caller
    /// to see.
    #[must_use]
    pub fn auth_key(&self, id: AuthKeyId) -> Option<KnownKey> {
        let stored = if self.has_readers() {
            self.on_reader(|tx| tx.auth_keys().stored(id.0))
                .map_err(OperationError::from)
        } else {
            self.write_blocking(move |turn| Ok(turn.scope.tx.auth_keys().stored(id.0)?))
        };
        let stored = stored
            .inspect_err(|error| tracing::error!(%error, "an auth key could not be looked up"))
            .ok()??;
        let key = <[u8; AUTH_KEY_LEN]>::try_from(stored.key).ok()?;
        Some(KnownKey {
            key: AuthKey::new(key),
            salt: stored.salt,
            kind: match stored.wire_expires {
                None => KeyKind::Permanent,
                Some(expires_at) => KeyKind::Temporary { expires_at },
            },
            bound_to: stored.bound_to.map(AuthKeyId),
        })
    }

    /// Forgets a key, and the temporary keys bound to it: `destroy_auth_key`, or an expired one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_auth_key(&self, id: AuthKeyId) -> Result<(), OperationError> {
        self.write_blocking(move |turn| Ok(turn.scope.tx.auth_keys().remove(id.0)?))
    }
}
