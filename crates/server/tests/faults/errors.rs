//! Errors in place of an answer: flood waits, other DCs, failures inside the server, delays.

use std::time::Duration;

use heliogram_server::{FaultKind, Migration, Trigger};
use heliogram_tl::{AnyMethodError, RpcError};

use crate::careless::{Careless, Seen};
use crate::world::*;

#[tokio::test]
async fn a_flood_wait_ends_the_careless_and_is_slept_by_ours() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    world.strike_next(FaultKind::FloodWait { seconds: 1 }, "auth.sendCode");
    let seen = careless.call(&send_code()).await;
    assert_eq!(seen, Seen::Error(RpcError::new(420, "FLOOD_WAIT_1")));
    assert_eq!(world.codes_sent().await, 0, "before the call");

    let ours = world.ours().await;
    let fault = world.strike_next(FaultKind::FloodWait { seconds: 1 }, "auth.sendCode");
    let (sent, took) = timed(ours.invoke(&send_code())).await;
    sent.unwrap();
    assert!(took >= Duration::from_secs(1), "{took:?}");
    assert_eq!(world.struck(&fault), 1);
    assert_eq!(world.codes_sent().await, 1);
}

#[tokio::test]
async fn a_flood_wait_too_long_to_be_slept_comes_out_with_its_seconds() {
    let world = World::new().await;
    let ours = world.ours().await;
    world.strike_next(FaultKind::FloodWait { seconds: 4000 }, "auth.sendCode");
    let error = ours.invoke(&send_code()).await.unwrap_err();
    assert_eq!(error.flood_wait(), Some(Duration::from_secs(4000)));
}

#[tokio::test]
async fn a_migration_comes_out_with_its_dc() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    for (what, name) in [
        (Migration::Phone, "PHONE_MIGRATE_4"),
        (Migration::Network, "NETWORK_MIGRATE_4"),
        (Migration::User, "USER_MIGRATE_4"),
        (Migration::File, "FILE_MIGRATE_4"),
        (Migration::Stats, "STATS_MIGRATE_4"),
    ] {
        world.strike_next(FaultKind::Migrate { what, dc: 4 }, "auth.sendCode");
        let seen = careless.call(&send_code()).await;
        assert_eq!(seen, Seen::Error(RpcError::new(303, name)));
    }
    let ours = world.ours().await;
    let file = FaultKind::Migrate {
        what: Migration::File,
        dc: 4,
    };
    world.strike_next(file, "auth.sendCode");
    let error = ours.invoke(&send_code()).await.unwrap_err();
    assert!(
        matches!(
            error,
            heliogram::InvokeError::Any {
                error: AnyMethodError::FileMigrate(4),
                ..
            }
        ),
        "{error:?}"
    );
    let phone = FaultKind::Migrate {
        what: Migration::Phone,
        dc: 4,
    };
    // Who is logged in would lose the login by moving.
    world.strike_next(phone.clone(), "auth.sendCode");
    let error = ours.invoke(&send_code()).await.unwrap_err();
    assert!(error.is("PHONE_MIGRATE"), "{error}");
    assert_eq!(error.rpc().and_then(|raw| raw.value()), Some(4));
    // Who is about to log in goes there.
    let fresh = world.fresh().await;
    world.strike_next(phone, "auth.sendCode");
    fresh.invoke(&send_code()).await.unwrap();
    assert_eq!(fresh.session().dc_id(), 4);
}

#[tokio::test]
async fn failures_inside_the_server_end_the_careless_and_are_tried_again_by_ours() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    let ours = world.ours().await;
    let internal = FaultKind::InternalError {
        name: "RPC_CALL_FAIL".into(),
    };
    for (kind, code) in [(internal, 500), (FaultKind::Timeout {}, -503)] {
        world.strike_next(kind.clone(), "auth.sendCode");
        match careless.call(&send_code()).await {
            Seen::Error(error) => assert_eq!(error.code, code),
            other => panic!("{other:?}"),
        }
        let before = world.codes_sent().await;
        let fault = world.strike_next(kind, "auth.sendCode");
        ours.invoke(&send_code()).await.unwrap();
        assert_eq!(world.struck(&fault), 1);
        assert_eq!(world.codes_sent().await, before + 1);
    }
}

#[tokio::test]
async fn failures_that_do_not_pass_come_out_after_a_few_tries() {
    let world = World::new().await;
    let ours = world.ours_with(|options| options.request_retries = 2).await;
    let always = Trigger::method("auth.sendCode");
    let fault = world.strike(FaultKind::Timeout {}, always);
    let error = ours.invoke(&send_code()).await.unwrap_err();
    assert_eq!(error.rpc().map(|raw| raw.code), Some(-503), "{error}");
    assert_eq!(world.struck(&fault), 2);
    // An error with a name of its own is not of the passing kind.
    world.core().faults().clear();
    let named = FaultKind::InternalError {
        name: "AUTH_RESTART".into(),
    };
    let fault = world.strike(named, Trigger::method("auth.sendCode"));
    let error = ours.invoke(&send_code()).await.unwrap_err();
    assert!(error.is("AUTH_RESTART"), "{error}");
    assert_eq!(world.struck(&fault), 1);
}

#[tokio::test]
async fn a_delay_is_silence_to_the_careless_and_only_time_to_ours() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    let delay = FaultKind::Delay { milliseconds: 2500 };
    let fault = world.strike(delay, Trigger::method("auth.sendCode"));
    // It takes silence for a loss, calls again, and two codes are sent.
    assert_eq!(careless.call(&send_code()).await, Seen::Silence);
    careless.call(&send_code()).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(world.codes_sent().await, 2);

    let ours = world.ours().await;
    ours.invoke(&send_code()).await.unwrap();
    assert_eq!(world.codes_sent().await, 3);
    assert_eq!(world.struck(&fault), 3);
}

#[tokio::test]
async fn a_fault_strikes_only_the_user_the_fields_and_the_calls_it_is_for() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    let wait = || FaultKind::FloodWait { seconds: 9 };
    let other = Trigger::method("auth.sendCode").user(world.user_id + 1);
    world.strike(wait(), other);
    let field = Trigger::method("auth.sendCode").field("phone_number", "1");
    world.strike(wait(), field);
    assert_eq!(careless.call(&send_code()).await, Seen::Answer);
    let mine = Trigger::method("auth.sendCode")
        .user(world.user_id)
        .field("phone_number", CALLED)
        .after(1)
        .times(1);
    let fault = world.strike(wait(), mine);
    assert_eq!(careless.call(&get_self()).await, Seen::Answer);
    let mut errors = Vec::new();
    for _ in 0..3 {
        errors.push(matches!(
            careless.call(&send_code()).await,
            Seen::Error(error) if error.name == "FLOOD_WAIT_9"
        ));
    }
    assert_eq!(errors, [false, true, false]);
    assert_eq!(world.struck(&fault), 1);
}
