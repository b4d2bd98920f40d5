//! Temporary keys over the wire: made, bound, expired.

use std::time::Duration;

use heliogram::Transport;
use heliogram_campaigns::Raw;
use heliogram_mtproto::transport::{ErrorCode, Incoming};
use heliogram_net::wire_now;
use heliogram_server::NewUser;
use heliogram_tl::{Encode as _, mtproto};

use crate::world::*;

#[tokio::test]
async fn a_bound_temporary_key_speaks_for_the_permanent_one() {
    let (server, target) = server().await;
    let user = NewUser {
        phone: PHONE.into(),
        first_name: "Ada".into(),
        ..NewUser::default()
    };
    server.core().create_user(user).await.unwrap();
    let permanent = server.core().mint_key(PHONE, true).await.unwrap().key;
    let transport = Transport::default();
    let mut raw = Raw::exchange_for(&target, transport, Some(3600))
        .await
        .unwrap();
    config(&mut raw).await;
    let early = raw.call(&get_self()).await.unwrap().unwrap_err();
    assert_eq!((early.code, &*early.name), (401, "AUTH_KEY_PERM_EMPTY"));

    let msg_id = raw.next_msg_id();
    let expires_at = wire_now().as_secs() as i32 + 3600;
    let bind = binding(&raw, msg_id, &permanent, expires_at);
    let body = bind.to_bytes().unwrap();
    raw.send_as(msg_id, &body).unwrap();
    raw.answer_to(msg_id, &body).await.unwrap().unwrap();
    let me = raw.call(&get_self()).await.unwrap().unwrap();
    assert_eq!(heliogram_campaigns::clients::phone_of(&me[0]), Some(PHONE));
    server.stop().await;
}

#[tokio::test]
async fn an_expired_temporary_key_is_told_404() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange_for(&target, Transport::default(), Some(2))
        .await
        .unwrap();
    config(&mut raw).await;
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    raw.send(&mtproto::Ping { ping_id: 1 }.to_bytes().unwrap())
        .unwrap();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(5), raw.stream.next()).await;
        match next.expect("an answer").unwrap() {
            Incoming::Packet { .. } => {}
            other => {
                assert_eq!(other, Incoming::Error(ErrorCode::UNKNOWN_AUTH_KEY));
                break;
            }
        }
    }
    server.stop().await;
}
