//! Which world a request is about.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::Control;
use super::reply::Refusal;
use crate::core::Core;
use crate::worlds::{MAIN, World};

/// The variable part of the path that names a world.
pub(super) const WORLD: &str = "world";

/// The world that the path names; the main one when it names none.
pub(super) struct InWorld(pub(super) Core);

impl FromRequestParts<Control> for InWorld {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self, Refusal> {
        let params = RawPathParams::from_request_parts(parts, control).await;
        let params = params.map_err(|error| Refusal::bad("path", error.body_text()))?;
        let name = params.iter().find(|(name, _)| *name == WORLD);
        let name = name.map_or(MAIN, |(_, name)| name);
        Ok(Self(find(control, name)?.core().clone()))
    }
}

/// The world of this name.
pub(super) fn find(control: &Control, name: &str) -> Result<Arc<World>, Refusal> {
    let worlds = control.host.worlds();
    worlds.get(name).ok_or_else(|| match worlds.get(MAIN) {
        Some(_) => Refusal::new(
            StatusCode::NOT_FOUND,
            WORLD,
            format!("there is no world {name:?}; POST /v1/worlds makes one"),
        ),
        None => Refusal::stopping(),
    })
}
