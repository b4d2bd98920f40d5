//! What happens in a world, as it happens: server-sent events.
//!
//! ```text
//! event: call
//! data: {"number":17}
//! ```
//!
//! An event says what to look at again, not what is there now. Who is too slow is told with `missed`.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::{Value as Json, json};
use tokio::sync::broadcast::error::RecvError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::in_world::InWorld;
use super::{Control, over};
use crate::instrument::Event;

/// How long a quiet stream says nothing. Proxies give up on one after 30 s and more.
const QUIET: Duration = Duration::from_secs(15);

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default().routes(routes!(watch_events))
}

/// Follows what happens: events `call`, `inbox`, `user`, `clock`, `script`, `reset`, `missed`
#[utoipa::path(get, path = "/events", tag = "events",
    responses((status = 200, content_type = "text/event-stream", body = String)))]
async fn watch_events(
    State(control): State<Control>,
    InWorld(core): InWorld,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let coming = core.events().subscribe();
    // The stream must not keep a world that was taken away.
    drop(core);
    let events = stream::unfold(coming, async |mut coming| {
        let (name, data) = match coming.recv().await {
            Ok(event) => (event.name(), tell(&event)),
            Err(RecvError::Lagged(missed)) => ("missed", json!({"events": missed})),
            Err(RecvError::Closed) => return None,
        };
        let event = sse::Event::default().event(name).data(data.to_string());
        Some((Ok(event), coming))
    });
    Sse::new(events.take_until(over(control.running))).keep_alive(KeepAlive::new().interval(QUIET))
}

fn tell(event: &Event) -> Json {
    match event {
        Event::Call(number) => json!({"number": number}),
        Event::Inbox(phone) => json!({"phone": phone}),
        Event::User(id) => json!({"id": id}),
        Event::Clock | Event::Script | Event::Reset => json!({}),
    }
}
