//! The business clock.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::{Fields, JsonBody};
use super::openapi::one_of;
use super::reply::Refusal;
use crate::clock::ClockReading;
use crate::core::Core;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default().routes(routes!(read_clock, move_clock))
}

/// What the business clock shows.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
struct Reading {
    /// Business time, unix seconds.
    now: i64,
    /// How far it is ahead of the real time.
    ahead_seconds: i64,
    /// Whether it stands still.
    frozen: bool,
    /// Until when the last client that was told `FLOOD_WAIT_n` waits, in business time.
    flood_wait_until: Option<i64>,
}

/// Moves the clock forward.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// How far.
    #[schema(minimum = 0, maximum = 9_223_372_036_854_775_807i64)]
    advance_seconds: i64,
}

/// Sets the clock to a moment: forward, or anywhere while nobody lives there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Set {
    /// Unix seconds, since 2000.
    #[schema(minimum = 946_684_800, maximum = 2_061_083_647)]
    set: i64,
}

/// Lets the clock stand still, or go on from where it stands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Freeze {
    /// Whether it shall stand still.
    frozen: bool,
    /// Even while a client waits as `FLOOD_WAIT_n` told it to, and would wait in vain.
    #[serde(default)]
    force: bool,
}

one_of!(
    /// What the clock shall do.
    Move = Advance | Set | Freeze
);

/// What the business clock shows
#[utoipa::path(get, path = "/clock", tag = "clock", responses((status = 200, body = Reading)))]
async fn read_clock(InWorld(core): InWorld) -> Json<Reading> {
    Json(Reading::of(&core, core.clock()))
}

/// Moves or stops the business clock; what falls due on the way has happened, in order, when this answers
#[utoipa::path(post, path = "/clock", tag = "clock", request_body = Move,
    responses((status = 200, body = Reading), (status = 409, description =
        "That moment is past, or beyond what dates can say, or a client waits as `FLOOD_WAIT_n` told it to")))]
async fn move_clock(
    InWorld(core): InWorld,
    JsonBody(body): JsonBody<Fields>,
) -> Result<Json<Reading>, Refusal> {
    let reading = if body.has("frozen") {
        match body.read()? {
            Freeze { frozen: false, .. } => core.unfreeze_clock().await?,
            Freeze { force: true, .. } => core.freeze_clock_anyway().await?,
            Freeze { .. } => core.freeze_clock().await?,
        }
    } else if body.has("set") {
        core.set_clock_to(body.read::<Set>()?.set).await?
    } else {
        core.advance_clock(body.read::<Advance>()?.advance_seconds)
            .await?
    };
    Ok(Json(Reading::of(&core, reading)))
}

impl Reading {
    fn of(core: &Core, clock: ClockReading) -> Self {
        Self {
            now: clock.now,
            ahead_seconds: clock.shift,
            frozen: clock.frozen,
            flood_wait_until: core.flood_wait_until(),
        }
    }
}
