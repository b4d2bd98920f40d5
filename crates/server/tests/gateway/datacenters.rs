//! Several DCs in one process: a door each, and keys that fit one of them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use heliogram::{Transport, api};
use heliogram_campaigns::{Raw, Target};
use heliogram_mtproto::exchange::client::Wanted;
use heliogram_mtproto::transport::{ErrorCode, Incoming};
use heliogram_net::client::{ConnectError, make_key};
use heliogram_net::dial;
use heliogram_server::{NewUser, NewWorld, Server, ServerOptions};

use crate::world::*;

/// A server with the DCs 2 and 4.
async fn two_dcs() -> Server {
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let options = ServerOptions {
        dcs: BTreeMap::from([(4, free)]),
        ..ServerOptions::default()
    };
    Server::start(options).await.unwrap()
}

fn target(server: &Server, address: SocketAddr) -> Target {
    Target::new(address, &server.identity().pem, None).unwrap()
}

fn door(server: &Server, dc_id: i32) -> Target {
    target(server, server.core().addresses()[&dc_id])
}

/// A key exchange that says which DC it is for.
async fn exchange(target: &Target, dc: i32) -> Result<(), ConnectError> {
    let patience = Duration::from_secs(10);
    let dialled = dial(&target.dialled(), Transport::default(), 2, patience).await;
    let wanted = Wanted {
        dc: Some(dc),
        expires_in: None,
    };
    let mut stream = dialled.unwrap();
    make_key(&mut stream, target.keys.clone(), wanted, patience)
        .await
        .map(drop)
}

fn listed(config: &api::Config) -> Vec<(i32, i32)> {
    let options = config.dc_options.iter();
    options.map(|option| (option.id, option.port)).collect()
}

#[tokio::test]
async fn each_dc_says_which_it_is_and_where_the_others_are() {
    let server = two_dcs().await;
    let addresses = server.core().addresses();
    let ports: Vec<_> = addresses
        .iter()
        .map(|(dc, address)| (*dc, i32::from(address.port())))
        .collect();
    for dc_id in [2, 4] {
        let mut raw = Raw::exchange(&door(&server, dc_id), Transport::default())
            .await
            .unwrap();
        let config = config(&mut raw).await;
        assert_eq!(config.this_dc, dc_id);
        assert_eq!(listed(&config), ports);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_server_with_one_dc_is_every_dc() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    let config = config(&mut raw).await;
    let port = i32::from(target.address.port());
    let all: Vec<_> = (1..=5).map(|dc| (dc, port)).collect();
    assert_eq!((config.this_dc, listed(&config)), (2, all));
    for dc in [1, 2, 5, 10_003, -4] {
        exchange(&target, dc).await.unwrap();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_of_another_dc_is_told_404() {
    let server = two_dcs().await;
    let made = Raw::exchange(&door(&server, 2), Transport::default())
        .await
        .unwrap();
    let mut elsewhere = made
        .again(&door(&server, 4), Transport::default())
        .await
        .unwrap();
    elsewhere.send(&[0; 16]).unwrap();
    let told = elsewhere.stream.next().await.unwrap();
    assert!(matches!(told, Incoming::Error(ErrorCode::UNKNOWN_AUTH_KEY)));
    let mut home = made
        .again(&door(&server, 2), Transport::default())
        .await
        .unwrap();
    config(&mut home).await;
    server.stop().await;
}

#[tokio::test]
async fn a_key_exchange_for_another_dc_is_told_444() {
    let server = two_dcs().await;
    let here = door(&server, 4);
    for same in [4, 10_004, -4, -10_004] {
        exchange(&here, same).await.unwrap();
    }
    for other in [2, 1, 0, 10_002, -2, i32::MIN, 40_004] {
        let refused = exchange(&here, other).await.unwrap_err();
        assert!(
            matches!(refused, ConnectError::Refused(ErrorCode::WRONG_DC)),
            "{other}: {refused}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_session_is_minted_for_the_dc_of_its_account() {
    let server = two_dcs().await;
    let user = NewUser {
        phone: PHONE.into(),
        first_name: "Ada".into(),
        dc_id: Some(4),
        ..NewUser::default()
    };
    server.core().create_user(user).await.unwrap();
    let minted = server.core().mint_key(PHONE, true).await.unwrap();
    assert_eq!(minted.dc_id, 4);
    let mut raw = Raw::with_key(&door(&server, 4), Transport::default(), minted.key)
        .await
        .unwrap();
    config(&mut raw).await;
    let me = raw.call(&get_self()).await.unwrap().unwrap();
    assert_eq!(heliogram_campaigns::clients::phone_of(&me[0]), Some(PHONE));
    server.stop().await;
}

#[tokio::test]
async fn a_world_with_ports_of_its_own_has_all_dcs() {
    let server = two_dcs().await;
    let new = NewWorld {
        name: "other".into(),
        ..NewWorld::default()
    };
    let world = server.open_world(new).await.unwrap();
    let doors = world.core().addresses();
    assert_eq!(doors.keys().copied().collect::<Vec<_>>(), [2, 4]);
    let mut raw = Raw::exchange(&target(&server, doors[&4]), Transport::default())
        .await
        .unwrap();
    assert_eq!(config(&mut raw).await.this_dc, 4);
    let mut stray = raw
        .again(&door(&server, 4), Transport::default())
        .await
        .unwrap();
    stray.send(&[0; 16]).unwrap();
    let told = stray.stream.next().await.unwrap();
    assert!(matches!(told, Incoming::Error(ErrorCode::UNKNOWN_AUTH_KEY)));
    server.stop().await;
}
