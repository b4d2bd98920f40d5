//! Messages between two people: stored, pushed, found again.

use heliogram_tl::api::{self, TypeInputPeer, TypeUpdates};

use crate::two_people::*;

#[tokio::test]
async fn what_two_write_to_each_other_stands_in_both_histories() {
    let two = Two::new().await;
    for round in 0..3 {
        two.ada.say(&two.bob, &format!("question {round}")).await;
        two.bob.say(&two.ada, &format!("answer {round}")).await;
    }
    let of_ada = two.ada.history(&two.bob.peer).await;
    let of_bob = two.bob.history(&two.ada.peer).await;
    assert_eq!(of_ada.len(), 6);
    for (ada, bob) in of_ada.iter().zip(&of_bob) {
        assert_eq!((&ada.message, ada.date), (&bob.message, bob.date));
        assert_ne!(ada.out, bob.out);
        assert_eq!(user_of(&ada.peer_id), two.bob.id);
        assert_eq!(user_of(&bob.peer_id), two.ada.id);
        assert_eq!(ada.from_id, bob.from_id);
    }
    assert_eq!(of_ada[0].message, "answer 2");
    assert!(!of_ada[0].out);
}

#[tokio::test]
async fn the_first_message_comes_with_its_people_and_later_ones_in_short_form() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "hello").await;
    let [told] = &two.told(&[&two.bob.client])[..] else {
        unreachable!()
    };
    let [TypeUpdates::Updates(first)] = &told[..] else {
        panic!("{told:?}");
    };
    let people: Vec<i64> = first.users.iter().map(user_id).collect();
    assert_eq!(people, [two.ada.id]);
    let api::TypeUpdate::UpdateNewMessage(new) = &first.updates[0] else {
        panic!("{first:?}");
    };
    assert_eq!((new.pts, new.pts_count), (two.bob.pts().await, 1));

    two.ada.say(&two.bob, "are you there?").await;
    let told = two.told(&[&two.bob.client]).remove(0);
    let [TypeUpdates::UpdateShortMessage(short)] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((short.user_id.0, short.out), (two.ada.id, false));
    assert_eq!((&short.message[..], short.id), ("are you there?", 2));
    assert_eq!((short.pts, short.pts_count), (two.bob.pts().await, 1));
}

#[tokio::test]
async fn the_session_that_writes_has_its_answer_and_the_others_are_told() {
    let two = Two::new().await;
    let phone = two.ada.elsewhere().await;
    // The first in full, the second in short form.
    for (text, is_short) in [("one", false), ("two", true)] {
        let TypeUpdates::UpdateShortSentMessage(sent) =
            two.ada.invoke(&two.bob.note(text)).await.unwrap()
        else {
            panic!("expected updateShortSentMessage");
        };
        let [told_writer, told_phone] = &two.told(&[&two.ada.client, &phone])[..] else {
            unreachable!()
        };
        assert_eq!(told_writer[..], []);
        let (id, pts, out) = match &told_phone[..] {
            [TypeUpdates::UpdateShortMessage(short)] if is_short => {
                assert_eq!(short.user_id.0, two.bob.id);
                (short.id, short.pts, short.out)
            }
            [TypeUpdates::Updates(full)] if !is_short => {
                let mut people: Vec<i64> = full.users.iter().map(user_id).collect();
                people.sort_unstable();
                assert_eq!(people, [two.ada.id, two.bob.id]);
                let api::TypeUpdate::UpdateNewMessage(new) = &full.updates[0] else {
                    panic!("{full:?}");
                };
                let message = plain(new.message.clone());
                (message.id, new.pts, message.out)
            }
            other => panic!("{other:?}"),
        };
        assert_eq!((id, pts, out), (sent.id, sent.pts, true));
    }
}

#[tokio::test]
async fn a_session_that_was_away_finds_the_same() {
    let two = Two::new().await;
    let (of_ada, of_bob) = (two.ada.pts().await, two.bob.pts().await);
    two.ada.say(&two.bob, "one").await;
    two.bob.say(&two.ada, "two").await;
    for (person, since) in [(&two.ada, of_ada), (&two.bob, of_bob)] {
        let missed = person.missed(since).await;
        let texts: Vec<_> = missed.new.iter().map(|new| &new.message[..]).collect();
        assert_eq!(texts, ["one", "two"]);
        assert_eq!(missed.users, [two.ada.id, two.bob.id]);
        assert_eq!(missed.pts, since + 2);
    }
}

#[tokio::test]
async fn an_answer_points_at_the_message_in_each_box() {
    let two = Two::new().await;
    // Ada's ids run ahead of Bob's.
    for _ in 0..3 {
        let own = note(&TypeInputPeer::InputPeerSelf, "to myself");
        two.ada.invoke(&own).await.unwrap();
    }
    let question = two.ada.say(&two.bob, "question").await;
    assert_eq!(question, 4);
    let mut answer = two.ada.note("answer");
    answer.reply_to = in_reply_to(1);
    two.bob.invoke(&answer).await.unwrap();
    assert_eq!(answers(&two.bob.history(&two.ada.peer).await[0]), Some(1));
    assert_eq!(
        answers(&two.ada.history(&two.bob.peer).await[0]),
        Some(question)
    );
}

#[tokio::test]
async fn entities_are_the_same_on_both_sides() {
    let two = Two::new().await;
    two.ada.say(&two.bob, "hello").await;
    let mut bold = two.bob.note("bold words");
    let entity = api::TypeMessageEntity::MessageEntityBold(api::MessageEntityBold {
        offset: 0,
        length: 4,
    });
    bold.entities = Some(vec![entity.clone()]);
    let TypeUpdates::UpdateShortSentMessage(sent) = two.ada.invoke(&bold).await.unwrap() else {
        panic!("expected updateShortSentMessage");
    };
    assert_eq!(sent.entities, Some(vec![entity.clone()]));
    let told = two.told(&[&two.bob.client]).remove(0);
    let Some(TypeUpdates::UpdateShortMessage(short)) = told.last() else {
        panic!("{told:?}");
    };
    assert_eq!(short.entities, Some(vec![entity.clone()]));
    for (person, peer) in [(&two.ada, &two.bob.peer), (&two.bob, &two.ada.peer)] {
        let newest = &person.history(peer).await[0];
        assert_eq!(newest.entities, Some(vec![entity.clone()]));
    }
}

#[tokio::test]
async fn a_repeated_random_id_gets_the_first_result() {
    let two = Two::new().await;
    for peer in [&TypeInputPeer::InputPeerSelf, &two.bob.peer] {
        let first = note(peer, "one");
        let mut second = note(peer, "two");
        second.random_id = first.random_id;
        let pts = two.ada.pts().await;
        let first = two.ada.invoke(&first).await.unwrap();
        let second = two.ada.invoke(&second).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(two.ada.pts().await, pts + 1);
        let history = two.ada.history(peer).await;
        assert_eq!(history.len(), 1);
        assert_eq!((&history[0].message[..], history[0].out), ("one", true));
    }
    assert_eq!(two.bob.history(&two.ada.peer).await.len(), 1);
}
