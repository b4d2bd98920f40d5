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
use crate::wrappers;

impl Hub {
    /// Whether a key may still go to another world: its calls then run one after the other, so that none overtakes
    /// the one that says where.
    pub(super) fn may_move(&self, key: &LiveKey) -> bool {
        !key.is_settled() && key.seat().shares_ports && self.worlds.any_by_api_id()
    }

    /// The world that answers this call of a key; moves the key there when this is how it says so.
    pub(super) async fn join(&self, key: &Arc<LiveKey>, body: &Bytes) -> Result<Seat, RpcError> {
        let seat = key.seat();
        if !seat.shares_ports || !self.worlds.any_by_api_id() {
            return Ok(seat);
        }
        // A query that cannot be read is answered so by whatever world it is in.
        let Ok(peeled) = wrappers::peel(body) else {
            return Ok(seat);
        };
        if let Some(permanent) = binding(&peeled.query) {
            let _one_at_a_time = self.joining.lock().await;
            self.meet(key, AuthKeyId(permanent)).await;
        }
        if let Some(said) = peeled.connection {
            self.go_to(key, said.api_id).await?;
            key.settle();
        }
        Ok(key.seat())
    }

    /// Takes a key where its `api_id` leads.
    async fn go_to(&self, key: &Arc<LiveKey>, api_id: i32) -> Result<(), RpcError> {
        let Some(world) = self.worlds.by_api_id(api_id) else {
            return Ok(());
        };
        if key.is_of(world.name()) {
            return Ok(());
        }
        let _one_at_a_time = self.joining.lock().await;
        let seat = key.seat();
        if world.name() == &*seat.world {
            return Ok(());
        }
        match seat.core.joined_as(key.permanent_or_own()).await {
            None => {
                self.move_key(key, world.seat()).await;
                Ok(())
            }
            // It came before the other world asked for this `api_id`, and stays.
            Some(said) if said == api_id => Ok(()),
            Some(_) => {
                tracing::info!(key = %key.id, api_id, "a key may not change its world");
                Err(RpcError::new(400, "API_ID_INVALID"))
            }
        }
    }

    /// Brings a temporary key and the permanent one it is being bound to into one world: where the permanent one
    /// is at home, or where the temporary one is if the permanent one has not said anything yet.
    async fn meet(&self, temporary: &Arc<LiveKey>, permanent: AuthKeyId) {
        let to = temporary.seat();
        let now = super::hub::now().unix;
        let Some(permanent) = self.keys.find(&self.worlds, &to, permanent, now) else {
            return;
        };
        let from = permanent.seat();
        if from.world == to.world {
            return;
        }
        if from.core.joined_as(permanent.id).await.is_some() {
            self.move_key(temporary, from).await;
        } else {
            self.move_key(&permanent, to).await;
        }
    }

    /// Moves a key, and all that are bound to the same permanent one.
    async fn move_key(&self, key: &Arc<LiveKey>, to: Seat) {
        let (from, id) = (key.seat().core, key.permanent_or_own());
        let epoch = to.core.epoch();
        match from.hand_over(id, &to.core).await {
            Ok(moved) => {
                tracing::debug!(key = %key.id, world = &*to.world, "a key joins a world");
                for live in self.keys.in_use(&moved) {
                    live.take_seat(to.clone(), epoch);
                }
            }
            Err(error) => {
                tracing::error!(%error, key = %key.id, "a key could not join a world");
            }
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
