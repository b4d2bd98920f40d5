//! Deleting messages, and what is left of a chat.

use heliogram_tl::api::{self, TypeUpdate, messages};

use crate::two_people::*;

fn delete(id: &[i32], revoke: bool) -> messages::DeleteMessages {
    messages::DeleteMessages {
        revoke,
        id: id.to_vec(),
    }
}

fn clear(person: &Person, revoke: bool) -> messages::DeleteHistory {
    messages::DeleteHistory {
        just_clear: false,
        revoke,
        peer: person.peer.clone(),
        max_id: 0,
        min_date: None,
        max_date: None,
    }
}

fn texts(messages: &[api::Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| &message.message[..])
        .collect()
}

/// What one was told of deleted messages: their ids, the pts and by how much it moved.
fn deleted(update: &TypeUpdate) -> (Vec<i32>, i32, i32) {
    match update {
        TypeUpdate::UpdateDeleteMessages(gone) => (gone.messages.clone(), gone.pts, gone.pts_count),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_deleted_for_both_is_gone_on_both_sides() {
    let two = Two::new().await;
    let own = note(&api::TypeInputPeer::InputPeerSelf, "to myself");
    two.ada.invoke(&own).await.unwrap();
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        ids.push(two.ada.say(&two.bob, text).await);
    }
    let phone = two.ada.elsewhere().await;
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    two.settle();
    let call = delete(&[ids[1], ids[2], 999, ids[1]], true);
    let affected = two.ada.invoke(&call).await.unwrap();
    assert_eq!((affected.pts, affected.pts_count), (of_ada + 2, 2));
    let told = two.told(&[&two.ada.client, &phone, &two.bob.client]);
    assert_eq!(told[0], []);
    assert_eq!(
        deleted(&single(&told[1][0])[0]),
        (vec![ids[1], ids[2]], of_ada + 2, 2)
    );
    assert_eq!(
        deleted(&single(&told[2][0])[0]),
        (vec![2, 3], of_bob + 2, 2)
    );

    assert_eq!(texts(&two.ada.history(&two.bob.peer).await), ["one"]);
    assert_eq!(texts(&two.bob.history(&two.ada.peer).await), ["one"]);
    assert_eq!(two.ada.dialog(&two.bob).await.unwrap().top_message, ids[0]);
    let dialog = two.bob.dialog(&two.ada).await.unwrap();
    assert_eq!((dialog.top_message, dialog.unread_count), (1, 1));

    // Who was away learns of what is there, and that the rest is gone.
    let missed = two.bob.missed(1).await;
    assert_eq!(texts(&missed.new), ["one"]);
    assert_eq!(missed.other.len(), 1);
    assert_eq!(missed.pts, of_bob + 2);
}

#[tokio::test]
async fn a_message_deleted_for_oneself_stays_with_the_other() {
    let two = Two::new().await;
    let mut call = two.bob.note("one");
    call.random_id = 77;
    let id = sent_id(&two.ada.invoke(&call).await.unwrap());
    two.bob.say(&two.ada, "two").await;
    let of_bob = two.bob.pts().await;
    two.ada.invoke(&delete(&[id], false)).await.unwrap();
    assert_eq!(texts(&two.ada.history(&two.bob.peer).await), ["two"]);
    assert_eq!(texts(&two.bob.history(&two.ada.peer).await), ["two", "one"]);
    assert_eq!(two.bob.pts().await, of_bob);
    // Sent again, it is not written twice; there is no first result to give any more.
    assert_eq!(two.ada.error(&call).await, "500 RANDOM_ID_DUPLICATE");
    // The other still can delete it, and answer it.
    let mut answer = two.ada.note("an answer");
    answer.reply_to = in_reply_to(1);
    two.bob.invoke(&answer).await.unwrap();
    assert_eq!(answers(&two.ada.history(&two.bob.peer).await[0]), None);
    two.bob.invoke(&delete(&[1], true)).await.unwrap();
    assert_eq!(two.bob.history(&two.ada.peer).await.len(), 2);
}

#[tokio::test]
async fn deleting_nothing_changes_nothing() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "one").await;
    let pts = two.ada.pts().await;
    two.settle();
    let affected = two.ada.invoke(&delete(&[98, 99], true)).await.unwrap();
    assert_eq!((affected.pts, affected.pts_count), (pts, 0));
    assert_eq!(two.told_both(), [[], []]);
}

#[tokio::test]
async fn a_chat_can_be_deleted_for_one_and_for_both() {
    let two = Two::new().await;
    for text in ["one", "two", "three"] {
        two.ada.say(&two.bob, text).await;
    }
    let pts = two.bob.pts().await;
    let affected = two.bob.invoke(&clear(&two.ada, false)).await.unwrap();
    assert_eq!((affected.pts, affected.pts_count), (pts + 3, 3));
    assert_eq!(affected.offset, 0);
    assert!(two.bob.dialog(&two.ada).await.is_none());
    assert_eq!(two.ada.history(&two.bob.peer).await.len(), 3);

    two.settle();
    two.bob.say(&two.ada, "again").await;
    two.ada.invoke(&clear(&two.bob, true)).await.unwrap();
    for (person, other) in [(&two.ada, &two.bob), (&two.bob, &two.ada)] {
        assert!(person.dialog(other).await.is_none());
        assert_eq!(person.history(&other.peer).await, []);
    }
    // As strangers again, they are introduced in full.
    two.settle();
    two.ada.say(&two.bob, "hello").await;
    let told = two.told(&[&two.bob.client]).remove(0);
    assert!(
        matches!(&told[..], [api::TypeUpdates::Updates(full)] if user_id(&full.users[0]) == two.ada.id)
    );
}

#[tokio::test]
async fn a_chat_that_is_just_cleared_stays_in_the_list() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "one").await;
    let pts = two.ada.pts().await;
    let mut call = clear(&two.bob, false);
    call.just_clear = true;
    let affected = two.ada.invoke(&call).await.unwrap();
    assert_eq!((affected.pts, affected.pts_count), (pts + 2, 2));
    assert!(two.ada.dialog(&two.bob).await.unwrap().top_message > 0);
    let found = two.ada.invoke(&history(&two.bob.peer)).await.unwrap();
    let messages::TypeMessages::Messages(found) = found else {
        panic!("{found:?}");
    };
    assert!(
        matches!(&found.messages[..], [api::TypeMessage::MessageService(cleared)]
            if cleared.action == api::TypeMessageAction::MessageActionHistoryClear)
    );
    assert_eq!(two.bob.history(&two.ada.peer).await.len(), 1);
}
