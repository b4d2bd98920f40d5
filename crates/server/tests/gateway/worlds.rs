//! Worlds in one process, by their ports and by `api_id`, and what becomes of keys when a world ends or is all new.

use std::time::{Duration, Instant};

use heliogram::{Transport, api};
use heliogram_campaigns::{Raw, Target};
use heliogram_mtproto::transport::{ErrorCode, Incoming};
use heliogram_net::wire_now;
use heliogram_server::{
    Core, CoreOptions, Filter, NewUser, NewWorld, Secrets, Server, ServerOptions, WorldError,
};
use heliogram_tl::{Decode as _, Encode, Method, Raw as Query, RpcError};
use tokio::runtime::Handle;

use crate::world::*;

/// Nobody's: leads to the main world.
const OURS: i32 = 17;
/// Leads to the world `shared`.
const THEIRS: i32 = 4001;

/// A server with the main world, one by ports and one by `api_id`.
async fn three_worlds() -> (Server, Target) {
    let (server, target) = server().await;
    let worlds = [("ports", vec![]), ("shared", vec![THEIRS])];
    for (name, api_ids) in worlds {
        let new = NewWorld {
            name: name.to_owned(),
            api_ids,
            ..NewWorld::default()
        };
        server.open_world(new).await.unwrap();
    }
    (server, target)
}

fn core(server: &Server, world: &str) -> Core {
    server.worlds().get(world).unwrap().core().clone()
}

fn door(server: &Server, world: &str) -> Target {
    let address = core(server, world).addresses()[&2];
    Target::new(address, &server.identity().pem, None).unwrap()
}

async fn add(core: &Core, name: &str) {
    let user = NewUser {
        phone: PHONE.into(),
        first_name: name.into(),
        ..NewUser::default()
    };
    core.create_user(user).await.unwrap();
}

/// A call as the first of a client of this application.
fn greeted_as(api_id: i32, call: &impl Encode) -> Vec<u8> {
    let query = Query(call.to_bytes().unwrap().into());
    let said = api::InitConnection {
        api_id,
        device_model: "trial".into(),
        system_version: "linux".into(),
        app_version: "1.0".into(),
        system_lang_code: "en".into(),
        lang_pack: String::new(),
        lang_code: "en".into(),
        proxy: None,
        params: None,
        query,
    };
    let query = Query(said.to_bytes().unwrap().into());
    let layer = heliogram_tl::LAYER;
    api::InvokeWithLayer { layer, query }.to_bytes().unwrap()
}

/// Greets and calls.
async fn greet<M: Method>(raw: &mut Raw, api_id: i32, call: &M) -> Result<M::Response, RpcError> {
    let body = greeted_as(api_id, call);
    let sent = raw.send(&body).unwrap();
    let answer = raw.answer_to(sent, &body).await.unwrap()?;
    Ok(M::Response::from_bytes(&answer).unwrap())
}

fn send_code() -> api::auth::SendCode {
    api::auth::SendCode {
        phone_number: PHONE.into(),
        api_id: OURS,
        api_hash: "hash".into(),
        settings: api::CodeSettings::default(),
    }
}

/// Logs in with the newest code of a world's inbox; the name that the account has there.
async fn log_in(raw: &mut Raw, core: &Core) -> String {
    let before = core.inbox(PHONE).await.unwrap().len();
    let sent = raw.call(&send_code()).await.unwrap().unwrap();
    let api::auth::TypeSentCode::SentCode(sent) = sent else {
        panic!("a sent code, not {sent:?}");
    };
    let inbox = core.inbox(PHONE).await.unwrap();
    assert_eq!(inbox.len(), before + 1, "the code is in another world");
    let text = &inbox.last().unwrap().text;
    let code = text
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 5)
        .unwrap();
    let sign_in = api::auth::SignIn {
        phone_number: PHONE.into(),
        phone_code_hash: sent.phone_code_hash,
        phone_code: Some(code.into()),
        email_verification: None,
    };
    raw.call(&sign_in).await.unwrap().unwrap();
    me(raw).await.unwrap()
}

/// The name of the account that is logged in.
async fn me(raw: &mut Raw) -> Result<String, RpcError> {
    let users = raw.call(&get_self()).await.unwrap()?;
    match &users[0] {
        api::TypeUser::User(user) => Ok(user.first_name.clone().unwrap_or_default()),
        other => panic!("a user, not {other:?}"),
    }
}

/// Until a transport error comes.
async fn is_told_404(raw: &mut Raw) {
    loop {
        let next = tokio::time::timeout(Duration::from_secs(5), raw.stream.next()).await;
        match next.expect("an end").unwrap() {
            Incoming::Packet { .. } => {}
            other => {
                assert_eq!(other, Incoming::Error(ErrorCode::UNKNOWN_AUTH_KEY));
                return;
            }
        }
    }
}

async fn exchanged(target: &Target) -> Raw {
    Raw::exchange(target, Transport::default()).await.unwrap()
}

async fn minted(server: &Server, world: &str) -> Raw {
    let minted = core(server, world).mint_key(PHONE, true).await.unwrap();
    let target = door(server, world);
    Raw::with_key(&target, Transport::default(), minted.key)
        .await
        .unwrap()
}

#[tokio::test]
async fn each_client_gets_to_the_world_it_names_by_port_by_api_id_or_by_a_minted_key() {
    let (server, target) = three_worlds().await;
    let ways = [
        ("main", target.clone(), OURS),
        ("ports", door(&server, "ports"), OURS),
        ("shared", target, THEIRS),
    ];
    assert_eq!(ways[2].1.address, door(&server, "shared").address);
    for (name, ..) in &ways {
        add(&core(&server, name), name).await;
    }
    for (name, target, api_id) in ways {
        let core = core(&server, name);
        let mut raw = exchanged(&target).await;
        greet(&mut raw, api_id, &api::help::GetConfig {})
            .await
            .unwrap();
        assert_eq!(log_in(&mut raw, &core).await, name);
        let mut raw = minted(&server, name).await;
        greet(&mut raw, api_id, &api::help::GetConfig {})
            .await
            .unwrap();
        assert_eq!(me(&mut raw).await.unwrap(), name);
        assert_eq!(core.sessions().await.unwrap().len(), 2, "{name}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_that_has_joined_a_world_stays_there() {
    let (server, target) = three_worlds().await;
    for name in ["main", "shared"] {
        add(&core(&server, name), name).await;
    }
    for (own, other) in [(OURS, THEIRS), (THEIRS, OURS)] {
        let config = api::help::GetConfig {};
        let mut raw = exchanged(&target).await;
        greet(&mut raw, own, &config).await.unwrap();
        let refused = greet(&mut raw, other, &config).await.unwrap_err();
        assert_eq!((refused.code, &*refused.name), (400, "API_ID_INVALID"));
        greet(&mut raw, own, &config).await.unwrap();
    }
    let mut raw = minted(&server, "shared").await;
    let refused = greet(&mut raw, OURS, &get_self()).await.unwrap_err();
    assert_eq!((refused.code, &*refused.name), (400, "API_ID_INVALID"));
    greet(&mut raw, THEIRS, &get_self()).await.unwrap();

    // Who came before a world asked for their application was here first.
    let mut raw = minted(&server, "main").await;
    greet(&mut raw, 5000, &get_self()).await.unwrap();
    let late = NewWorld {
        name: "late".into(),
        api_ids: vec![5000],
        ..NewWorld::default()
    };
    server.open_world(late).await.unwrap();
    greet(&mut raw, 5000, &get_self()).await.unwrap();
    assert_eq!(me(&mut raw).await.unwrap(), "main");
    server.stop().await;
}

#[tokio::test]
async fn what_is_sent_right_behind_the_first_call_goes_to_the_same_world() {
    let (server, target) = three_worlds().await;
    for _ in 0..20 {
        let mut raw = exchanged(&target).await;
        raw.ping().await.unwrap();
        let first = greeted_as(THEIRS, &api::help::GetConfig {});
        let second = send_code().to_bytes().unwrap();
        raw.send(&first).unwrap();
        let call = raw.send(&second).unwrap();
        raw.answer_to(call, &second).await.unwrap().unwrap();
    }
    assert!(core(&server, "main").inbox(PHONE).await.unwrap().is_empty());
    let inbox = core(&server, "shared").inbox(PHONE).await.unwrap();
    assert_eq!(inbox.len(), 20);
    server.stop().await;
}

#[tokio::test]
async fn a_temporary_key_joins_the_world_of_its_permanent_one() {
    let (server, target) = three_worlds().await;
    add(&core(&server, "shared"), "shared").await;
    for greets in [true, false] {
        let minted = core(&server, "shared").mint_key(PHONE, true).await.unwrap();
        let permanent = minted.key;
        let mut raw = Raw::exchange_for(&target, Transport::default(), Some(3600))
            .await
            .unwrap();
        raw.ping().await.unwrap();
        let msg_id = raw.next_msg_id();
        let expires_at = wire_now().as_secs() as i32 + 3600;
        let bind = binding(&raw, msg_id, &permanent, expires_at);
        let body = match greets {
            true => greeted_as(THEIRS, &bind),
            false => bind.to_bytes().unwrap(),
        };
        raw.send_as(msg_id, &body).unwrap();
        raw.answer_to(msg_id, &body).await.unwrap().unwrap();
        assert_eq!(me(&mut raw).await.unwrap(), "shared");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_temporary_key_takes_the_permanent_one_along_that_it_was_bound_to() {
    let (server, target) = three_worlds().await;
    add(&core(&server, "shared"), "shared").await;
    let permanent = exchanged(&target).await.key;
    let mut raw = Raw::exchange_for(&target, Transport::default(), Some(3600))
        .await
        .unwrap();
    raw.ping().await.unwrap();
    let msg_id = raw.next_msg_id();
    let expires_at = wire_now().as_secs() as i32 + 3600;
    let bind = binding(&raw, msg_id, &permanent, expires_at);
    let body = bind.to_bytes().unwrap();
    raw.send_as(msg_id, &body).unwrap();
    raw.answer_to(msg_id, &body).await.unwrap().unwrap();
    greet(&mut raw, THEIRS, &api::help::GetConfig {})
        .await
        .unwrap();
    let shared = core(&server, "shared");
    assert_eq!(log_in(&mut raw, &shared).await, "shared");
    assert_eq!(shared.sessions().await.unwrap().len(), 1);
    assert!(core(&server, "main").sessions().await.unwrap().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn updates_reach_their_world_only() {
    let (server, _) = three_worlds().await;
    let mut clients = Vec::new();
    for name in ["main", "ports", "shared"] {
        add(&core(&server, name), name).await;
        let mut raw = minted(&server, name).await;
        let api_id = if name == "shared" { THEIRS } else { OURS };
        greet(&mut raw, api_id, &get_self()).await.unwrap();
        clients.push(raw);
    }
    // A login code is also a message of 777000 to the sessions that are there.
    let mut other = exchanged(&door(&server, "shared")).await;
    greet(&mut other, THEIRS, &send_code()).await.unwrap();
    let mut reached = Vec::new();
    for mut raw in clients {
        let soon = Duration::from_millis(500);
        let update = raw.wait_for(|message| api::TypeUpdates::from_bytes(&message.body).ok());
        reached.push(tokio::time::timeout(soon, update).await.is_ok());
    }
    assert_eq!(reached, [false, false, true]);
    server.stop().await;
}

#[tokio::test]
async fn a_world_that_is_closed_ends_its_connections_and_leaves_nothing() {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let (server, target) = server().await;
    // All that the server itself needs is running.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = tasks();
    for (api_ids, api_id) in [(vec![], OURS), (vec![THEIRS], THEIRS)] {
        let new = NewWorld {
            name: "brief".into(),
            api_ids: api_ids.clone(),
            ..NewWorld::default()
        };
        let world = server.open_world(new).await.unwrap();
        add(world.core(), "brief").await;
        let mut raw = exchanged(&door(&server, "brief")).await;
        greet(&mut raw, api_id, &api::help::GetConfig {})
            .await
            .unwrap();
        let mut idle = minted(&server, "brief").await;
        greet(&mut idle, api_id, &get_self()).await.unwrap();
        server.close_world("brief").await.unwrap();
        if api_ids.is_empty() {
            assert!(idle.receive().await.is_err());
        } else {
            is_told_404(&mut idle).await;
            is_told_404(&mut raw).await;
            let key = raw.key.clone();
            let mut back = Raw::with_key(&target, Transport::default(), key)
                .await
                .unwrap();
            back.send(&greeted_as(api_id, &get_self())).unwrap();
            is_told_404(&mut back).await;
        }
        drop((raw, idle));
        let patience = Instant::now() + Duration::from_secs(5);
        while tasks() > before && Instant::now() < patience {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(tasks(), before, "{api_ids:?}");
        assert!(world.core().users().await.is_err(), "its store is closed");
    }
    let missing = server.close_world("brief").await.unwrap_err();
    assert!(matches!(missing, WorldError::Unknown(_)));
    let main = server.close_world("main").await.unwrap_err();
    assert!(matches!(main, WorldError::Main));
    server.stop().await;
}

#[tokio::test]
async fn two_worlds_cannot_have_the_same_name_or_application_even_when_made_at_once() {
    let (server, _) = server().await;
    let new = |name: &str, api_ids: Vec<i32>| {
        server.open_world(NewWorld {
            name: name.to_owned(),
            api_ids,
            ..NewWorld::default()
        })
    };
    let (a, b, c) = tokio::join!(new("a", vec![]), new("a", vec![]), new("main", vec![]));
    assert_eq!(
        [&a, &b, &c]
            .map(|made| u8::from(made.is_ok()))
            .iter()
            .sum::<u8>(),
        1
    );
    let (d, e) = tokio::join!(new("d", vec![7]), new("e", vec![7, 8]));
    assert!(d.is_ok() != e.is_ok());
    server.stop().await;
}

#[tokio::test]
async fn after_a_reset_old_keys_are_told_404_and_after_a_restore_those_that_are_in_it_are_not() {
    let (server, target) = three_worlds().await;
    let main = server.core();
    add(main, "kept").await;
    let mut kept = minted(&server, "main").await;
    greet(&mut kept, OURS, &get_self()).await.unwrap();
    let snapshot = main.snapshot().await.unwrap();
    let mut newer = minted(&server, "main").await;
    greet(&mut newer, OURS, &get_self()).await.unwrap();

    main.restore(snapshot.clone()).await.unwrap();
    assert_eq!(me(&mut kept).await.unwrap(), "kept");
    is_told_404(&mut newer).await;
    // News reach the connection that was there before.
    let mut other = exchanged(&target).await;
    greet(&mut other, OURS, &send_code()).await.unwrap();
    let update = kept.wait_for(|message| api::TypeUpdates::from_bytes(&message.body).ok());
    let soon = Duration::from_secs(5);
    tokio::time::timeout(soon, update).await.unwrap().unwrap();

    let mut stranger = exchanged(&door(&server, "ports")).await;
    config(&mut stranger).await;
    main.reset().await.unwrap();
    kept.send(&get_self().to_bytes().unwrap()).unwrap();
    is_told_404(&mut kept).await;
    is_told_404(&mut other).await;
    config(&mut stranger).await;
    config(&mut exchanged(&target).await).await;

    main.restore(snapshot).await.unwrap();
    let mut kept = Raw::with_key(&target, Transport::default(), kept.key)
        .await
        .unwrap();
    greet(&mut kept, OURS, &get_self()).await.unwrap();
    server.stop().await;
}

/// The canonical journal of a script that calls one thing after the other.
async fn played(server: &Server) -> Vec<serde_json::Value> {
    let core = server.core();
    add(core, "Ada").await;
    let mut raw = exchanged(&door(server, "main")).await;
    config(&mut raw).await;
    log_in(&mut raw, core).await;
    core.advance_clock(3_600).await.unwrap();
    raw.call(&api::account::GetPassword {})
        .await
        .unwrap()
        .unwrap();
    raw.call(&api::account::GetAuthorizations {})
        .await
        .unwrap()
        .unwrap();
    let mut owner = minted(server, "main").await;
    owner.call(&get_self()).await.unwrap().unwrap();
    let calls = core.journal().read(&Filter::default()).unwrap();
    let canonical = calls.iter().map(|call| call.canonical(Secrets::Shown));
    canonical.collect()
}

#[tokio::test]
async fn a_script_gives_the_same_canonical_journal_from_the_same_seed() {
    let seeded = || async {
        Server::start(ServerOptions {
            core: CoreOptions {
                seed: Some(11),
                ..CoreOptions::default()
            },
            ..ServerOptions::default()
        })
        .await
        .unwrap()
    };
    let (first, second) = (seeded().await, seeded().await);
    let calls = played(&first).await;
    assert!(calls.len() >= 7, "{calls:?}");
    assert_eq!(calls, played(&second).await);
    first.core().reset().await.unwrap();
    assert_eq!(calls, played(&first).await);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn worlds_under_load_never_see_each_other() {
    const CLIENTS: usize = 8;
    let (server, target) = three_worlds().await;
    let until = Instant::now() + Duration::from_secs(3);
    let mut crowd = tokio::task::JoinSet::new();
    for name in ["main", "ports", "shared"] {
        let core = core(&server, name);
        let target = match name {
            "ports" => door(&server, name),
            _ => target.clone(),
        };
        let api_id = if name == "shared" { THEIRS } else { OURS };
        for index in 0..CLIENTS {
            let (core, target) = (core.clone(), target.clone());
            crowd.spawn(async move {
                // The same numbers in all worlds.
                let phone = format!("99966277{index:02}");
                let user = NewUser {
                    phone: phone.clone(),
                    first_name: name.to_owned(),
                    ..NewUser::default()
                };
                let id = core.create_user(user).await.unwrap().id;
                let mut calls = 0;
                let mut codes = 0;
                while Instant::now() < until {
                    let mut raw = exchanged(&target).await;
                    let code = api::auth::SendCode {
                        phone_number: phone.clone(),
                        ..send_code()
                    };
                    // At most so many an hour are sent.
                    if codes < 20 {
                        greet(&mut raw, api_id, &code).await.unwrap();
                        codes += 1;
                    }
                    let key = core.mint_key(&phone, true).await.unwrap().key;
                    let mut owner = Raw::with_key(&target, Transport::default(), key)
                        .await
                        .unwrap();
                    greet(&mut owner, api_id, &get_self()).await.unwrap();
                    for _ in 0..20 {
                        assert_eq!(me(&mut owner).await.unwrap(), name);
                        calls += 1;
                    }
                    let inbox = core.inbox(&phone).await.unwrap();
                    assert_eq!(inbox.len(), codes, "{name}");
                }
                (name, id, calls)
            });
        }
    }
    let done = crowd.join_all().await;
    for name in ["main", "ports", "shared"] {
        let core = core(&server, name);
        assert_eq!(core.users().await.unwrap().len(), CLIENTS);
        let calls = core.journal().read(&Filter::default()).unwrap();
        assert!(!calls.is_empty());
        for call in &calls {
            let json = call.to_json(Secrets::Shown).to_string();
            for other in ["main", "ports", "shared"] {
                let quoted = format!("\"first_name\":\"{other}\"");
                assert!(other == name || !json.contains(&quoted), "{json}");
            }
        }
        let calls: usize = done
            .iter()
            .filter(|(of, ..)| *of == name)
            .map(|(_, _, calls)| calls)
            .sum();
        assert!(calls > CLIENTS, "{name} was starved: {calls}");
    }
    server.stop().await;
}
