//! What an idle session costs.

use std::time::Duration;

use heliogram_mtproto::session::{ServerConfig, ServerEvent, ServerSession};

use crate::pair::{Pair, body};

#[test]
fn a_server_session_is_small() {
    let size = size_of::<ServerSession>();
    assert!(size <= 640, "{size} bytes");
    assert!(size_of::<ServerEvent>() <= 64);
}

#[test]
fn an_idle_session_holds_nothing_and_has_no_timer() {
    let mut pair = Pair::settled(1);
    for call in 0..500u32 {
        pair.call(&call.to_le_bytes());
    }
    pair.run(Duration::from_secs(20));
    assert!(!pair.server().is_idle(), "the window is still needed");
    pair.disconnect();
    pair.run(Duration::from_secs(400));
    assert!(pair.server().is_idle());
    assert_eq!(pair.server().poll_timeout(), None);
}

#[test]
fn what_is_never_acknowledged_is_forgotten_after_a_while() {
    let mut pair = Pair::settled(2);
    pair.weather.loss_percent = 100;
    for _ in 0..100 {
        pair.server().push(body(&[3; 900]));
    }
    pair.run(Duration::from_secs(10));
    assert!(pair.server().held_bytes() > 80_000);
    pair.disconnect();
    pair.run(Duration::from_secs(700));
    assert_eq!(pair.server().held_bytes(), 0);
}

#[test]
fn updates_for_an_absent_client_stay_within_bounds() {
    let mut pair = Pair::settled(3);
    pair.disconnect();
    let limit = ServerConfig::default().max_held_bytes;
    for _ in 0..5000 {
        pair.server().push(body(&[3; 900]));
    }
    assert!(pair.server().held_bytes() <= limit);
}
