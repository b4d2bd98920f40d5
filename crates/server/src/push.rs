//! What the server tells sessions without being asked.

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_tl::reflect::{LayerError, Type, to_layer};

/// News for some sessions. The gateway finds their connections; those without one will ask
/// with `updates.getDifference`.
#[derive(Clone, Debug)]
pub struct Push {
    /// The account that the news are of; none for news of keys.
    pub user_id: Option<i64>,
    /// Whom to reach, by permanent auth key. Connections under a temporary key bound to it count.
    pub to: Vec<Recipient>,
    /// The session that need not be told, since its call is answered with the same news.
    pub except: Option<CallingSession>,
    /// What to tell.
    pub kind: PushKind,
}

/// The session that a call came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallingSession {
    /// The key on its envelope, perhaps a temporary one.
    pub key: AuthKeyId,
    /// Its session_id.
    pub session_id: i64,
}

/// An auth key and the layer its client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The permanent auth key.
    pub key: AuthKeyId,
    /// The layer of its last invokeWithLayer; the newest when it never said one.
    pub layer: i32,
}

/// The news.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PushKind {
    /// An `Updates` object in the newest layer; [`in_layer`] puts it into another.
    Updates(Bytes),
    /// The keys are no longer logged in: their next call gets 401. What is cached of them is stale.
    Revoked,
    /// These temporary keys are gone: the next message under one gets -404.
    Dropped,
    /// Everything is new: any key may be unknown now, to its next message's cost (-404), or be bound to another.
    Renewed,
}

/// An `Updates` object of the newest layer in an older one.
///
/// # Errors
/// When that layer has no such object; its client learns of the news when it asks.
pub fn in_layer(updates: &Bytes, layer: i32) -> Result<Bytes, LayerError> {
    if layer >= heliogram_tl::LAYER {
        return Ok(updates.clone());
    }
    to_layer(layer, Type::Object, updates.clone())
}

impl std::fmt::Debug for PushKind {
    /// Without the updates: they may hold codes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Updates(_) => "Updates(..)",
            Self::Revoked => "Revoked",
            Self::Dropped => "Dropped",
            Self::Renewed => "Renewed",
        })
    }
}
