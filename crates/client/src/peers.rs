//! Peers: users, basic groups and channels, and how a client may address them.
//!
//! `core.telegram.org/api/peers`.

mod peer_id;

pub use peer_id::PeerId;
