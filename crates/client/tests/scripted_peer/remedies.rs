//! Errors that the client mends by itself: flood waits, migrations, failures inside the server.

use std::time::Duration;

use heliogram::{ClientOptions, InvokeError, StringSession, TelegramClient, TransportKind, api};
use tokio::time::Instant;

use crate::peer::{Peer, Then, bytes_of};

const NEAREST: api::help::GetNearestDc = api::help::GetNearestDc {};

fn client(options: ClientOptions) -> TelegramClient {
    TelegramClient::new(StringSession::new("").unwrap(), 1, "hash", options)
}

/// A peer that answers `help.getNearestDc` with an error the first `times` times.
async fn refusing(times: usize, code: i32, name: &'static str) -> Peer {
    let mut left = times;
    Peer::start(2, move |call| match call.method {
        "help.getNearestDc" if left > 0 => {
            left -= 1;
            Then::Error(code, name)
        }
        _ => Then::Usual,
    })
    .await
}

#[tokio::test]
async fn a_flood_wait_at_the_threshold_is_slept() {
    let peer = refusing(1, 420, "FLOOD_WAIT_1").await;
    let client = client(ClientOptions {
        network: peer.network(),
        flood_sleep_threshold: Duration::from_secs(1),
        ..ClientOptions::default()
    });
    client.connect().await.unwrap();
    let begun = Instant::now();
    assert_eq!(client.invoke(&NEAREST).await.unwrap().this_dc, 2);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    client.disconnect().await;
}

#[tokio::test]
async fn a_flood_wait_above_the_threshold_is_an_error_at_once() {
    let peer = refusing(1, 420, "FLOOD_WAIT_2").await;
    let client = client(ClientOptions {
        network: peer.network(),
        flood_sleep_threshold: Duration::from_secs(1),
        ..ClientOptions::default()
    });
    client.connect().await.unwrap();
    let begun = Instant::now();
    let error = client.invoke(&NEAREST).await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(error.flood_wait(), Some(Duration::from_secs(2)));
    assert_eq!(
        error.to_string(),
        "420: FLOOD_WAIT_2 (caused by help.getNearestDc)"
    );
    client.disconnect().await;
}

#[tokio::test]
async fn a_call_is_tried_so_often_and_no_more() {
    let peer = refusing(3, 420, "FLOOD_WAIT_0").await;
    let client = client(ClientOptions {
        network: peer.network(),
        request_retries: 3,
        ..ClientOptions::default()
    });
    client.connect().await.unwrap();
    let error = client.invoke(&NEAREST).await.unwrap_err();
    assert!(error.is("FLOOD_WAIT"), "{error}");
    assert_eq!(client.invoke(&NEAREST).await.unwrap().this_dc, 2);
    client.disconnect().await;
}

#[tokio::test]
async fn any_other_error_is_the_callers() {
    let peer = refusing(1, 401, "AUTH_KEY_UNREGISTERED").await;
    let client = client(ClientOptions {
        network: peer.network(),
        ..ClientOptions::default()
    });
    client.connect().await.unwrap();
    let error = client.invoke(&NEAREST).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert!(matches!(error, InvokeError::Any { .. }));
    client.disconnect().await;
}

#[tokio::test]
async fn a_migration_is_followed_with_a_new_key_and_the_call_repeated_there() {
    let there = Peer::start(4, |_| Then::Usual).await;
    let here = Peer::start(2, |call| match call.method {
        "help.getNearestDc" => Then::Error(303, "PHONE_MIGRATE_4"),
        _ => Then::Usual,
    })
    .await;
    let network = here.network().with_dc(4, &there.address).unwrap();
    let client = client(ClientOptions {
        network,
        ..ClientOptions::default()
    });
    client.connect().await.unwrap();
    let key_here = client.session().auth_key().unwrap().id();
    let calls = (0..8).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.invoke(&NEAREST).await.unwrap().this_dc })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), 4);
    }
    let session = client.session();
    assert_eq!(session.dc_id(), 4);
    assert!(there.address.ends_with(&session.port().to_string()));
    assert_ne!(session.auth_key().unwrap().id(), key_here);
    assert_eq!(there.accepted(), 1, "moved once, not once per call");
    client.disconnect().await;
}

#[tokio::test]
async fn a_migration_to_nowhere_says_which_dc_is_missing() {
    let peer = refusing(1, 303, "USER_MIGRATE_3").await;
    let client = client(ClientOptions {
        network: peer.network(),
        ..ClientOptions::default()
    });
    client.connect().await.unwrap();
    let error = client.invoke(&NEAREST).await.unwrap_err().to_string();
    assert!(error.contains("no address is known for DC 3"), "{error}");
    client.disconnect().await;
}

#[tokio::test]
async fn every_transport_reaches_the_server() {
    use heliogram::Transport;

    let peer = Peer::start(2, |_| Then::Usual).await;
    let kinds = [
        TransportKind::Abridged,
        TransportKind::Intermediate,
        TransportKind::Padded,
        TransportKind::Full,
    ];
    for (kind, obfuscated) in kinds
        .into_iter()
        .flat_map(|kind| [(kind, false), (kind, true)])
    {
        let client = client(ClientOptions {
            network: peer.network(),
            transport: Transport { kind, obfuscated },
            ..ClientOptions::default()
        });
        let connected = client.connect().await;
        if kind == TransportKind::Full && obfuscated {
            let error = connected.unwrap_err().to_string();
            assert!(error.contains("cannot be obfuscated"), "{error}");
            continue;
        }
        connected.unwrap();
        assert_eq!(client.invoke(&NEAREST).await.unwrap().this_dc, 2);
        client.disconnect().await;
    }
}

#[tokio::test]
async fn a_client_that_is_logged_in_does_not_leave_for_somebody_elses_number() {
    let there = Peer::start(4, |_| Then::Usual).await;
    let here = Peer::start(2, |call| match call.method {
        "help.getNearestDc" => Then::Error(303, "PHONE_MIGRATE_4"),
        "updates.getState" => Then::Answer(bytes_of(&api::updates::State::default())),
        _ => Then::Usual,
    })
    .await;
    let network = here.network().with_dc(4, &there.address).unwrap();
    let client = client(ClientOptions {
        network,
        ..ClientOptions::default()
    });
    client.connect().await.unwrap();
    let error = client.invoke(&NEAREST).await.unwrap_err();
    assert_eq!(error.belongs_on(), Some(4), "{error}");
    assert_eq!(client.session().dc_id(), 2);
    assert_eq!(there.accepted(), 0);
    client.disconnect().await;
}

#[tokio::test]
async fn dcs_that_send_a_call_in_a_circle_are_an_error_at_once() {
    let sending = |to: &'static str| {
        move |call: &crate::peer::Call| match call.method {
            "help.getNearestDc" => Then::Error(303, to),
            _ => Then::Usual,
        }
    };
    let there = Peer::start(4, sending("USER_MIGRATE_2")).await;
    let here = Peer::start(2, sending("USER_MIGRATE_4")).await;
    let itself = Peer::start(2, sending("PHONE_MIGRATE_2")).await;
    let round = here.network().with_dc(4, &there.address).unwrap();
    for (network, from) in [(round, 4), (itself.network(), 2)] {
        let client = client(ClientOptions {
            network,
            ..ClientOptions::default()
        });
        client.connect().await.unwrap();
        let error = client.invoke(&NEAREST).await.unwrap_err().to_string();
        let says = format!(
            "DC {from} sends the call to DC 2, where it has been; no DC says that the account lives there"
        );
        assert!(error.ends_with(&says), "{error}");
        client.disconnect().await;
    }
}
