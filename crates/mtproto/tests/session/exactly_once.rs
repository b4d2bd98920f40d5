//! Whatever the network does, a call is executed once and answered once.

use std::time::Duration;

use crate::pair::{Pair, Weather, body};

const STORM: Weather = Weather {
    loss_percent: 20,
    repeat_percent: 15,
    jitter: Duration::from_millis(400),
};

/// Calls over two minutes, with the connection broken every few seconds.
fn storm(seed: u64, restarts: bool) {
    let mut pair = Pair::new(seed);
    pair.weather = STORM;
    pair.connect();
    let mut calls = Vec::new();
    for step in 0..40_u64 {
        for call in 0..pair.dice.below(4) {
            let text = format!("call {step} {call}");
            calls.push((pair.call(text.as_bytes()), body(text.as_bytes())));
        }
        let pause = pair.dice.below(4000);
        pair.run(Duration::from_millis(pause));
        if !pair.is_connected() {
            pair.connect();
        } else if pair.dice.percent(25) {
            pair.disconnect();
        } else if restarts && pair.dice.percent(10) {
            pair.restart_server();
        }
    }
    pair.weather = Weather::default();
    pair.disconnect();
    pair.connect();
    pair.run(Duration::from_secs(120));
    assert_eq!(
        pair.client.pending(),
        0,
        "seed {seed}: calls are still open"
    );
    pair.assert_exactly_once(&calls, seed);
}

#[test]
fn every_call_is_answered_once_through_200_storms() {
    for seed in 0..200 {
        storm(seed, false);
    }
}

#[test]
fn every_call_is_answered_once_when_the_server_restarts() {
    for seed in 1000..1200 {
        storm(seed, true);
    }
}

#[test]
fn a_perfect_network_needs_no_questions() {
    let mut pair = Pair::settled(1);
    let calls: Vec<_> = (0..50u8)
        .map(|call| (pair.call(&[call]), body(&[call])))
        .collect();
    pair.run(Duration::from_secs(5));
    pair.assert_exactly_once(&calls, 1);
    assert!(
        pair.sent.len() < 10,
        "{} packets for 50 calls",
        pair.sent.len()
    );
}
