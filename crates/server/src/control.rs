//! The control API: the server as an instrument, over HTTP and JSON.
//!
//! One file per room, and a room has no thoughts of its own: everything is an operation of [`Core`], of its
//! journal, rules and faults, or of [`Host`], which a Rust test calls without HTTP. A room says what goes in and
//! out as types, and the OpenAPI document that the server serves is made from these types and from the
//! routes themselves (`openapi.rs`).
//!
//! Everything under `/v1/` is about the main world; the same rooms stand under `/v1/worlds/{world}/` for any
//! world (`in_world.rs`). Who may come in is decided at the gate (`guard.rs`, `token.rs`).
//!
//! Bad input is answered with a 4xx and `{"error": {"field": "phone", "message": "…"}}` (`reply.rs`).

mod calls;
mod clock;
mod coverage;
mod events;
mod faults;
mod guard;
mod health;
mod in_world;
mod inbox;
mod input;
mod openapi;
mod reply;
mod rules;
mod sessions;
mod snapshot;
mod token;
mod users;
mod worlds;

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware;
use tokio::net::TcpListener;
use tokio::sync::watch;
use utoipa_axum::router::OpenApiRouter;

#[cfg(doc)]
use crate::core::Core;
use crate::server::Host;

pub(crate) use self::token::COOKIE;
pub use self::token::{ControlToken, TokenError};

use self::reply::Refusal;

/// The longest body, in bytes. Objects to be answered by a rule are the largest.
const MAX_BODY: usize = 1 << 20;

/// What the rooms share.
#[derive(Clone)]
pub(crate) struct Control {
    host: Host,
    token: Option<ControlToken>,
    address: SocketAddr,
    running: watch::Receiver<()>,
}

impl Control {
    /// Serves on this port until it is dropped. Its connections, long waits and event streams end with it.
    pub(crate) async fn run(
        host: Host,
        token: Option<ControlToken>,
        listener: TcpListener,
        address: SocketAddr,
    ) {
        // Dropped with this future, which every connection notices.
        let (_running, running) = watch::channel(());
        let (router, _) = rooms().split_for_parts();
        let control = Self {
            host,
            token,
            address,
            running: running.clone(),
        };
        let served = axum::serve(listener, control.guarded(router))
            .with_graceful_shutdown(over(running))
            .await;
        if let Err(error) = served {
            tracing::error!(%error, "the control API ended");
        }
    }

    /// Whether who sends a request may do anything here: has the token, or none is asked for.
    pub(crate) fn knows(&self, headers: &HeaderMap) -> bool {
        let token = self.token.as_ref();
        token.is_none_or(|token| token.is_in(headers))
    }

    fn guarded(self, rooms: Router<Self>) -> Router {
        let known = middleware::from_fn_with_state(self.clone(), guard::known_caller);
        let pages = crate::dashboard::router(self.host.clone());
        Router::new()
            .merge(rooms.merge(pages).layer(known))
            .merge(crate::dashboard::entrance(self.token.clone()))
            .fallback(not_found)
            .method_not_allowed_fallback(wrong_method)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .layer(middleware::from_fn_with_state(
                self.clone(),
                guard::while_running,
            ))
            .layer(middleware::from_fn_with_state(
                self.clone(),
                guard::same_origin,
            ))
            .with_state(self)
    }
}

/// Every route, and the document that describes them.
fn rooms() -> OpenApiRouter<Control> {
    let of_main = of_a_world();
    let mut of_any = of_main.clone();
    openapi::name_the_world(of_any.get_openapi_mut());
    let mut all = OpenApiRouter::with_openapi(openapi::cover())
        .merge(health::rooms())
        .nest("/v1/worlds", worlds::rooms())
        .nest("/v1", of_main)
        .nest("/v1/worlds/{world}", of_any);
    openapi::add_common_answers(all.get_openapi_mut());
    all
}

/// The document of all routes, made when somebody first asks: it takes memory that most servers never need.
fn document() -> &'static [u8] {
    static DOCUMENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let (_, document) = rooms().split_for_parts();
        openapi::finish(&document).to_string().into_bytes()
    });
    &DOCUMENT
}

/// The rooms that every world has.
fn of_a_world() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .merge(users::rooms())
        .merge(sessions::rooms())
        .merge(inbox::rooms())
        .merge(clock::rooms())
        .merge(calls::rooms())
        .merge(rules::rooms())
        .merge(faults::rooms())
        .merge(coverage::rooms())
        .merge(events::rooms())
        .merge(snapshot::rooms())
}

/// Waits until the server stops.
async fn over(mut running: watch::Receiver<()>) {
    while running.changed().await.is_ok() {}
}

/// Any other path.
async fn not_found(uri: Uri) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "path",
        format!("{} is not here; /v1/openapi.json lists what is", uri.path()),
    )
}

/// Any other method on a path that exists; the `Allow` header says which ones do something.
async fn wrong_method(method: Method, uri: Uri) -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method",
        format!("{method} does nothing on {}", uri.path()),
    )
}
