//! Passing messages on.

use heliogram_tl::api::{self, TypeInputPeer, TypeUpdate, TypeUpdates, messages};

use crate::two_people::*;
use crate::world::*;

fn forward(from: &TypeInputPeer, id: &[i32], to: &TypeInputPeer) -> messages::ForwardMessages {
    messages::ForwardMessages {
        silent: false,
        background: false,
        with_my_score: false,
        drop_author: false,
        drop_media_captions: false,
        noforwards: false,
        allow_paid_floodskip: false,
        from_ephemeral: false,
        from_peer: from.clone(),
        id: id.to_vec(),
        random_id: id.iter().map(|_| unique()).collect(),
        to_peer: to.clone(),
        top_msg_id: None,
        reply_to: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        video_timestamp: None,
        allow_paid_stars: None,
        suggested_post: None,
    }
}

fn author(message: &api::Message) -> Option<i64> {
    let header = message.fwd_from.as_ref()?;
    header.from_id.as_ref().map(user_of)
}

#[tokio::test]
async fn several_messages_are_passed_on_at_once_with_their_authors() {
    let two = Two::new().await;
    let eve = Person::new(&two.core, "9996621503").await;
    let one = two.ada.say(&two.bob, "one").await;
    two.bob.say(&two.ada, "two").await;
    let two_ = one + 1;
    let pts = two.ada.pts().await;
    two.settle();
    let call = forward(&two.bob.peer, &[one, two_, 999], &eve.peer);
    let answer = two.ada.invoke(&call).await.unwrap();
    let TypeUpdates::Updates(updates) = &answer else {
        panic!("{answer:?}");
    };
    let [
        TypeUpdate::UpdateMessageID(first),
        TypeUpdate::UpdateMessageID(second),
        TypeUpdate::UpdateNewMessage(new),
        TypeUpdate::UpdateNewMessage(last),
    ] = &updates.updates[..]
    else {
        panic!("{updates:?}");
    };
    assert_eq!(first.random_id, call.random_id[0]);
    assert_eq!(second.random_id, call.random_id[1]);
    assert_eq!((new.pts, last.pts), (pts + 1, pts + 2));
    let people: Vec<i64> = updates.users.iter().map(user_id).collect();
    for id in [two.ada.id, two.bob.id, eve.id] {
        assert!(people.contains(&id), "{people:?}");
    }
    // Eve has both in one message, with everybody in it, though she has never met Bob.
    let told = two.told(&[&two.ada.client, &eve.client]);
    assert_eq!(told[0], []);
    let [TypeUpdates::Updates(told)] = &told[1][..] else {
        panic!("{told:?}");
    };
    assert_eq!(told.updates.len(), 2);
    assert!(told.users.iter().any(|user| user_id(user) == two.bob.id));

    let found = eve.history(&two.ada.peer).await;
    let texts: Vec<_> = found.iter().map(|found| &found.message[..]).collect();
    assert_eq!(texts, ["two", "one"]);
    assert_eq!(author(&found[0]), Some(two.bob.id));
    assert_eq!(author(&found[1]), Some(two.ada.id));
    assert!(
        found
            .iter()
            .all(|found| user_of(found.from_id.as_ref().unwrap()) == two.ada.id)
    );

    // Passed on once more, it is still Bob's.
    let call = forward(&two.ada.peer, &[found[0].id], &two.bob.peer);
    eve.invoke(&call).await.unwrap();
    assert_eq!(
        author(&two.bob.history(&eve.peer).await[0]),
        Some(two.bob.id)
    );
}

#[tokio::test]
async fn an_author_can_be_left_out_and_saved_messages_lead_back() {
    let two = Two::new().await;
    two.bob.say(&two.ada, "one").await;
    let mut call = forward(&two.bob.peer, &[1], &two.bob.peer);
    call.drop_author = true;
    two.ada.invoke(&call).await.unwrap();
    assert_eq!(two.ada.history(&two.bob.peer).await[0].fwd_from, None);

    let own = TypeInputPeer::InputPeerSelf;
    let call = forward(&two.bob.peer, &[1], &own);
    two.ada.invoke(&call).await.unwrap();
    let saved = two.ada.history(&own).await.remove(0);
    let header = saved.fwd_from.unwrap();
    assert_eq!(header.saved_from_msg_id, Some(1));
    assert_eq!(
        user_of(header.saved_from_peer.as_ref().unwrap()),
        two.bob.id
    );
}

#[tokio::test]
async fn repeated_forwards_get_the_first_result() {
    let two = Two::new().await;
    for text in ["one", "two"] {
        two.ada.say(&two.bob, text).await;
    }
    let own = TypeInputPeer::InputPeerSelf;
    let first = forward(&two.bob.peer, &[1], &own);
    let answer = two.ada.invoke(&first).await.unwrap();
    assert_eq!(two.ada.invoke(&first).await.unwrap(), answer);
    // Half of it is new.
    let mut both = forward(&two.bob.peer, &[1, 2], &own);
    both.random_id[0] = first.random_id[0];
    let TypeUpdates::Updates(answer) = two.ada.invoke(&both).await.unwrap() else {
        panic!("expected updates");
    };
    assert_eq!(answer.updates.len(), 4);
    assert_eq!(two.ada.history(&own).await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_passed_on_is_refused() {
    let two = Two::new().await;
    let mut secret = two.bob.note("between us");
    secret.noforwards = true;
    two.ada.invoke(&secret).await.unwrap();
    let own = TypeInputPeer::InputPeerSelf;
    for (id, error) in [
        (&[1][..], "406 CHAT_FORWARDS_RESTRICTED"),
        (&[][..], "400 MESSAGE_IDS_EMPTY"),
        (&[99][..], "400 MESSAGE_ID_INVALID"),
    ] {
        let call = forward(&two.ada.peer, id, &own);
        assert_eq!(two.bob.error(&call).await, error);
    }
    let mut call = forward(&two.ada.peer, &[1], &own);
    call.random_id.clear();
    assert_eq!(two.bob.error(&call).await, "400 RANDOM_ID_INVALID");
    assert_eq!(two.bob.history(&own).await, []);
}
