//! Where a request is: in which world, and what its pages are called.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::refused::Refused;
use crate::core::Core;
use crate::server::Host;
use crate::worlds::{MAIN, World};

/// The world of a request.
pub(super) struct Here {
    pub(super) host: Host,
    pub(super) world: Arc<World>,
    /// What stands before each of its paths: nothing for the main world.
    pub(super) base: String,
    /// The path and query of this request.
    pub(super) path: String,
}

impl Here {
    pub(super) fn core(&self) -> &Core {
        self.world.core()
    }

    /// The address of a page of this world. `page` begins with a slash.
    pub(super) fn to(&self, page: &str) -> String {
        let first = page == "/" || page.starts_with("/?");
        let page = match first && !self.base.is_empty() {
            true => &page[1..],
            false => page,
        };
        format!("{}{page}", self.base)
    }

    /// Where the world's API is.
    pub(super) fn api(&self) -> String {
        format!("/v1{}", self.base)
    }
}

impl FromRequestParts<Host> for Here {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, host: &Host) -> Result<Self, Refused> {
        let params = RawPathParams::from_request_parts(parts, host).await;
        let named = params.ok().and_then(|params| {
            let mut params = params.iter();
            let found = params.find(|(name, _)| *name == "world");
            found.map(|(_, value)| value.to_owned())
        });
        let name = named.as_deref().unwrap_or(MAIN);
        let Some(world) = host.worlds().get(name) else {
            return Err(Refused::not_found(format!("There is no world “{name}”.")));
        };
        let base = named.as_deref().map(|name| format!("/worlds/{name}"));
        let mut here = Self {
            host: host.clone(),
            world,
            base: base.unwrap_or_default(),
            path: String::new(),
        };
        // What is nested sees the rest of the path only.
        let rest = parts.uri.path_and_query();
        here.path = here.to(rest.map_or("/", |rest| rest.as_str()));
        Ok(here)
    }
}
