//! About the server itself: whether it is up, how it is reached, and what this API is.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use crate::ready::Ready;

/// Needs no token, so that whatever starts containers can ask it.
pub(super) const PATH: &str = "/healthz";

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(health))
        .routes(routes!(ready))
        .routes(routes!(document))
}

/// That the server is up.
#[derive(Serialize, ToSchema)]
struct Health {
    /// Always `ok`.
    #[schema(pattern = "^ok$")]
    status: &'static str,
}

/// Whether the server is up
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, body = Health)))]
async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// How clients reach the server: what `--ready-json` writes
#[utoipa::path(get, path = "/v1/ready", tag = "server", responses((status = 200, body = Ready)))]
async fn ready(State(control): State<Control>, InWorld(core): InWorld) -> Json<Ready> {
    let identity = control.host.identity();
    Json(Ready::of(&core, identity, Some(control.address)))
}

/// This document
#[utoipa::path(get, path = "/v1/openapi.json", tag = "server", responses((status = 200, body = serde_json::Value)))]
async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], super::document())
}
