//! Messages altered at random: nobody panics, and the conversation goes on.

use std::time::Duration;

use bytes::Bytes;
use heliogram_mtproto::{envelope::Opened, ids::MsgId};

use crate::pair::{Dice, Pair, To, body};

/// A conversation with a bit of everything, as packets.
fn specimens() -> Vec<(To, Opened)> {
    let mut pair = Pair::new(1);
    pair.connect();
    for call in 0..10u8 {
        pair.call(&[call; 3000]);
    }
    pair.client.ping();
    pair.run(Duration::from_secs(20));
    pair.client
        .destroy_session(heliogram_mtproto::ids::SessionId(5));
    pair.answers = false;
    let dropped = pair.call(b"dropped");
    pair.run(Duration::from_secs(30));
    pair.client.cancel(dropped);
    pair.server().push(body(&[1; 5000]));
    pair.disconnect();
    pair.connect();
    pair.run(Duration::from_secs(90));
    pair.sent
}

fn mutate(opened: &Opened, dice: &mut Dice) -> Opened {
    let mut opened = opened.clone();
    let mut body = opened.body.to_vec();
    for _ in 0..=dice.below(6) {
        if body.is_empty() {
            break;
        }
        let at = dice.below(body.len() as u64) as usize;
        match dice.below(6) {
            0 => body[at] = dice.roll() as u8,
            1 => body[at] ^= 1 << dice.below(8),
            2 => body.truncate(at),
            3 => {
                let copy = body[at..].to_vec();
                body.extend(copy);
            }
            4 => {
                let end = (at + 4).min(body.len());
                body[at..end].fill([0, 0xff][dice.below(2) as usize]);
            }
            _ => {
                body.drain(..at - at % 4);
            }
        }
    }
    opened.body = Bytes::from(body);
    match dice.below(8) {
        0 => opened.msg_id = MsgId(dice.roll() as i64),
        1 => opened.msg_id.0 ^= 1 << dice.below(64),
        2 => opened.seq_no = dice.roll() as i32,
        3 => opened.salt.0 ^= 1,
        _ => {}
    }
    opened
}

#[test]
fn ten_thousand_mutated_messages_leave_both_ends_working() {
    let specimens = specimens();
    let mut dice = Dice(7);
    let mut pair = Pair::settled(2);
    for round in 0..10_000 {
        let pick = dice.below(specimens.len() as u64) as usize;
        let (to, specimen) = &specimens[pick];
        // Close to the present time, so that most messages get past the first checks.
        let mut opened = mutate(specimen, &mut dice);
        opened.session_id = pair.client.id();
        if dice.percent(90) {
            let now = pair.server_now().unix.as_secs() as i64;
            let low = opened.msg_id.0 & 0xffff_ffff;
            opened.msg_id = MsgId(now << 32 | low);
        }
        if dice.percent(90) {
            opened.salt = Pair::salts().current(pair.server_now().unix);
        }
        match to {
            To::Client => pair.give_client(opened),
            To::Server => pair.give_server(opened),
        }
        if round % 50 == 0 {
            pair.run(Duration::from_millis(100));
            pair.sent.clear();
        }
        if round % 1000 == 999 {
            pair.disconnect();
            pair.connect();
        }
    }
    pair.client_events.clear();
    pair.answers = true;
    let request = pair.call(b"still there?");
    pair.disconnect();
    pair.connect();
    pair.run(Duration::from_secs(200));
    let answers = pair.answers();
    assert!(answers.iter().any(|(answered, _)| *answered == request));
}
