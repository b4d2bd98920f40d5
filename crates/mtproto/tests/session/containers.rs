//! Several messages in one packet, both ways.

use std::time::Duration;

use heliogram_mtproto::session::{
    ServerEvent,
    containers::{MAX_BYTES, MAX_MESSAGES, messages},
};

use crate::pair::{Pair, To, body};

#[test]
fn calls_travel_together_and_so_do_their_answers() {
    let mut pair = Pair::settled(1);
    let calls: Vec<_> = (0..10u8)
        .map(|call| (pair.call(&[call; 40]), body(&[call; 40])))
        .collect();
    pair.run(Duration::from_secs(1));
    pair.assert_exactly_once(&calls, 1);
    let count = |wanted| pair.sent.iter().filter(|(to, _)| *to == wanted).count();
    assert_eq!((count(To::Server), count(To::Client)), (1, 1));
}

#[test]
fn packets_stay_within_the_limits_and_keep_the_order() {
    let mut pair = Pair::settled(2);
    let calls: Vec<_> = (0..3000u32)
        .map(|call| {
            let size = pair.dice.below(3000) as usize;
            let mut text = call.to_le_bytes().to_vec();
            text.extend((0..size).map(|_| pair.dice.roll() as u8));
            (pair.call(&text), body(&text))
        })
        .collect();
    pair.run(Duration::from_secs(20));
    pair.assert_exactly_once(&calls, 2);
    let mut last = 0;
    for (_, opened) in &pair.sent {
        assert!(opened.body.len() <= MAX_BYTES);
        let Ok(inner) = messages(&opened.body) else {
            continue;
        };
        assert!((2..=MAX_MESSAGES).contains(&inner.len()));
        assert!(inner.iter().all(|message| message.msg_id < opened.msg_id));
        assert_eq!(opened.seq_no % 2, 0);
    }
    for event in &pair.server_events {
        if let ServerEvent::Request { msg_id, body } = event {
            assert!(msg_id.0 > last, "{} bytes came out of order", body.len());
            last = msg_id.0;
        }
    }
}

#[test]
fn a_large_call_travels_alone() {
    let mut pair = Pair::settled(3);
    let noise: Vec<u8> = (0..600_000).map(|_| pair.dice.roll() as u8).collect();
    let calls = [
        (pair.call(b"small"), body(b"small")),
        (pair.call(&noise), body(&noise)),
        (pair.call(b"another"), body(b"another")),
    ];
    pair.run(Duration::from_secs(1));
    pair.assert_exactly_once(&calls, 3);
    let large = pair
        .bodies(To::Server)
        .into_iter()
        .find(|sent| sent.len() > 600_000);
    assert_eq!(large, Some(body(&noise)));
}
