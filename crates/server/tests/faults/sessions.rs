//! Faults of the session: salts, a new session, acknowledgments, sequence numbers, the login.

use std::time::Duration;

use heliogram_server::{FaultKind, Trigger};
use heliogram_tl::{RpcError, mtproto};

use crate::careless::{Careless, Seen};
use crate::world::*;

#[tokio::test]
async fn a_refused_salt_is_silence_to_the_careless_and_one_more_round_trip_to_ours() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    world.strike_next(FaultKind::BadServerSalt {}, "auth.sendCode");
    let call = careless.send(&send_code());
    assert_eq!(careless.wait(call).await, Seen::Silence);
    let refusals = careless.other.iter();
    let refused = refusals.filter_map(|message| message.as_object::<mtproto::BadServerSalt>());
    let refused: Vec<_> = refused.map(|refused| refused.bad_msg_id).collect();
    assert_eq!(refused, [call]);
    assert_eq!(world.codes_sent().await, 0, "before the call");

    let ours = world.ours().await;
    let fault = world.strike_next(FaultKind::BadServerSalt {}, "auth.sendCode");
    let (sent, took) = timed(ours.invoke(&send_code())).await;
    sent.unwrap();
    assert!(took < Duration::from_secs(5), "{took:?}: at once");
    assert_eq!(world.struck(&fault), 1);
    assert_eq!(world.codes_sent().await, 1);
}

#[tokio::test]
async fn after_a_rotation_the_careless_is_not_heard_any_more_and_ours_takes_the_new_salt() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    world.strike_next(FaultKind::SaltRotation {}, "auth.sendCode");
    assert_eq!(careless.call(&send_code()).await, Seen::Answer);
    assert_eq!(careless.call(&get_self()).await, Seen::Silence);
    assert_eq!(careless.call(&get_self()).await, Seen::Silence);

    let ours = world.ours().await;
    for _ in 0..3 {
        world.strike_next(FaultKind::SaltRotation {}, "users.getUsers");
        ours.invoke(&get_self()).await.unwrap();
        let (sent, took) = timed(ours.invoke(&send_code())).await;
        sent.unwrap();
        assert!(took < Duration::from_secs(5), "{took:?}: at once");
    }
    assert_eq!(world.codes_sent().await, 4);
}

#[tokio::test]
async fn a_session_that_begins_again_loses_the_calls_of_the_careless_and_none_of_ours() {
    let world = World::new().await;
    let slow = FaultKind::Delay { milliseconds: 1000 };
    let mut careless = Careless::new(&world).await;
    world.strike_next(slow.clone(), "auth.sendCode");
    world.strike_next(FaultKind::NewSessionCreated {}, "users.getUsers");
    let first = careless.send(&send_code());
    assert_eq!(careless.call(&get_self()).await, Seen::Answer);
    assert_eq!(careless.wait(first).await, Seen::Silence);
    let created = careless.other.iter();
    let created = created.filter_map(|message| message.as_object::<mtproto::NewSessionCreated>());
    assert_eq!(created.filter(|new| new.first_msg_id > first).count(), 1);

    let ours = world.ours().await;
    let before = world.codes_sent().await;
    world.strike_next(slow, "auth.sendCode");
    let fault = world.strike_next(FaultKind::NewSessionCreated {}, "users.getUsers");
    let (send_code, get_self) = (send_code(), get_self());
    let (code, me) = tokio::join!(ours.invoke(&send_code), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        ours.invoke(&get_self).await
    });
    code.unwrap();
    me.unwrap();
    assert_eq!(world.struck(&fault), 1);
    // The first copy of the call was on its way all the time.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(world.codes_sent().await, before + 1, "once");
}

#[tokio::test]
async fn without_acknowledgments_the_careless_calls_twice_and_ours_asks() {
    let world = World::new().await;
    let slow = || FaultKind::Delay {
        milliseconds: 13_000,
    };
    for kind in [
        FaultKind::LostAcks {},
        FaultKind::SlowAcks {
            milliseconds: 60_000,
        },
    ] {
        // Whoever takes a call without acknowledgment for lost calls again.
        let mut careless = Careless::new(&world).await;
        world.strike_next(kind.clone(), "users.getUsers");
        assert_eq!(careless.call(&get_self()).await, Seen::Answer);
        world.strike_next(FaultKind::Delay { milliseconds: 2500 }, "auth.sendCode");
        let before = world.codes_sent().await;
        let call = careless.send(&send_code());
        assert_eq!(careless.wait(call).await, Seen::Silence);
        let acks = careless.other.iter();
        let acks = acks.filter_map(|message| message.as_object::<mtproto::MsgsAck>());
        let acknowledged = acks.flat_map(|acks| acks.msg_ids).any(|id| id == call);
        assert!(!acknowledged, "{kind:?}");
        careless.call(&send_code()).await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(world.codes_sent().await, before + 2, "{kind:?}");
    }

    // Longer than ours waits before it asks what became of a call.
    let ours = world.ours().await;
    let before = world.codes_sent().await;
    world.strike_next(FaultKind::LostAcks {}, "users.getUsers");
    ours.invoke(&get_self()).await.unwrap();
    world.strike_next(slow(), "auth.sendCode");
    ours.invoke(&send_code()).await.unwrap();
    assert_eq!(world.codes_sent().await, before + 1);
}

#[tokio::test]
async fn a_strict_server_refuses_the_numbers_of_the_careless_and_not_ours() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    // It always sends 0, and nobody has ever minded.
    let call = careless.send_numbered(&send_code(), 0);
    assert_eq!(careless.wait(call).await, Seen::Answer);
    world.strike_next(FaultKind::StrictSeqNo {}, "users.getUsers");
    let call = careless.send_numbered(&get_self(), 0);
    assert_eq!(careless.wait(call).await, Seen::Answer);
    let before = world.codes_sent().await;
    // Even, though it is a call; and lower than the one before.
    for (seq_no, code) in [(1000, Some(35)), (2001, None), (7, Some(32))] {
        let call = careless.send_numbered(&send_code(), seq_no);
        let seen = careless.wait(call).await;
        assert_eq!(seen == Seen::Silence, code.is_some(), "{seq_no}: {seen:?}");
        let refusals = careless.other.drain(..);
        let refused = refusals
            .filter_map(|message| message.as_object::<mtproto::BadMsgNotification>())
            .find(|refused| refused.bad_msg_id == call);
        assert_eq!(refused.map(|refused| refused.error_code), code);
    }
    assert_eq!(world.codes_sent().await, before + 1, "before the call");

    let ours = world.ours().await;
    let fault = world.strike_next(FaultKind::StrictSeqNo {}, "users.getUsers");
    let (send_code, get_self) = (send_code(), get_self());
    for _ in 0..5 {
        let (me, code) = tokio::join!(ours.invoke(&get_self), ours.invoke(&send_code));
        me.unwrap();
        code.unwrap();
    }
    assert_eq!(world.struck(&fault), 1);
    assert_eq!(world.codes_sent().await, before + 6);
}

#[tokio::test]
async fn a_revoked_session_is_revoked_for_good() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    world.strike_next(FaultKind::SessionRevoked {}, "users.getUsers");
    // The careless believes that the next call will do.
    for _ in 0..2 {
        let seen = careless.call(&get_self()).await;
        assert_eq!(seen, Seen::Error(RpcError::new(401, "SESSION_REVOKED")));
    }
    let ours = world.ours().await;
    let fault = world.strike(
        FaultKind::SessionRevoked {},
        Trigger::method("users.getUsers").user(world.user_id),
    );
    for _ in 0..2 {
        let error = ours.invoke(&get_self()).await.unwrap_err();
        assert!(
            error.is_unauthorized() && error.is("SESSION_REVOKED"),
            "{error}"
        );
    }
    assert_eq!(world.struck(&fault), 1, "the second call is nobody's");
    let sessions = world.core().sessions_of(world.user_id).await.unwrap();
    assert!(sessions.is_empty(), "{} are left", sessions.len());
}
