//! Salts change every half hour, and nobody notices.

use std::{collections::BTreeSet, time::Duration};

use heliogram_mtproto::session::{ClientConfig, ServerConfig, salts::PERIOD};
use heliogram_tl::mtproto::{BadServerSalt, FutureSalts};

use crate::pair::{Pair, To, body};

fn a_day(client: ClientConfig) -> Pair {
    let mut pair = Pair::with(1, client, ServerConfig::default()).settle();
    let mut calls = Vec::new();
    for hour in 0..24u8 {
        calls.push((pair.call(&[hour]), body(&[hour])));
        pair.run(2 * PERIOD);
    }
    pair.assert_exactly_once(&calls, 1);
    pair
}

#[test]
fn a_client_that_knows_the_salts_to_come_is_never_corrected() {
    let pair = a_day(ClientConfig::default());
    assert!(pair.sent_to::<BadServerSalt>(To::Client).is_empty());
    let asked = pair.sent_to::<FutureSalts>(To::Client).len();
    assert!((1..=3).contains(&asked), "asked {asked} times");
    let used: BTreeSet<_> = pair
        .sent
        .iter()
        .filter(|(to, _)| *to == To::Server)
        .map(|(_, opened)| opened.salt)
        .collect();
    assert!(used.len() >= 47, "{} salts in a day", used.len());
}

#[test]
fn a_client_that_does_not_ask_is_corrected_and_calls_again() {
    let client = ClientConfig {
        future_salts: 0,
        ping_every: None,
        ..ClientConfig::default()
    };
    let pair = a_day(client);
    let corrected = pair.sent_to::<BadServerSalt>(To::Client).len();
    assert!(
        (20..=24).contains(&corrected),
        "corrected {corrected} times"
    );
}

#[test]
fn the_salt_is_kept_for_the_next_session() {
    let mut pair = Pair::settled(2);
    let now = pair.client_now();
    let expected = Pair::salts().current(pair.server_now().unix);
    assert_eq!(pair.client.salt(now), expected);
    pair.run(Duration::from_secs(1));
}
