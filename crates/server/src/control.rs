//! The control API: the server as an instrument, over HTTP and JSON.
//!
//! It listens on the loopback interface only, and answers only who addresses it by a loopback
//! name and comes from no web page of another origin: a page in a browser on this machine must not
//! be able to drive it. Everything it does is an operation of [`Core`], which a Rust
//! test calls without HTTP.
//!
//! Bad input is answered with a 4xx and `{"error": {"field": "phone", "message": "…"}}`.

mod guard;
mod reply;
mod rooms;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use self::reply::Refusal;
use crate::core::Core;
use crate::server::Host;
use crate::worlds::MAIN;

/// What the rooms share.
#[derive(Clone)]
pub(crate) struct Control {
    host: Host,
}

impl Control {
    pub(crate) fn new(host: Host) -> Self {
        Self { host }
    }

    /// The main world.
    fn core(&self) -> Result<Core, Refusal> {
        let world = self.host.worlds().get(MAIN);
        world.map(|world| world.core().clone()).ok_or_else(|| {
            Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "",
                "the server is stopping".to_owned(),
            )
        })
    }

    /// Serves until it is dropped.
    pub(crate) async fn run(self, listener: TcpListener) {
        let served = axum::serve(listener, self.router()).await;
        if let Err(error) = served {
            tracing::error!(%error, "the control API ended");
        }
    }

    fn router(self) -> Router {
        Router::new()
            .route("/healthz", get(rooms::health))
            .route("/v1/users", get(rooms::users).post(rooms::create_user))
            .route("/v1/inbox/{phone}", get(rooms::inbox))
            .route("/v1/clock", get(rooms::clock).post(rooms::advance_clock))
            .route("/v1/sessions", post(rooms::mint_session))
            .route("/v1/coverage", get(rooms::coverage))
            .merge(crate::dashboard::router(self.host.clone()))
            .fallback(rooms::not_found)
            .method_not_allowed_fallback(rooms::wrong_method)
            .layer(axum::middleware::from_fn(guard::local_only))
            .with_state(self)
    }
}
