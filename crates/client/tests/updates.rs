//! What readers of updates get from the real server: conversations, gaps, faults.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use heliogram::{
    ClientOptions, MemoryStorage, SessionFormat, StringSession, TelegramClient, Update, Updates,
    api::{self, updates::GetState},
    events::Lost,
};
use heliogram_server::{FaultKind, NewFault, TestServer, TestUser, Trigger};
use tokio::time::timeout;

struct Two {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    anns: TelegramClient,
}

async fn two() -> Two {
    let server = TestServer::start().await;
    let ann = server.user("Ann").username("ann_example").await;
    let bob = server.user("Bob").username("bob_example").await;
    let anns = server.client_for(&ann).await;
    Two {
        server,
        ann,
        bob,
        anns,
    }
}

impl Two {
    /// Bob's session, which every client of his has.
    async fn bobs_session(&self) -> String {
        let format = SessionFormat::GramJs;
        self.server.session_for(&self.bob, format).await
    }

    /// Bob's client, one that looks often whether it has missed something.
    async fn watchful(&self) -> TelegramClient {
        let options = ClientOptions {
            updates_watchdog: Some(Duration::from_millis(500)),
            ..self.server.client_options()
        };
        let session = StringSession::new(&self.bobs_session().await).unwrap();
        let client = TelegramClient::new(session, 1, "hash", options);
        client.connect().await.unwrap();
        client
    }

    async fn bobs_client(&self, session: &str, storage: &Arc<MemoryStorage>) -> TelegramClient {
        let options = ClientOptions {
            storage: Arc::clone(storage) as _,
            ..self.server.client_options()
        };
        let session = StringSession::new(session).unwrap();
        let client = TelegramClient::new(session, 1, "hash", options);
        client.connect().await.unwrap();
        client
    }
}

async fn next(updates: &mut Updates) -> Update {
    let next = timeout(Duration::from_secs(20), updates.next()).await;
    next.expect("an update within 20 s").expect("not the end")
}

/// The text of the next new message; presence and the like are passed over.
async fn next_text(updates: &mut Updates) -> String {
    loop {
        match next(updates).await {
            Update::NewMessage(message) => return message.text().to_owned(),
            Update::Raw(_) => {}
            other => panic!("a new message, not {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_conversation_comes_in_order_with_its_edits_and_deletions() {
    let two = two().await;
    let bobs = two.server.client_for(&two.bob).await;
    let mut updates = bobs.updates();
    let elsewhere = two.server.client_for(&two.ann).await;
    let mut anns_other = elsewhere.updates();
    let mut sent = Vec::new();
    for number in 0..5 {
        let text = number.to_string();
        sent.push(two.anns.send_message("@bob_example", text).await.unwrap());
    }
    for number in 0..5 {
        assert_eq!(next_text(&mut updates).await, number.to_string());
        assert_eq!(next_text(&mut anns_other).await, number.to_string());
    }
    sent[0].edit("changed").await.unwrap();
    sent[1].delete().await.unwrap();
    let edited = loop {
        match next(&mut updates).await {
            Update::MessageEdited(message) => break message,
            Update::Raw(_) => {}
            other => panic!("an edit, not {other:?}"),
        }
    };
    assert_eq!(edited.text(), "changed");
    assert!(!edited.is_outgoing());
    let deleted = loop {
        match next(&mut updates).await {
            Update::MessageDeleted(deleted) => break deleted.ids,
            Update::Raw(_) => {}
            other => panic!("a deletion, not {other:?}"),
        }
    };
    assert_eq!(deleted, [edited.id() + 1]);
    // What Bob does himself moves his numbers, and is no gap.
    for number in 0..3 {
        bobs.send_message("@ann_example", format!("back {number}"))
            .await
            .unwrap();
        two.anns.send_message("@bob_example", "and").await.unwrap();
        assert_eq!(next_text(&mut updates).await, "and");
    }
    let differences = two.server.calls().of("updates.getDifference");
    let differences = differences.iter();
    assert_eq!(
        differences
            .filter(|call| call.user_id == Some(two.bob.id))
            .count(),
        0,
        "nothing was fetched"
    );
    bobs.disconnect().await;
    elsewhere.disconnect().await;
}

#[tokio::test]
async fn pushes_that_are_lost_or_come_twice_are_neither_missed_nor_repeated() {
    let two = two().await;
    let bobs = two.watchful().await;
    let mut updates = bobs.updates();
    two.anns
        .send_message("@bob_example", "first")
        .await
        .unwrap();
    assert_eq!(next_text(&mut updates).await, "first");
    for (kind, chance) in [
        (FaultKind::PtsGap {}, 0.3),
        (FaultKind::DuplicateUpdate {}, 0.3),
        (FaultKind::UpdatesTooLong {}, 0.1),
    ] {
        let bob = two.bob.id;
        let when = Trigger {
            user_id: Some(bob),
            probability: Some(chance),
            ..Trigger::default()
        };
        two.server.add_fault(NewFault::new(kind).when(when));
    }
    for number in 0..50 {
        let text = number.to_string();
        two.anns.send_message("@bob_example", text).await.unwrap();
    }
    for number in 0..50 {
        assert_eq!(next_text(&mut updates).await, number.to_string());
    }
    bobs.disconnect().await;
}

/// Bob is away while so many updates happen, and comes back.
async fn gap(count: usize) {
    let two = two().await;
    let session = two.bobs_session().await;
    let storage = Arc::new(MemoryStorage::default());
    let bobs = two.bobs_client(&session, &storage).await;
    let mut updates = bobs.updates();
    let first = two
        .anns
        .send_message("@bob_example", "first")
        .await
        .unwrap();
    assert_eq!(next_text(&mut updates).await, "first");
    drop(updates);
    bobs.disconnect().await;

    // A hundred at once: forwards of a hundred messages.
    let begun = Instant::now();
    let mut ids = vec![first.id()];
    while ids.len() < 100.min(count) {
        let text = format!("seed {}", ids.len());
        let sent = two.anns.send_message("@bob_example", text).await.unwrap();
        ids.push(sent.id());
    }
    let mut happened = ids.len() - 1;
    while happened < count {
        let part = &ids[..ids.len().min(count - happened)];
        let forwarded = two
            .anns
            .forward_messages("@bob_example", "@bob_example", part);
        happened += forwarded.await.unwrap().len();
    }
    let made = begun.elapsed();

    let begun = Instant::now();
    let bobs = two.bobs_client(&session, &storage).await;
    let mut updates = bobs.updates();
    let mut last = 0;
    for number in 0..count {
        let message = match next(&mut updates).await {
            Update::NewMessage(message) => message,
            other => panic!("message {number}, not {other:?}"),
        };
        assert!(message.id() > last, "{} after {last}", message.id());
        last = message.id();
    }
    let fetched = begun.elapsed();
    // And nothing but that: the next one is live.
    two.anns.send_message("@bob_example", "live").await.unwrap();
    assert_eq!(next_text(&mut updates).await, "live");
    bobs.disconnect().await;
    eprintln!("{count} updates: made in {made:?}, fetched in {fetched:?}");
}

#[tokio::test]
async fn a_gap_of_10_is_recovered() {
    gap(10).await;
}

#[tokio::test]
async fn a_gap_of_1000_is_recovered() {
    gap(1000).await;
}

#[tokio::test]
#[ignore = "takes minutes: makes 100,000 messages"]
async fn a_gap_of_100000_is_recovered() {
    gap(100_000).await;
}

#[tokio::test]
async fn what_is_sent_right_after_a_reader_began_reaches_it() {
    let two = two().await;
    let bobs = two.server.client_for(&two.bob).await;
    // The server knows this session from a call: it is one of those that are told.
    bobs.invoke(&GetState {}).await.unwrap();
    for number in 0..20 {
        let mut updates = bobs.updates();
        let text = number.to_string();
        two.anns.send_message("@bob_example", text).await.unwrap();
        assert_eq!(next_text(&mut updates).await, number.to_string());
    }
    bobs.disconnect().await;
}

#[tokio::test]
async fn a_world_that_is_put_back_is_told_as_lost_and_followed() {
    let two = two().await;
    let bobs = two.watchful().await;
    bobs.invoke(&GetState {}).await.unwrap();
    let snapshot = two.server.snapshot().await;
    let mut updates = bobs.updates();
    for number in 0..3 {
        let text = number.to_string();
        two.anns.send_message("@bob_example", text).await.unwrap();
        assert_eq!(next_text(&mut updates).await, number.to_string());
    }
    two.server.restore(&snapshot).await;
    let lost = loop {
        match next(&mut updates).await {
            Update::Lost(lost) => break lost,
            Update::Raw(_) => {}
            other => panic!("a loss, not {other:?}"),
        }
    };
    assert!(
        matches!(lost, Lost::TooLong { .. } | Lost::WentBack { .. }),
        "{lost}"
    );
    two.anns
        .send_message("@bob_example", "after")
        .await
        .unwrap();
    assert_eq!(next_text(&mut updates).await, "after");
    bobs.disconnect().await;
}

#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_told_and_goes_on_after_a_login() {
    let two = two().await;
    let bobs = two.watchful().await;
    let mut updates = bobs.updates();
    two.anns.send_message("@bob_example", "hi").await.unwrap();
    assert_eq!(next_text(&mut updates).await, "hi");
    let when = Trigger::method("updates.getState")
        .user(two.bob.id)
        .times(1);
    let revoked = NewFault::new(FaultKind::SessionRevoked {});
    two.server.add_fault(revoked.when(when));
    loop {
        match next(&mut updates).await {
            Update::Lost(Lost::LoggedOut) => break,
            Update::Raw(_) | Update::NewMessage(_) => {}
            other => panic!("the end, not {other:?}"),
        }
    }
    two.anns.send_message("@bob_example", "away").await.unwrap();
    bobs.start(&mut two.server.login(&two.bob)).await.unwrap();
    // What was missed meanwhile, and what the service says about the login.
    while next_text(&mut updates).await != "away" {}
    two.anns.send_message("@bob_example", "back").await.unwrap();
    while next_text(&mut updates).await != "back" {}
    bobs.disconnect().await;
}

#[tokio::test]
async fn what_has_no_number_comes_as_it_is() {
    let two = two().await;
    let bobs = two.server.client_for(&two.bob).await;
    bobs.invoke(&GetState {}).await.unwrap();
    let mut updates = bobs.updates();
    two.anns.send_message("@bob_example", "hi").await.unwrap();
    assert_eq!(next_text(&mut updates).await, "hi");
    let typing = api::messages::SetTyping {
        peer: two.bob.input_peer(),
        top_msg_id: None,
        action: api::TypeSendMessageAction::SendMessageTypingAction,
    };
    two.anns.invoke(&typing).await.unwrap();
    loop {
        if let Update::Raw(raw) = next(&mut updates).await
            && let api::TypeUpdate::UpdateUserTyping(typing) = &raw.update
        {
            assert_eq!(typing.user_id.0, two.ann.id);
            break;
        }
    }
    bobs.disconnect().await;
}
