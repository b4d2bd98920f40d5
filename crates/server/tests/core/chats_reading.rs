//! What was read, who is told of it, and who is typing.

use heliogram_tl::api::{self, TypeUpdate, messages};

use crate::two_people::*;

fn read(person: &Person, max_id: i32) -> messages::ReadHistory {
    messages::ReadHistory {
        peer: person.peer.clone(),
        max_id,
    }
}

#[tokio::test]
async fn both_are_told_up_to_where_a_chat_was_read() {
    let two = Two::new().await;
    // The ids of the two differ.
    let own = note(&api::TypeInputPeer::InputPeerSelf, "to myself");
    two.ada.invoke(&own).await.unwrap();
    for text in ["one", "two", "three"] {
        two.ada.say(&two.bob, text).await;
    }
    assert_eq!(two.bob.dialog(&two.ada).await.unwrap().unread_count, 3);
    let tablet = two.bob.elsewhere().await;
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    two.settle();

    let affected = two.bob.invoke(&read(&two.ada, 2)).await.unwrap();
    assert_eq!((affected.pts, affected.pts_count), (of_bob + 1, 1));
    let told = two.told(&[&two.bob.client, &tablet, &two.ada.client]);
    assert_eq!(told[0], []);
    let [TypeUpdate::UpdateReadHistoryInbox(inbox)] = &single(&told[1][0])[..] else {
        panic!("{told:?}");
    };
    assert_eq!((inbox.max_id, inbox.still_unread_count), (2, 1));
    assert_eq!((inbox.pts, user_of(&inbox.peer)), (of_bob + 1, two.ada.id));
    let [TypeUpdate::UpdateReadHistoryOutbox(outbox)] = &single(&told[2][0])[..] else {
        panic!("{told:?}");
    };
    assert_eq!((outbox.max_id, outbox.pts), (3, of_ada + 1));
    assert_eq!(user_of(&outbox.peer), two.bob.id);

    let of_bob = two.bob.dialog(&two.ada).await.unwrap();
    assert_eq!((of_bob.unread_count, of_bob.read_inbox_max_id), (1, 2));
    assert_eq!(
        two.ada.dialog(&two.bob).await.unwrap().read_outbox_max_id,
        3
    );
}

#[tokio::test]
async fn what_was_read_before_is_no_news() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "one").await;
    two.ada.say(&two.bob, "two").await;
    two.bob.invoke(&read(&two.ada, 0)).await.unwrap();
    assert_eq!(two.bob.dialog(&two.ada).await.unwrap().unread_count, 0);
    two.settle();
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    for max_id in [0, 1, 2, 100] {
        let affected = two.bob.invoke(&read(&two.ada, max_id)).await.unwrap();
        assert_eq!((affected.pts, affected.pts_count), (of_bob, 0));
    }
    assert_eq!(two.told_both(), [[], []]);
    assert_eq!(two.ada.pts().await, of_ada);
    let dialog = two.bob.dialog(&two.ada).await.unwrap();
    assert_eq!((dialog.read_inbox_max_id, dialog.unread_count), (2, 0));
}

#[tokio::test]
async fn a_session_that_was_away_finds_what_was_read() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "one").await;
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    two.bob.invoke(&read(&two.ada, 0)).await.unwrap();
    let ada = two.ada.missed(of_ada).await;
    assert!(
        matches!(&ada.other[..], [TypeUpdate::UpdateReadHistoryOutbox(read)] if read.max_id == 1)
    );
    assert_eq!(ada.users, [two.bob.id]);
    let bob = two.bob.missed(of_bob).await;
    assert!(
        matches!(&bob.other[..], [TypeUpdate::UpdateReadHistoryInbox(read)] if read.max_id == 1)
    );
    assert_eq!(bob.users, [two.ada.id]);
}

#[tokio::test]
async fn typing_is_told_and_not_kept() {
    let two = Two::new().await;
    two.settle();
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    let typing = messages::SetTyping {
        peer: two.bob.peer.clone(),
        top_msg_id: None,
        action: api::TypeSendMessageAction::SendMessageTypingAction,
    };
    assert!(two.ada.invoke(&typing).await.unwrap());
    let [of_ada_told, of_bob_told] = two.told_both();
    assert_eq!(of_ada_told, []);
    let [TypeUpdate::UpdateUserTyping(typing)] = &of_bob_told[..] else {
        panic!("{of_bob_told:?}");
    };
    assert_eq!(typing.user_id.0, two.ada.id);
    assert_eq!((two.ada.pts().await, two.bob.pts().await), (of_ada, of_bob));
}
