//! What those find who were away: all of it, in order, slice by slice, for as long as it is kept.

use heliogram_server::{Core, CoreOptions, Limits};
use heliogram_tl::api::updates::{self, TypeDifference};
use heliogram_tl::api::{TypeUpdate, messages};

use crate::chats_editing::edit;
use crate::two_people::*;
use crate::world::*;

fn since(pts: i32) -> updates::GetDifference {
    updates::GetDifference {
        pts,
        date: 1,
        ..Default::default()
    }
}

#[tokio::test]
async fn a_long_absence_is_told_in_slices_without_holes() {
    let two = Two::new().await;
    let start = two.bob.pts().await;
    let texts: Vec<String> = (0..25).map(|n| format!("message {n}")).collect();
    for text in &texts {
        two.ada.say(&two.bob, text).await;
    }
    let gone = messages::DeleteMessages {
        revoke: true,
        id: vec![3, 4, 5],
    };
    two.ada.invoke(&gone).await.unwrap();
    two.ada.invoke(&edit(&two.bob, 7, "edited")).await.unwrap();

    let mut pts = start;
    let (mut found, mut slices, mut other) = (Vec::new(), 0, Vec::new());
    loop {
        let call = updates::GetDifference {
            pts_limit: Some(10),
            ..since(pts)
        };
        let (new, others, users, state, last) = match two.bob.invoke(&call).await.unwrap() {
            TypeDifference::DifferenceSlice(it) => (
                it.new_messages,
                it.other_updates,
                it.users,
                it.intermediate_state,
                false,
            ),
            TypeDifference::Difference(it) => {
                (it.new_messages, it.other_updates, it.users, it.state, true)
            }
            other => panic!("{other:?}"),
        };
        assert!(state.pts > pts);
        assert!(users.iter().any(|user| user_id(user) == two.ada.id));
        pts = state.pts;
        slices += 1;
        found.extend(new.into_iter().map(|new| plain(new).message));
        other.extend(others);
        if last {
            break;
        }
    }
    assert_eq!(slices, 3);
    assert_eq!(pts, two.bob.pts().await);
    // What was deleted since is not shown, what was edited as it is now.
    let mut expected = texts;
    expected[6] = "edited".to_owned();
    expected.drain(2..5);
    assert_eq!(found, expected);
    let [
        TypeUpdate::UpdateDeleteMessages(gone),
        TypeUpdate::UpdateEditMessage(edited),
    ] = &other[..]
    else {
        panic!("{other:?}");
    };
    assert_eq!((gone.pts_count, edited.pts), (3, pts));
    let rest = two.bob.invoke(&since(pts)).await.unwrap();
    assert!(matches!(rest, TypeDifference::DifferenceEmpty(_)));
}

#[tokio::test]
async fn who_does_not_want_so_much_is_told_where_to_go_on() {
    let two = Two::new().await;
    for _ in 0..5 {
        two.ada.say(&two.bob, "hello").await;
    }
    let now = two.bob.pts().await;
    let call = |limit| updates::GetDifference {
        pts_total_limit: Some(limit),
        ..since(1)
    };
    let TypeDifference::DifferenceTooLong(long) = two.bob.invoke(&call(4)).await.unwrap() else {
        panic!("expected differenceTooLong");
    };
    assert_eq!(long.pts, now);
    let all = two.bob.invoke(&call(5)).await.unwrap();
    assert!(matches!(all, TypeDifference::Difference(_)));
    // Nobody was ever there: it is of a world that was reset since.
    let ahead = two.bob.invoke(&since(now + 7)).await.unwrap();
    assert!(matches!(ahead, TypeDifference::DifferenceTooLong(to) if to.pts == now));
}

#[tokio::test]
async fn updates_are_kept_as_far_back_as_the_limit_says() {
    let options = CoreOptions {
        limits: Limits {
            updates_kept: 20,
            ..Limits::default()
        },
        ..CoreOptions::default()
    };
    let two = Two::of(Core::open(options).unwrap()).await;
    for _ in 0..70 {
        two.ada.say(&two.bob, "hello").await;
    }
    let now = two.bob.pts().await;
    let TypeDifference::Difference(all) = two.bob.invoke(&since(now - 20)).await.unwrap() else {
        panic!("expected what is kept");
    };
    assert_eq!(all.new_messages.len(), 20);
    let old = two.bob.invoke(&since(1)).await.unwrap();
    assert!(matches!(old, TypeDifference::DifferenceTooLong(to) if to.pts == now));
    // The messages themselves are still there.
    assert_eq!(two.bob.history(&two.ada.peer).await.len(), 70);
}

#[tokio::test]
async fn what_two_sessions_know_is_the_same_however_they_learnt_it() {
    let two = Two::new().await;
    let start = two.bob.pts().await;
    let tablet = two.bob.elsewhere().await;
    two.settle();
    two.ada.say(&two.bob, "one").await;
    two.ada.say(&two.bob, "two").await;
    two.ada.invoke(&edit(&two.bob, 1, "ONE")).await.unwrap();
    let read = messages::ReadHistory {
        peer: two.ada.peer.clone(),
        max_id: 0,
    };
    two.bob.invoke(&read).await.unwrap();
    let gone = messages::DeleteMessages {
        revoke: true,
        id: vec![2],
    };
    two.ada.invoke(&gone).await.unwrap();
    // Each pts was told once, one after the other, with nothing in between.
    let mut reached = start;
    for update in &two.told(&[&tablet])[0] {
        let (pts, count) = pts_of(update);
        assert_eq!(pts, reached + count);
        reached = pts;
    }
    assert_eq!(reached, two.bob.pts().await);
    assert_eq!(two.bob.missed(start).await.pts, reached);
}

/// Where an update leads, and by how much.
fn pts_of(updates: &heliogram_tl::api::TypeUpdates) -> (i32, i32) {
    if let heliogram_tl::api::TypeUpdates::UpdateShortMessage(short) = updates {
        return (short.pts, short.pts_count);
    }
    match &single(updates)[..] {
        [TypeUpdate::UpdateNewMessage(it)] => (it.pts, it.pts_count),
        [TypeUpdate::UpdateEditMessage(it)] => (it.pts, it.pts_count),
        [TypeUpdate::UpdateDeleteMessages(it)] => (it.pts, it.pts_count),
        [TypeUpdate::UpdateReadHistoryInbox(it)] => (it.pts, it.pts_count),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_reopened_store_goes_on_where_it_was() {
    let directory = Directory::new();
    let (key, pts) = {
        let two = Two::of(directory.open()).await;
        two.ada.say(&two.bob, "hello").await;
        (two.bob.client.key, two.bob.pts().await)
    };
    let bob = client(&directory.open(), key);
    let state = bob.invoke(&updates::GetState {}).await.unwrap();
    assert_eq!((state.pts, state.unread_count), (pts, 1));
    let TypeDifference::Difference(missed) = bob.invoke(&since(1)).await.unwrap() else {
        panic!("expected a difference");
    };
    assert_eq!(missed.new_messages.len(), 1);
}
