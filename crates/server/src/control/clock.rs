//! The business clock.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::JsonBody;
use super::reply::Refusal;
use crate::clock::ClockReading;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default().routes(routes!(read_clock, move_clock))
}

/// What the business clock shows.
#[derive(Serialize, ToSchema)]
struct Reading {
    /// Business time, unix seconds.
    now: i64,
    /// How far it is ahead of the real time.
    ahead_seconds: i64,
    /// Whether it stands still.
    frozen: bool,
}

/// Where the clock shall go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// How far forward.
    #[schema(minimum = 0)]
    advance_seconds: i64,
}

/// What the business clock shows
#[utoipa::path(get, path = "/clock", tag = "clock", responses((status = 200, body = Reading)))]
async fn read_clock(InWorld(core): InWorld) -> Json<Reading> {
    Json(core.clock().into())
}

/// Moves the business clock; what falls due on the way has happened, in order, when this answers
#[utoipa::path(post, path = "/clock", tag = "clock", request_body = MoveBody,
    responses((status = 200, body = Reading)))]
async fn move_clock(
    InWorld(core): InWorld,
    JsonBody(body): JsonBody<MoveBody>,
) -> Result<Json<Reading>, Refusal> {
    let reading = core.advance_clock(body.advance_seconds).await?;
    Ok(Json(reading.into()))
}

impl From<ClockReading> for Reading {
    fn from(clock: ClockReading) -> Self {
        Self {
            now: clock.now,
            ahead_seconds: clock.shift,
            frozen: clock.frozen,
        }
    }
}
