//! The journal: every call and its answer.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::{InQuery, Patience};
use super::reply::Refusal;
use crate::core::Core;
use crate::instrument::{By, Entry, Filter, OF_THIS_RUN, Secrets, to_ndjson};

/// How many calls a list has when nothing else is asked for.
const LIMIT: usize = 1000;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(list_calls, clear_calls))
        .routes(routes!(export_calls))
}

/// Which calls, and how to show them.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    /// Only calls of this method, `account.sendConfirmPhoneCode`.
    method: Option<String>,
    /// Only calls whose request has these fields: a part of its JSON form. They need a method.
    #[serde(deserialize_with = "json")]
    #[param(value_type = Option<String>, example = json!("{\"hash\":\"B5MnlS34\"}"))]
    fields: Map<String, Value>,
    /// Only calls of this user.
    user_id: Option<i64>,
    /// Only calls that got this error: `FLOOD_WAIT_30`, or `FLOOD_WAIT` for any number.
    error: Option<String>,
    /// Only calls answered by `handler`, `rule`, `rule:3`, `fault`, `fault:3`, `auto_reply` or `nobody`.
    #[param(value_type = Option<String>, pattern = "^(handler|auto_reply|nobody|(rule|fault)(:[0-9]{1,18})?)$")]
    by: Option<By>,
    /// Only calls with a higher number; `newest` of an earlier answer for those from then on.
    since: u64,
    /// So many calls at most; 1000 in a list, all in an export. 0 to know `total` only.
    #[param(value_type = Option<u64>, maximum = 65_535)]
    limit: Option<u16>,
    /// `true` to begin with the newest.
    newest_first: bool,
    /// Wait so many milliseconds at most for such a call, if there is none.
    #[param(value_type = u64, maximum = 60_000)]
    wait_ms: Patience,
    /// `1` to leave out what differs from one run to the next: numbers, connections, keys, durations.
    #[param(inline)]
    canonical: Switch,
    /// `1` to show secrets.
    #[param(inline)]
    secrets: Switch,
}

/// Off or on.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
enum Switch {
    #[default]
    #[serde(rename = "0", alias = "false")]
    Off,
    #[serde(rename = "1", alias = "true")]
    On,
}

/// An [`Entry`], of which the canonical form leaves fields out.
struct Call;

impl ToSchema for Call {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Entry::schemas(schemas);
    }
}

impl PartialSchema for Call {
    fn schema() -> RefOr<Schema> {
        let mut schema = Entry::schema();
        if let RefOr::T(Schema::AllOf(parts)) = &mut schema {
            for part in &mut parts.items {
                if let RefOr::T(Schema::Object(part)) = part {
                    part.required
                        .retain(|field| !OF_THIS_RUN.contains(&field.as_str()));
                }
            }
        }
        schema
    }
}

/// Some calls.
#[derive(Serialize, ToSchema)]
struct Calls {
    /// The oldest is first, unless asked for otherwise.
    #[schema(value_type = Vec<Call>)]
    items: Vec<Value>,
    /// How many calls that are kept pass the filter, the limit left aside.
    total: usize,
    /// The number of the newest call of all; 0 when there was none.
    newest: u64,
}

/// The calls that are kept, filtered
#[utoipa::path(get, path = "/calls", tag = "calls", params(Wanted), responses((status = 200, body = Calls)))]
async fn list_calls(
    InWorld(core): InWorld,
    InQuery(wanted): InQuery<Wanted>,
) -> Result<Json<Calls>, Refusal> {
    let items = read(&core, &wanted, LIMIT).await?;
    Ok(Json(Calls {
        items: items.collect(),
        total: core.journal().count(&wanted.filter(LIMIT))?,
        newest: core.journal().newest(),
    }))
}

/// The same as lines of JSON, for `heliogram replay`
#[utoipa::path(get, path = "/calls.ndjson", tag = "calls", params(Wanted),
    responses((status = 200, content_type = "application/x-ndjson", body = String)))]
async fn export_calls(
    InWorld(core): InWorld,
    InQuery(wanted): InQuery<Wanted>,
) -> Result<impl IntoResponse, Refusal> {
    let lines = to_ndjson(read(&core, &wanted, usize::MAX).await?);
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], lines))
}

/// Forgets all calls; their numbers go on
#[utoipa::path(delete, path = "/calls", tag = "calls", responses((status = 204, description = "They are forgotten")))]
async fn clear_calls(InWorld(core): InWorld) -> StatusCode {
    core.journal().clear();
    StatusCode::NO_CONTENT
}

async fn read(
    core: &Core,
    wanted: &Wanted,
    limit: usize,
) -> Result<impl Iterator<Item = Value>, Refusal> {
    let filter = wanted.filter(limit);
    if let Some(wait) = wanted.wait_ms.duration() {
        core.journal().wait(&filter, wait).await?;
    }
    let secrets = match wanted.secrets {
        Switch::On => Secrets::Shown,
        Switch::Off => Secrets::Hidden,
    };
    let canonical = wanted.canonical == Switch::On;
    let calls = core.journal().read(&filter)?.into_iter();
    Ok(calls.map(move |call: Entry| match canonical {
        true => call.canonical(secrets),
        false => call.to_json(secrets),
    }))
}

impl Wanted {
    fn filter(&self, limit: usize) -> Filter {
        Filter {
            method: self.method.clone(),
            fields: self.fields.clone(),
            user_id: self.user_id,
            error: self.error.clone(),
            by: self.by,
            since: self.since,
            limit: Some(self.limit.map_or(limit, usize::from)),
            newest_first: self.newest_first,
        }
    }
}

/// An object of JSON in a query.
fn json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text).map_err(D::Error::custom)
}
