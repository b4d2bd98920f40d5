//! An update as the schema has it.

use std::sync::Arc;

use heliogram_tl::api::TypeUpdate;

use super::Entities;

/// An update as the server sent it, in its turn.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawEvent {
    /// The update. Its `pts` is that of the whole difference, and its `pts_count` 0, when it was fetched.
    pub update: TypeUpdate,
    entities: Arc<Entities>,
}

impl RawEvent {
    pub(crate) fn new(update: TypeUpdate, entities: Arc<Entities>) -> Self {
        Self { update, entities }
    }

    /// The users and chats that came with it.
    #[must_use]
    pub fn entities(&self) -> &Entities {
        &self.entities
    }
}
