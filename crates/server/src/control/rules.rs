//! Answers scripted from outside.

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
use crate::instrument::{NewRule, Rule};

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(list_rules, create_rule, clear_rules))
        .routes(routes!(read_rule, delete_rule))
}

/// Which rule.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RuleId {
    /// The rule's id.
    id: u64,
}

/// The rules in force.
#[derive(Serialize, ToSchema)]
#[schema(as = Rules)]
struct RulesBody {
    /// In the order in which they act.
    items: Vec<Rule>,
}

/// The rules in force
#[utoipa::path(get, path = "/rules", tag = "rules", responses((status = 200, body = RulesBody)))]
async fn list_rules(InWorld(core): InWorld) -> Json<RulesBody> {
    let items = core.rules().list();
    Json(RulesBody { items })
}

/// Makes a rule, which acts after those that are there; what does not fit the schema is refused with its path
#[utoipa::path(post, path = "/rules", tag = "rules", request_body = NewRule,
    responses((status = 201, body = Rule)))]
async fn create_rule(
    InWorld(core): InWorld,
    JsonBody(rule): JsonBody<NewRule>,
) -> Result<(StatusCode, Json<Rule>), Refusal> {
    Ok((StatusCode::CREATED, Json(core.rules().add(rule)?)))
}

/// Removes all rules
#[utoipa::path(delete, path = "/rules", tag = "rules", responses((status = 204, description = "They are gone")))]
async fn clear_rules(InWorld(core): InWorld) -> StatusCode {
    core.rules().clear();
    StatusCode::NO_CONTENT
}

/// A rule, and how often it acted
#[utoipa::path(get, path = "/rules/{id}", tag = "rules", params(RuleId),
    responses((status = 200, body = Rule), (status = 404, description = "There is no such rule")))]
async fn read_rule(
    InWorld(core): InWorld,
    InPath(rule): InPath<RuleId>,
) -> Result<Json<Rule>, Refusal> {
    let found = core.rules().get(rule.id);
    let gone = || Refusal::not_found("id", format!("there is no rule {}", rule.id));
    found.map(Json).ok_or_else(gone)
}

/// Removes a rule
#[utoipa::path(delete, path = "/rules/{id}", tag = "rules", params(RuleId),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is no such rule")))]
async fn delete_rule(
    InWorld(core): InWorld,
    InPath(rule): InPath<RuleId>,
) -> Result<StatusCode, Refusal> {
    core.rules().remove(rule.id)?;
    Ok(StatusCode::NO_CONTENT)
}
