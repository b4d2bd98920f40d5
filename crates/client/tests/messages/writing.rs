//! Writing, reading and finding people.

use std::time::Duration;

use heliogram::{
    ChannelId, ChatId, ClientOptions, Entity, KnownPeer, MessageError, OutgoingMessage, PeerAccess,
    PeerError, PeerId, PeerKind, TelegramClient, UserId, api,
};
use heliogram_server::TestServer;

use crate::two::*;

#[tokio::test]
async fn a_message_arrives_and_is_answered() {
    let two = two().await;
    let sent = two.anns.send_message(BOB, "Hello!").await.unwrap();
    assert_eq!((sent.text(), sent.is_outgoing()), ("Hello!", true));
    assert_eq!(sent.peer_id(), user(two.bob.id));
    assert_eq!(sent.sender_id(), Some(user(two.ann.id)));

    let received = two.bobs.iter_messages(ANN).collect().await.unwrap();
    let [received] = &received[..] else {
        panic!("one message, not {received:?}");
    };
    assert_eq!((received.text(), received.is_outgoing()), ("Hello!", false));
    assert_eq!(received.sender_id(), Some(user(two.ann.id)));
    assert_eq!(received.peer_id(), user(two.ann.id));
    let Some(Entity::User(sender)) = received.sender() else {
        panic!("the sender comes along");
    };
    assert_eq!(sender.first_name.as_deref(), Some("Ann"));

    let answer = received.reply("Hello yourself").await.unwrap();
    assert_eq!(answer.reply_to_msg_id(), Some(received.id()));
    let at_anns = two.anns.iter_messages(two.bob.id).collect().await.unwrap();
    assert_eq!(texts(&at_anns), ["Hello yourself", "Hello!"]);
    assert_eq!(at_anns[0].reply_to_msg_id(), Some(sent.id()));
}

#[tokio::test]
async fn markup_arrives_as_formatting_and_mentions_are_addressed() {
    let two = two().await;
    let mention = format!("**Hi** [Bob](tg://user?id={})", two.bob.id);
    let unknown = two
        .anns
        .send_message("me", OutgoingMessage::markdown(&mention))
        .await;
    let error = unknown.unwrap_err();
    assert!(
        matches!(error, MessageError::Peer(PeerError::NotMet(_))),
        "{error}"
    );
    two.anns.get_input_entity(BOB).await.unwrap();
    let sent = two
        .anns
        .send_message(BOB, OutgoingMessage::markdown(&mention))
        .await
        .unwrap();
    assert_eq!(sent.text(), "Hi Bob");
    let received = two.bobs.iter_messages(ANN).collect().await.unwrap();
    let [bold, name] = received[0].entities() else {
        panic!("two, not {:?}", received[0].entities());
    };
    assert!(matches!(bold, api::TypeMessageEntity::MessageEntityBold(bold) if bold.length == 2));
    let id = UserId(two.bob.id);
    assert!(
        matches!(name, api::TypeMessageEntity::MessageEntityMentionName(name) if name.user_id == id)
    );
}

#[tokio::test]
async fn a_long_history_is_read_in_both_directions_without_a_hole() {
    let two = two().await;
    let mut expected = Vec::new();
    for number in 0..230 {
        let text = number.to_string();
        two.anns.send_message(BOB, &text).await.unwrap();
        expected.push(text);
    }
    let client = &two.bobs;
    let forwards = client
        .iter_messages(ANN)
        .reverse(true)
        .collect()
        .await
        .unwrap();
    assert_eq!(texts(&forwards), expected);
    let backwards = client.iter_messages(ANN).collect().await.unwrap();
    assert_eq!(texts(&backwards), expected.iter().rev().collect::<Vec<_>>());
    let id = |number: usize| forwards[number].id();

    let mut some = client.iter_messages(ANN).limit(150);
    assert_eq!(some.total(), None);
    assert_eq!(some.next().await.unwrap().unwrap().text(), "229");
    assert_eq!(some.total(), Some(230));
    assert_eq!(some.collect().await.unwrap().len(), 149);

    let between = client.iter_messages(ANN).min_id(id(99)).max_id(id(213));
    assert_eq!(
        texts(&between.collect().await.unwrap()),
        expected[100..213].iter().rev().collect::<Vec<_>>()
    );
    let between = client
        .iter_messages(ANN)
        .min_id(id(99))
        .max_id(id(213))
        .reverse(true);
    assert_eq!(
        texts(&between.collect().await.unwrap()),
        expected[100..213].iter().collect::<Vec<_>>()
    );
    let behind = client.iter_messages(ANN).offset_id(id(3));
    assert_eq!(texts(&behind.collect().await.unwrap()), ["2", "1", "0"]);
    let behind = client.iter_messages(ANN).offset_id(id(226)).reverse(true);
    assert_eq!(
        texts(&behind.collect().await.unwrap()),
        ["227", "228", "229"]
    );
    let own = client
        .iter_messages(ANN)
        .from_user("me")
        .collect()
        .await
        .unwrap();
    assert!(own.is_empty());
    let hers = client
        .iter_messages(ANN)
        .from_user(two.ann.id)
        .limit(3)
        .collect()
        .await
        .unwrap();
    assert_eq!(texts(&hers), ["229", "228", "227"]);
}

#[tokio::test]
async fn a_date_is_a_place_to_begin_at() {
    let two = two().await;
    let mut noon = 0;
    for day in 0..3 {
        for text in ["morning", "evening"] {
            let sent = two
                .anns
                .send_message(BOB, format!("{text} {day}"))
                .await
                .unwrap();
            if (text, day) == ("morning", 1) {
                noon = sent.date() + 6 * 60 * 60;
            }
            two.server
                .clock()
                .advance(Duration::from_secs(12 * 60 * 60))
                .await;
        }
    }
    let before = two.bobs.iter_messages(ANN).offset_date(noon);
    assert_eq!(
        texts(&before.collect().await.unwrap()),
        ["morning 1", "evening 0", "morning 0"]
    );
    let after = two.bobs.iter_messages(ANN).offset_date(noon).reverse(true);
    assert_eq!(
        texts(&after.collect().await.unwrap()),
        ["evening 1", "morning 2", "evening 2"]
    );
    let before = two
        .bobs
        .iter_messages(ANN)
        .search("morning")
        .offset_date(noon);
    assert_eq!(
        texts(&before.collect().await.unwrap()),
        ["morning 1", "morning 0"]
    );
    let after = two
        .bobs
        .iter_messages(ANN)
        .search("morning")
        .offset_date(noon)
        .reverse(true);
    assert_eq!(texts(&after.collect().await.unwrap()), ["morning 2"]);
}

#[tokio::test]
async fn dialogs_have_their_last_message_and_what_is_unread() {
    let two = two().await;
    let carl = two.server.user("Carl").username("carl_example").await;
    two.anns.send_message(BOB, "one").await.unwrap();
    two.anns.send_message(BOB, "two").await.unwrap();
    let carls = two.server.client_for(&carl).await;
    carls.send_message(BOB, "three").await.unwrap();
    let dialogs = two.bobs.iter_dialogs().collect().await.unwrap();
    let of = |id| {
        dialogs
            .iter()
            .find(|dialog| dialog.peer_id() == user(id))
            .expect("a dialog")
    };
    let (anns, carls) = (of(two.ann.id), of(carl.id));
    assert_eq!((anns.name(), anns.unread_count()), ("Ann".into(), 2));
    assert_eq!(anns.message().map(|message| message.text()), Some("two"));
    assert_eq!((carls.name(), carls.unread_count()), ("Carl".into(), 1));
    assert_eq!(dialogs[0].peer_id(), user(carl.id), "the latest first");
    let answer = two.bobs.send_message(&dialogs[0], "four").await.unwrap();
    assert_eq!(answer.peer_id(), user(carl.id));
}

#[tokio::test]
async fn more_dialogs_than_a_page_come_once_each() {
    let server = TestServer::start().await;
    let bob = server.user("Bob").username("bob_example").await;
    let mut ids = Vec::new();
    for number in 0..120 {
        let writer = server.user(&format!("Writer{number}")).await;
        let client = server.client_for(&writer).await;
        client.send_message(BOB, "hi").await.unwrap();
        client.disconnect().await;
        ids.push(user(writer.id));
    }
    let bobs = server.client_for(&bob).await;
    let dialogs = bobs.iter_dialogs().collect().await.unwrap();
    let mut seen: Vec<_> = dialogs.iter().map(|dialog| dialog.peer_id()).collect();
    seen.retain(|id| *id != user(777_000));
    seen.sort();
    ids.sort();
    assert_eq!(seen, ids);
}

#[tokio::test]
async fn people_are_found_by_name_link_phone_and_id() {
    let two = two().await;
    let phone = format!("+{}", two.bob.phone);
    for given in [BOB, "BOB_example", "https://t.me/bob_example", &phone] {
        let found = two.anns.get_entity(given).await;
        assert_eq!(found.expect(given).id(), user(two.bob.id), "{given}");
    }
    assert_eq!(two.anns.get_entity(two.bob.id).await.unwrap().name(), "Bob");
    assert_eq!(
        two.anns
            .get_entity(&*two.bob.id.to_string())
            .await
            .unwrap()
            .name(),
        "Bob"
    );
    assert_eq!(
        two.anns.get_entity("me").await.unwrap().id(),
        user(two.ann.id)
    );
    assert_eq!(two.anns.get_me().await.unwrap().id, UserId(two.ann.id));
    assert_eq!(two.anns.get_peer_id("me").await.unwrap(), user(two.ann.id));
}

#[tokio::test]
async fn who_cannot_be_found_is_named_with_what_to_do() {
    let two = two().await;
    let error = async |given: &str| {
        two.anns
            .get_input_entity(given)
            .await
            .unwrap_err()
            .to_string()
    };
    assert!(
        error("@nobody_here")
            .await
            .starts_with("nobody has the username @nobody_here")
    );
    assert!(
        error("+99999999999")
            .await
            .contains("phone number +99999999999")
    );
    assert!(
        error("two words")
            .await
            .contains("\"two words\" names no peer")
    );
    let unmet = two.anns.get_input_entity(two.bob.id).await.unwrap_err();
    assert!(
        matches!(unmet, PeerError::NotMet(id) if id == user(two.bob.id)),
        "{unmet}"
    );
    assert!(
        unmet
            .to_string()
            .starts_with(&format!("no user {} has been met", two.bob.id))
    );
}

#[tokio::test]
async fn who_was_met_in_a_former_run_is_addressed_by_id() {
    let two = two().await;
    let options = two.server.client_options();
    let session = two.anns.session();
    let run = |options: ClientOptions| TelegramClient::new(session.clone(), 1, "hash", options);
    two.anns.disconnect().await;

    let first = run(options.clone());
    first.connect().await.unwrap();
    first.get_input_entity(BOB).await.unwrap();
    first.disconnect().await;
    // The same storage; another one has not met him.
    let second = run(options);
    second.connect().await.unwrap();
    second.send_message(two.bob.id, "by id").await.unwrap();
    second.disconnect().await;
}

#[tokio::test]
async fn chats_of_former_programs_are_addressed_by_id_in_the_first_run() {
    let two = two().await;
    two.bobs.send_message(ANN, "hi").await.unwrap();
    // A client that has seen nothing of it yet.
    let fresh = two.server.client_for(&two.ann).await;
    let sent = fresh.send_message(two.bob.id, "by id").await.unwrap();
    assert_eq!(sent.peer_id(), user(two.bob.id));
}

#[tokio::test]
async fn a_stale_access_hash_is_renewed_once() {
    let two = two().await;
    let own = two.ann.id;
    let storage = &two.anns.options().storage;
    two.anns.get_input_entity(BOB).await.unwrap();
    let mut bob = storage.peer(own, user(two.bob.id)).unwrap().unwrap();
    let right = bob.access;
    bob.access = heliogram::PeerAccess::Hash(heliogram::AccessHash(1));
    storage.remember(own, std::slice::from_ref(&bob)).unwrap();
    // By id: his username leads to him. By username: asked again.
    two.anns.send_message(two.bob.id, "one").await.unwrap();
    assert_eq!(storage.peer(own, bob.id).unwrap().unwrap().access, right);
    storage.remember(own, std::slice::from_ref(&bob)).unwrap();
    two.anns.send_message(BOB, "two").await.unwrap();
    assert_eq!(storage.peer(own, bob.id).unwrap().unwrap().access, right);
}

#[tokio::test]
async fn a_repeated_random_id_does_not_send_twice() {
    let two = two().await;
    let message = OutgoingMessage::new("once").random_id(77);
    let first = two.anns.send_message(BOB, message.clone()).await.unwrap();
    let again = two.anns.send_message(BOB, message).await.unwrap();
    assert_eq!(first.id(), again.id());
    let there = two.bobs.iter_messages(ANN).collect().await.unwrap();
    assert_eq!(texts(&there), ["once"]);
}

#[tokio::test]
async fn a_name_is_asked_for_once_a_day_and_not_with_every_message() {
    let two = two().await;
    let calls = two.server.calls();
    let asked = || calls.of("contacts.resolveUsername").len();
    two.anns.send_message(BOB, "one").await.unwrap();
    two.anns
        .send_message("t.me/BOB_example", "two")
        .await
        .unwrap();
    assert_eq!(asked(), 1);
    // As if that had been the day before yesterday. Since then Carl has the name.
    let storage = &two.anns.options().storage;
    let mut bob = storage.peer(two.ann.id, user(two.bob.id)).unwrap().unwrap();
    bob.seen_at -= 2 * 24 * 60 * 60;
    storage.remember(two.ann.id, &[bob]).unwrap();
    let rename = async |client: &TelegramClient, username: &str| {
        let username = username.to_owned();
        client
            .invoke(&api::account::UpdateUsername { username })
            .await
            .unwrap();
    };
    rename(&two.bobs, "robert_example").await;
    let carl = two.server.user("Carl").await;
    rename(&two.server.client_for(&carl).await, "bob_example").await;
    let sent = two.anns.send_message(BOB, "three").await.unwrap();
    assert_eq!((sent.peer_id(), asked()), (user(carl.id), 2));
}

#[tokio::test]
async fn who_was_only_seen_in_a_message_is_addressed_by_it() {
    let two = two().await;
    let storage = &two.anns.options().storage;
    let group = PeerId::Chat(ChatId(9));
    two.anns.get_me().await.unwrap();
    let seen = KnownPeer {
        id: user(two.bob.id),
        kind: PeerKind::User,
        access: PeerAccess::FromMessage {
            chat: group,
            msg_id: 70,
        },
        usernames: Vec::new(),
        phone: None,
        seen_at: 0,
    };
    storage
        .remember(two.ann.id, std::slice::from_ref(&seen))
        .unwrap();
    let input = two.anns.get_input_entity(two.bob.id).await.unwrap();
    let api::TypeInputPeer::InputPeerUserFromMessage(input) = input else {
        panic!("by the message, not {input:?}");
    };
    assert_eq!((input.msg_id, input.user_id), (70, UserId(two.bob.id)));
    let chat = api::InputPeerChat { chat_id: ChatId(9) };
    assert_eq!(input.peer, api::TypeInputPeer::InputPeerChat(chat));
    // A channel that nothing is known of does not help.
    let chat = PeerId::Channel(ChannelId(9));
    let access = PeerAccess::FromMessage { chat, msg_id: 70 };
    storage
        .remember(two.ann.id, &[KnownPeer { access, ..seen }])
        .unwrap();
    let error = two.anns.get_input_entity(two.bob.id).await.unwrap_err();
    assert!(matches!(error, PeerError::NotMet(_)), "{error}");
}

#[tokio::test]
async fn raw_calls_teach_the_client_too() {
    let two = two().await;
    let username = "bob_example".to_owned();
    let resolve = api::contacts::ResolveUsername {
        username,
        referer: None,
    };
    let body = heliogram_tl::Encode::to_bytes(&resolve).unwrap().into();
    two.anns
        .invoke_raw("contacts.resolveUsername", body)
        .await
        .unwrap();
    two.anns.send_message(two.bob.id, "by id").await.unwrap();
}
