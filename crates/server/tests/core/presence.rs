//! Who is online, on a clock that moves.

use heliogram_tl::api::contacts::GetStatuses;
use heliogram_tl::api::{TypeUpdate, TypeUserStatus, account};

use crate::contacts::add;
use crate::people::seen;
use crate::two_people::*;
use crate::world::*;

fn status(offline: bool) -> account::UpdateStatus {
    account::UpdateStatus { offline }
}

/// What somebody was told of others being online, in short.
fn statuses(updates: &[TypeUpdate]) -> Vec<(i64, TypeUserStatus)> {
    let of = |update: &TypeUpdate| match update {
        TypeUpdate::UpdateUserStatus(it) => Some((it.user_id.0, it.status.clone())),
        _ => None,
    };
    updates.iter().filter_map(of).collect()
}

#[tokio::test]
async fn whoever_is_online_is_told_who_comes_and_goes() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    bob.invoke(&add(ada, "Ada")).await.unwrap();
    ada.invoke(&status(false)).await.unwrap();
    bob.invoke(&status(false)).await.unwrap();
    two.settle();

    let now = two.core.clock().now;
    ada.invoke(&status(false)).await.unwrap();
    let [of_ada, of_bob] = two.told_both();
    assert!(statuses(&of_ada).is_empty(), "Bob is nobody to Ada");
    let told = statuses(&of_bob);
    let [(id, TypeUserStatus::UserStatusOnline(online))] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(*id, ada.id);
    let left = i64::from(online.expires) - now;
    assert!((295..=305).contains(&left), "{left}");

    ada.invoke(&status(true)).await.unwrap();
    let [_, of_bob] = two.told_both();
    let told = statuses(&of_bob);
    assert!(matches!(
        &told[..],
        [(_, TypeUserStatus::UserStatusOffline(_))]
    ));

    bob.invoke(&status(true)).await.unwrap();
    ada.invoke(&status(false)).await.unwrap();
    let [_, of_bob] = two.told_both();
    assert!(statuses(&of_bob).is_empty(), "Bob is not there");
    let status = seen(bob, ada).await.status.unwrap();
    assert!(matches!(status, TypeUserStatus::UserStatusOnline(_)));
}

#[tokio::test]
async fn whoever_is_not_heard_of_any_more_goes_offline_when_their_time_is_over() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    ada.say(bob, "Hello").await;
    two.core.freeze_clock().await.unwrap();
    ada.invoke(&status(false)).await.unwrap();
    let began = two.core.clock().now;
    two.core.advance_clock(200).await.unwrap();
    bob.invoke(&status(false)).await.unwrap();
    two.settle();
    two.core.advance_clock(99).await.unwrap();
    let [_, of_bob] = two.told_both();
    assert!(statuses(&of_bob).is_empty(), "not yet");
    // Over Ada's moment, and Bob's, which comes after it.
    two.core.advance_clock(1000).await.unwrap();
    let [of_ada, of_bob] = two.told_both();
    let told = statuses(&of_bob);
    let [(id, TypeUserStatus::UserStatusOffline(offline))] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((*id, i64::from(offline.was_online)), (ada.id, began + 300));
    assert!(statuses(&of_ada).is_empty(), "Ada was gone by then");
    assert!(matches!(
        seen(bob, ada).await.status,
        Some(TypeUserStatus::UserStatusOffline(it)) if i64::from(it.was_online) == began + 300
    ));
}

#[tokio::test]
async fn an_account_is_online_while_one_of_its_clients_is() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    ada.say(bob, "Hello").await;
    two.core.freeze_clock().await.unwrap();
    let elsewhere = ada.elsewhere().await;
    bob.invoke(&status(false)).await.unwrap();
    elsewhere.invoke(&status(false)).await.unwrap();
    let began = two.core.clock().now;
    two.core.advance_clock(100).await.unwrap();
    bob.invoke(&status(false)).await.unwrap();
    ada.invoke(&status(false)).await.unwrap();
    two.settle();
    ada.invoke(&status(true)).await.unwrap();
    let [_, of_bob] = two.told_both();
    let told = statuses(&of_bob);
    assert!(
        matches!(&told[..], [(_, TypeUserStatus::UserStatusOnline(it))] if i64::from(it.expires) == began + 300),
        "{told:?}"
    );
    elsewhere.invoke(&status(true)).await.unwrap();
    let [_, of_bob] = two.told_both();
    let told = statuses(&of_bob);
    assert!(
        matches!(&told[..], [(_, TypeUserStatus::UserStatusOffline(it))] if i64::from(it.was_online) == began + 100),
        "{told:?}"
    );
}

#[tokio::test]
async fn the_statuses_of_all_contacts_come_at_once() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    assert!(ada.invoke(&GetStatuses {}).await.unwrap().is_empty());
    ada.invoke(&add(bob, "Bob")).await.unwrap();
    bob.invoke(&status(false)).await.unwrap();
    let all = ada.invoke(&GetStatuses {}).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].user_id.0, bob.id);
    assert!(matches!(all[0].status, TypeUserStatus::UserStatusOnline(_)));
}

#[tokio::test]
async fn bots_are_neither_online_nor_offline() {
    let two = Two::new().await;
    let robot = bot(&two.core).await;
    assert!(robot.me().await.unwrap().status.is_none());
    assert_eq!(robot.error(&status(false)).await, "400 BOT_METHOD_INVALID");
}
