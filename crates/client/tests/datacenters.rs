//! The client and a server with several DCs, in process: moving home, and calling elsewhere.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use heliogram::{
    ClientError, ClientOptions, InvokeError, Login, Network, StringSession, TelegramClient, api,
};
use heliogram_server::{FaultKind, Migration, NewFault, NewUser, Server, ServerOptions, Trigger};
use tokio::runtime::Handle;

const NEAR: &str = "9996620002";
const FAR: &str = "9996620004";

/// A server with the DCs 2 and 4, and an account on each.
async fn two_dcs() -> Server {
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let options = ServerOptions {
        dcs: BTreeMap::from([(4, free)]),
        ..ServerOptions::default()
    };
    let server = Server::start(options).await.unwrap();
    for (phone, dc_id) in [(NEAR, 2), (FAR, 4)] {
        let user = NewUser {
            phone: phone.into(),
            first_name: "Ada".into(),
            dc_id: Some(dc_id),
            ..NewUser::default()
        };
        server.core().create_user(user).await.unwrap();
    }
    server
}

/// A client that knows where DC 2 is, and has to be told where DC 4 is.
fn client(server: &Server, saved: &str) -> TelegramClient {
    let address = server.address().to_string();
    let network = Network::own(2, &address, &server.identity().pem).unwrap();
    with_network(network, saved)
}

fn with_network(network: Network, saved: &str) -> TelegramClient {
    let options = ClientOptions {
        network,
        retry_delay: Duration::from_millis(50),
        ..ClientOptions::default()
    };
    let session = StringSession::new(saved).unwrap();
    TelegramClient::new(session, 12345, "0123456789abcdef", options)
}

fn login(server: &Server, phone: &'static str) -> Login {
    let core = server.core().clone();
    Login::phone(phone, move |_| {
        let core = core.clone();
        async move {
            let inbox = core.inbox(phone).await.ok()?;
            let mut words = inbox
                .last()?
                .text
                .split(|c: char| !c.is_ascii_digit())
                .filter(|digits| digits.len() >= 5);
            words.next().map(str::to_owned)
        }
    })
}

fn port(server: &Server, dc_id: i32) -> u16 {
    server.core().addresses()[&dc_id].port()
}

fn get_self() -> api::users::GetUsers {
    api::users::GetUsers {
        id: vec![api::TypeInputUser::InputUserSelf],
    }
}

#[tokio::test]
async fn a_login_moves_to_the_dc_of_the_number_and_the_session_says_so() {
    let server = two_dcs().await;
    let client = client(&server, "");
    client.start(&mut login(&server, FAR)).await.unwrap();
    let session = client.session();
    assert_eq!(session.dc_id(), 4);
    assert_eq!(session.port(), port(&server, 4));
    assert_eq!(client.config().unwrap().this_dc, 4);
    client.disconnect().await;

    // The string alone is enough, for a client that knows nothing else.
    let telegram = with_network(Network::production(), &session.save());
    telegram.connect().await.unwrap();
    assert!(telegram.me().await.unwrap().is_some());
    telegram.disconnect().await;

    // And at a server of one's own it is the server's word that counts.
    let ready = serde_json::json!({
        "mtproto": server.address(), "dc_id": 2, "rsa_pem": server.identity().pem,
        "dcs": server.core().addresses(),
    });
    let own = Network::from_ready_json(&ready.to_string()).unwrap();
    let own = with_network(own, &session.save());
    own.connect().await.unwrap();
    assert!(own.me().await.unwrap().is_some());
    own.disconnect().await;
    server.stop().await;
}

#[tokio::test]
async fn a_bot_moves_to_its_dc() {
    let server = two_dcs().await;
    let bot = NewUser {
        first_name: "Robot".into(),
        bot: true,
        dc_id: Some(4),
        ..NewUser::default()
    };
    let token = server.core().create_user(bot).await.unwrap().bot_token;
    let client = client(&server, "");
    client.start_bot(&token.unwrap()).await.unwrap();
    assert_eq!(client.session().dc_id(), 4);
    client.disconnect().await;
    server.stop().await;
}

#[tokio::test]
async fn a_call_on_another_dc_goes_there_with_the_authorization() {
    let server = two_dcs().await;
    let client = client(&server, "");
    client.start(&mut login(&server, NEAR)).await.unwrap();
    let before = client.session().save();
    let there = client.invoke_on(4, &api::help::GetConfig {}).await.unwrap();
    assert_eq!(there.this_dc, 4);
    // Somebody who is not logged in would be answered 401.
    let bound = client.invoke_on(4, &get_self()).await.unwrap_err();
    assert!(bound.is("USER_MIGRATE"), "{bound}");
    assert_eq!(bound.belongs_on(), Some(2));
    assert_eq!(client.session().save(), before, "the home has moved");
    let here = client.invoke_on(2, &api::help::GetConfig {}).await.unwrap();
    assert_eq!(here.this_dc, 2);
    assert!(client.me().await.unwrap().is_some());

    let exports = server.core().answered();
    assert_eq!(exports["auth.exportAuthorization"], 1, "kept, once made");
    client.disconnect().await;
    server.stop().await;
}

#[tokio::test]
async fn an_authorization_that_comes_later_or_ends_is_carried_again() {
    let server = two_dcs().await;
    let client = client(&server, "");
    client.connect().await.unwrap();
    let nearest = api::help::GetNearestDc {};
    let there = client.invoke_on(4, &nearest).await.unwrap();
    assert_eq!(there.this_dc, 4);
    let stranger = client.invoke_on(4, &get_self()).await.unwrap_err();
    assert!(stranger.is_unauthorized(), "{stranger}");

    client.start(&mut login(&server, NEAR)).await.unwrap();
    for _ in 0..2 {
        let carried = client.invoke_on(4, &get_self()).await.unwrap_err();
        assert!(carried.is("USER_MIGRATE"), "{carried}");
        client
            .invoke_on(4, &api::auth::LogOut {})
            .await
            .expect("a session there");
    }
    assert!(client.me().await.unwrap().is_some());
    client.disconnect().await;
    server.stop().await;
}

#[tokio::test]
async fn where_a_file_lives_is_told_and_not_followed() {
    let server = two_dcs().await;
    let client = client(&server, "");
    client.start(&mut login(&server, NEAR)).await.unwrap();
    let file = NewFault::new(FaultKind::Migrate {
        what: Migration::File,
        dc: 4,
    });
    let when = Trigger {
        method: Some("upload.getFile".into()),
        times: Some(1),
        ..Trigger::default()
    };
    server.core().faults().add(file.when(when)).unwrap();
    let part = api::upload::GetFile {
        precise: false,
        cdn_supported: false,
        location: api::TypeInputFileLocation::InputTakeoutFileLocation,
        offset: 0,
        limit: 4096,
    };
    let error = client.invoke(&part).await.unwrap_err();
    assert_eq!(error.belongs_on(), Some(4), "{error}");
    // There it is asked for, and no such file is found.
    let there = client.invoke_on(4, &part).await.unwrap_err();
    assert!(there.is("LOCATION_INVALID"), "{there}");
    assert_eq!(client.session().dc_id(), 2);
    server.core().faults().clear();
    client.disconnect().await;
    server.stop().await;
}

#[tokio::test]
async fn a_dc_that_cannot_be_had_is_named() {
    let server = two_dcs().await;
    let client = client(&server, "");
    let nearest = api::help::GetNearestDc {};
    let early = client.invoke_on(1, &nearest).await.unwrap_err();
    assert!(matches!(early, InvokeError::Disconnected { .. }), "{early}");
    client.start(&mut login(&server, NEAR)).await.unwrap();
    let unknown = client.invoke_on(5, &nearest).await.unwrap_err();
    assert!(
        matches!(
            unknown,
            InvokeError::Migrate {
                source: ClientError::UnknownDc { dc_id: 5 },
                ..
            }
        ),
        "{unknown}"
    );
    client.disconnect().await;

    // Somebody says that DC 2 is DC 3: the key exchange names the DC, and is refused.
    let own = Network::own(2, &server.address().to_string(), &server.identity().pem).unwrap();
    let wrong = own.with_dc(3, &server.address().to_string()).unwrap();
    let client = with_network(wrong, "");
    client.connect().await.unwrap();
    let refused = client.invoke_on(3, &nearest).await.unwrap_err().to_string();
    assert!(refused.contains("-444"), "{refused}");
    client.disconnect().await;
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_left_of_connections_to_other_dcs() {
    let server = two_dcs().await;
    let client = client(&server, "");
    client.start(&mut login(&server, NEAR)).await.unwrap();
    client.disconnect().await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let settle = async |expected: usize| {
        for _ in 0..1000 {
            if tasks() == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{} tasks instead of {expected}", tasks());
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = tasks();
    client.connect().await.unwrap();
    client.invoke_on(4, &get_self()).await.unwrap_err();
    // One of the client and one of the server for each of two connections.
    settle(before + 4).await;
    client.disconnect().await;
    settle(before).await;

    client.connect().await.unwrap();
    client.invoke_on(4, &get_self()).await.unwrap_err();
    settle(before + 4).await;
    drop(client);
    settle(before).await;
    server.stop().await;
}
