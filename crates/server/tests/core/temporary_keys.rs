//! Temporary keys: worth nothing until they are bound.

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKey;
use heliogram_crypto::ige;
use heliogram_crypto::msg_key::{Direction, MsgKey};
use heliogram_server::{KeyKind, KnownKey, PushKind};
use heliogram_tl::Encode;
use heliogram_tl::api::{auth, help};
use heliogram_tl::mtproto::BindAuthKeyInner;

use crate::world::*;

const PHONE: &str = "9996621601";
const NONCE: i64 = 0x0123_4567;

/// The 1.0 envelope around the inner object, as a client makes it.
fn envelope(permanent: &AuthKey, msg_id: i64, inner: &BindAuthKeyInner) -> Bytes {
    let inner = inner.to_bytes().unwrap();
    let mut data = Vec::new();
    data.extend_from_slice(&[9; 16]);
    data.extend_from_slice(&msg_id.to_le_bytes());
    data.extend_from_slice(&0_u32.to_le_bytes());
    data.extend_from_slice(&(inner.len() as u32).to_le_bytes());
    data.extend_from_slice(&inner);
    let msg_key = MsgKey::v1(&data);
    data.resize(data.len().next_multiple_of(16), 7);
    ige::encrypt(
        &msg_key.derive_v1(permanent, Direction::ClientToServer),
        &mut data,
    )
    .unwrap();
    let mut message = permanent.id().0.to_le_bytes().to_vec();
    message.extend_from_slice(&msg_key.0);
    message.extend_from_slice(&data);
    message.into()
}

fn temporary(core: &heliogram_server::Core) -> Client {
    let key = new_key();
    let expires_at = wire_now() + DAY;
    core.add_auth_key(&known(&key, KeyKind::Temporary { expires_at }))
        .unwrap();
    client(core, key.id())
}

async fn bind(
    client: &Client,
    permanent: &AuthKey,
    change: impl FnOnce(&mut BindAuthKeyInner),
) -> String {
    let expires_at = (wire_now() + DAY) as i32;
    let msg_id = unique() << 32;
    let mut inner = BindAuthKeyInner {
        nonce: NONCE,
        temp_auth_key_id: client.key.0,
        perm_auth_key_id: permanent.id().0,
        temp_session_id: client.session_id,
        expires_at,
    };
    change(&mut inner);
    let call = auth::BindTempAuthKey {
        perm_auth_key_id: permanent.id().0,
        nonce: NONCE,
        expires_at,
        encrypted_message: envelope(permanent, msg_id, &inner),
    };
    match client.send_as(msg_id, call.to_bytes().unwrap()).await.body {
        Ok(_) => "bound".to_owned(),
        Err(error) => error.name,
    }
}

#[tokio::test]
async fn a_bound_key_is_as_good_as_the_permanent_one() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let permanent = core.mint_key(PHONE, true).await.unwrap().key;
    let client = temporary(&core);
    assert_eq!(error_of(client.me().await), "401 AUTH_KEY_PERM_EMPTY");
    assert_eq!(
        error_of(client.send_code(PHONE, Default::default()).await),
        "401 AUTH_KEY_PERM_EMPTY"
    );
    client.invoke(&help::GetConfig {}).await.unwrap();
    assert_eq!(bind(&client, &permanent, |_| {}).await, "bound");
    assert_eq!(client.me().await.unwrap().phone.as_deref(), Some(PHONE));
    assert_eq!(
        core.auth_key(client.key).unwrap().bound_to,
        Some(permanent.id())
    );
    assert_eq!(
        bind(&client, &permanent, |_| {}).await,
        "bound",
        "again, the same"
    );
    let other = core.mint_key(PHONE, true).await.unwrap().key;
    assert_eq!(
        bind(&client, &other, |_| {}).await,
        "TEMP_AUTH_KEY_ALREADY_BOUND"
    );
}

#[tokio::test]
async fn a_key_of_another_dc_cannot_be_bound_to() {
    let core = in_memory();
    let other = new_key();
    let known = KnownKey {
        dc_id: 4,
        ..known(&other, KeyKind::Permanent)
    };
    core.add_auth_key(&known).unwrap();
    let client = temporary(&core);
    assert_eq!(
        bind(&client, &other, |_| {}).await,
        "ENCRYPTED_MESSAGE_INVALID"
    );
}

#[tokio::test]
async fn a_proof_that_does_not_fit_binds_nothing() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let permanent = core.mint_key(PHONE, true).await.unwrap().key;
    let changes: [fn(&mut BindAuthKeyInner); 5] = [
        |inner| inner.nonce += 1,
        |inner| inner.temp_auth_key_id += 1,
        |inner| inner.perm_auth_key_id += 1,
        |inner| inner.temp_session_id += 1,
        |inner| inner.expires_at += 1,
    ];
    for change in changes {
        let client = temporary(&core);
        assert_eq!(
            bind(&client, &permanent, change).await,
            "ENCRYPTED_MESSAGE_INVALID"
        );
        assert_eq!(error_of(client.me().await), "401 AUTH_KEY_PERM_EMPTY");
    }
    let unknown = new_key();
    assert_eq!(
        bind(&temporary(&core), &unknown, |_| {}).await,
        "ENCRYPTED_MESSAGE_INVALID"
    );
    let not_temporary = stranger(&core);
    assert_eq!(
        bind(&not_temporary, &permanent, |_| {}).await,
        "TEMP_AUTH_KEY_EMPTY"
    );
    let junk = auth::BindTempAuthKey {
        perm_auth_key_id: permanent.id().0,
        nonce: 1,
        expires_at: (wire_now() + 60) as i32,
        encrypted_message: Bytes::from_static(b"short"),
    };
    let client = temporary(&core);
    assert_eq!(client.error(&junk).await, "400 ENCRYPTED_MESSAGE_INVALID");
    let expired = auth::BindTempAuthKey {
        expires_at: (wire_now() - 1) as i32,
        ..junk
    };
    assert_eq!(client.error(&expired).await, "400 EXPIRES_AT_INVALID");
}

#[tokio::test]
async fn other_temporary_keys_are_dropped_on_request() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let permanent = core.mint_key(PHONE, true).await.unwrap().key;
    let clients = [temporary(&core), temporary(&core), temporary(&core)];
    for client in &clients {
        bind(client, &permanent, |_| {}).await;
    }
    let mut pushes = core.subscribe();
    let keep = vec![clients[1].key.0];
    let call = auth::DropTempAuthKeys {
        except_auth_keys: keep,
    };
    assert_eq!(clients[0].invoke(&call).await, Ok(true));
    let push = pushes.try_recv().unwrap();
    assert_eq!(
        (push.kind, push.to[0].key),
        (PushKind::Dropped, clients[2].key)
    );
    assert!(core.auth_key(clients[0].key).is_some());
    assert!(core.auth_key(clients[1].key).is_some());
    assert!(core.auth_key(clients[2].key).is_none());
}
