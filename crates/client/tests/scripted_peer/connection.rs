//! What a client does when connections are made, break and end, against a peer that does what it is told.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use heliogram::{ClientOptions, InvokeError, Network, StringSession, TelegramClient, api};
use heliogram_crypto::rsa::RsaPrivateKey;
use heliogram_net::SystemRandom;
use tokio::{
    net::TcpListener,
    runtime::Handle,
    time::{Instant, sleep, timeout},
};

use crate::peer::{self, Peer, Then, bytes_of};

const NEAREST: api::help::GetNearestDc = api::help::GetNearestDc {};

fn options(network: Network) -> ClientOptions {
    ClientOptions {
        network,
        retry_delay: Duration::from_millis(50),
        timeout: Duration::from_secs(5),
        ..ClientOptions::default()
    }
}

fn client(peer: &Peer) -> TelegramClient {
    let session = StringSession::new("").unwrap();
    TelegramClient::new(session, 1, "hash", options(peer.network()))
}

fn usual(_: &peer::Call) -> Then {
    Then::Usual
}

/// Waits until something is so, and fails when it never is.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(5);
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn makes_a_key_calls_and_comes_back_with_the_saved_session() {
    let peer = Peer::start(2, usual).await;
    let first = client(&peer);
    first.connect().await.unwrap();
    assert_eq!(first.config().unwrap().this_dc, 2);
    assert_eq!(first.invoke(&NEAREST).await.unwrap().this_dc, 2);
    let saved = first.session().save();
    first.disconnect().await;

    let session = StringSession::new(&saved).unwrap();
    assert_eq!((session.dc_id(), session.address()), (2, "127.0.0.1"));
    // The saved string knows the server: neither address nor key is configured.
    let second = TelegramClient::new(session, 1, "hash", options(Network::production()));
    second.connect().await.unwrap();
    assert_eq!(second.invoke(&NEAREST).await.unwrap().this_dc, 2);
    assert_eq!(second.session().save(), saved, "the key is the same");
    second.disconnect().await;
}

#[tokio::test]
async fn a_server_with_another_key_is_refused_at_once_and_the_error_says_why() {
    let peer = Peer::start(2, usual).await;
    let other = RsaPrivateKey::generate(&mut SystemRandom);
    let network = Network::own(2, &peer.address, &other.public().to_pem()).unwrap();
    let session = StringSession::new("").unwrap();
    let client = TelegramClient::new(session, 1, "hash", options(network));
    let error = client.connect().await.unwrap_err().to_string();
    assert!(error.contains(&peer.address), "{error}");
    assert!(error.contains("none of which we know"), "{error}");
    assert_eq!(peer.accepted(), 1, "another attempt would not help");
}

#[tokio::test]
async fn a_key_that_the_server_forgot_is_an_error_and_not_a_silent_new_login() {
    let peer = Peer::start(2, usual).await;
    let client = client(&peer);
    client.connect().await.unwrap();
    client.disconnect().await;
    peer.forget_keys();
    let error = client.connect().await.unwrap_err().to_string();
    assert!(error.contains("does not know the session's key"), "{error}");
}

#[tokio::test]
async fn nobody_at_the_address_is_tried_so_often_and_then_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let pem = peer::rsa_key().public().to_pem();
    let network = Network::own(2, &address, &pem).unwrap();
    let options = ClientOptions {
        connection_retries: 2,
        ..options(network)
    };
    let client = TelegramClient::new(StringSession::new("").unwrap(), 1, "hash", options);
    let begun = Instant::now();
    let error = client.connect().await.unwrap_err().to_string();
    assert!(error.contains(&address), "{error}");
    // 50 ms and 100 ms, less at most half.
    assert!(begun.elapsed() >= Duration::from_millis(75));
    assert!(!client.is_connected());
}

#[tokio::test]
async fn a_call_before_connect_says_so() {
    let peer = Peer::start(2, usual).await;
    let error = client(&peer).invoke(&NEAREST).await.unwrap_err();
    assert!(matches!(error, InvokeError::Disconnected { .. }), "{error}");
    assert!(
        error.to_string().contains("call connect() first"),
        "{error}"
    );
}

#[tokio::test]
async fn an_answer_that_was_lost_with_the_connection_arrives_and_nothing_runs_twice() {
    let executed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&executed);
    let answer = bytes_of(&api::NearestDc::default());
    let peer = Peer::start(2, move |call| match call.method {
        "help.getNearestDc" => {
            count.fetch_add(1, Ordering::SeqCst);
            Then::AnswerIntoBreak(answer.clone())
        }
        _ => Then::Usual,
    })
    .await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let answer = timeout(Duration::from_secs(5), client.invoke(&NEAREST)).await;
    assert_eq!(answer.unwrap().unwrap(), api::NearestDc::default());
    assert_eq!(executed.load(Ordering::SeqCst), 1);
    assert_eq!(peer.accepted(), 2);
    client.disconnect().await;
}

#[tokio::test]
async fn a_call_is_repeated_under_its_old_number_so_that_a_server_can_tell() {
    let numbers = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&numbers);
    let peer = Peer::start(2, move |call| match call.method {
        "help.getNearestDc" => {
            seen.lock().unwrap().push(call.msg_id);
            if call.connection == 0 {
                Then::BreakAndForget
            } else {
                Then::Usual
            }
        }
        _ => Then::Usual,
    })
    .await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let answer = timeout(Duration::from_secs(5), client.invoke(&NEAREST)).await;
    assert_eq!(answer.expect("an end").unwrap().this_dc, 2);
    let numbers = numbers.lock().unwrap().clone();
    assert_eq!(numbers.len(), 2);
    assert_eq!(numbers[0], numbers[1]);
    client.disconnect().await;
}

#[tokio::test]
async fn disconnecting_under_a_call_says_that_its_outcome_is_unknown() {
    let peer = Peer::start(2, |call| match call.method {
        "help.getNearestDc" => Then::Silence,
        _ => Then::Usual,
    })
    .await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let calling = tokio::spawn({
        let client = client.clone();
        async move { client.invoke(&NEAREST).await }
    });
    sleep(Duration::from_millis(50)).await;
    client.disconnect().await;
    let error = calling.await.unwrap().unwrap_err();
    assert!(
        matches!(error, InvokeError::OutcomeUnknown { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn disconnecting_before_a_call_was_sent_says_that_it_was_not() {
    for sent in [false, true] {
        let arrived = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&arrived);
        let mut peer = Peer::start(2, move |call| match call.method {
            "help.getNearestDc" => {
                count.fetch_add(1, Ordering::SeqCst);
                Then::Silence
            }
            _ => Then::Usual,
        })
        .await;
        let client = client(&peer);
        client.connect().await.unwrap();
        peer.stop().await;
        sleep(Duration::from_millis(100)).await;
        let calling = tokio::spawn({
            let client = client.clone();
            async move { client.invoke(&NEAREST).await }
        });
        sleep(Duration::from_millis(50)).await;
        if sent {
            peer = peer.again().await;
            let arrived = || arrived.load(Ordering::SeqCst) == 1;
            until("the client is back and the call arrives", arrived).await;
        }
        client.disconnect().await;
        let error = calling.await.unwrap().unwrap_err();
        match sent {
            false => assert!(matches!(error, InvokeError::Disconnected { .. }), "{error}"),
            true => assert!(
                matches!(error, InvokeError::OutcomeUnknown { .. }),
                "{error}"
            ),
        }
        drop(peer);
    }
}

#[tokio::test]
async fn a_call_made_while_the_server_is_away_waits_for_it() {
    let mut peer = Peer::start(2, usual).await;
    let client = client(&peer);
    client.connect().await.unwrap();
    peer.stop().await;
    sleep(Duration::from_millis(50)).await;
    let calling = tokio::spawn({
        let client = client.clone();
        async move { client.invoke(&NEAREST).await }
    });
    sleep(Duration::from_millis(300)).await;
    assert!(!calling.is_finished());
    let peer = peer.again().await;
    let answer = timeout(Duration::from_secs(5), calling).await;
    assert_eq!(answer.expect("an end").unwrap().unwrap().this_dc, 2);
    client.disconnect().await;
    drop(peer);
}

#[tokio::test]
async fn a_client_told_to_give_up_says_why_and_can_connect_again() {
    let mut peer = Peer::start(2, usual).await;
    let options = ClientOptions {
        reconnect_retries: Some(1),
        ..options(peer.network())
    };
    let client = TelegramClient::new(StringSession::new("").unwrap(), 1, "hash", options);
    client.connect().await.unwrap();
    peer.stop().await;
    until("it gives up", || !client.is_connected()).await;
    let error = client.invoke(&NEAREST).await.unwrap_err();
    assert!(matches!(error, InvokeError::Connect { .. }), "{error}");
    assert!(error.to_string().contains(&peer.address), "{error}");
    let peer = peer.again().await;
    client.connect().await.unwrap();
    assert_eq!(client.invoke(&NEAREST).await.unwrap().this_dc, 2);
    client.disconnect().await;
    drop(peer);
}

#[tokio::test]
async fn a_server_that_breaks_after_every_greeting_is_not_called_in_a_tight_loop() {
    let peer = Peer::start(2, |call| match call.method {
        "help.getNearestDc" => Then::BreakAndForget,
        _ => Then::Usual,
    })
    .await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let calling = timeout(Duration::from_millis(1200), client.invoke(&NEAREST)).await;
    assert!(calling.is_err());
    // At 0, and after 50, 100, 200, 400 ms, each less at most half: 5 to 6 connections.
    let accepted = peer.accepted();
    assert!((3..=7).contains(&accepted), "{accepted} connections");
    client.disconnect().await;
}

#[tokio::test]
async fn attempts_come_later_each_time() {
    // Accepts and closes at once, for ever.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    let accepting = tokio::spawn(async move {
        loop {
            let _ = listener.accept().await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let network = Network::own(2, &address, &peer::rsa_key().public().to_pem()).unwrap();
    let options = ClientOptions {
        connection_retries: 1000,
        ..options(network)
    };
    let client = TelegramClient::new(StringSession::new("").unwrap(), 1, "hash", options);
    let connecting = timeout(Duration::from_millis(1200), client.connect()).await;
    assert!(connecting.is_err(), "still trying");
    // At 0, and after 50, 100, 200, 400 ms, each less at most half: 5 to 6 attempts.
    let accepted = accepted.load(Ordering::SeqCst);
    assert!((3..=7).contains(&accepted), "{accepted} attempts");
    accepting.abort();
}

#[tokio::test]
async fn disconnecting_leaves_no_task_and_no_socket() {
    let peer = Peer::start(2, usual).await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let client = client(&peer);
    client.connect().await.unwrap();
    client.invoke(&NEAREST).await.unwrap();
    assert_eq!(peer.open(), 1);
    // One of the client, and the peer's own for the connection.
    assert_eq!(tasks(), before + 2);
    client.disconnect().await;
    assert!(!client.is_connected());
    until("the peer sees the end", || peer.open() == 0).await;
    assert_eq!(tasks(), before);

    client.connect().await.unwrap();
    assert_eq!(client.invoke(&NEAREST).await.unwrap().this_dc, 2);
    drop(client);
    until("nothing is left of a dropped client", || tasks() == before).await;
    assert_eq!(peer.open(), 0);
}

#[tokio::test]
async fn disconnecting_while_the_connection_is_being_made_again_leaves_nothing_either() {
    let mut peer = Peer::start(2, usual).await;
    let client = client(&peer);
    client.connect().await.unwrap();
    peer.stop().await;
    sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    client.disconnect().await;
    assert!(begun.elapsed() < Duration::from_millis(500));
    assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
}

#[tokio::test]
async fn connecting_can_be_given_up_by_dropping_the_future() {
    // Accepts and says nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let network = Network::own(2, &address, &peer::rsa_key().public().to_pem()).unwrap();
    let client = TelegramClient::new(StringSession::new("").unwrap(), 1, "hash", options(network));
    let connecting = timeout(Duration::from_millis(200), client.connect()).await;
    assert!(connecting.is_err());
    let tasks = || Handle::current().metrics().num_alive_tasks();
    until("nothing is left", || tasks() == 0).await;
}

#[tokio::test]
async fn an_answer_nobody_waits_for_does_no_harm() {
    let peer = Peer::start(2, |call| match call.method {
        "help.getAppConfig" => Then::Silence,
        _ => Then::Usual,
    })
    .await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let request = api::help::GetAppConfig { hash: 0 };
    let dropped = timeout(Duration::from_millis(50), client.invoke(&request)).await;
    assert!(dropped.is_err());
    assert_eq!(client.invoke(&NEAREST).await.unwrap().this_dc, 2);
    client.disconnect().await;
}

#[tokio::test]
async fn many_calls_at_once_get_their_own_answers() {
    let peer = Peer::start(2, |call| match call.method {
        "help.getDeepLinkInfo" => Then::Answer(call.body.slice(4..)),
        _ => Then::Usual,
    })
    .await;
    let client = client(&peer);
    client.connect().await.unwrap();
    let calls = (0..200).map(|number: i32| {
        let client = client.clone();
        tokio::spawn(async move {
            let body = bytes_of(&api::help::GetDeepLinkInfo {
                path: format!("path {number}"),
            });
            let expected = body.slice(4..);
            let answer = client.invoke_raw("help.getDeepLinkInfo", body).await;
            assert_eq!(answer.unwrap(), expected);
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    client.disconnect().await;
}
