//! Updates that come twice, not at all, or only as a hint that there are some.
//!
//! A careless program shows them as they come. Our client does what `core.telegram.org/api/updates` says: it shows each
//! message once, and asks for what is missing.

use std::time::Duration;

use heliogram::{Update, api};
use heliogram_server::{FaultKind, Filter, Trigger};
use heliogram_tl::Decode as _;
use tokio::time::timeout;

use crate::careless::{Careless, Seen};
use crate::world::*;

/// How long updates are waited for.
const PATIENCE: Duration = Duration::from_millis(800);

/// Sends three messages, the first of which a fault strikes, and gives their numbers in the order in which they
/// were sent.
async fn three_messages(world: &World, kind: FaultKind) {
    let fault = world.strike(kind, Trigger::default().user(world.user_id).times(1));
    let mut caller = Careless::with_key(world, world.mint_for(CALLED).await).await;
    let call = api::auth::SendCode {
        phone_number: PHONE.into(),
        ..send_code()
    };
    for _ in 0..3 {
        assert_eq!(caller.call(&call).await, Seen::Answer);
    }
    assert_eq!(world.struck(&fault), 1);
}

/// The new messages in updates, with their pts.
fn messages(updates: &api::TypeUpdates) -> Vec<(i32, i32)> {
    let api::TypeUpdates::Updates(updates) = updates else {
        return Vec::new();
    };
    let new = updates.updates.iter().filter_map(|update| match update {
        api::TypeUpdate::UpdateNewMessage(new) => Some((id(&new.message), new.pts)),
        _ => None,
    });
    new.collect()
}

fn id(message: &api::TypeMessage) -> i32 {
    match message {
        api::TypeMessage::Message(message) => message.id,
        other => panic!("a message, not {other:?}"),
    }
}

/// What a careless client shows: what comes, as it comes.
async fn shown_by_the_careless(world: &World, kind: FaultKind) -> Vec<i32> {
    let mut careless = Careless::new(world).await;
    assert_eq!(careless.call(&get_self()).await, Seen::Answer);
    three_messages(world, kind).await;
    let mut shown = Vec::new();
    while let Ok(Ok(came)) = timeout(PATIENCE, careless.raw.receive()).await {
        for message in came {
            if let Ok(updates) = api::TypeUpdates::from_bytes(&message.body) {
                shown.extend(messages(&updates).into_iter().map(|(id, _)| id));
            }
        }
    }
    shown
}

/// What our client shows.
async fn shown_with_care(world: &World, kind: FaultKind) -> Vec<i32> {
    let ours = world.ours().await;
    let mut updates = ours.updates();
    // It knows where it begins.
    let state = Filter::method("updates.getState");
    let asked = world.core().journal().wait(&state, Duration::from_secs(10));
    asked.await.unwrap().expect("the client asks for its state");
    three_messages(world, kind).await;
    let mut shown = Vec::new();
    while let Ok(Some(update)) = timeout(PATIENCE, updates.next()).await {
        if let Update::NewMessage(message) = update {
            shown.push(message.id());
        }
    }
    shown
}

#[tokio::test]
async fn a_duplicate_is_shown_twice_without_care_and_once_with() {
    let world = World::new().await;
    let shown = shown_by_the_careless(&world, FaultKind::DuplicateUpdate {}).await;
    assert_eq!(shown, [1, 1, 2, 3]);
    let world = World::new().await;
    let shown = shown_with_care(&world, FaultKind::DuplicateUpdate {}).await;
    assert_eq!(shown, [1, 2, 3]);
}

#[tokio::test]
async fn a_gap_loses_a_message_without_care_and_none_with() {
    let world = World::new().await;
    let shown = shown_by_the_careless(&world, FaultKind::PtsGap {}).await;
    assert_eq!(shown, [2, 3]);
    let world = World::new().await;
    let shown = shown_with_care(&world, FaultKind::PtsGap {}).await;
    assert_eq!(shown, [1, 2, 3]);
}

#[tokio::test]
async fn updates_too_long_lose_a_message_without_care_and_none_with() {
    let world = World::new().await;
    let shown = shown_by_the_careless(&world, FaultKind::UpdatesTooLong {}).await;
    assert_eq!(shown, [2, 3]);
    let world = World::new().await;
    let shown = shown_with_care(&world, FaultKind::UpdatesTooLong {}).await;
    assert_eq!(shown, [1, 2, 3]);
}

#[tokio::test]
async fn updates_of_others_are_not_struck() {
    let world = World::new().await;
    let fault = world.strike(
        FaultKind::PtsGap {},
        Trigger::default().user(world.user_id + 1),
    );
    let shown = shown_by_the_careless(&world, FaultKind::DuplicateUpdate {}).await;
    assert_eq!(shown, [1, 1, 2, 3]);
    assert_eq!(world.struck(&fault), 0);
}
