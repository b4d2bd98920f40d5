//! Editing, deleting, forwarding, marking as read and searching.

use heliogram::{ForwardOptions, OutgoingMessage, TelegramClient};

use crate::two::*;

#[tokio::test]
async fn an_edit_reaches_both_and_only_the_author_may() {
    let two = two().await;
    let sent = two.anns.send_message(BOB, "Helo").await.unwrap();
    let edited = sent
        .edit(OutgoingMessage::markdown("**Hello**"))
        .await
        .unwrap();
    assert_eq!((edited.id(), edited.text()), (sent.id(), "Hello"));
    assert!(edited.edit_date().is_some());
    assert_eq!(edited.entities().len(), 1);
    let at_bobs = two.at_bobs().await;
    assert_eq!(texts(&at_bobs), ["Hello"]);
    let refused = at_bobs[0].edit("Bye").await.unwrap_err();
    assert!(
        refused.is("MESSAGE_AUTHOR_REQUIRED") || refused.is("MESSAGE_ID_INVALID"),
        "{refused}"
    );
    let same = sent
        .edit(OutgoingMessage::markdown("**Hello**"))
        .await
        .unwrap_err();
    assert!(same.is("MESSAGE_NOT_MODIFIED"), "{same}");
}

#[tokio::test]
async fn deleting_is_for_oneself_or_for_everybody() {
    let two = two().await;
    for text in ["one", "two", "three"] {
        two.anns.send_message(BOB, text).await.unwrap();
    }
    let anns = all(&two.anns, BOB).await;
    let gone = two
        .anns
        .delete_messages(BOB, &[anns[2].id()], false)
        .await
        .unwrap();
    assert_eq!(gone, 1);
    anns[1].delete().await.unwrap();
    assert_eq!(texts(&all(&two.anns, BOB).await), ["three"]);
    assert_eq!(texts(&two.at_bobs().await), ["three", "one"]);
    let again = two
        .anns
        .delete_messages(BOB, &[anns[1].id()], true)
        .await
        .unwrap();
    assert_eq!(again, 0, "it was gone already");
}

#[tokio::test]
async fn more_than_a_hundred_are_deleted_and_forwarded_at_once() {
    let two = two().await;
    let mut ids = Vec::new();
    for number in 0..130 {
        let sent = two
            .anns
            .send_message(BOB, number.to_string())
            .await
            .unwrap();
        ids.push(sent.id());
    }
    let forwarded = two.anns.forward_messages("me", BOB, &ids).await.unwrap();
    let expected: Vec<_> = (0..130).map(|number| number.to_string()).collect();
    assert_eq!(texts(&forwarded), expected);
    assert_eq!(
        two.anns.delete_messages(BOB, &ids, true).await.unwrap(),
        130
    );
    assert!(two.at_bobs().await.is_empty());
}

#[tokio::test]
async fn a_forwarded_message_says_who_wrote_it_unless_it_should_not() {
    let two = two().await;
    two.anns.send_message(BOB, "wise words").await.unwrap();
    let received = two.at_bobs().await.remove(0);
    let forwarded = received.forward_to("me").await.unwrap();
    let from = forwarded
        .full()
        .and_then(|message| message.fwd_from.as_ref())
        .expect("an origin");
    assert_eq!(
        from.from_id.as_ref().and_then(heliogram::PeerId::from_peer),
        Some(user(two.ann.id))
    );
    let options = ForwardOptions {
        drop_author: true,
        ..ForwardOptions::default()
    };
    let copies = two
        .bobs
        .forward_messages_with("me", ANN, &[received.id()], options)
        .await
        .unwrap();
    assert_eq!(texts(&copies), ["wise words"]);
    assert!(
        copies[0]
            .full()
            .is_some_and(|message| message.fwd_from.is_none())
    );
}

#[tokio::test]
async fn messages_come_by_id_in_the_order_that_was_asked_for() {
    let two = two().await;
    let one = two.anns.send_message(BOB, "one").await.unwrap();
    let own = two.anns.send_message("me", "a note").await.unwrap();
    let two_ = two
        .anns
        .send_message(BOB, OutgoingMessage::new("two").reply_to(one.id()))
        .await
        .unwrap();
    let ids = [two_.id(), 99_999, own.id(), one.id()];
    let found = two.anns.get_messages(BOB, &ids).await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|message| message.as_ref().map(|message| message.text()))
        .collect();
    assert_eq!(found, [Some("two"), None, None, Some("one")]);
    let answered = two_
        .get_reply_message()
        .await
        .unwrap()
        .expect("it answers one");
    assert_eq!(answered.text(), "one");
    assert!(one.get_reply_message().await.unwrap().is_none());
}

#[tokio::test]
async fn what_was_read_is_no_longer_unread() {
    let two = two().await;
    for text in ["one", "two", "three"] {
        two.anns.send_message(BOB, text).await.unwrap();
    }
    let unread = async |client: &TelegramClient| {
        let dialogs = client.iter_dialogs().collect().await.unwrap();
        let dialog = dialogs
            .iter()
            .find(|dialog| dialog.peer_id() == user(two.ann.id));
        dialog.expect("a dialog").unread_count()
    };
    assert_eq!(unread(&two.bobs).await, 3);
    two.at_bobs().await[1].mark_as_read().await.unwrap();
    assert_eq!(unread(&two.bobs).await, 1);
    two.bobs.mark_as_read(ANN, 0).await.unwrap();
    assert_eq!(unread(&two.bobs).await, 0);
}

#[tokio::test]
async fn a_search_finds_words_in_both_directions() {
    let two = two().await;
    for number in 0..120 {
        two.anns
            .send_message(BOB, format!("tea {number}"))
            .await
            .unwrap();
        two.anns
            .send_message(BOB, format!("coffee {number}"))
            .await
            .unwrap();
    }
    let found = two
        .bobs
        .iter_messages(ANN)
        .search("tea")
        .collect()
        .await
        .unwrap();
    let expected: Vec<_> = (0..120).map(|number| format!("tea {number}")).collect();
    assert_eq!(texts(&found), expected.iter().rev().collect::<Vec<_>>());
    let found = two
        .bobs
        .iter_messages(ANN)
        .search("tea")
        .reverse(true)
        .collect()
        .await
        .unwrap();
    assert_eq!(texts(&found), expected);
}
