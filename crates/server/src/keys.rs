//! Auth keys as the gateway needs them: kept when made, found when a message comes, forgotten when destroyed.
//!
//! A key belongs to the server, not to a connection: a client may make it on one and use it on another, and find
//! it after a restart. A temporary key is worth nothing until `auth.bindTempAuthKey` ties it to a permanent one.

use heliogram_crypto::auth_key::{AUTH_KEY_LEN, AuthKey, AuthKeyId};

use crate::core::Core;
use crate::operations::OperationError;
use crate::store::auth_keys::{ClientInfo, StoredKey};

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
    /// The DC it was made with, and the only one that knows it.
    pub dc_id: i32,
}

impl Core {
    /// Keeps an auth key. When this returns it survives the death of the process.
    ///
    /// # Errors
    /// When the store fails; the key exchange must then not be completed.
    pub fn add_auth_key(&self, known: &KnownKey) -> Result<(), OperationError> {
        let id = known.key.id().0;
        let new = StoredKey {
            key: known.key.as_bytes().to_vec(),
            salt: known.salt,
            wire_expires: match known.kind {
                KeyKind::Permanent => None,
                KeyKind::Temporary { expires_at } => Some(expires_at),
            },
            bound_to: known.bound_to.map(|bound| bound.0),
            dc_id: known.dc_id,
            minted: false,
        };
        self.write_blocking(move |turn| Ok(turn.scope.tx.auth_keys().insert(id, &new)?))
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
            .inspect_err(|error| match error {
                // A world that was closed knows nobody.
                OperationError::Stopped => {}
                error => tracing::error!(%error, "an auth key could not be looked up"),
            })
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
            dc_id: stored.dc_id,
        })
    }

    /// The `api_id` with which a key said who it is; 0 when it did so by logging in or was minted, none when it has
    /// not yet.
    pub(crate) async fn joined_as(&self, id: AuthKeyId) -> Option<i32> {
        let row = self.read(move |tx| tx.auth_keys().row(id.0)).await;
        match row {
            Ok(row) => {
                let row = row?;
                let said = row.client != ClientInfo::default();
                (said || row.minted || row.user_id.is_some()).then_some(row.client.api_id)
            }
            // When in doubt it stays where it is.
            Err(_) => Some(0),
        }
    }

    /// Gives a key that has not said who it is to another world, with the temporary keys bound to it. Which keys those
    /// are.
    pub(crate) async fn hand_over(
        &self,
        id: AuthKeyId,
        to: &Self,
    ) -> Result<Vec<AuthKeyId>, OperationError> {
        let keys = self.read(move |tx| tx.auth_keys().family(id.0)).await?;
        let ids = keys.iter().map(|(id, ..)| AuthKeyId(*id)).collect();
        let wire_now = self.shared().settings.wire_clock.now();
        to.write(wire_now, move |turn| {
            for (id, key, layer) in &keys {
                turn.scope.tx.auth_keys().insert(*id, key)?;
                if let Some(layer) = layer {
                    turn.scope.tx.auth_keys().set_layer(*id, *layer)?;
                }
            }
            Ok(())
        })
        .await?;
        self.write(wire_now, move |turn| {
            Ok(turn.scope.tx.auth_keys().remove(id.0)?)
        })
        .await?;
        Ok(ids)
    }

    /// Forgets a key, and the temporary keys bound to it: `destroy_auth_key`, or an expired one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_auth_key(&self, id: AuthKeyId) -> Result<(), OperationError> {
        self.write_blocking(move |turn| Ok(turn.scope.tx.auth_keys().remove(id.0)?))
    }
}
