//! `auth.bindTempAuthKey`: the message under the permanent key.

#[path = "kit/hex.rs"]
mod hex;
#[path = "kit/script.rs"]
mod script;
#[path = "kit/stream.rs"]
mod stream;

use heliogram_crypto::auth_key::{AuthKey, AuthKeyId};
use heliogram_mtproto::{
    exchange::bind::{self, BindError, Binding},
    ids::{MsgId, SessionId},
};

use hex::hex;
use script::Script;
use stream::Stream;

const NOW: i64 = 1_700_000_000;

#[test]
fn the_message_is_that_of_another_implementation() {
    // Made with Python's hashlib and the AES block of its cryptography package.
    let expected = hex(
        "0bbc17061dd5c864bda16966b800b22796728a00a2c07fe43d4be0721349194a189ac086f579b977f583d3c69dbe8f67
         cb0db4a3bea5d0b867831efc66ca77a94cb642ebb32c5a261c2c68d2c51b49fd482b4fb293e251d3d3194428c11343fc
         8e64337d3f8ed82d",
    );
    let mut random = Script((0x60..0x60 + 80).collect());
    assert_eq!(bind::seal(&permanent(), &binding(), &mut random), expected);
    assert_eq!(bind::open(&permanent(), &expected, &binding(), NOW), Ok(()));
}

#[test]
fn each_field_is_compared() {
    let sealed = bind::seal(&permanent(), &binding(), &mut Stream::seeded(1));
    let check = |other: Binding, field| {
        let result = bind::open(&permanent(), &sealed, &other, NOW);
        assert_eq!(result, Err(BindError::Mismatch { field }));
    };
    check(
        Binding {
            nonce: 1,
            ..binding()
        },
        "nonce",
    );
    check(
        Binding {
            temp_auth_key_id: AuthKeyId(1),
            ..binding()
        },
        "temp_auth_key_id",
    );
    check(
        Binding {
            temp_session_id: SessionId(1),
            ..binding()
        },
        "temp_session_id",
    );
    check(
        Binding {
            expires_at: 1_700_000_001,
            ..binding()
        },
        "expires_at",
    );
    check(
        Binding {
            msg_id: MsgId(4),
            ..binding()
        },
        "msg_id",
    );
}

#[test]
fn an_expired_key_is_not_bound() {
    let sealed = bind::seal(&permanent(), &binding(), &mut Stream::seeded(1));
    let (expires_at, now) = (binding().expires_at, i64::from(binding().expires_at));
    assert_eq!(
        bind::open(&permanent(), &sealed, &binding(), now - 1),
        Ok(())
    );
    assert_eq!(
        bind::open(&permanent(), &sealed, &binding(), now),
        Err(BindError::Expired { expires_at, now })
    );
}

#[test]
fn another_permanent_key_does_not_vouch() {
    let sealed = bind::seal(&AuthKey::new([1; 256]), &binding(), &mut Stream::seeded(1));
    assert!(matches!(
        bind::open(&permanent(), &sealed, &binding(), NOW),
        Err(BindError::OtherAuthKey { .. })
    ));
    // Nor does its message with our key's id in front.
    let mut forged = sealed;
    forged[..8].copy_from_slice(&permanent().id().0.to_le_bytes());
    assert_eq!(
        bind::open(&permanent(), &forged, &binding(), NOW),
        Err(BindError::MsgKeyMismatch)
    );
}

#[test]
fn altered_and_cut_messages_are_refused() {
    let sealed = bind::seal(&permanent(), &binding(), &mut Stream::seeded(1));
    // The padding is not under the hash of MTProto 1.0, but it is in the last block with content.
    for at in 8..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 0x80;
        assert_eq!(
            bind::open(&permanent(), &altered, &binding(), NOW),
            Err(BindError::MsgKeyMismatch),
            "byte {at}"
        );
    }
    for len in 0..sealed.len() {
        assert_eq!(
            bind::open(&permanent(), &sealed[..len], &binding(), NOW),
            Err(BindError::Length { len })
        );
    }
}

fn binding() -> Binding {
    Binding {
        nonce: 0x0a0b_0c0d,
        temp_auth_key_id: AuthKeyId(0x1122_3344_5566_7788),
        temp_session_id: SessionId(-5),
        expires_at: 1_700_086_400,
        msg_id: MsgId(0x6553_f100_0000_0004),
    }
}

fn permanent() -> AuthKey {
    use sha2::{Digest, Sha256};
    let mut bytes = [0; 256];
    for (i, part) in bytes.chunks_mut(32).enumerate() {
        part.copy_from_slice(&Sha256::digest(format!("auth key {i}")));
    }
    AuthKey::new(bytes)
}
