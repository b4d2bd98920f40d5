//! Every `bad_msg_notification` code: when the server sends it, and what the client makes of it.

use std::time::Duration;

use bytes::Bytes;
use heliogram_mtproto::{
    envelope::Opened,
    ids::{MsgId, ServerSalt},
    session::{
        ClientConfig, ClientEvent, ServerConfig, ServerEvent, bad_msg::BadMsgCode, client::Failure,
        containers::MSG_CONTAINER,
    },
};
use heliogram_tl::{
    Encode, Writer,
    mtproto::{BadMsgNotification, BadServerSalt, Ping},
};

use crate::pair::{Pair, To, body, tl};

/// A message that the server accepts, made by hand.
fn message(pair: &mut Pair, seq_no: i32, body: Bytes) -> Opened {
    let now = pair.server_now();
    let msg_id = MsgId((now.unix.as_secs() as i64) << 32 | (pair.dice.below(1 << 28) as i64) << 4);
    Opened {
        salt: Pair::salts().current(now.unix),
        session_id: pair.client.id(),
        msg_id,
        seq_no,
        body,
        quick_ack: 0,
    }
}

fn container(messages: &[(MsgId, i32, Bytes)]) -> Bytes {
    let mut out = Writer::new();
    out.id(MSG_CONTAINER);
    out.word(messages.len() as u32);
    for (msg_id, seq_no, body) in messages {
        msg_id.0.encode(&mut out);
        seq_no.encode(&mut out);
        out.word(body.len() as u32);
        out.raw(body);
    }
    out.finish().unwrap().into()
}

fn shifted(opened: Opened, seconds: i64) -> Opened {
    let msg_id = MsgId(opened.msg_id.0 + (seconds << 32));
    Opened { msg_id, ..opened }
}

/// The codes the server answers with.
fn codes(pair: &Pair) -> Vec<i32> {
    let notices = pair.sent_to::<BadMsgNotification>(To::Client);
    let salts = pair.sent_to::<BadServerSalt>(To::Client);
    let notices = notices.into_iter().map(|notice| notice.error_code);
    notices
        .chain(salts.into_iter().map(|notice| notice.error_code))
        .collect()
}

fn executed(pair: &Pair) -> usize {
    pair.executed.len()
}

#[test]
fn the_server_sends_16_and_17_for_a_wrong_time() {
    for (seconds, code) in [(-301, 16), (-299, 0), (29, 0), (32, 17), (86_400, 17)] {
        let mut pair = Pair::settled(1);
        let before = executed(&pair);
        let opened = message(&mut pair, 1, body(b"call"));
        pair.give_server(shifted(opened, seconds));
        let expected: Vec<i32> = Some(code).filter(|code| *code != 0).into_iter().collect();
        assert_eq!(codes(&pair), expected, "{seconds} s");
        assert_eq!(executed(&pair) - before, usize::from(code == 0));
    }
}

#[test]
fn the_server_sends_18_for_the_low_bits_of_a_server() {
    for low in 1..4 {
        let mut pair = Pair::settled(2);
        let opened = message(&mut pair, 1, body(b"call"));
        let msg_id = MsgId(opened.msg_id.0 | low);
        pair.give_server(Opened { msg_id, ..opened });
        assert_eq!(codes(&pair), [18]);
    }
}

#[test]
fn the_server_sends_19_for_a_container_with_the_number_of_a_message() {
    let mut pair = Pair::settled(3);
    let first = message(&mut pair, 1, body(b"call"));
    pair.give_server(first.clone());
    let inner = message(&mut pair, 3, body(b"other"));
    let reused = Opened {
        body: container(&[(inner.msg_id, 3, inner.body)]),
        ..first
    };
    pair.give_server(reused);
    assert_eq!(codes(&pair), [19]);
    assert!(!pair.executed.contains_key(&body(b"other")));
}

#[test]
fn the_server_sends_20_for_what_it_may_have_forgotten() {
    let mut pair = Pair::settled(4);
    let old = message(&mut pair, 1, body(b"old"));
    for number in 0..1100 {
        let opened = message(&mut pair, 1, tl(&Ping { ping_id: number }));
        let msg_id = MsgId(old.msg_id.0 + (1 << 34) + 4 * number);
        pair.give_server(Opened { msg_id, ..opened });
    }
    pair.give_server(old);
    assert_eq!(codes(&pair), [20]);

    let mut pair = Pair::settled(4);
    let inner = message(&mut pair, 1, body(b"late copy"));
    let inner = shifted(inner, -400);
    let outer = message(&mut pair, 2, container(&[(inner.msg_id, 1, inner.body)]));
    pair.give_server(outer);
    assert_eq!(
        codes(&pair),
        [20],
        "the container was in time, what it holds was not"
    );
}

#[test]
fn the_server_notes_32_to_35_and_tells_only_when_asked_to() {
    let ping = tl(&Ping { ping_id: 1 });
    let acks = tl(&heliogram_tl::mtproto::MsgsAck { msg_ids: vec![] });
    let cases = [
        (32, vec![(0, 21, body(b"a")), (4, 19, body(b"b"))]),
        (32, vec![(0, 21, body(b"a")), (4, 21, body(b"b"))]),
        (33, vec![(4, 21, body(b"a")), (0, 23, body(b"b"))]),
        (34, vec![(0, 21, body(b"a")), (4, 23, acks)]),
        (35, vec![(0, 21, body(b"a")), (4, 22, body(b"b"))]),
        (0, vec![(0, 21, body(b"a")), (4, 22, ping.clone())]),
        (0, vec![(0, 21, body(b"a")), (4, 23, ping)]),
    ];
    for (code, messages) in cases {
        for report_seq_no in [false, true] {
            let server = ServerConfig {
                report_seq_no,
                ..ServerConfig::default()
            };
            let mut pair = Pair::with(5, ClientConfig::default(), server).settle();
            pair.answers = false;
            let base = message(&mut pair, 0, Bytes::new());
            for (step, seq_no, body) in messages.clone() {
                let msg_id = MsgId(base.msg_id.0 + step);
                let base = base.clone();
                pair.give_server(Opened {
                    msg_id,
                    seq_no,
                    body,
                    ..base
                });
            }
            let noted: Vec<_> = pair
                .server_events
                .iter()
                .filter_map(|event| match event {
                    ServerEvent::Violation { code, .. } => Some(code.0),
                    _ => None,
                })
                .collect();
            let expected: Vec<i32> = Some(code).filter(|code| *code != 0).into_iter().collect();
            assert_eq!(noted, expected);
            let told = if report_seq_no { expected } else { vec![] };
            assert_eq!(codes(&pair), told);
        }
    }
}

#[test]
fn the_server_sends_48_for_a_wrong_salt_and_the_client_uses_the_right_one() {
    let mut pair = Pair::new(6);
    pair.connect();
    pair.call(b"call");
    pair.run(Duration::from_secs(2));
    assert_eq!(codes(&pair), [48], "the client began with no salt");
    assert_eq!(pair.answers().len(), 1);
    assert_eq!(pair.executed[&body(b"call")], 1);
}

#[test]
fn the_server_sends_64_for_an_invalid_container() {
    for broken in 0..3 {
        let mut pair = Pair::settled(7);
        let inner = message(&mut pair, 1, body(b"call"));
        let valid = container(&[(inner.msg_id, 1, inner.body)]);
        let invalid = match broken {
            0 => valid.slice(..valid.len() - 4),
            1 => container(&[(inner.msg_id, 1, valid)]),
            _ => [&valid[..], &[0; 4]].concat().into(),
        };
        let outer = message(&mut pair, 2, invalid);
        pair.give_server(outer);
        assert_eq!(codes(&pair), [64]);
        assert!(!pair.executed.contains_key(&body(b"call")));
    }
}

/// Refuses the client's next packet with `code`, as a server would, and lets it go on.
fn refuse_next(code: i32, times: usize) -> (Pair, usize) {
    let mut pair = Pair::settled(8);
    pair.weather.loss_percent = 100;
    pair.call(b"call");
    pair.run(Duration::from_millis(1));
    let mut refused = 0;
    for time in 0..times {
        let last = pair.sent.iter().rev().find(|(to, _)| *to == To::Server);
        let (_, last) = last.expect("the call was sent").clone();
        let bad_msg_id = last.msg_id.0;
        let notice = if code == 48 {
            tl(&BadServerSalt {
                bad_msg_id,
                bad_msg_seqno: last.seq_no,
                error_code: code,
                new_server_salt: Pair::salts().current(pair.server_now().unix).0,
            })
        } else {
            tl(&BadMsgNotification {
                bad_msg_id,
                bad_msg_seqno: last.seq_no,
                error_code: code,
            })
        };
        let now = pair.server_now().unix.as_secs() as i64;
        if time + 1 == times {
            pair.weather.loss_percent = 0;
        }
        let before = pair.sent.len();
        pair.give_client(Opened {
            salt: ServerSalt(0),
            session_id: pair.client.id(),
            msg_id: MsgId((now << 32) + (1 << 30) + 4 * time as i64 + 3),
            seq_no: 0,
            body: notice,
            quick_ack: 0,
        });
        refused += usize::from(pair.sent.len() > before);
    }
    (pair, refused)
}

#[test]
fn the_client_sends_a_refused_call_again_whatever_the_code() {
    for code in [16, 17, 18, 19, 20, 32, 33, 34, 35, 48, 64, 99] {
        let (mut pair, repeats) = refuse_next(code, 1);
        assert_eq!(repeats, 1, "code {code}: sent again at once");
        pair.run(Duration::from_secs(20));
        assert_eq!(pair.answers().len(), 1, "code {code}");
        assert_eq!(pair.executed[&body(b"call")], 1, "code {code}");
        let told = pair.client_events.iter().any(
            |event| matches!(event, ClientEvent::BadMessage { code: told, .. } if told.0 == code),
        );
        assert!(told, "code {code}: an event says so");
    }
}

#[test]
fn the_client_raises_its_sequence_number_on_32_and_lowers_it_on_33() {
    let seq_no_after = |code| {
        let (pair, _) = refuse_next(code, 1);
        pair.sent.last().expect("a packet was sent").1.seq_no
    };
    let usual = seq_no_after(48);
    assert!(seq_no_after(32) >= usual + 50);
    assert!(seq_no_after(33) < usual);
}

#[test]
fn the_client_gives_up_after_many_refusals() {
    let (mut pair, _) = refuse_next(35, 9);
    pair.run(Duration::from_secs(20));
    assert!(pair.answers().is_empty());
    let failed = pair.client_events.iter().any(|event| {
        let code = BadMsgCode::SEQ_NO_NOT_ODD;
        matches!(event, ClientEvent::Failed { failure: Failure::Refused(c), .. } if *c == code)
    });
    assert!(failed);
    assert_eq!(pair.client.pending(), 0);
}

#[test]
fn a_reserved_number_is_used_and_never_changed() {
    let mut pair = Pair::settled(9);
    let now = pair.client_now();
    let msg_id = pair.client.reserve_msg_id(now);
    pair.client
        .send_numbered(msg_id, body(b"bound to its number"));
    pair.run(Duration::from_secs(2));
    assert_eq!(pair.answers().len(), 1);
    assert!(pair.replies.contains_key(&msg_id));

    let mut pair = Pair::new(9);
    let now = pair.client_now();
    let msg_id = pair.client.reserve_msg_id(now);
    pair.client
        .send_numbered(msg_id, body(b"with a wrong salt"));
    pair.connect();
    pair.run(Duration::from_secs(2));
    assert_eq!((pair.answers().len(), pair.failures()), (0, 1));
}
