//! The worlds of the server.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::find;
use super::input::{InPath, JsonBody};
use super::reply::Refusal;
use crate::server::NewWorld;
use crate::worlds::{Reach, World};

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(list_worlds, create_world))
        .routes(routes!(read_world, delete_world))
}

/// Which world.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Named {
    /// Its name; `main` is always there.
    world: String,
}

/// A world to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWorld)]
struct NewWorldBody {
    /// Not that of another world.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    name: String,
    /// The `api_id`s that lead to it over the main world's ports; without any it gets ports of its own.
    #[serde(default)]
    #[schema(value_type = Vec<ApiId>, required = false)]
    api_ids: Vec<i32>,
    /// Makes codes, hashes and ids repeatable; the server's when none.
    #[schema(minimum = 0)]
    seed: Option<u64>,
}

/// An `api_id`.
#[derive(ToSchema)]
#[schema(minimum = 1, maximum = 2_147_483_647)]
#[expect(dead_code, reason = "it only describes")]
struct ApiId(i32);

/// A world.
#[derive(Serialize, ToSchema)]
#[schema(as = World)]
struct WorldBody {
    /// Its name.
    name: String,
    /// Where clients connect, by the number of the DC.
    addresses: BTreeMap<String, String>,
    /// The `api_id`s that lead to it over the main world's ports; none when it has ports of its own.
    api_ids: Vec<i32>,
}

/// The worlds.
#[derive(Serialize, ToSchema)]
#[schema(as = Worlds)]
struct WorldsBody {
    /// The main one is first.
    items: Vec<WorldBody>,
}

/// The worlds of this server
#[utoipa::path(get, path = "", tag = "worlds", responses((status = 200, body = WorldsBody)))]
async fn list_worlds(State(control): State<Control>) -> Json<WorldsBody> {
    let worlds = control.host.worlds().all();
    let items = worlds.iter().map(|world| WorldBody::of(world)).collect();
    Json(WorldsBody { items })
}

/// Makes a world, in memory; when this answers clients can reach it
#[utoipa::path(post, path = "", tag = "worlds", request_body = NewWorldBody,
    responses((status = 201, body = WorldBody), (status = 409, description = "The name or an `api_id` is taken")))]
async fn create_world(
    State(control): State<Control>,
    JsonBody(body): JsonBody<NewWorldBody>,
) -> Result<(StatusCode, Json<WorldBody>), Refusal> {
    let new = NewWorld {
        name: body.name,
        api_ids: body.api_ids,
        seed: body.seed,
        ..NewWorld::default()
    };
    let world = control.host.open_world(new).await?;
    Ok((StatusCode::CREATED, Json(WorldBody::of(&world))))
}

/// How clients reach a world
#[utoipa::path(get, path = "/{world}", tag = "worlds", params(Named),
    responses((status = 200, body = WorldBody), (status = 404, description = "There is no such world")))]
async fn read_world(
    State(control): State<Control>,
    InPath(named): InPath<Named>,
) -> Result<Json<WorldBody>, Refusal> {
    Ok(Json(WorldBody::of(&*find(&control, &named.world)?)))
}

/// Takes a world away, its users and sessions with it
#[utoipa::path(delete, path = "/{world}", tag = "worlds", params(Named),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such world"),
        (status = 409, description = "The main world stays")))]
async fn delete_world(
    State(control): State<Control>,
    InPath(named): InPath<Named>,
) -> Result<StatusCode, Refusal> {
    control.host.close_world(&named.world).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl WorldBody {
    fn of(world: &World) -> Self {
        let addresses = world.core().addresses().into_iter();
        Self {
            name: world.name().to_owned(),
            addresses: addresses
                .map(|(dc, address)| (dc.to_string(), address.to_string()))
                .collect(),
            api_ids: match world.reach() {
                Reach::ApiIds(ids) => ids.clone(),
                Reach::Ports => Vec::new(),
            },
        }
    }
}
