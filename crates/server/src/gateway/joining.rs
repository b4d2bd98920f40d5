//! Which world a key belongs to.
//!
//! A key that was made over a shared port is in the main world until its first `initConnection`, whose `api_id` may
//! name another, or until it is bound to a key that is elsewhere already. After that it stays: another
//! world's `api_id` is refused with `API_ID_INVALID`.

use std::sync::Arc;

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_tl::api::auth::BindTempAuthKey;
use heliogram_tl::{Combinator, Decode, RpcError};

use super::door::Seat;
use super::hub::Hub;
use super::keys::LiveKey;
use crate::operations::OperationError;
use crate::wrappers;

impl Hub {
    /// The world that answers this call of a key; moves the key there when this is how it says so.
    pub(super) async fn join(&self, key: &Arc<LiveKey>, body: &Bytes) -> Result<Seat, RpcError> {
        if !self.worlds.any_by_api_id() || !self.worlds.shares_ports(&key.seat().world) {
            return Ok(key.seat());
        }
        // A query that cannot be read is answered so by whatever world it is in.
        let Ok(peeled) = wrappers::peel(body) else {
            return Ok(key.seat());
        };
        let binding = binding(&peeled.query);
        if peeled.connection.is_none() && binding.is_none() {
            return Ok(key.seat());
        }
        let _one_at_a_time = self.joining.lock().await;
        if let Some(permanent) = binding {
            self.meet(key, AuthKeyId(permanent)).await;
            return Ok(key.seat());
        }
        let api_id = peeled.connection.map_or(0, |said| said.api_id);
        let (Some(world), seat) = (self.worlds.by_api_id(api_id), key.seat()) else {
            return Ok(key.seat());
        };
        if world.name() == &*seat.world {
            return Ok(seat);
        }
        if seat.core.has_joined(key.permanent_or_own()).await {
            tracing::info!(key = %key.id, api_id, "a key may not change its world");
            return Err(RpcError::new(400, "API_ID_INVALID"));
        }
        let target = Seat {
            world: world.name().into(),
            core: world.core().clone(),
        };
        self.move_key(key, target).await;
        Ok(key.seat())
    }

    /// Brings a temporary key and the permanent one it is being bound to into one world: where the permanent one
    /// is at home, or where the temporary one is if the permanent one has not said anything yet.
    async fn meet(&self, temporary: &Arc<LiveKey>, permanent: AuthKeyId) {
        let Some(permanent) = self
            .keys
            .find(&self.worlds, permanent, super::hub::now().unix)
        else {
            return;
        };
        let (from, to) = (permanent.seat(), temporary.seat());
        if from.world == to.world {
            return;
        }
        if from.core.has_joined(permanent.id).await {
            self.move_key(temporary, from).await;
        } else {
            self.move_key(&permanent, to).await;
        }
    }

    async fn move_key(&self, key: &Arc<LiveKey>, to: Seat) {
        let (from, id, target) = (key.seat(), key.id, to.core.clone());
        let moved = tokio::task::spawn_blocking(move || -> Result<(), OperationError> {
            if let Some(known) = from.core.auth_key(id) {
                target.add_auth_key(&known)?;
                from.core.remove_auth_key(id)?;
            }
            Ok(())
        });
        match moved.await {
            Ok(Ok(())) => {
                tracing::debug!(key = %id, world = &*to.world, "a key joins a world");
                key.take_seat(to);
            }
            failed => tracing::error!(?failed, key = %id, "a key could not join a world"),
        }
    }
}

/// The permanent key that a query binds the caller's to.
fn binding(query: &Bytes) -> Option<i64> {
    let id = query.first_chunk().map(|id| u32::from_le_bytes(*id))?;
    (id == BindTempAuthKey::ID)
        .then(|| BindTempAuthKey::from_bytes(query).ok())
        .flatten()
        .map(|call| call.perm_auth_key_id)
}
