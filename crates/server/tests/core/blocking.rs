//! Whoever is blocked can neither write nor see when one was online.

use heliogram_tl::api::contacts::{self, TypeBlocked};
use heliogram_tl::api::{
    self, TypeInputPeer, TypeUpdate, TypeUserStatus, UpdatePeerBlocked, account, users,
};

use crate::people::{input, seen};
use crate::two_people::*;
use crate::world::*;

fn block(peer: &TypeInputPeer) -> contacts::Block {
    contacts::Block {
        my_stories_from: false,
        id: peer.clone(),
    }
}

fn unblock(peer: &TypeInputPeer) -> contacts::Unblock {
    contacts::Unblock {
        my_stories_from: false,
        id: peer.clone(),
    }
}

fn blocked(offset: i32, limit: i32) -> contacts::GetBlocked {
    contacts::GetBlocked {
        my_stories_from: false,
        offset,
        limit,
    }
}

/// What a session was told of the list.
fn of_the_list(told: &[api::TypeUpdates]) -> Vec<UpdatePeerBlocked> {
    let updates = told.iter().flat_map(single);
    let blocked = updates.filter_map(|update| match update {
        TypeUpdate::UpdatePeerBlocked(blocked) => Some(blocked),
        _ => None,
    });
    blocked.collect()
}

#[tokio::test]
async fn neither_can_write_until_the_other_is_unblocked() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    ada.say(bob, "Hello").await;
    assert_eq!(ada.invoke(&block(&bob.peer)).await, Ok(true));
    assert_eq!(bob.error(&ada.note("Why?")).await, "403 USER_IS_BLOCKED");
    assert_eq!(
        ada.error(&bob.note("Because")).await,
        "400 YOU_BLOCKED_USER"
    );
    assert_eq!(bob.history(&ada.peer).await.len(), 1);
    let stories_only = contacts::Unblock {
        my_stories_from: true,
        ..unblock(&bob.peer)
    };
    ada.invoke(&stories_only).await.unwrap();
    assert_eq!(bob.error(&ada.note("Now?")).await, "403 USER_IS_BLOCKED");
    assert_eq!(ada.invoke(&unblock(&bob.peer)).await, Ok(true));
    bob.say(ada, "Thank you").await;
    ada.say(bob, "Well").await;
    ada.invoke(&note(&TypeInputPeer::InputPeerSelf, "to myself"))
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_writes_to_a_deleted_account() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "Hello").await;
    two.core.delete_user(two.bob.id).await.unwrap();
    assert_eq!(
        two.ada.error(&two.bob.note("Are you there?")).await,
        "400 INPUT_USER_DEACTIVATED"
    );
    assert_eq!(
        two.ada.error(&block(&two.bob.peer)).await,
        "400 INPUT_USER_DEACTIVATED"
    );
    two.ada.invoke(&unblock(&two.bob.peer)).await.unwrap();
}

#[tokio::test]
async fn the_owner_is_told_once_and_the_blocked_are_not() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let elsewhere = ada.elsewhere().await;
    two.settle();
    let stories = contacts::Block {
        my_stories_from: true,
        ..block(&bob.peer)
    };
    for _ in 0..2 {
        ada.invoke(&block(&bob.peer)).await.unwrap();
        ada.invoke(&stories).await.unwrap();
    }
    ada.invoke(&unblock(&bob.peer)).await.unwrap();
    let told = two.told(&[&ada.client, &elsewhere, &bob.client]);
    assert!(of_the_list(&told[0]).is_empty());
    let lists: Vec<_> = of_the_list(&told[1])
        .iter()
        .map(|it| {
            assert_eq!(user_of(&it.peer_id), bob.id);
            (it.blocked, it.blocked_my_stories_from)
        })
        .collect();
    assert_eq!(lists, [(true, false), (true, true), (false, true)]);
    assert!(told[2].is_empty(), "{:?}", told[2]);
    let full = users::GetFullUser { id: input(bob) };
    let full = ada.invoke(&full).await.unwrap().full_user;
    assert!(!full.blocked && full.blocked_my_stories_from);
}

#[tokio::test]
async fn the_list_is_paged_who_came_last_first() {
    let two = Two::new().await;
    let ada = &two.ada;
    let mut ids = Vec::new();
    for number in 10..15 {
        let id = add_user(&two.core, &format!("99966215{number}"), None).await;
        let peer = two.core.user(id).await.unwrap().input_peer();
        ada.invoke(&block(&peer)).await.unwrap();
        two.core.advance_clock(60).await.unwrap();
        ids.insert(0, id);
    }
    let page = async |offset, limit| match ada.invoke(&blocked(offset, limit)).await.unwrap() {
        TypeBlocked::BlockedSlice(slice) => {
            assert_eq!(slice.count, 5);
            let ids = slice.blocked.iter().map(|it| user_of(&it.peer_id));
            let ids: Vec<_> = ids.collect();
            assert_eq!(slice.users.iter().map(user_id).collect::<Vec<_>>(), ids);
            ids
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(page(0, 2).await, ids[..2]);
    assert_eq!(page(2, 2).await, ids[2..4]);
    assert_eq!(page(4, 2).await, ids[4..]);
    assert_eq!(page(9, 2).await, [0; 0]);
    let TypeBlocked::Blocked(all) = ada.invoke(&blocked(0, 100)).await.unwrap() else {
        panic!("expected all");
    };
    assert_eq!(all.blocked.len(), 5);
    assert!(all.blocked[0].date > all.blocked[4].date);
    let stories = contacts::GetBlocked {
        my_stories_from: true,
        ..blocked(0, 100)
    };
    let TypeBlocked::Blocked(none) = ada.invoke(&stories).await.unwrap() else {
        panic!("expected all of none");
    };
    assert!(none.blocked.is_empty());
}

#[tokio::test]
async fn what_cannot_be_blocked() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let guess = TypeInputPeer::InputPeerUser(api::InputPeerUser {
        user_id: bob.id.into(),
        access_hash: 1.into(),
    });
    let by_message =
        TypeInputPeer::InputPeerUserFromMessage(Box::new(api::InputPeerUserFromMessage {
            peer: bob.peer.clone(),
            msg_id: 4711,
            user_id: bob.id.into(),
        }));
    let channel = TypeInputPeer::InputPeerChannel(Default::default());
    for (peer, error) in [
        (guess, "400 CONTACT_ID_INVALID"),
        (TypeInputPeer::InputPeerEmpty, "400 PEER_ID_INVALID"),
        (
            TypeInputPeer::InputPeerChat(Default::default()),
            "400 PEER_ID_INVALID",
        ),
        (channel, "400 CHANNEL_PRIVATE"),
        (by_message, "400 MSG_ID_INVALID"),
    ] {
        assert_eq!(ada.error(&block(&peer)).await, error);
        assert_eq!(ada.error(&unblock(&peer)).await, error);
    }
    let service = TypeInputPeer::InputPeerUser(api::InputPeerUser {
        user_id: 777_000.into(),
        ..Default::default()
    });
    for peer in [TypeInputPeer::InputPeerSelf, service] {
        assert_eq!(ada.error(&block(&peer)).await, "400 CONTACT_ID_INVALID");
    }
}

#[tokio::test]
async fn whoever_is_blocked_does_not_see_when_one_was_online() {
    let two = Two::new().await;
    let (ada, bob) = (&two.ada, &two.bob);
    let online = account::UpdateStatus { offline: false };
    ada.say(bob, "Hello").await;
    ada.invoke(&online).await.unwrap();
    bob.invoke(&online).await.unwrap();
    two.settle();
    ada.invoke(&block(&bob.peer)).await.unwrap();
    let [_, told] = two.told_both();
    assert!(matches!(
        &told[..],
        [TypeUpdate::UpdateUserStatus(it)] if matches!(it.status, TypeUserStatus::UserStatusEmpty)
    ));
    let status = seen(bob, ada).await.status.unwrap();
    assert!(matches!(status, TypeUserStatus::UserStatusEmpty));
    let status = seen(ada, bob).await.status.unwrap();
    assert!(matches!(status, TypeUserStatus::UserStatusOnline(_)));
}
