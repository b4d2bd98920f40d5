//! A world as a whole: let it begin anew, keep it, bring it back.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::{body, expect_type};
use super::reply::Refusal;

/// What a snapshot is to whoever carries it; to the server, a SQLite file.
const KIND: &str = "application/octet-stream";
/// The longest snapshot that is taken back, in bytes.
const LONGEST: usize = 256 << 20;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    let limit = DefaultBodyLimit::max(LONGEST);
    OpenApiRouter::default()
        .routes(routes!(reset))
        .routes(routes!(take_snapshot, restore_snapshot).layer(limit))
}

/// The bytes of a snapshot.
struct Snapshot(Bytes);

impl FromRequest<Control> for Snapshot {
    type Rejection = Refusal;

    async fn from_request(request: Request, control: &Control) -> Result<Self, Refusal> {
        expect_type(request.headers(), KIND)?;
        body(request, control).await.map(Self)
    }
}

/// Lets the world begin anew, as its fixtures say; no key is known any more, journal, rules and faults are empty
#[utoipa::path(post, path = "/reset", tag = "snapshot", responses((status = 204, description = "It has begun anew")))]
async fn reset(InWorld(core): InWorld) -> Result<StatusCode, Refusal> {
    core.reset().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All that the world holds, secrets included
#[utoipa::path(get, path = "/snapshot", tag = "snapshot",
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn take_snapshot(InWorld(core): InWorld) -> Result<impl IntoResponse, Refusal> {
    let snapshot = core.snapshot().await?;
    Ok(([(header::CONTENT_TYPE, KIND)], snapshot))
}

/// Brings back a snapshot of this world or another, of at most 256 MiB; its clock and sessions go on
#[utoipa::path(put, path = "/snapshot", tag = "snapshot",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204, description = "The world is as it was then")))]
async fn restore_snapshot(
    InWorld(core): InWorld,
    Snapshot(snapshot): Snapshot,
) -> Result<StatusCode, Refusal> {
    core.restore(snapshot.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
