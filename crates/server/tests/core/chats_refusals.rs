//! What is not sent, and why.

use heliogram_tl::api::{self, TypeInputPeer, contacts, messages};

use crate::two_people::*;
use crate::world::*;

/// The error of a message that is a little different from a plain one.
async fn refused(two: &Two, change: impl FnOnce(&mut messages::SendMessage)) -> String {
    let mut call = two.bob.note("hello");
    change(&mut call);
    two.ada.error(&call).await
}

#[tokio::test]
async fn a_message_needs_a_text_of_some_length_and_a_number() {
    let two = Two::new().await;
    for text in ["", " \n\t"] {
        let error = refused(&two, |call| call.message = text.into()).await;
        assert_eq!(error, "400 MESSAGE_EMPTY");
    }
    let error = refused(&two, |call| call.message = "🌞".repeat(4097)).await;
    assert_eq!(error, "400 MESSAGE_TOO_LONG");
    // Characters count, not UTF-16 units.
    two.ada
        .invoke(&two.bob.note(&"🌞".repeat(4096)))
        .await
        .unwrap();
    let error = refused(&two, |call| call.random_id = 0).await;
    assert_eq!(error, "400 RANDOM_ID_EMPTY");
    assert_eq!(two.bob.history(&two.ada.peer).await.len(), 1);
}

#[tokio::test]
async fn a_message_needs_somebody_to_read_it() {
    let two = Two::new().await;
    let TypeInputPeer::InputPeerUser(mut wrong) = two.bob.peer.clone() else {
        unreachable!()
    };
    wrong.access_hash.0 ^= 1;
    for peer in [
        TypeInputPeer::InputPeerUser(wrong),
        TypeInputPeer::InputPeerChat(Default::default()),
        TypeInputPeer::InputPeerEmpty,
    ] {
        let error = two.ada.error(&note(&peer, "hello")).await;
        assert!(error.ends_with(" PEER_ID_INVALID"), "{error}");
    }
    let service = TypeInputPeer::InputPeerUser(api::InputPeerUser {
        user_id: 777_000.into(),
        ..Default::default()
    });
    assert_eq!(
        two.ada.error(&note(&service, "hello")).await,
        "403 CHAT_WRITE_FORBIDDEN"
    );
    two.core.delete_user(two.bob.id).await.unwrap();
    let error = refused(&two, |_| {}).await;
    assert_eq!(error, "400 INPUT_USER_DEACTIVATED");
}

#[tokio::test]
async fn who_is_blocked_writes_nothing_and_types_nothing() {
    let two = Two::new().await;
    let block = contacts::Block {
        my_stories_from: false,
        id: two.ada.peer.clone(),
    };
    two.bob.invoke(&block).await.unwrap();
    two.settle();
    assert_eq!(refused(&two, |_| {}).await, "403 USER_IS_BLOCKED");
    assert_eq!(
        two.bob.error(&two.ada.note("hello")).await,
        "400 YOU_BLOCKED_USER"
    );
    let typing = messages::SetTyping {
        peer: two.bob.peer.clone(),
        top_msg_id: None,
        action: api::TypeSendMessageAction::SendMessageTypingAction,
    };
    assert_eq!(two.ada.error(&typing).await, "403 USER_IS_BLOCKED");
    assert_eq!(two.told_both(), [[], []]);
}

#[tokio::test]
async fn an_answer_needs_something_to_answer() {
    let two = Two::new().await;
    let own = note(&TypeInputPeer::InputPeerSelf, "to myself");
    let own = sent_id(&two.ada.invoke(&own).await.unwrap());
    two.ada.say(&two.bob, "the sun is up").await;
    for id in [99, own] {
        let error = refused(&two, |call| call.reply_to = in_reply_to(id)).await;
        assert_eq!(error, "400 REPLY_MESSAGE_ID_INVALID");
    }
    let quoting = |text: &str| {
        Some(Box::new(api::TypeInputReplyTo::InputReplyToMessage(
            Box::new(api::InputReplyToMessage {
                reply_to_msg_id: 2,
                quote_text: Some(text.into()),
                ..Default::default()
            }),
        )))
    };
    let error = refused(&two, |call| call.reply_to = quoting("moon")).await;
    assert_eq!(error, "400 QUOTE_TEXT_INVALID");
    let mut call = two.bob.note("is it?");
    call.reply_to = quoting("sun");
    two.ada.invoke(&call).await.unwrap();
    let answer = &two.bob.history(&two.ada.peer).await[0];
    assert_eq!(answers(answer), Some(1));
    let Some(api::TypeMessageReplyHeader::MessageReplyHeader(header)) = answer.reply_to.as_deref()
    else {
        panic!("{answer:?}");
    };
    assert_eq!(header.quote_text.as_deref(), Some("sun"));
}

#[tokio::test]
async fn a_message_of_another_chat_can_be_answered_with_what_it_was() {
    let two = Two::new().await;
    let eve = Person::new(&two.core, "9996621509").await;
    eve.say(&two.ada, "from Eve").await;
    let mut call = two.bob.note("look");
    call.reply_to = Some(Box::new(api::TypeInputReplyTo::InputReplyToMessage(
        Box::new(api::InputReplyToMessage {
            reply_to_msg_id: 1,
            reply_to_peer_id: Some(Box::new(eve.peer.clone())),
            ..Default::default()
        }),
    )));
    two.settle();
    two.ada.invoke(&call).await.unwrap();
    let answer = &two.bob.history(&two.ada.peer).await[0];
    assert_eq!(answers(answer), None);
    let Some(api::TypeMessageReplyHeader::MessageReplyHeader(header)) = answer.reply_to.as_deref()
    else {
        panic!("{answer:?}");
    };
    let from = header.reply_from.as_ref().unwrap();
    assert_eq!(from.from_id.as_ref().map(user_of), Some(eve.id));
    let told = two.told(&[&two.bob.client]).remove(0);
    let [api::TypeUpdates::Updates(full)] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(full.users.iter().any(|user| user_id(user) == eve.id));
}

#[tokio::test]
async fn what_is_not_built_is_refused_and_not_sent_otherwise() {
    let two = Two::new().await;
    let now = wire_now() as i32;
    let error = refused(&two, |call| call.schedule_date = Some(now + 600)).await;
    assert_eq!(error, "400 SCHEDULE_DATE_TOO_LATE");
    let error = refused(&two, |call| call.effect = Some(1)).await;
    assert_eq!(error, "400 EFFECT_CHAT_INVALID");
    let bob = two.bob.peer.clone();
    let error = refused(&two, |call| call.send_as = Some(Box::new(bob))).await;
    assert_eq!(error, "400 SEND_AS_PEER_INVALID");
    assert_eq!(two.bob.history(&two.ada.peer).await, []);
    // So soon that it is now.
    let mut call = two.bob.note("hello");
    call.schedule_date = Some(now + 5);
    two.ada.invoke(&call).await.unwrap();
}
