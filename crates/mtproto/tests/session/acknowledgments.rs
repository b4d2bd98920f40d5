//! Acknowledgments: who sends them, when, and how many are held.

use std::time::Duration;

use heliogram_mtproto::session::{ServerConfig, ServerEvent};
use heliogram_tl::mtproto::MsgsAck;

use crate::pair::{Pair, To, body, reply};

#[test]
fn an_answer_is_acknowledged_and_then_forgotten_by_the_server() {
    let mut pair = Pair::settled(1);
    pair.call(b"call");
    pair.run(Duration::from_secs(1));
    assert!(pair.server().held_bytes() > 0, "not acknowledged yet");
    pair.run(Duration::from_secs(10));
    assert_eq!(pair.server().held_bytes(), 0);
}

#[test]
fn a_call_that_takes_long_is_acknowledged_and_a_quick_one_is_not() {
    let mut pair = Pair::settled(2);
    pair.call(b"quick");
    pair.run(Duration::from_secs(5));
    assert!(pair.sent_to::<MsgsAck>(To::Client).is_empty());
    pair.answers = false;
    pair.call(b"slow");
    pair.run(Duration::from_secs(5));
    let acks = pair.sent_to::<MsgsAck>(To::Client);
    let slow = pair
        .server_events
        .iter()
        .rev()
        .find_map(|event| match event {
            ServerEvent::Request { msg_id, .. } => Some(msg_id.0),
            _ => None,
        });
    assert_eq!(acks.len(), 1);
    assert_eq!(Some(acks[0].msg_ids[0]), slow);
}

#[test]
fn answers_that_nobody_acknowledges_stay_within_bounds() {
    let server = ServerConfig {
        max_held_bytes: 50_000,
        max_held: 40,
        ..ServerConfig::default()
    };
    let mut pair = Pair::with(3, Default::default(), server).settle();
    pair.weather.loss_percent = 100;
    for update in 0..1000_u32 {
        let noise: Vec<u8> = (0..1000).map(|_| pair.dice.roll() as u8).collect();
        let server = pair.server();
        server.push(body(&noise[..(update as usize % 1000)]));
        assert!(server.held_bytes() <= 50_000);
        pair.run(Duration::from_millis(5));
    }
    pair.sent.clear();
    pair.disconnect();
    pair.connect();
    pair.run(Duration::from_secs(1));
    assert!(pair.bodies(To::Client).len() <= 45);
}

#[test]
fn no_answer_is_dropped_before_it_was_sent() {
    let server = ServerConfig {
        max_held_bytes: 50_000,
        max_unsent_answers: 400_000,
        ..ServerConfig::default()
    };
    let mut pair = Pair::with(5, Default::default(), server).settle();
    pair.answers = false;
    let noise: Vec<u8> = (0..40_000).map(|_| pair.dice.roll() as u8).collect();
    let noise = reply(&body(&noise));
    let mut answered = |count: u8| {
        pair.server_events.clear();
        pair.client_events.clear();
        for call in 0..count {
            pair.call(&[call; 8]);
        }
        pair.run(Duration::from_millis(100));
        let requests = std::mem::take(&mut pair.server_events);
        for event in requests {
            if let ServerEvent::Request { msg_id, .. } = event {
                pair.server().reply(msg_id, Ok(noise.clone()));
            }
        }
        pair.run(Duration::from_millis(500));
        pair.answers().len()
    };
    assert_eq!(answered(9), 9, "far more than is held once it was sent");
    assert!(answered(20) < 20, "there is a bound all the same");
}

#[test]
fn many_acknowledgments_leave_together_and_early() {
    let mut pair = Pair::settled(4);
    for _ in 0..200 {
        pair.server().push(body(b"update"));
    }
    pair.run(Duration::from_millis(100));
    let acks = pair.sent_to::<MsgsAck>(To::Server);
    let acknowledged: usize = acks.iter().map(|acks| acks.msg_ids.len()).sum();
    assert_eq!(acknowledged, 200, "enough were waiting to leave at once");
    assert!(acks.len() <= 3);
}
