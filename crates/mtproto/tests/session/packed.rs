//! `gzip_packed` wherever an object may stand.

use std::time::Duration;

use heliogram_mtproto::{
    envelope::Opened,
    ids::MsgId,
    session::{
        ClientEvent, ServerEvent,
        gzip::{gzip, is_packed},
    },
};
use heliogram_tl::RpcError;

use crate::pair::{Pair, To, body, reply, tl};

#[test]
fn long_calls_and_long_answers_are_packed_on_the_wire_only() {
    let mut pair = Pair::settled(1);
    let call = pair.call(&[b'x'; 100_000]);
    pair.run(Duration::from_secs(1));
    assert!(pair.bodies(To::Server).iter().any(|body| is_packed(body)));
    let on_the_wire: usize = pair.sent.iter().map(|(_, opened)| opened.body.len()).sum();
    assert!(on_the_wire < 4000, "{on_the_wire} bytes");
    let calls = [(call, body(&[b'x'; 100_000]))];
    pair.assert_exactly_once(&calls, 1);
    assert_eq!(pair.answers()[0].1, reply(&calls[0].1));
}

#[test]
fn a_packed_container_a_packed_ping_and_a_packed_update_are_read() {
    let mut pair = Pair::settled(2);
    let calls = [(pair.call(b"a"), body(b"a")), (pair.call(b"b"), body(b"b"))];
    pair.weather.loss_percent = 100;
    pair.run(Duration::from_millis(10));
    let (_, packet) = pair.sent.pop().expect("both calls in a container");
    let mut padded = packet.body.to_vec();
    // A long third message, so that packing pays.
    let long = body(&[7; 2000]);
    padded[4] += 1;
    let third = packet.msg_id.0 - 400;
    padded.extend_from_slice(&third.to_le_bytes());
    padded.extend_from_slice(&99_i32.to_le_bytes());
    padded.extend_from_slice(&(long.len() as u32).to_le_bytes());
    padded.extend_from_slice(&long);
    let packed = gzip(&padded).expect("it gets smaller");
    pair.weather.loss_percent = 0;
    pair.give_server(Opened {
        body: packed,
        ..packet
    });
    pair.run(Duration::from_secs(1));
    pair.assert_exactly_once(&calls, 2);
    assert_eq!(pair.executed.get(&long), Some(&1));

    let update = body(&[1; 3000]);
    let packed = gzip(&update).expect("it gets smaller");
    pair.server().push(packed);
    pair.run(Duration::from_secs(1));
    let seen = pair
        .client_events
        .iter()
        .any(|event| matches!(event, ClientEvent::Update { body, .. } if *body == update));
    assert!(seen);
}

#[test]
fn a_bomb_is_a_clear_error_on_the_server() {
    let mut pair = Pair::settled(3);
    let bomb = gzip(&vec![0; 5 << 20]).expect("zeros get smaller");
    let now = pair.server_now();
    let request = MsgId((now.unix.as_secs() as i64) << 32 | 64);
    pair.give_server(Opened {
        salt: Pair::salts().current(now.unix),
        session_id: pair.client.id(),
        msg_id: request,
        seq_no: 99,
        body: bomb,
        quick_ack: 0,
    });
    let reached = |event: &ServerEvent| matches!(event, ServerEvent::Request { .. });
    assert!(!pair.server_events.iter().any(reached));
    let answer = pair.bodies(To::Client).pop().expect("it is answered");
    let text = b"INPUT_FETCH_ERROR";
    assert!(answer.windows(text.len()).any(|window| window == text));
}

#[test]
fn a_packed_error_is_an_error() {
    let mut pair = Pair::settled(4);
    pair.answers = false;
    pair.call(b"call");
    pair.run(Duration::from_secs(1));
    let Some(ServerEvent::Request { msg_id, .. }) = pair.server_events.last().cloned() else {
        panic!("the call arrives: {:?}", pair.server_events);
    };
    let name = "A".repeat(2000);
    let error = tl(&heliogram_tl::mtproto::RpcError {
        error_code: 400,
        error_message: name.clone(),
    });
    let packed = gzip(&error).expect("it gets smaller");
    pair.server().reply(msg_id, Ok(packed));
    pair.run(Duration::from_secs(1));
    let expected = RpcError::new(400, name);
    let told = pair
        .client_events
        .iter()
        .any(|event| matches!(event, ClientEvent::Answer { result: Err(e), .. } if *e == expected));
    assert!(told);
}
