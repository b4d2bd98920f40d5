//! Message keys and what is derived from them, against Python's hashlib.
//!
//! The authorization key is `bytes((7*i+1) & 255 for i in range(256))`, the plaintext `bytes(range(64))`;
//! the expected values come from the formulas of the pages `mtproto/description` and
//! `mtproto/description_v1` written out with `hashlib.sha256` and `hashlib.sha1`.

#[path = "kit/hex.rs"]
mod hex;

use heliogram_crypto::{
    auth_key::AuthKey,
    ige::{self, IgeKey},
    msg_key::{
        Direction::{self, ClientToServer, ServerToClient},
        MsgKey,
    },
};

use hex::hex;

#[test]
fn version_2_derives_the_expected_keys_in_both_directions() {
    check_v2(
        ClientToServer,
        "5e4ff6dd74e6659226d5c15ab51cbe1d",
        "d1a73312c97213297538509b64f4010fd2892c0583560b6d684fb351834cd2f2",
        "69ef98c4cebcf8415ba2382da35a19e31bb74cc00870607fe0913e8cfa73650f",
    );
    check_v2(
        ServerToClient,
        "e47890cf8fcf56e1d72e8468541a1009",
        "fae9842d4e5a4292a0b80ce9367f957c7bf1db5d5e3b4e17359b6b9d862c8528",
        "2a11d81865ded258e58d56edddfb1286f8f26971ab1615eb95d1aa6bff5423d4",
    );
}

#[test]
fn quick_ack_token_is_the_start_of_the_same_hash_with_the_top_bit_set() {
    // The first four bytes of msg_key_large are 0x924aa84a and 0x24d19f27.
    for (direction, expected) in [(ClientToServer, 0x924a_a84a), (ServerToClient, 0xa4d19f27)] {
        let (msg_key, token) = MsgKey::v2_with_quick_ack(&auth_key(), direction, &plaintext());
        assert_eq!(msg_key, MsgKey::v2(&auth_key(), direction, &plaintext()));
        assert_eq!(token, expected);
    }
}

#[test]
fn version_1_derives_the_expected_keys_in_both_directions() {
    let msg_key = MsgKey::v1(&plaintext());
    assert_eq!(msg_key.0.to_vec(), hex("4ffa2135bfce0ed0b8fac65669917ec7"));
    check(
        &msg_key.derive_v1(&auth_key(), ClientToServer),
        "996767da195b5ed45d13f87a16205720a535d9ea314b5f0aad1dc312701f271e",
        "9101e64547f3349c70a514e69864fc8df65b6cb4327c6753578a1efe1bfaa112",
    );
    check(
        &msg_key.derive_v1(&auth_key(), ServerToClient),
        "64b055d892d8cb45cd9456ed05d1840845ea65329ae0c442848568560c3b61c1",
        "3b5db1ab8623a732dd7c867141e5ab7d58951db7fcdaf93b693721fbac843403",
    );
}

#[test]
fn an_altered_message_has_another_key() {
    let msg_key = MsgKey::v2(&auth_key(), ClientToServer, &plaintext());
    let mut sealed = plaintext();
    ige::encrypt(&msg_key.derive_v2(&auth_key(), ClientToServer), &mut sealed).unwrap();
    for at in 0..sealed.len() {
        let mut opened = sealed.clone();
        opened[at] ^= 0x80;
        ige::decrypt(&msg_key.derive_v2(&auth_key(), ClientToServer), &mut opened).unwrap();
        assert_ne!(
            MsgKey::v2(&auth_key(), ClientToServer, &opened),
            msg_key,
            "byte {at}"
        );
    }
    ige::decrypt(&msg_key.derive_v2(&auth_key(), ClientToServer), &mut sealed).unwrap();
    assert_eq!(MsgKey::v2(&auth_key(), ClientToServer, &sealed), msg_key);
}

#[test]
fn a_message_sent_back_to_its_sender_does_not_open() {
    let sent = MsgKey::v2(&auth_key(), ClientToServer, &plaintext());
    let reflected = MsgKey::v2(&auth_key(), ServerToClient, &plaintext());
    assert_ne!(sent, reflected);
}

fn check_v2(direction: Direction, msg_key: &str, key: &str, iv: &str) {
    let computed = MsgKey::v2(&auth_key(), direction, &plaintext());
    assert_eq!(computed.0.to_vec(), hex(msg_key));
    check(&computed.derive_v2(&auth_key(), direction), key, iv);
}

fn check(derived: &IgeKey, key: &str, iv: &str) {
    assert_eq!(derived.key.to_vec(), hex(key));
    assert_eq!(derived.iv.to_vec(), hex(iv));
}

fn auth_key() -> AuthKey {
    AuthKey::new(std::array::from_fn(|i| (7 * i + 1) as u8))
}

fn plaintext() -> Vec<u8> {
    (0..64).collect()
}
