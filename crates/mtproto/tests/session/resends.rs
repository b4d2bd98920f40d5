//! What is lost is asked for and sent again.

use std::time::Duration;

use heliogram_mtproto::session::{ClientConfig, ClientEvent, ServerConfig, client::Failure};
use heliogram_tl::mtproto::{MsgDetailedInfo, MsgResendAnsReq, MsgResendReq, MsgsStateReq};

use crate::pair::{Pair, To, body};

#[test]
fn a_call_that_may_have_arrived_is_asked_about_before_it_is_sent_again() {
    let mut pair = Pair::settled(1);
    pair.weather.loss_percent = 100;
    let calls = [(pair.call(b"lost"), body(b"lost"))];
    pair.run(Duration::from_secs(1));
    pair.weather.loss_percent = 0;
    pair.sent.clear();
    pair.disconnect();
    pair.connect();
    pair.run(Duration::from_secs(1));
    let first = pair.sent_to::<MsgsStateReq>(To::Server);
    assert_eq!(first.len(), 1);
    let bodies = pair.bodies(To::Server);
    let asked = bodies
        .iter()
        .position(|sent| sent.starts_with(&[0x52, 0xfb, 0x69, 0xda]));
    let repeated = bodies.iter().position(|sent| *sent == body(b"lost"));
    assert!(asked < repeated, "{asked:?} {repeated:?}");
    pair.assert_exactly_once(&calls, 1);
}

#[test]
fn a_call_that_has_arrived_is_not_sent_again() {
    let mut pair = Pair::settled(2);
    pair.answers = false;
    pair.call(b"slow");
    pair.run(Duration::from_secs(1));
    for _ in 0..5 {
        pair.disconnect();
        pair.connect();
        pair.run(Duration::from_secs(1));
    }
    pair.run(Duration::from_secs(100));
    let sent = pair.bodies(To::Server);
    assert_eq!(
        sent.iter().filter(|sent| **sent == body(b"slow")).count(),
        1
    );
    assert_eq!(pair.client.pending(), 1);
}

#[test]
fn an_answer_that_was_lost_is_asked_for_on_a_connection_that_stays() {
    let mut pair = Pair::settled(3);
    let calls = [(pair.call(b"call"), body(b"call"))];
    pair.run(Duration::from_micros(1));
    pair.weather.loss_percent = 100;
    pair.run(Duration::from_secs(1));
    pair.weather.loss_percent = 0;
    assert!(pair.answers().is_empty());
    pair.run(Duration::from_secs(15));
    pair.assert_exactly_once(&calls, 3);
    assert_eq!(pair.sent_to::<MsgResendAnsReq>(To::Server).len(), 1);
}

#[test]
fn a_large_answer_is_announced_and_fetched() {
    let server = ServerConfig {
        announce_above: Some(1000),
        ..ServerConfig::default()
    };
    let mut pair = Pair::with(4, ClientConfig::default(), server).settle();
    let noise: Vec<u8> = (0..5000).map(|_| pair.dice.roll() as u8).collect();
    let calls = [(pair.call(&noise), body(&noise))];
    pair.run(Duration::from_micros(1));
    pair.weather.loss_percent = 100;
    pair.run(Duration::from_secs(1));
    pair.weather.loss_percent = 0;
    pair.disconnect();
    pair.connect();
    pair.run(Duration::from_secs(1));
    assert!(!pair.sent_to::<MsgDetailedInfo>(To::Client).is_empty());
    assert!(!pair.sent_to::<MsgResendReq>(To::Server).is_empty());
    pair.assert_exactly_once(&calls, 4);
}

#[test]
fn updates_missed_during_a_break_arrive_after_it() {
    let mut pair = Pair::settled(5);
    pair.weather.loss_percent = 100;
    pair.server().push(body(b"during"));
    pair.run(Duration::from_secs(1));
    pair.weather.loss_percent = 0;
    pair.disconnect();
    pair.server().push(body(b"between"));
    pair.run(Duration::from_secs(100));
    pair.connect();
    pair.run(Duration::from_secs(1));
    let updates: Vec<_> = pair
        .client_events
        .iter()
        .filter_map(|event| match event {
            ClientEvent::Update { body, .. } => Some(body.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(updates, [body(b"during"), body(b"between")]);
}

#[test]
fn after_a_long_break_the_client_says_that_it_does_not_know() {
    let mut pair = Pair::settled(6);
    pair.call(b"executed?");
    pair.run(Duration::from_micros(1));
    pair.weather.loss_percent = 100;
    pair.run(Duration::from_secs(1));
    pair.weather.loss_percent = 0;
    pair.restart_server();
    pair.run(Duration::from_secs(1000));
    pair.connect();
    pair.run(Duration::from_secs(5));
    let unknown = pair.client_events.iter().any(|event| {
        matches!(event, ClientEvent::Failed { failure, .. } if *failure == Failure::OutcomeUnknown)
    });
    assert!(unknown, "{:?}", pair.client_events);
    assert_eq!(
        pair.executed[&body(b"executed?")],
        1,
        "and it is not executed again"
    );
}
