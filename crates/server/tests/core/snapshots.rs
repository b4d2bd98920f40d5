//! Worlds that begin anew, are kept and are brought back.

use heliogram_server::{
    Core, CoreOptions, Event, Fixtures, NewUser, OpenError, OperationError, Push, PushKind,
};

use crate::world::*;

const ADA: &str = "9996620801";
const BOB: &str = "9996620802";
/// 2026-01-01.
const BEGINNING: i64 = 1_767_225_600;

const FIXTURES: &str = r#"
[[users]]
phone = "9996620801"
first_name = "Ada"
password = "correct horse"
pending_deletion_hash = "0123456789abcdef"

[[users]]
first_name = "Helper"
bot = true
"#;

fn seeded(seed: u64, world: &str) -> Core {
    Core::open(CoreOptions {
        seed: Some(seed),
        world: world.to_owned(),
        ..CoreOptions::default()
    })
    .unwrap()
}

/// Everything that a script finds out about a world, in order.
async fn script(core: &Core) -> Vec<String> {
    let mut seen = vec![format!("{:?}", core.users().await.unwrap())];
    add_user(core, BOB, Some(PASSWORD)).await;
    seen.push(core.clock().now.to_string());
    let bob = minted(core, BOB).await;
    seen.push(format!("{:?}", bob.me().await));
    let sent = bob
        .send_code(BOB, heliogram_tl::api::CodeSettings::default())
        .await;
    seen.push(format!("{sent:?}"));
    core.advance_clock(DAY).await.unwrap();
    let items = core.inbox(BOB).await.unwrap();
    seen.extend(items.into_iter().map(|item| item.text));
    seen.push(format!("{:?}", core.users().await.unwrap()));
    seen
}

#[tokio::test]
async fn a_world_that_is_reset_has_nobody_but_whom_it_began_with() {
    let core = in_memory();
    let fixtures = Fixtures::parse(FIXTURES).unwrap();
    assert_eq!(core.begin_with(fixtures).await.unwrap(), 2);
    add_user(&core, BOB, None).await;
    let bob = minted(&core, BOB).await;
    bob.me().await.unwrap();
    core.advance_clock(DAY).await.unwrap();
    let mut news = core.subscribe();
    let mut events = core.events().subscribe();

    core.reset().await.unwrap();
    let users = core.users().await.unwrap();
    let names: Vec<_> = users.iter().map(|user| &*user.first_name).collect();
    assert_eq!(names, ["Ada", "Helper"]);
    assert!(users[0].has_password && users[0].deletion_due.is_some());
    assert_eq!(core.inbox(ADA).await.unwrap().len(), 1);
    assert!(core.sessions().await.unwrap().is_empty());
    assert_eq!(error_of(bob.me().await), "401 AUTH_KEY_UNREGISTERED");
    assert!((core.clock().now - wire_now()).abs() <= 1);
    let renewed = |push: &Push| push.kind == PushKind::Renewed;
    assert!(std::iter::from_fn(|| news.try_recv().ok()).any(|push| renewed(&push)));
    assert!(std::iter::from_fn(|| events.try_recv().ok()).any(|event| event == Event::Reset));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_world_each_time() {
    let (first, second) = (seeded(7, "main"), seeded(7, "other"));
    for core in [&first, &second] {
        let fixtures = Fixtures::parse(FIXTURES).unwrap();
        core.begin_with(fixtures).await.unwrap();
        assert!(core.clock().frozen);
        assert_eq!(core.clock().now, BEGINNING);
    }
    let seen = script(&first).await;
    assert_eq!(seen, script(&second).await);
    first.reset().await.unwrap();
    assert_eq!(first.clock().now, BEGINNING);
    assert_eq!(seen, script(&first).await);
    let other = seeded(8, "main");
    let fixtures = Fixtures::parse(FIXTURES).unwrap();
    other.begin_with(fixtures).await.unwrap();
    assert_ne!(seen, script(&other).await);
}

#[tokio::test]
async fn minted_keys_differ_by_world_and_are_the_same_after_a_reset() {
    let mut ids = Vec::new();
    for core in [seeded(7, "a"), seeded(7, "b")] {
        for _ in 0..2 {
            add_user(&core, ADA, None).await;
            ids.push(core.mint_key(ADA, true).await.unwrap().key.id());
            core.reset().await.unwrap();
        }
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[2], ids[3]);
    assert_ne!(ids[0], ids[2]);
}

#[tokio::test]
async fn a_seeded_world_goes_on_after_a_restart() {
    let directory = Directory::new();
    let open = || {
        Core::open(CoreOptions {
            data: Some(directory.0.clone()),
            seed: Some(7),
            ..CoreOptions::default()
        })
        .unwrap()
    };
    let core = open();
    add_user(&core, ADA, None).await;
    let first = core.mint_key(ADA, true).await.unwrap().key.id();
    core.advance_clock(DAY).await.unwrap();
    core.stop();
    let core = open();
    assert_eq!(core.clock().now, BEGINNING + DAY);
    let second = core.mint_key(ADA, true).await.unwrap().key.id();
    assert_ne!(first, second);
    assert_eq!(core.sessions().await.unwrap().len(), 2);
}

/// A world with a session, a password, a pending deletion and a frozen clock.
async fn lived_in(core: &Core) -> Client {
    add_user(core, ADA, Some(PASSWORD)).await;
    let ada = minted(core, ADA).await;
    core.freeze_clock().await.unwrap();
    core.advance_clock(8 * DAY).await.unwrap();
    ada.me().await.unwrap();
    let requester = requester(core, ADA).await;
    requester.delete_account().await.unwrap_err();
    ada
}

#[tokio::test]
async fn a_snapshot_brings_everything_back_in_memory_and_in_a_file() {
    let directory = Directory::new();
    for core in [in_memory(), directory.open()] {
        let ada = lived_in(&core).await;
        let at = core.clock();
        let before = (
            core.users().await.unwrap(),
            core.sessions().await.unwrap(),
            core.inbox(ADA).await.unwrap(),
        );
        let snapshot = core.snapshot().await.unwrap();

        core.advance_clock(30 * DAY).await.unwrap();
        add_user(&core, BOB, None).await;
        assert_eq!(error_of(ada.me().await), "401 USER_DEACTIVATED");

        core.restore(snapshot).await.unwrap();
        let after = (
            core.users().await.unwrap(),
            core.sessions().await.unwrap(),
            core.inbox(ADA).await.unwrap(),
        );
        assert_eq!(before, after);
        assert_eq!(core.clock().now, at.now);
        assert!(core.clock().frozen);
        assert_eq!(ada.me().await.unwrap().phone.as_deref(), Some(ADA));
        // And what follows follows as it would have.
        core.advance_clock(7 * DAY).await.unwrap();
        assert_eq!(error_of(ada.me().await), "401 USER_DEACTIVATED");
    }
}

#[tokio::test]
async fn the_clock_of_a_snapshot_goes_on_from_its_moment_however_late_it_is_restored() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};
    let real = Arc::new(AtomicI64::new(wire_now()));
    let wire_clock = heliogram_server::WireClock(Arc::new({
        let real = Arc::clone(&real);
        move || real.load(Ordering::Relaxed)
    }));
    let core = Core::open(CoreOptions {
        wire_clock,
        ..CoreOptions::default()
    })
    .unwrap();
    add_user(&core, ADA, None).await;
    let at = core.clock().now;
    let snapshot = core.snapshot().await.unwrap();
    real.fetch_add(400 * DAY, Ordering::Relaxed);
    core.restore(snapshot).await.unwrap();
    assert_eq!(core.clock().now, at);
    assert!(!core.clock().frozen);
    assert_eq!(core.users().await.unwrap().len(), 1);
    real.fetch_add(5, Ordering::Relaxed);
    assert_eq!(core.clock().now, at + 5);
}

#[tokio::test]
async fn a_snapshot_holds_nothing_of_what_was_deleted() {
    let directory = Directory::new();
    for core in [in_memory(), directory.open()] {
        let id = core
            .create_user(NewUser {
                phone: ADA.to_owned(),
                first_name: "Nepomuk the Forgotten".to_owned(),
                ..NewUser::default()
            })
            .await
            .unwrap()
            .id;
        let holds = |snapshot: Vec<u8>| snapshot.windows(7).any(|part| part == b"Nepomuk");
        assert!(holds(core.snapshot().await.unwrap()));
        core.delete_user(id).await.unwrap();
        assert!(!holds(core.snapshot().await.unwrap()));
    }
}

#[tokio::test]
async fn what_is_no_snapshot_is_refused_and_changes_nothing() {
    let core = in_memory();
    add_user(&core, ADA, None).await;
    let snapshot = core.snapshot().await.unwrap();
    let refused = async |bytes: Vec<u8>| match core.restore(bytes).await {
        Err(OperationError::Invalid {
            field: "snapshot",
            reason,
        }) => reason,
        other => panic!("expected a refusal, got {other:?}"),
    };
    assert!(refused(Vec::new()).await.contains("0 bytes"));
    assert!(refused(b"{}".to_vec()).await.contains("not a SQLite"));
    let broken = snapshot[..snapshot.len() / 2].to_vec();
    assert!(refused(broken).await.contains("damaged"));
    for at in (0..snapshot.len()).step_by(1_511) {
        let mut bent = snapshot.clone();
        bent[at] ^= 0x55;
        // Some of it is room that nothing uses; what is read is a world or is refused.
        let _ = core.restore(bent).await;
    }
    core.restore(snapshot.clone()).await.unwrap();

    let edited = |sql: &str| {
        let mut database = rusqlite::Connection::open_in_memory().unwrap();
        database
            .deserialize_read_exact("main", &snapshot[..], snapshot.len(), false)
            .unwrap();
        database.execute_batch(sql).unwrap();
        database.serialize("main").unwrap().to_vec()
    };
    let newer = refused(edited("PRAGMA user_version = 99")).await;
    assert!(
        newer.contains("newer version") && newer.contains("99"),
        "{newer}"
    );
    refused(edited("DROP TABLE passwords")).await;
    refused(edited(
        "PRAGMA foreign_keys = 0; INSERT INTO deletions (user_id, hash, due_at) VALUES (1, 'a', 0)",
    ))
    .await;
    let planted = edited(
        "CREATE TRIGGER planted AFTER INSERT ON inbox BEGIN DELETE FROM accounts; END;
         CREATE TABLE extra (a);",
    );
    core.restore(planted).await.unwrap();
    assert_eq!(core.users().await.unwrap().len(), 1);
    let again = core.snapshot().await.unwrap();
    assert!(!again.windows(7).any(|part| part == b"planted"));
}

#[tokio::test]
async fn the_store_of_a_newer_version_is_not_touched() {
    let directory = Directory::new();
    directory.open().stop();
    let file = directory.0.join("heliogram.db");
    rusqlite::Connection::open(&file)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = Core::open(CoreOptions {
        data: Some(directory.0.clone()),
        ..CoreOptions::default()
    })
    .unwrap_err();
    assert!(
        matches!(error, OpenError::Newer { found: 99, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("newer version"), "{error}");
}
