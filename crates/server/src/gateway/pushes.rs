//! News from the core to the sessions they are for.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use heliogram_tl::Combinator;
use heliogram_tl::api::UpdateShort;
use tokio::sync::mpsc::UnboundedReceiver;

use super::hub::Hub;
use crate::push::{Push, PushKind, in_layer};

/// Passes the news of a world on until it is gone.
pub(crate) async fn run(hub: Arc<Hub>, world: Arc<str>, mut news: UnboundedReceiver<Push>) {
    while let Some(push) = news.recv().await {
        match &push.kind {
            PushKind::Updates(updates) => deliver(&hub, &push, updates),
            // A key that is logged out stays known, and its calls are refused by the core.
            PushKind::Revoked => {}
            PushKind::Renewed => hub.renew_world(&world).await,
            PushKind::Dropped => {
                for recipient in &push.to {
                    hub.keys.forget(recipient.key);
                }
            }
        }
    }
}

fn deliver(hub: &Hub, push: &Push, updates: &Bytes) {
    let mut forms: HashMap<i32, Option<Bytes>> = HashMap::new();
    for recipient in &push.to {
        let form = forms.entry(recipient.layer).or_insert_with(|| {
            in_layer(updates, recipient.layer)
                .inspect_err(|error| tracing::warn!(%error, "an update has no form in a client's layer; it will be found by getDifference"))
                .ok()
        });
        let Some(form) = form else { continue };
        for key in hub.keys.standing_for(recipient.key) {
            for session in key.sessions() {
                let calls = push.except.is_some_and(|calling| {
                    calling.key == key.id
                        && calling.session_id == session.with(|session| session.id()).0
                });
                if calls {
                    continue;
                }
                if !session.wants_updates() {
                    continue;
                }
                if session.is_connected() {
                    session.tell(|session| session.push(form.clone()));
                } else if !is_passing(updates) {
                    session.miss();
                }
            }
        }
    }
}

/// Whether news are for those who are there only: short ones are not kept, as who is typing or online.
fn is_passing(updates: &Bytes) -> bool {
    updates.starts_with(&<UpdateShort as Combinator>::ID.to_le_bytes())
}
