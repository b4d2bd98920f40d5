//! Faults on purpose, one by one and as scenarios.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::{InPath, JsonBody};
use super::reply::Refusal;
use crate::instrument::{Fault, NewFault, Scenario};

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(list_faults, create_fault, delete_faults))
        .routes(routes!(read_fault, delete_fault))
        .routes(routes!(list_scenarios))
        .routes(routes!(start_scenario))
}

/// The faults in force.
#[derive(Serialize, ToSchema)]
struct Faults {
    /// In the order in which they were made.
    items: Vec<Fault>,
}

/// What faults come together under a name.
#[derive(Serialize, ToSchema)]
struct Scenarios {
    /// All of them.
    items: Vec<Scenario>,
}

/// Which fault.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Numbered {
    /// Its id.
    #[param(minimum = 0)]
    id: u64,
}

/// Which scenario.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Named {
    /// Its name.
    name: String,
}

/// Whom a scenario is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScenarioBody {
    /// A user; everyone when none is named.
    user_id: Option<i64>,
}

/// The faults in force
#[utoipa::path(get, path = "/faults", tag = "faults", responses((status = 200, body = Faults)))]
async fn list_faults(InWorld(core): InWorld) -> Json<Faults> {
    let items = core.faults().list();
    Json(Faults { items })
}

/// Makes a fault; docs/faults.md tells what each kind does
#[utoipa::path(post, path = "/faults", tag = "faults", request_body = NewFault,
    responses((status = 201, body = Fault)))]
async fn create_fault(
    InWorld(core): InWorld,
    JsonBody(fault): JsonBody<NewFault>,
) -> Result<(StatusCode, Json<Fault>), Refusal> {
    Ok((StatusCode::CREATED, Json(core.faults().add(fault)?)))
}

/// Removes all faults
#[utoipa::path(delete, path = "/faults", tag = "faults",
    responses((status = 204, description = "None is left")))]
async fn delete_faults(InWorld(core): InWorld) -> StatusCode {
    core.faults().clear();
    StatusCode::NO_CONTENT
}

/// A fault, and how often it has struck
#[utoipa::path(get, path = "/faults/{id}", tag = "faults", params(Numbered),
    responses((status = 200, body = Fault), (status = 404, description = "There is no such fault")))]
async fn read_fault(
    InWorld(core): InWorld,
    InPath(Numbered { id }): InPath<Numbered>,
) -> Result<Json<Fault>, Refusal> {
    let found = core.faults().get(id).ok_or_else(|| {
        let message = format!("there is no fault {id}");
        Refusal::new(StatusCode::NOT_FOUND, "id", message)
    })?;
    Ok(Json(found))
}

/// Removes a fault; what it has changed for a session stays changed
#[utoipa::path(delete, path = "/faults/{id}", tag = "faults", params(Numbered),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such fault")))]
async fn delete_fault(
    InWorld(core): InWorld,
    InPath(Numbered { id }): InPath<Numbered>,
) -> Result<StatusCode, Refusal> {
    core.faults().remove(id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The scenarios: faults that come together under a name
#[utoipa::path(get, path = "/scenarios", tag = "faults", responses((status = 200, body = Scenarios)))]
async fn list_scenarios(InWorld(core): InWorld) -> Json<Scenarios> {
    let items = core.faults().scenarios().to_vec();
    Json(Scenarios { items })
}

/// Makes all faults of a scenario
#[utoipa::path(post, path = "/scenarios/{name}", tag = "faults", params(Named), request_body = ScenarioBody,
    responses((status = 201, body = Faults), (status = 404, description = "There is no such scenario")))]
async fn start_scenario(
    InWorld(core): InWorld,
    InPath(Named { name }): InPath<Named>,
    JsonBody(body): JsonBody<ScenarioBody>,
) -> Result<(StatusCode, Json<Faults>), Refusal> {
    let items = core.faults().start_scenario(&name, body.user_id)?;
    Ok((StatusCode::CREATED, Json(Faults { items })))
}
