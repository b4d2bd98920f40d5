//! The dashboard: the same operations as the control API, as pages for a browser.
//!
//! Every page is made here, on the server, and works without a script: links, forms that POST, and a
//! redirect back. A small script (`dashboard/script.js`) only adds to this: parts of a page that say what they
//! show (`data-on="inbox clock"`) are fetched again when the world's events say that it changed, and countdowns
//! tick. Nothing comes from anywhere else, and the headers forbid the browser to ask (`security.rs`).
//!
//! Pages render and nothing more: what they do is an operation of [`Core`](crate::Core), of its journal, rules and
//! faults, or of the server that hosts the worlds. The main world is at `/`, another one at `/worlds/{name}`.
//!
//! What clients sent is text everywhere; `maud` escapes it.

mod account;
mod accounts;
mod clock;
mod coverage;
mod dates;
mod fields;
mod frame;
mod here;
mod journal;
mod login;
mod phone;
mod refused;
mod rules;
mod security;
mod tree;
mod worlds;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::control::ControlToken;
use crate::server::Host;

/// Every page, for a router with any state. The guard of the control API goes around it.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(host: Host) -> Router<S> {
    let pages: Router<Host> = Router::new()
        .merge(world())
        .nest("/worlds/{world}", world())
        .route("/worlds", get(worlds::list).post(worlds::open))
        .route("/worlds/close", post(worlds::close));
    pages
        .layer(axum::middleware::from_fn(security::headers))
        .with_state(host)
}

/// What is there for who has no token yet: the form for it, and what every page looks like.
pub(crate) fn entrance<S: Clone + Send + Sync + 'static>(token: Option<ControlToken>) -> Router<S> {
    Router::new()
        .merge(login::router(token))
        .layer(axum::middleware::from_fn(security::headers))
        .route("/assets/style.css", get(style))
        .route("/assets/script.js", get(script))
        .route("/assets/icon.svg", get(icon))
        .with_state(())
}

/// Where a person at a browser is sent who has not logged in; none for a program.
pub(crate) fn way_in(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    login::way_in(method, uri, headers)
}

/// The largest snapshot that a form may bring, in bytes.
const MAX_SNAPSHOT: usize = 256 << 20;

/// The pages of one world.
fn world() -> Router<Host> {
    Router::new()
        .route("/", get(accounts::list).post(accounts::create))
        .route("/accounts/{id}", get(account::show).post(account::edit))
        .route("/accounts/{id}/delete", post(account::delete))
        .route("/accounts/{id}/revoke", post(account::revoke))
        .route("/accounts/{id}/session", post(account::mint))
        .route("/accounts/{id}/program", post(account::program))
        .route("/phone", get(phone::show))
        .route("/phone/clear", post(phone::clear))
        .route("/journal", get(journal::list))
        .route("/journal/clear", post(journal::clear))
        .route("/journal/{number}", get(journal::show))
        .route("/clock", get(clock::show))
        .route("/clock/advance", post(clock::advance))
        .route("/clock/set", post(clock::set))
        .route("/clock/freeze", post(clock::freeze))
        .route("/rules", get(rules::show).post(rules::add_rule))
        .route("/rules/clear", post(rules::clear))
        .route("/rules/{id}/remove", post(rules::remove_rule))
        .route("/faults", post(rules::add_fault))
        .route("/faults/{id}/remove", post(rules::remove_fault))
        .route("/scenarios", post(rules::start))
        .route("/coverage", get(coverage::show))
        .route("/reset", post(worlds::reset))
        .route("/snapshot", get(worlds::snapshot))
        .route(
            "/restore",
            post(worlds::restore).layer(DefaultBodyLimit::max(MAX_SNAPSHOT)),
        )
}

async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("dashboard/style.css"),
    )
}

async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("dashboard/script.js"),
    )
}

async fn icon() -> Response {
    asset("image/svg+xml", include_str!("dashboard/icon.svg"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
