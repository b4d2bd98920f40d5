//! The call takes effect, and its answer does not arrive, or not whole. A client that calls again under a new number
//! does it twice; ours gets the answer that there is.

use heliogram_server::{AnsweredBy, FaultKind, Filter};
use heliogram_tl::Encode as _;

use crate::careless::{Careless, Seen};
use crate::world::*;

#[tokio::test]
async fn a_lost_answer_makes_the_careless_call_twice_and_ours_once() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    let fault = world.strike_next(FaultKind::DropReply {}, "auth.sendCode");
    assert_eq!(careless.call(&send_code()).await, Seen::Silence);
    assert_eq!(world.codes_sent().await, 1, "after the call");
    assert_eq!(careless.call(&send_code()).await, Seen::Answer);
    assert_eq!(world.codes_sent().await, 2, "the second one is too many");
    assert_eq!(world.struck(&fault), 1);

    let ours = world.ours().await;
    let fault = world.strike_next(FaultKind::DropReply {}, "auth.sendCode");
    ours.invoke(&send_code()).await.unwrap();
    assert_eq!(world.struck(&fault), 1);
    assert_eq!(world.codes_sent().await, 3);
}

#[tokio::test]
async fn the_call_again_under_its_old_number_gets_the_answer_that_there_is() {
    let world = World::new().await;
    let mut client = Careless::new(&world).await;
    let call = send_code().to_bytes().unwrap();
    world.strike_next(FaultKind::DropReply {}, "auth.sendCode");
    let first = client.send(&send_code());
    assert_eq!(client.wait(first).await, Seen::Silence);
    // From the session.
    client.raw.send_as(first, &call).unwrap();
    assert_eq!(client.wait(first).await, Seen::Answer);
    // From the store, when the session knows nothing of it any more.
    world.strike_next(FaultKind::NewSessionCreated {}, "users.getUsers");
    assert_eq!(client.call(&get_self()).await, Seen::Answer);
    client.raw.send_as(first, &call).unwrap();
    assert_eq!(client.wait(first).await, Seen::Answer);
    assert_eq!(world.codes_sent().await, 1);
}

#[tokio::test]
async fn the_journal_names_the_fault_that_struck_a_call() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    let mut expected = Vec::new();
    for kind in [
        FaultKind::DropReply {},
        FaultKind::BadServerSalt {},
        FaultKind::FloodWait { seconds: 5 },
    ] {
        let fault = world.strike_next(kind, "auth.sendCode");
        expected.push(AnsweredBy::Fault(fault.id));
        careless.call(&send_code()).await;
    }
    careless.call(&send_code()).await;
    expected.push(AnsweredBy::Handler);
    let calls = world
        .core()
        .journal()
        .read(&Filter::method("auth.sendCode"));
    let calls = calls.unwrap();
    let by: Vec<_> = calls.iter().map(|call| call.by).collect();
    assert_eq!(by, expected);
}

#[tokio::test]
async fn a_lost_call_waits_for_ever_at_the_careless_and_is_sent_again_by_ours() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    world.strike_next(FaultKind::DropRequest {}, "auth.sendCode");
    assert_eq!(careless.call(&send_code()).await, Seen::Silence);
    assert_eq!(world.codes_sent().await, 0, "before the call");

    let ours = world.ours().await;
    let fault = world.strike_next(FaultKind::DropRequest {}, "auth.sendCode");
    ours.invoke(&send_code()).await.unwrap();
    assert_eq!(world.struck(&fault), 1);
    assert_eq!(world.codes_sent().await, 1);
}

#[tokio::test]
async fn a_connection_cut_in_the_answer_breaks_the_careless_and_ours_gets_the_same_answer_again() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    let ours = world.ours().await;
    let kinds = [
        FaultKind::CloseMidFrame {},
        FaultKind::CutAfter { bytes: 0 },
        FaultKind::CutAfter { bytes: 1 },
        FaultKind::CutAfter { bytes: 30 },
    ];
    for kind in kinds {
        let before = world.codes_sent().await;
        world.strike_next(kind.clone(), "auth.sendCode");
        let seen = careless.call(&send_code()).await;
        assert!(matches!(seen, Seen::Broken(_)), "{kind:?}: {seen:?}");
        assert_eq!(world.codes_sent().await, before + 1, "after the call");
        // It comes back and calls again: twice.
        careless.reconnect().await;
        careless.call(&send_code()).await;
        assert_eq!(world.codes_sent().await, before + 2);

        let fault = world.strike_next(kind.clone(), "auth.sendCode");
        ours.invoke(&send_code()).await.unwrap();
        assert_eq!(world.struck(&fault), 1);
        assert_eq!(world.codes_sent().await, before + 3, "{kind:?}: once");
    }
}

#[tokio::test]
async fn an_answer_that_was_cut_behind_its_end_has_arrived() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    world.strike_next(FaultKind::CutAfter { bytes: 1 << 20 }, "auth.sendCode");
    assert_eq!(careless.call(&send_code()).await, Seen::Answer);
    let next = careless.call(&get_self()).await;
    assert!(matches!(next, Seen::Broken(_)), "{next:?}");

    let ours = world.ours().await;
    world.strike_next(FaultKind::CutAfter { bytes: 1 << 20 }, "auth.sendCode");
    ours.invoke(&send_code()).await.unwrap();
    ours.invoke(&get_self()).await.unwrap();
    assert_eq!(world.codes_sent().await, 2);
}

#[tokio::test]
async fn an_answer_under_a_wrong_msg_key_ends_the_careless_and_ours_connects_again() {
    let world = World::new().await;
    let mut careless = Careless::new(&world).await;
    world.strike_next(FaultKind::WrongMsgKey {}, "auth.sendCode");
    match careless.call(&send_code()).await {
        Seen::Broken(why) => assert!(why.contains("msg_key"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.codes_sent().await, 1, "after the call");

    let ours = world.ours().await;
    let fault = world.strike_next(FaultKind::WrongMsgKey {}, "auth.sendCode");
    ours.invoke(&send_code()).await.unwrap();
    assert_eq!(world.struck(&fault), 1);
    assert_eq!(world.codes_sent().await, 2);
}
