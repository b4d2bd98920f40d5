//! Peers: users, basic groups and channels, and how a client may address them.
//!
//! `core.telegram.org/api/peers`.

mod book;
mod entity;
mod found;
mod peer_id;
mod peer_ref;
mod resolve;

pub(crate) use book::PeerBook;
pub use entity::{Entities, Entity};
pub use peer_id::PeerId;
pub use peer_ref::PeerRef;
pub use resolve::PeerError;
pub(crate) use resolve::{MayBeStale, input_channel, input_user};
