//! A server in this process, and what every test asks it.

use heliogram::{Transport, TransportKind, api};
use heliogram_campaigns::clients::greeted;
use heliogram_campaigns::{Raw, Target};
use heliogram_server::{Server, ServerOptions};
use heliogram_tl::Decode as _;

pub(crate) const PHONE: &str = "9996621234";

pub(crate) const KINDS: [TransportKind; 4] = [
    TransportKind::Abridged,
    TransportKind::Intermediate,
    TransportKind::Padded,
    TransportKind::Full,
];

pub(crate) async fn server() -> (Server, Target) {
    let server = Server::start(ServerOptions::default()).await.unwrap();
    let target = Target::new(server.address(), &server.identity().pem, None).unwrap();
    (server, target)
}

/// Every frame, in the clear and, where that exists, obfuscated.
pub(crate) fn transports() -> impl Iterator<Item = Transport> {
    let plain = KINDS.map(|kind| Transport {
        kind,
        obfuscated: false,
    });
    let obfuscated = KINDS[..3].iter().map(|kind| Transport {
        kind: *kind,
        obfuscated: true,
    });
    plain.into_iter().chain(obfuscated)
}

/// The first call of a client.
pub(crate) async fn config(raw: &mut Raw) -> api::Config {
    let body = greeted(&api::help::GetConfig {}).unwrap();
    let call = raw.send(&body).unwrap();
    let answer = raw.answer_to(call, &body).await.unwrap().unwrap();
    api::Config::from_bytes(&answer).unwrap()
}

pub(crate) fn get_self() -> api::users::GetUsers {
    api::users::GetUsers {
        id: vec![api::TypeInputUser::InputUserSelf],
    }
}
