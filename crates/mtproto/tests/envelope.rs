//! Sealing and opening of messages.

#[path = "kit/hex.rs"]
mod hex;
#[path = "kit/script.rs"]
mod script;
#[path = "kit/stream.rs"]
mod stream;

use bytes::BytesMut;
use heliogram_crypto::{
    Random,
    auth_key::AuthKey,
    ige,
    msg_key::{Direction, MsgKey},
};
use heliogram_mtproto::{
    envelope::{self, OpenError, Opened, Outgoing},
    ids::{MsgId, ServerSalt, SessionId},
};

use hex::hex;
use script::Script;
use stream::Stream;

const DIRECTIONS: [Direction; 2] = [Direction::ClientToServer, Direction::ServerToClient];

#[test]
fn sealed_bytes_are_those_of_another_implementation() {
    // Made with Python's hashlib and the AES block of its cryptography package; the key is the
    // SHA-256 of "auth key 0" to "auth key 7".
    for (direction, packet, quick_ack) in [
        (
            Direction::ClientToServer,
            "0bbc17061dd5c8648c29f6ca568f4db80881726646a0fcc0019ac39d8332437c9d85aa6c461acb9e775fa2b8a494769c
             1ee069b30fb4d5a7e0b25aef0c1eed8025d4e78a2270c0083fc264b3889d68db63fa68e77850720b",
            0xe3e5_6379,
        ),
        (
            Direction::ServerToClient,
            "0bbc17061dd5c8641dd73beaca0b8edef5dd49b9a68f5c29b3a83781ef431c5d00e628efa0688b926e24989ea21fe655
             9d26a04d83d0b5df549165663ae07015347ef3ecfd162bfdb45935aa89b4650d649dff26a6f88675",
            0xa51f_0392,
        ),
    ] {
        let mut random = Script((0x40..0x40 + 24).collect());
        let sealed = envelope::seal(&python_key(), direction, message(b"heliogra"), &mut random);
        assert_eq!(sealed.packet, hex(packet));
        assert_eq!(sealed.quick_ack, quick_ack);

        let opened = envelope::open(&python_key(), direction, BytesMut::from(&hex(packet)[..])).unwrap();
        assert_eq!(opened, expected(b"heliogra", quick_ack));
    }
}

#[test]
fn a_batch_opens_as_its_messages_one_by_one() {
    let (key, mut random) = (key(1), Stream::seeded(2));
    let bodies: Vec<Vec<u8>> = (0..40usize).map(|i| vec![i as u8; i * i * 4]).collect();
    let messages: Vec<_> = bodies.iter().map(|body| message(body)).collect();
    for direction in DIRECTIONS {
        let sealed = envelope::seal_many(&key, direction, &messages, &mut random);
        let packets = sealed
            .iter()
            .map(|sealed| BytesMut::from(&sealed.packet[..]))
            .collect();
        let opened = envelope::open_many(&key, direction, packets);
        assert_eq!(opened.len(), bodies.len());
        for ((opened, body), sealed) in opened.into_iter().zip(&bodies).zip(&sealed) {
            assert_eq!(opened.unwrap(), expected(body, sealed.quick_ack));
            let alone = BytesMut::from(&sealed.packet[..]);
            assert_eq!(
                envelope::open(&key, direction, alone).unwrap(),
                expected(body, sealed.quick_ack)
            );
        }
    }
}

#[test]
fn one_bad_packet_spoils_no_other_in_its_batch() {
    let (key, mut random) = (key(1), Stream::seeded(2));
    let mut seal = |key: &AuthKey| {
        let sealed = envelope::seal(
            key,
            Direction::ClientToServer,
            message(&[1; 400]),
            &mut random,
        );
        BytesMut::from(&sealed.packet[..])
    };
    let good = seal(&key);
    let other = seal(&self::key(2));
    let mut altered = good.clone();
    altered[100] ^= 1;
    let packets = vec![
        good.clone(),
        altered,
        other,
        BytesMut::from(&b"short"[..]),
        good,
    ];
    let results = envelope::open_many(&key, Direction::ClientToServer, packets);
    assert!(results[0].is_ok() && results[4].is_ok());
    assert_eq!(results[1], Err(OpenError::MsgKeyMismatch));
    assert!(matches!(results[2], Err(OpenError::OtherAuthKey { .. })));
    assert_eq!(results[3], Err(OpenError::PacketLength { len: 5 }));
}

#[test]
fn the_body_is_a_slice_of_the_packet() {
    let (key, mut random) = (key(1), Stream::seeded(2));
    let sealed = envelope::seal(
        &key,
        Direction::ClientToServer,
        message(&[1; 4000]),
        &mut random,
    );
    let packet = BytesMut::from(&sealed.packet[..]);
    let place = packet.as_ptr().wrapping_add(56);
    let opened = envelope::open(&key, Direction::ClientToServer, packet).unwrap();
    assert_eq!(opened.body.as_ptr(), place);
}

#[test]
fn any_altered_bit_of_a_packet_is_noticed() {
    let (key, mut random) = (key(1), Stream::seeded(2));
    for direction in DIRECTIONS {
        let sealed = envelope::seal(&key, direction, message(&[1; 8]), &mut random);
        for bit in 0..sealed.packet.len() * 8 {
            let mut altered = BytesMut::from(&sealed.packet[..]);
            altered[bit / 8] ^= 1 << (bit % 8);
            // The padding too is under the hash.
            let error = envelope::open(&key, direction, altered).unwrap_err();
            let noticed = match bit / 8 {
                0..8 => matches!(error, OpenError::OtherAuthKey { .. }),
                _ => error == OpenError::MsgKeyMismatch,
            };
            assert!(noticed, "bit {bit}: {error}");
        }
    }
}

#[test]
fn a_message_sent_back_to_its_sender_does_not_open() {
    let (key, mut random) = (key(1), Stream::seeded(2));
    let sealed = envelope::seal(
        &key,
        Direction::ClientToServer,
        message(&[1; 8]),
        &mut random,
    );
    let reflected = envelope::open(
        &key,
        Direction::ServerToClient,
        BytesMut::from(&sealed.packet[..]),
    );
    assert_eq!(reflected, Err(OpenError::MsgKeyMismatch));
}

#[test]
fn lengths_that_leave_too_little_or_too_much_padding_are_refused() {
    // The sender knows the key and still breaks the rules: (bytes behind the head, claimed length).
    for (content, length, padding) in [
        (32, 24, 8),      // padding below 12
        (32, 20, 12),     // the least
        (1040, 16, 1024), // the most
        (1056, 16, 1040), // above
        (32, 36, -4),     // longer than the packet
        (32, 18, 14),     // not a multiple of four
        (32, 0, 32),      // empty
        (32, u32::MAX, 32 - i64::from(u32::MAX)),
        (32, i32::MIN as u32, 32 - (1 << 31)),
    ] {
        let fits = length % 4 == 0 && (12..=1024).contains(&padding);
        let result = open_crafted(content, length);
        if fits {
            assert_eq!(result.unwrap().body.len(), length as usize);
        } else {
            assert_eq!(
                result,
                Err(OpenError::Length {
                    body: length,
                    padding
                })
            );
        }
    }
}

#[test]
fn packets_of_impossible_length_are_refused_without_deciphering() {
    let key = key(1);
    let id = key.id().0.to_le_bytes();
    for len in (0..200).filter(|len| *len < 24 + 48 || (len - 24) % 16 != 0) {
        let mut packet = BytesMut::zeroed(len);
        let id = &id[..len.min(8)];
        packet[..id.len()].copy_from_slice(id);
        let result = envelope::open(&key, Direction::ClientToServer, packet);
        assert_eq!(result, Err(OpenError::PacketLength { len }));
    }
}

#[test]
fn the_claimed_key_is_read_without_opening() {
    assert_eq!(envelope::auth_key_id(&[0; 7]), None);
    let id = envelope::auth_key_id(&hex("0bbc17061dd5c864 00")).unwrap();
    assert_eq!(id, python_key().id());
}

#[test]
fn debug_output_shows_no_content() {
    let shown = format!("{:?}", expected(b"12345678", 0));
    assert!(
        !shown.contains("12345678") && shown.contains("8 bytes"),
        "{shown}"
    );
}

fn open_crafted(content: usize, length: u32) -> Result<Opened, OpenError> {
    let key = key(1);
    let mut data = vec![0; 32 + content];
    data[28..32].copy_from_slice(&length.to_le_bytes());
    let msg_key = MsgKey::v2(&key, Direction::ClientToServer, &data);
    ige::encrypt(
        &msg_key.derive_v2(&key, Direction::ClientToServer),
        &mut data,
    )
    .unwrap();
    let packet = [&key.id().0.to_le_bytes()[..], &msg_key.0, &data].concat();
    envelope::open(&key, Direction::ClientToServer, BytesMut::from(&packet[..]))
}

fn message(body: &[u8]) -> Outgoing<'_> {
    Outgoing {
        salt: ServerSalt(0x0102_0304_0506_0708),
        session_id: SessionId(-2),
        msg_id: MsgId(0x6000_0000_0000_0001),
        seq_no: 5,
        body,
    }
}

fn expected(body: &[u8], quick_ack: u32) -> Opened {
    let Outgoing {
        salt,
        session_id,
        msg_id,
        seq_no,
        ..
    } = message(body);
    Opened {
        salt,
        session_id,
        msg_id,
        seq_no,
        body: body.to_vec().into(),
        quick_ack,
    }
}

fn key(seed: u8) -> AuthKey {
    let mut bytes = [0; 256];
    Stream::seeded(seed).fill(&mut bytes);
    AuthKey::new(bytes)
}

fn python_key() -> AuthKey {
    use sha2::{Digest, Sha256};
    let mut bytes = [0; 256];
    for (i, part) in bytes.chunks_mut(32).enumerate() {
        part.copy_from_slice(&Sha256::digest(format!("auth key {i}")));
    }
    AuthKey::new(bytes)
}
