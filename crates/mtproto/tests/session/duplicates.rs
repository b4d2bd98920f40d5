//! The same message twice.

use std::time::Duration;

use heliogram_mtproto::session::{ClientEvent, Ignored, ServerEvent};

use crate::pair::{Pair, To, body};

fn requests(pair: &Pair) -> usize {
    let is = |event: &&ServerEvent| matches!(event, ServerEvent::Request { .. });
    pair.server_events.iter().filter(is).count()
}

#[test]
fn a_repeated_call_gets_its_answer_again_and_is_no_second_call() {
    let mut pair = Pair::settled(1);
    pair.call(b"call");
    pair.run(Duration::from_secs(1));
    let (_, packet) = pair.sent[0].clone();
    pair.sent.clear();
    pair.give_server(packet);
    assert_eq!(requests(&pair), 1);
    assert_eq!(
        pair.sent.len(),
        1,
        "the answer was not acknowledged, so it was still here"
    );
    pair.run(Duration::from_secs(1));
    assert_eq!(pair.answers().len(), 1);
}

#[test]
fn a_call_repeated_after_its_answer_was_acknowledged_is_left_to_the_store() {
    let mut pair = Pair::settled(2);
    pair.call(b"call");
    pair.run(Duration::from_secs(20));
    let (_, packet) = pair.sent[0].clone();
    let duplicates = |pair: &Pair| {
        let is = |event: &&ServerEvent| matches!(event, ServerEvent::Duplicate { .. });
        pair.server_events.iter().filter(is).count()
    };
    assert_eq!(duplicates(&pair), 0);
    pair.give_server(packet);
    assert_eq!((requests(&pair), duplicates(&pair)), (1, 1));
}

#[test]
fn a_call_that_runs_is_not_started_again_however_late_its_copy_comes() {
    let mut pair = Pair::settled(3);
    pair.answers = false;
    pair.call(b"slow");
    pair.run(Duration::from_secs(1));
    let (_, packet) = pair.sent[0].clone();
    for _ in 0..4 {
        // Past the age limit, and then past the life of the salt.
        pair.run(Duration::from_secs(1000));
        pair.sent.clear();
        pair.give_server(packet.clone());
        let told = pair.sent_to::<heliogram_tl::mtproto::BadMsgNotification>(To::Client);
        assert!(
            told.is_empty(),
            "a refusal would make the client call again"
        );
    }
    let slow = pair.server_events.iter().find_map(|event| match event {
        ServerEvent::Request { msg_id, .. } => Some(*msg_id),
        _ => None,
    });
    let answer = body(b"done");
    pair.server()
        .reply(slow.expect("the call arrived"), Ok(answer.clone()));
    pair.run(Duration::from_secs(1));
    assert_eq!(requests(&pair), 1);
    assert_eq!(pair.answers()[0].1, answer);
    assert_eq!(pair.failures(), 0);
}

#[test]
fn a_repeated_update_is_seen_once_and_acknowledged_twice() {
    let mut pair = Pair::settled(4);
    pair.server().push(body(b"update"));
    pair.run(Duration::from_secs(10));
    let (_, packet) = pair.sent[0].clone();
    let now = pair.client_now();
    let again = pair.client.handle_message(now, packet.clone());
    assert_eq!(again, Err(Ignored::Duplicate(packet.msg_id)));
    pair.run(Duration::from_secs(10));
    let updates = |event: &&ClientEvent| matches!(event, ClientEvent::Update { .. });
    assert_eq!(pair.client_events.iter().filter(updates).count(), 1);
    assert_eq!(
        pair.sent_to::<heliogram_tl::mtproto::MsgsAck>(To::Server)
            .len(),
        2
    );
}
