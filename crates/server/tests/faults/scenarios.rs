//! Scenarios: a bad week under a name, and our client comes through.

use std::time::Duration;

use heliogram_server::{Event, FaultKind, NewFault, OperationError, Trigger};

use crate::careless::{Careless, Seen};
use crate::world::*;

/// How many calls a test makes in a scenario; each leaves a code.
const CALLS: usize = 12;

/// Calls one after the other; how many had an answer.
async fn careless_calls(world: &World) -> usize {
    let mut careless = Careless::new(world).await;
    let mut answered = 0;
    for _ in 0..CALLS {
        match careless.call(&send_code()).await {
            Seen::Answer => answered += 1,
            Seen::Broken(_) => careless.reconnect().await,
            _ => {}
        }
    }
    answered
}

async fn our_calls(world: &World) {
    let ours = world.ours().await;
    for _ in 0..CALLS {
        ours.invoke(&send_code()).await.unwrap();
    }
}

#[tokio::test]
async fn ours_comes_through_a_flood_and_the_careless_does_not() {
    let world = World::new().await;
    world.core().faults().start_scenario("flood", None).unwrap();
    assert!(careless_calls(&world).await < CALLS);
    let world = World::new().await;
    world.core().faults().start_scenario("flood", None).unwrap();
    our_calls(&world).await;
    assert_eq!(world.codes_sent().await, CALLS, "each once");
}

#[tokio::test]
async fn ours_comes_through_a_restart_and_the_careless_does_not() {
    let world = World::new().await;
    let restart = || {
        world
            .core()
            .faults()
            .start_scenario("server-restart", None)
            .unwrap()
    };
    restart();
    assert!(careless_calls(&world).await < CALLS);
    world.core().faults().clear();
    let before = world.codes_sent().await;
    let faults = restart();
    our_calls(&world).await;
    assert_eq!(world.codes_sent().await, before + CALLS, "each once");
    for fault in &faults {
        assert_eq!(world.struck(fault), 1, "{:?}", fault.fault.kind);
    }
}

#[tokio::test]
async fn ours_comes_through_a_strict_server_and_an_overloaded_one() {
    let world = World::new().await;
    for name in ["strict-server", "overloaded"] {
        let before = world.codes_sent().await;
        world.core().faults().start_scenario(name, None).unwrap();
        our_calls(&world).await;
        assert_eq!(
            world.codes_sent().await,
            before + CALLS,
            "{name}: each once"
        );
        world.core().faults().clear();
    }
}

#[tokio::test]
async fn ours_comes_through_a_flaky_network_for_one_user() {
    let world = World::new().await;
    let faults = world.core().faults();
    let made = faults
        .start_scenario("flaky-network", Some(world.user_id))
        .unwrap();
    our_calls(&world).await;
    assert_eq!(world.codes_sent().await, CALLS, "each once");
    assert!(
        made.iter()
            .all(|fault| fault.fault.when.user_id == Some(world.user_id))
    );
}

#[tokio::test]
async fn the_documentation_has_every_kind_and_every_scenario() {
    let page = include_str!("../../../../docs/faults.md").replace('`', "");
    for kind in FaultKind::examples() {
        let (cell, beside) = (
            format!("\n| {} ", kind.name()),
            format!(", {} |", kind.name()),
        );
        let there = page.contains(&cell) || page.contains(&beside);
        assert!(there, "{} is not in the table", kind.name());
    }
    let world = World::new().await;
    for scenario in world.core().faults().scenarios() {
        let row = format!("| {} | {} |", scenario.name, scenario.about);
        assert!(page.contains(&row), "{row}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_path() {
    let world = World::new().await;
    let faults = world.core().faults();
    let wait = FaultKind::FloodWait { seconds: 3 };
    for (fault, wanted) in [
        (
            NewFault::new(wait.clone()).when(Trigger::method("auth.sendCoed")),
            "method",
        ),
        (
            NewFault::new(wait.clone()).when(Trigger::method("auth.sendCode").field("api_idd", 1)),
            "fields.api_idd",
        ),
        (
            NewFault::new(wait).when(Trigger::default().times(0)),
            "times",
        ),
        (
            NewFault::new(FaultKind::PtsGap {}).when(Trigger::method("auth.sendCode")),
            "method",
        ),
        (
            NewFault::new(FaultKind::TransportError { code: -405 }),
            "code",
        ),
        (
            NewFault::new(FaultKind::Delay {
                milliseconds: u64::MAX,
            }),
            "milliseconds",
        ),
    ] {
        match faults.add(fault.clone()) {
            Err(OperationError::Malformed { path, .. }) => assert_eq!(path, wanted, "{fault:?}"),
            other => panic!("{fault:?}: {other:?}"),
        }
    }
    assert!(faults.list().is_empty());
}

#[tokio::test]
async fn watchers_are_told_when_faults_come_and_go_and_removed_ones_strike_no_more() {
    let world = World::new().await;
    let faults = world.core().faults();
    let mut events = world.core().events().subscribe();
    let fault = world.strike(FaultKind::Timeout {}, Trigger::default());
    assert_eq!(events.try_recv(), Ok(Event::Script));
    faults.remove(fault.id).unwrap();
    assert_eq!(events.try_recv(), Ok(Event::Script));
    assert!(faults.remove(fault.id).is_err());
    assert!(events.try_recv().is_err(), "nothing has changed");
    let mut careless = Careless::new(&world).await;
    assert_eq!(careless.call(&send_code()).await, Seen::Answer);
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert!(faults.get(fault.id).is_none());
}
