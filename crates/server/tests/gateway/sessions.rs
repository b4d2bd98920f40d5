//! Sessions outlive connections.

use std::time::{Duration, Instant};

use heliogram::{Transport, api};
use heliogram_campaigns::Raw;
use heliogram_campaigns::clients::greeted;
use heliogram_tl::{Encode as _, mtproto};

use crate::world::*;

#[tokio::test]
async fn a_session_goes_on_over_a_second_connection() {
    let (server, target) = server().await;
    let transport = Transport::default();
    let mut first = Raw::exchange(&target, transport).await.unwrap();
    config(&mut first).await;
    let mut second = first.again(&target, transport).await.unwrap();
    second.ping().await.unwrap();
    // What is asked over the new connection is answered there, and the old one hears nothing of it.
    config(&mut second).await;
    let heard = tokio::time::timeout(Duration::from_millis(200), first.stream.next()).await;
    assert!(heard.is_err(), "{heard:?}");
    server.stop().await;
}

#[tokio::test]
async fn an_answer_that_was_not_received_comes_over_the_next_connection() {
    let (server, target) = server().await;
    let transport = Transport::default();
    let mut first = Raw::exchange(&target, transport).await.unwrap();
    config(&mut first).await;
    let call = first
        .send(&greeted(&api::help::GetConfig {}).unwrap())
        .unwrap();
    let mut second = first.again(&target, transport).await.unwrap();
    drop(first);
    let ping = mtproto::Ping { ping_id: 1 }.to_bytes().unwrap();
    second.send(&ping).unwrap();
    let answer = second
        .wait_for(|message| message.as_result().filter(|(of, _)| *of == call))
        .await
        .unwrap();
    assert!(answer.1.is_ok());
    server.stop().await;
}

#[tokio::test]
async fn a_repeated_call_gets_the_same_answer_and_is_not_run_again() {
    let (server, target) = server().await;
    let user = heliogram_server::NewUser {
        phone: PHONE.into(),
        first_name: "Ada".into(),
        ..Default::default()
    };
    server.core().create_user(user).await.unwrap();
    let minted = server.core().mint_key(PHONE, true).await.unwrap();
    let transport = Transport::default();
    let mut raw = Raw::with_key(&target, transport, minted.key).await.unwrap();
    config(&mut raw).await;
    // Each run of this method gives other bytes.
    let call = api::auth::ExportAuthorization { dc_id: 4 };
    let body = call.to_bytes().unwrap();
    let number = raw.send(&body).unwrap();
    let answer = raw.answer_to(number, &body).await.unwrap().unwrap();
    raw.send_as(number, &body).unwrap();
    let again = raw.answer_to(number, &body).await.unwrap().unwrap();
    assert_eq!(answer, again);
    let mut other = raw.again(&target, transport).await.unwrap();
    other.send_as(number, &body).unwrap();
    let elsewhere = other.answer_to(number, &body).await.unwrap().unwrap();
    assert_eq!(answer, elsewhere);
    let fresh = other.send(&body).unwrap();
    let fresh = other.answer_to(fresh, &body).await.unwrap().unwrap();
    assert_ne!(answer, fresh);
    server.stop().await;
}

#[tokio::test]
async fn a_ping_with_a_delay_closes_the_connection_when_no_other_follows() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    config(&mut raw).await;
    let ping = mtproto::PingDelayDisconnect {
        ping_id: 1,
        disconnect_delay: 1,
    };
    let ping = ping.to_bytes().unwrap();
    raw.send(&ping).unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    let last = Instant::now();
    raw.send(&ping).unwrap();
    loop {
        if raw.receive().await.is_err() {
            break;
        }
    }
    let lasted = last.elapsed();
    assert!(lasted >= Duration::from_secs(1), "{lasted:?}");
    assert!(lasted < Duration::from_secs(4), "{lasted:?}");
    server.stop().await;
}
