//! What reached a phone.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::{InPath, InQuery, Patience};
use super::reply::Refusal;
use crate::inbox::{InboxItem, InboxKind};

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default()
        .routes(routes!(read_inbox, clear_inbox))
        .routes(routes!(clear_inboxes))
}

/// Whose inbox.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Number {
    /// The number; everything but digits is stripped.
    #[param(min_length = 1)]
    phone: String,
}

/// From where to read, and how long to wait.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
struct Reading {
    /// Only what came after the item with this id.
    after: u64,
    /// Wait so many milliseconds at most for something to come, if nothing is there.
    #[param(value_type = u64, maximum = 60_000)]
    wait_ms: Patience,
}

/// A code, a call or a notice.
#[derive(Serialize, ToSchema)]
#[schema(as = InboxItem)]
struct Item {
    /// Later ones have higher ids, whatever was cleared in between.
    id: i64,
    /// How it came.
    #[schema(schema_with = kinds)]
    kind: &'static str,
    /// Who sent it or called.
    from: String,
    /// What was written or said.
    text: String,
    /// Business time, unix seconds.
    date: i64,
}

/// An inbox.
#[derive(Serialize, ToSchema)]
struct Inbox {
    /// The newest is last.
    items: Vec<Item>,
}

/// How much was forgotten.
#[derive(Serialize, ToSchema)]
struct Cleared {
    /// How many items.
    #[schema(minimum = 0)]
    cleared: usize,
}

fn kinds() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("How it came"))
        .enum_values(Some(InboxKind::ALL.map(InboxKind::name)))
        .build()
}

/// What reached a number; empty for one that nobody has
#[utoipa::path(get, path = "/inbox/{phone}", tag = "inbox", params(Number, Reading),
    responses((status = 200, body = Inbox)))]
async fn read_inbox(
    InWorld(core): InWorld,
    InPath(number): InPath<Number>,
    InQuery(reading): InQuery<Reading>,
) -> Result<Json<Inbox>, Refusal> {
    let after = i64::try_from(reading.after).unwrap_or(i64::MAX);
    if let Some(wait) = reading.wait_ms.duration() {
        core.next_in_inbox(&number.phone, after, wait).await?;
    }
    let items = core.inbox_after(&number.phone, after).await?;
    let items = items.into_iter().map(Item::from).collect();
    Ok(Json(Inbox { items }))
}

/// Empties the inbox of a number
#[utoipa::path(delete, path = "/inbox/{phone}", tag = "inbox", params(Number),
    responses((status = 200, body = Cleared)))]
async fn clear_inbox(
    InWorld(core): InWorld,
    InPath(number): InPath<Number>,
) -> Result<Json<Cleared>, Refusal> {
    let cleared = core.clear_inbox(Some(&number.phone)).await?;
    Ok(Json(Cleared { cleared }))
}

/// Empties all inboxes
#[utoipa::path(delete, path = "/inbox", tag = "inbox", responses((status = 200, body = Cleared)))]
async fn clear_inboxes(InWorld(core): InWorld) -> Result<Json<Cleared>, Refusal> {
    let cleared = core.clear_inbox(None).await?;
    Ok(Json(Cleared { cleared }))
}

impl From<InboxItem> for Item {
    fn from(item: InboxItem) -> Self {
        Self {
            id: item.id,
            kind: item.kind.name(),
            from: item.from,
            text: item.text,
            date: item.date,
        }
    }
}
