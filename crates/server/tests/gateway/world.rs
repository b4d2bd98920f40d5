//! A server in this process, and what every test asks it.

use heliogram::{Transport, TransportKind, api};
use heliogram_campaigns::clients::greeted;
use heliogram_campaigns::{Raw, Target};
use heliogram_crypto::auth_key::AuthKey;
use heliogram_mtproto::exchange::bind::{self, Binding};
use heliogram_mtproto::ids::{MsgId, SessionId};
use heliogram_net::SystemRandom;
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

/// The call that binds a client's temporary key, under this number, to a permanent one.
pub(crate) fn binding(
    raw: &Raw,
    msg_id: i64,
    permanent: &AuthKey,
    expires_at: i32,
) -> api::auth::BindTempAuthKey {
    let binding = Binding {
        nonce: 5,
        temp_auth_key_id: raw.key.id(),
        temp_session_id: SessionId(raw.session),
        expires_at,
        msg_id: MsgId(msg_id),
    };
    api::auth::BindTempAuthKey {
        perm_auth_key_id: permanent.id().0,
        nonce: 5,
        expires_at,
        encrypted_message: bind::seal(permanent, &binding, &mut SystemRandom).into(),
    }
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
