//! One port, every way to speak to it.

use heliogram::Transport;
use heliogram_campaigns::{Dice, Line, Raw};
use heliogram_crypto::auth_key::AuthKey;
use heliogram_crypto::msg_key::Direction;
use heliogram_mtproto::envelope::{self, Outgoing};
use heliogram_mtproto::ids::{MsgId, ServerSalt, SessionId};
use heliogram_mtproto::transport::{ErrorCode, FrameCodec, Incoming, TransportKind};
use heliogram_net::{StreamError, SystemRandom};
use heliogram_tl::{Encode as _, mtproto};

use crate::world::*;

#[tokio::test]
async fn every_transport_reaches_the_config_over_one_port() {
    let (server, target) = server().await;
    let mut seen = 0;
    for transport in transports() {
        let mut raw = Raw::exchange(&target, transport).await.unwrap();
        let config = config(&mut raw).await;
        assert_eq!(config.this_dc, 2, "{transport:?}");
        let here = i32::from(target.address.port());
        assert!(config.dc_options.iter().all(|option| option.port == here));
        seen += 1;
    }
    assert_eq!(seen, 7);
    server.stop().await;
}

#[tokio::test]
async fn a_key_made_over_one_socket_serves_over_others() {
    let (server, target) = server().await;
    let first = Raw::exchange(&target, Transport::default()).await.unwrap();
    let key = first.key.clone();
    drop(first);
    for transport in transports() {
        let mut raw = Raw::with_key(&target, transport, key.clone())
            .await
            .unwrap();
        assert_eq!(config(&mut raw).await.this_dc, 2, "{transport:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_key_is_told_404_in_every_transport() {
    let (server, target) = server().await;
    for transport in transports() {
        let stranger = AuthKey::new([7; 256]);
        let mut raw = Raw::with_key(&target, transport, stranger).await.unwrap();
        raw.send(&mtproto::Ping { ping_id: 1 }.to_bytes().unwrap())
            .unwrap();
        let said = raw.stream.next().await.unwrap();
        assert_eq!(
            said,
            Incoming::Error(ErrorCode::UNKNOWN_AUTH_KEY),
            "{transport:?}"
        );
        let end = raw.stream.next().await.unwrap_err();
        assert!(matches!(end, StreamError::Closed), "{transport:?}: {end}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_message_that_asks_for_a_quick_ack_gets_its_token_first() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    config(&mut raw).await;
    for kind in KINDS
        .into_iter()
        .filter(|kind| *kind != TransportKind::Full)
    {
        for obfuscated in [false, true] {
            let codec = if obfuscated {
                FrameCodec::client_obfuscated(kind, 2, None, &mut SystemRandom).unwrap()
            } else {
                FrameCodec::client(kind)
            };
            let mut line = Line::dial(&target, codec, Dice::new(1)).await.unwrap();
            let ping = mtproto::Ping { ping_id: 77 }.to_bytes().unwrap();
            let message = Outgoing {
                salt: ServerSalt(raw.salt),
                session_id: SessionId(raw.session),
                msg_id: MsgId(raw.next_msg_id()),
                seq_no: 1,
                body: &ping,
            };
            let direction = Direction::ClientToServer;
            let sealed = envelope::seal(&raw.key, direction, message, &mut SystemRandom);
            let frame = line.frame(&sealed.packet, true).unwrap();
            line.write(&frame).await;
            let first = line.next().await.unwrap();
            let token = Some(Incoming::QuickAck(sealed.quick_ack));
            assert_eq!(first, token, "{kind:?} {obfuscated}");
            let Some(Incoming::Packet { bytes, .. }) = line.next().await.unwrap() else {
                panic!("{kind:?}: no answer after the token");
            };
            let messages = raw.open(bytes).unwrap();
            let pong = messages
                .iter()
                .find_map(|message| message.as_object::<mtproto::Pong>());
            assert_eq!(pong.unwrap().ping_id, 77);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_message_key_is_refused_and_the_connection_closed() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    config(&mut raw).await;
    let ping = mtproto::Ping { ping_id: 1 }.to_bytes().unwrap();
    let msg_id = raw.next_msg_id();
    let mut packet = raw.seal(msg_id, &ping);
    packet[9] ^= 1;
    raw.stream.send(&packet).unwrap();
    let said = raw.stream.next().await.unwrap();
    assert_eq!(said, Incoming::Error(ErrorCode::UNKNOWN_AUTH_KEY));
    assert!(raw.stream.next().await.is_err());
    server.stop().await;
}
