//! A client whose clock is wrong.

use std::time::Duration;

use heliogram_mtproto::{
    envelope::Opened,
    ids::MsgId,
    session::{ClientEvent, Ignored, msg_id::MAX_AGE},
};

use crate::pair::{Pair, body};

#[test]
fn clocks_wrong_by_seconds_to_days_are_corrected() {
    for skew in [-86_400, -7200, -290, -40, -20, 0, 20, 40, 290, 7200, 86_400] {
        let mut pair = Pair::new(1);
        pair.skew = skew;
        pair.connect();
        let calls: Vec<_> = (0..3u8)
            .map(|call| (pair.call(&[call]), body(&[call])))
            .collect();
        pair.run(Duration::from_secs(3));
        pair.assert_exactly_once(&calls, skew.unsigned_abs());
        let corrected = pair.client_events.iter().find_map(|event| match event {
            ClientEvent::TimeCorrected { offset } => Some(*offset),
            _ => None,
        });
        let offset = corrected.expect("the first message sets the clock");
        assert!((offset + skew as f64).abs() < 1.0, "{offset} for {skew}");
    }
}

#[test]
fn a_wall_clock_that_is_set_while_connected_changes_nothing() {
    let mut pair = Pair::settled(2);
    pair.skew = 100_000;
    let calls = [(pair.call(b"call"), body(b"call"))];
    pair.run(Duration::from_secs(1));
    pair.assert_exactly_once(&calls, 2);
    assert_eq!(pair.sent.len(), 2);
}

#[test]
fn a_clock_that_stood_still_is_set_again() {
    // A suspended machine's monotonic clock may stand still: for the client, the server leaps.
    for leap in [45, 1000, 100_000] {
        let mut pair = Pair::settled(3);
        let now = pair.client_now();
        let behind = pair.server_now().unix - Duration::from_secs(leap);
        pair.client.synchronize(now, behind);
        let calls = [(pair.call(b"call"), body(b"call"))];
        pair.run(Duration::from_secs(30));
        pair.assert_exactly_once(&calls, leap);
    }
}

#[test]
fn messages_outside_the_window_are_ignored() {
    let mut pair = Pair::settled(4);
    let now = pair.client_now();
    let at = |seconds: i64| {
        let unix = pair.server_now().unix.as_secs() as i64;
        MsgId(((unix + seconds) << 32) | 3)
    };
    let update = |msg_id| Opened {
        salt: Default::default(),
        session_id: pair.client.id(),
        msg_id,
        seq_no: 1,
        body: body(b"update"),
        quick_ack: 0,
    };
    let (old, new) = (at(-(MAX_AGE.as_secs() as i64) - 5), at(35));
    let (old_update, new_update) = (update(old), update(new));
    let even = update(MsgId(at(0).0 & !1));
    let client = &mut pair.client;
    assert_eq!(
        client.handle_message(now, old_update),
        Err(Ignored::TooOld(old))
    );
    assert_eq!(
        client.handle_message(now, new_update),
        Err(Ignored::TooNew(new))
    );
    let msg_id = even.msg_id;
    assert_eq!(
        client.handle_message(now, even),
        Err(Ignored::NotFromServer(msg_id))
    );
    assert!(client.poll_event().is_none());
}
