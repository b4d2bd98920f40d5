//! What reached a phone.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;
use super::input::InPath;
use super::reply::Refusal;
use crate::inbox::InboxItem;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default().routes(routes!(read_inbox))
}

/// Whose inbox.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Number {
    /// The number; everything but digits is stripped.
    #[param(min_length = 1)]
    phone: String,
}

/// A code, a call or a notice.
#[derive(Serialize, ToSchema)]
struct Item {
    /// How it came: `sms`, `call`, `flash_call`, `missed_call`, `fragment`, `app`, `notice`, `email`.
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

/// What reached a number; empty for one that nobody has
#[utoipa::path(get, path = "/inbox/{phone}", tag = "inbox", params(Number),
    responses((status = 200, body = Inbox)))]
async fn read_inbox(
    InWorld(core): InWorld,
    InPath(number): InPath<Number>,
) -> Result<Json<Inbox>, Refusal> {
    let items = core.inbox(&number.phone).await?;
    let items = items.into_iter().map(Item::from).collect();
    Ok(Json(Inbox { items }))
}

impl From<InboxItem> for Item {
    fn from(item: InboxItem) -> Self {
        Self {
            kind: item.kind.name(),
            from: item.from,
            text: item.text,
            date: item.date,
        }
    }
}
