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

impl Door {
    /// Whether a key exchange that names this DC has come to the right place.
    pub(super) fn is_meant(&self, said: i32) -> bool {
        let settings = &self.seat.core.shared().settings;
        settings.is_meant(said, self.dc_id)
    }
}

/// Where a key is at home.
#[derive(Clone)]
pub(crate) struct Seat {
    /// The world's name.
    pub(crate) world: Arc<str>,
    /// The world.
    pub(crate) core: Core,
    /// Whether its keys may come by the main world's ports.
    pub(crate) shares_ports: bool,
}
