//! Pings keep a connection, and silence ends it.

use std::time::Duration;

use heliogram_mtproto::session::{ClientConfig, ClientEvent, ServerConfig, ServerEvent};
use heliogram_tl::mtproto::{PingDelayDisconnect, Pong};

use crate::pair::{Pair, To};

fn closed(pair: &Pair) -> bool {
    let is = |event: &ServerEvent| matches!(event, ServerEvent::Close);
    pair.server_events.iter().any(is)
}

#[test]
fn an_idle_client_pings_once_a_minute_and_stays() {
    let mut pair = Pair::settled(1);
    pair.run(Duration::from_secs(600));
    assert!((9..=10).contains(&pair.sent_to::<PingDelayDisconnect>(To::Server).len()));
    assert!((9..=10).contains(&pair.sent_to::<Pong>(To::Client).len()));
    let pongs = pair.client_events.iter().filter(
        |event| matches!(event, ClientEvent::Pong { round_trip } if *round_trip < Duration::from_millis(10)),
    );
    assert!(pongs.count() >= 9);
    assert!(!closed(&pair));
}

#[test]
fn the_server_closes_when_no_ping_follows() {
    let mut pair = Pair::settled(2);
    pair.client.ping();
    pair.run(Duration::from_secs(1));
    pair.weather.loss_percent = 100;
    pair.run(Duration::from_secs(73));
    assert!(!closed(&pair));
    pair.run(Duration::from_secs(2));
    assert!(closed(&pair));
}

#[test]
fn a_client_that_never_asked_for_it_is_not_closed() {
    let client = ClientConfig {
        ping_every: None,
        ..ClientConfig::default()
    };
    let mut pair = Pair::with(3, client, ServerConfig::default()).settle();
    pair.run(Duration::from_secs(3600));
    assert!(!closed(&pair));
}

#[test]
fn a_dead_connection_is_noticed() {
    let mut pair = Pair::settled(4);
    pair.weather.loss_percent = 100;
    pair.run(Duration::from_secs(80));
    let is = |event: &&ClientEvent| matches!(event, ClientEvent::Unresponsive);
    assert_eq!(pair.client_events.iter().filter(is).count(), 1);
}
