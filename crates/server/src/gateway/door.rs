//! A port: where it leads to.

use std::sync::Arc;

use crate::core::Core;

/// A DC of a world.
pub(crate) struct Door {
    /// The DC.
    pub(crate) dc_id: i32,
    /// The world that keys made here belong to at first.
    pub(crate) seat: Seat,
}

/// Where a key is at home.
#[derive(Clone)]
pub(crate) struct Seat {
    /// The world's name.
    pub(crate) world: Arc<str>,
    /// The world.
    pub(crate) core: Core,
}
