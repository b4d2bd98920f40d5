//! Random bytes and mutated messages at everything that reads the network: errors, never a panic.

#[path = "kit/mutation.rs"]
mod mutation;
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
    envelope,
    ids::{MsgId, ServerSalt, SessionId},
    transport::{FrameCodec, ProxySecret, Sniffed, Sniffer, TransportKind},
};

use mutation::{mutate, random_bytes};
use stream::Stream;

const ROUNDS: usize = 10_000;

const KINDS: [TransportKind; 4] = [
    TransportKind::Abridged,
    TransportKind::Intermediate,
    TransportKind::Padded,
    TransportKind::Full,
];

#[test]
fn random_bytes_at_a_new_connection() {
    let mut random = Stream::seeded(10);
    let sniffer = Sniffer {
        secret: Some(ProxySecret([1; 16])),
    };
    let beginnings: [&[u8]; 8] = [
        &[0xef],
        &[0xee; 4],
        &[0xdd; 4],
        &[9, 0, 0, 0, 0, 0, 0, 0],
        b"GET ",
        &[0x16, 3, 1],
        &[],
        &[],
    ];
    let mut transports = 0;
    for round in 0..ROUNDS {
        let mut bytes = BytesMut::from(beginnings[round % 8]);
        bytes.extend_from_slice(&random_bytes(&mut random, 300));
        if let Ok(Sniffed::Transport(mut codec)) = sniffer.sniff(&mut bytes) {
            transports += 1;
            while let Ok(Some(_)) = codec.decode(&mut bytes) {}
        }
    }
    assert!(transports >= ROUNDS / 2, "{transports}");
}

#[test]
fn mutated_streams_at_every_codec() {
    let mut random = Stream::seeded(11);
    let secret = ProxySecret([1; 16]);
    let sniffer = Sniffer {
        secret: Some(secret.clone()),
    };
    let mut packets = 0;
    for round in 0..ROUNDS {
        let kind = KINDS[round % 4];
        let mut client = match round % 3 {
            0 if kind != TransportKind::Full => {
                FrameCodec::client_obfuscated(kind, 2, Some(&secret), &mut random).unwrap()
            }
            _ => FrameCodec::client(kind),
        };
        let mut wire = BytesMut::new();
        for len in [40, 72, 600] {
            let mut packet = vec![0; len];
            random.fill(&mut packet);
            client
                .encode(&packet, false, &mut random, &mut wire)
                .unwrap();
        }
        mutate(&mut wire, &mut random);
        let mut as_client = FrameCodec::client(kind);
        let mut back = wire.clone();
        while let Ok(Some(_)) = as_client.decode(&mut back) {}
        if let Ok(Sniffed::Transport(mut server)) = sniffer.sniff(&mut wire) {
            while let Ok(Some(_)) = server.decode(&mut wire) {
                packets += 1;
            }
        }
    }
    assert!(packets > ROUNDS, "{packets}");
}

#[test]
fn random_and_mutated_packets_at_the_envelope() {
    let mut random = Stream::seeded(12);
    let mut bytes = [0; 256];
    random.fill(&mut bytes);
    let key = AuthKey::new(bytes);
    let id = key.id().0.to_le_bytes();
    for _ in 0..ROUNDS {
        let mut packet = BytesMut::from(&id[..]);
        packet.extend_from_slice(&random_bytes(&mut random, 200));
        assert!(envelope::open(&key, Direction::ClientToServer, packet).is_err());

        let message = envelope::Outgoing {
            salt: ServerSalt(1),
            session_id: SessionId(2),
            msg_id: MsgId(3),
            seq_no: 4,
            body: &[5; 64],
        };
        let sealed = envelope::seal(&key, Direction::ClientToServer, message, &mut random);
        let mut packet = BytesMut::from(&sealed.packet[..]);
        mutate(&mut packet, &mut random);
        let unchanged = packet == sealed.packet;
        assert_eq!(
            envelope::open(&key, Direction::ClientToServer, packet).is_ok(),
            unchanged
        );

        // A peer with the key and with any content.
        let mut data = random_bytes(&mut random, 100);
        data.resize(data.len().next_multiple_of(16).max(48), 0);
        let msg_key = MsgKey::v2(&key, Direction::ClientToServer, &data);
        ige::encrypt(
            &msg_key.derive_v2(&key, Direction::ClientToServer),
            &mut data,
        )
        .unwrap();
        let packet = [&id[..], &msg_key.0, &data].concat();
        let _ = envelope::open(&key, Direction::ClientToServer, BytesMut::from(&packet[..]));
    }
}
