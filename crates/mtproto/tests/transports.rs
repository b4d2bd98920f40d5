//! Frames of every transport, against bytes written by hand and through buffers cut at every byte.

#[path = "kit/hex.rs"]
mod hex;
#[path = "kit/script.rs"]
mod script;
#[path = "kit/stream.rs"]
mod stream;

use bytes::BytesMut;
use heliogram_crypto::Random;
use heliogram_mtproto::transport::{
    ErrorCode, FrameCodec, Incoming, MAX_PACKET, ProxySecret, Sniffed, Sniffer, TransportError,
    TransportKind,
};

use hex::hex;
use script::Script;
use stream::Stream;

const KINDS: [TransportKind; 4] = [
    TransportKind::Abridged,
    TransportKind::Intermediate,
    TransportKind::Padded,
    TransportKind::Full,
];

const PACKET: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

#[test]
fn abridged_frames_are_those_of_the_page() {
    let mut client = FrameCodec::client(TransportKind::Abridged);
    assert_eq!(
        encoded(&mut client, &PACKET, false),
        hex("ef 02 0102030405060708")
    );
    assert_eq!(
        encoded(&mut client, &PACKET, true),
        hex("82 0102030405060708")
    );
    let longest_short = encoded(&mut client, &[0; 0x7e * 4], false);
    assert_eq!(longest_short[..2], hex("7e 00"));
    let shortest_long = encoded(&mut client, &[0; 0x7f * 4], false);
    assert_eq!(shortest_long[..5], hex("7f 7f0000 00"));
    assert_eq!(
        encoded(&mut client, &[0; 0x7f * 4], true)[..4],
        hex("ff 7f0000")
    );

    let mut server = FrameCodec::server(TransportKind::Abridged);
    assert_eq!(
        encoded(&mut server, &PACKET, false),
        hex("02 0102030405060708")
    );
    assert_eq!(
        error(&mut server, ErrorCode::UNKNOWN_AUTH_KEY),
        hex("01 6cfeffff")
    );
    // The token comes back byte-swapped.
    assert_eq!(quick_ack(&mut server, 0x89ab_cdef), hex("89abcdef"));

    let mut incoming = BytesMut::from(
        &hex("02 0102030405060708 01 6cfeffff 89abcdef 7f020000 0102030405060708")[..],
    );
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(packet(&PACKET, false)))
    );
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(Incoming::Error(ErrorCode(-404))))
    );
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(Incoming::QuickAck(0x89ab_cdef)))
    );
    // A long head on a short packet is unusual and clear.
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(packet(&PACKET, false)))
    );
    assert_eq!(client.decode(&mut incoming), Ok(None));
}

#[test]
fn intermediate_frames_are_those_of_the_page() {
    let mut client = FrameCodec::client(TransportKind::Intermediate);
    assert_eq!(
        encoded(&mut client, &PACKET, false),
        hex("eeeeeeee 08000000 0102030405060708")
    );
    assert_eq!(
        encoded(&mut client, &PACKET, true),
        hex("08000080 0102030405060708")
    );

    let mut server = FrameCodec::server(TransportKind::Intermediate);
    assert_eq!(
        error(&mut server, ErrorCode::FLOOD),
        hex("04000000 53feffff")
    );
    assert_eq!(quick_ack(&mut server, 0x89ab_cdef), hex("efcdab89"));

    let mut incoming =
        BytesMut::from(&hex("08000000 0102030405060708 04000000 53feffff efcdab89")[..]);
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(packet(&PACKET, false)))
    );
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(Incoming::Error(ErrorCode::FLOOD)))
    );
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(Incoming::QuickAck(0x89ab_cdef)))
    );
}

#[test]
fn a_server_masks_the_quick_ack_bit_before_it_looks_at_the_length() {
    for (kind, wire) in [
        (TransportKind::Abridged, "82 0102030405060708"),
        (TransportKind::Abridged, "ff 020000 0102030405060708"),
        (TransportKind::Intermediate, "08000080 0102030405060708"),
    ] {
        let mut incoming = BytesMut::from(&hex(wire)[..]);
        let decoded = FrameCodec::server(kind).decode(&mut incoming);
        assert_eq!(decoded, Ok(Some(packet(&PACKET, true))), "{wire}");
    }
}

#[test]
fn padding_of_0_to_15_bytes_is_dropped() {
    let mut plain = vec![0; 16];
    plain.extend_from_slice(&hex("08000000 0102030405060708"));
    let encrypted = [[7; 8].as_slice(), &[9; 16 + 48]].concat();
    for packet_bytes in [plain, encrypted] {
        for padding in 0..16 {
            let mut wire =
                BytesMut::from(&((packet_bytes.len() + padding) as u32).to_le_bytes()[..]);
            wire.extend_from_slice(&packet_bytes);
            wire.extend_from_slice(&[0xaa; 16][..padding]);
            for mut codec in [
                FrameCodec::server(TransportKind::Padded),
                FrameCodec::client(TransportKind::Padded),
            ] {
                assert_eq!(
                    codec.decode(&mut wire.clone()),
                    Ok(Some(packet(&packet_bytes, false)))
                );
            }
        }
    }
    for padding in 0..16 {
        let mut wire = BytesMut::from(&[4 + padding as u8, 0, 0, 0][..]);
        wire.extend_from_slice(&hex("44feffff"));
        wire.extend_from_slice(&[0xaa; 16][..padding]);
        let decoded = FrameCodec::client(TransportKind::Padded).decode(&mut wire);
        assert_eq!(decoded, Ok(Some(Incoming::Error(ErrorCode::WRONG_DC))));
    }
}

#[test]
fn outgoing_padding_is_0_to_3_bytes() {
    let mut server = FrameCodec::server(TransportKind::Padded);
    for drawn in 0..=255u8 {
        let mut out = BytesMut::new();
        let mut random = Script(vec![0xaa, 0xbb, 0xcc, drawn]);
        server
            .encode(&PACKET, false, &mut random, &mut out)
            .unwrap();
        let padding = usize::from(drawn % 4);
        assert_eq!(out[..4], (8 + padding as u32).to_le_bytes());
        assert_eq!(out[4..12], PACKET);
        assert_eq!(out[12..], [0xaa, 0xbb, 0xcc][..padding]);
    }
}

#[test]
fn full_frames_have_number_and_crc() {
    // Checksums by Python's zlib.
    let first = hex("14000000 00000000 0102030405060708 e06e4584");
    let second = hex("10000000 01000000 6cfeffff 932febcb");
    let mut server = FrameCodec::server(TransportKind::Full);
    assert_eq!(encoded(&mut server, &PACKET, false), first);
    assert_eq!(error(&mut server, ErrorCode::UNKNOWN_AUTH_KEY), second);

    let mut client = FrameCodec::client(TransportKind::Full);
    let mut incoming = BytesMut::from(&[first.clone(), second].concat()[..]);
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(packet(&PACKET, false)))
    );
    assert_eq!(
        client.decode(&mut incoming),
        Ok(Some(Incoming::Error(ErrorCode(-404))))
    );

    // The same number a second time.
    let mut client = FrameCodec::client(TransportKind::Full);
    let mut incoming = BytesMut::from(&[first.clone(), first.clone()].concat()[..]);
    client.decode(&mut incoming).unwrap();
    assert_eq!(
        client.decode(&mut incoming),
        Err(TransportError::FullSequence {
            expected: 1,
            got: 0
        })
    );

    for at in 4..first.len() {
        let mut damaged = BytesMut::from(&first[..]);
        damaged[at] ^= 0x10;
        let decoded = FrameCodec::client(TransportKind::Full).decode(&mut damaged);
        assert!(
            matches!(decoded, Err(TransportError::FullCrc { .. })),
            "byte {at}"
        );
    }
    let mut short = BytesMut::from(&hex("0b000000 00000000 00000000")[..]);
    let decoded = FrameCodec::client(TransportKind::Full).decode(&mut short);
    assert_eq!(decoded, Err(TransportError::FullTooShort { len: 11 }));
}

#[test]
fn obfuscated_bytes_are_those_of_another_implementation() {
    // Made with Python's hashlib and cryptography.
    let direct = "ab93a9e95d70edb06025511cea4e2b8047fb7e1deaf7244fc0d3edf5e7cb57d8fb7b951bdeb3c6b552714878749eb19b9103e64a83635e88";
    let wire = hex(&format!("{direct}9d24f39fbfb47c837bafd58bd19b9de0df"));
    // The last two of the 64 bytes are random as well.
    let mut random = Script(hex(&format!("{direct}0000000000005649")));
    let mut client =
        FrameCodec::client_obfuscated(TransportKind::Abridged, 2, None, &mut random).unwrap();
    assert_eq!(encoded(&mut client, &PACKET, false), wire);
    let mut back = BytesMut::from(&hex("9bed6f38cc44fae86a")[..]);
    assert_eq!(client.decode(&mut back), Ok(Some(packet(&PACKET, false))));

    let through_proxy = "bd2b1aaf7ef4f09be9f52ce2d8d599674d81aa9d6a4421696dc4d93dd0619d682ce56b4d64a9ef097761ced99e0f67265b5f76085e5b0ee7";
    let wire = hex(&format!(
        "{through_proxy}a2cc53ecb63a76a21c0af09f6c4a6f6c04116832"
    ));
    let secret = ProxySecret(std::array::from_fn(|i| i as u8));
    let mut random = Script(hex(&format!("{through_proxy}000000000000e2b2")));
    let mut client = FrameCodec::client_obfuscated(
        TransportKind::Intermediate,
        -10002,
        Some(&secret),
        &mut random,
    )
    .unwrap();
    assert_eq!(encoded(&mut client, &PACKET, false), wire);
    let mut back = BytesMut::from(&hex("e15ea7e6acdcd81d134b7e0f")[..]);
    assert_eq!(client.decode(&mut back), Ok(Some(packet(&PACKET, false))));

    let sniffer = Sniffer {
        secret: Some(secret),
    };
    let mut incoming = BytesMut::from(&wire[..]);
    let mut server = sniffed(&sniffer, &mut incoming);
    assert_eq!(
        server.decode(&mut incoming),
        Ok(Some(packet(&PACKET, false)))
    );
    assert_eq!(
        (server.obfuscated_dc(), server.is_proxied()),
        (Some(-10002), true)
    );
    assert_eq!(
        encoded(&mut server, &PACKET, false),
        hex("e15ea7e6acdcd81d134b7e0f")
    );
}

#[test]
fn both_directions_pass_through_buffers_cut_at_every_byte() {
    let secret = ProxySecret([5; 16]);
    for kind in KINDS {
        let mut ways = vec![None, Some(None), Some(Some(&secret))];
        if kind == TransportKind::Full {
            ways.truncate(1);
        }
        for way in ways {
            let mut random = Stream::seeded(3);
            let connect = |random: &mut Stream| match way {
                None => FrameCodec::client(kind),
                Some(secret) => FrameCodec::client_obfuscated(kind, 2, secret, random).unwrap(),
            };
            let packets = packets(&mut random);
            let mut wire = BytesMut::new();
            let mut client = connect(&mut random);
            for packet in &packets {
                client
                    .encode(packet, false, &mut random, &mut wire)
                    .unwrap();
            }
            let mut server = None;
            for cut in 0..=wire.len() {
                let sniffer = Sniffer {
                    secret: Some(secret.clone()),
                };
                let (mut buffer, mut codec) = (BytesMut::new(), None);
                let mut got = Vec::new();
                for part in [&wire[..cut], &wire[cut..]] {
                    buffer.extend_from_slice(part);
                    if codec.is_none()
                        && let Sniffed::Transport(sniffed) = sniffer.sniff(&mut buffer).unwrap()
                    {
                        codec = Some(sniffed);
                    }
                    if let Some(codec) = &mut codec {
                        drain(codec, &mut buffer, &mut got);
                    }
                }
                assert_eq!(got, packets, "{kind:?} cut at {cut}");
                server = codec;
            }
            let mut server = server.unwrap();
            assert_eq!(server.kind(), kind);
            assert_eq!(server.is_obfuscated(), way.is_some());
            assert_eq!(server.is_proxied(), matches!(way, Some(Some(_))));

            let mut back = BytesMut::new();
            for packet in &packets {
                server
                    .encode(packet, false, &mut random, &mut back)
                    .unwrap();
            }
            // One byte at a time, at the one client that has the state for it.
            let (mut buffer, mut got) = (BytesMut::new(), Vec::new());
            for byte in &back {
                buffer.extend_from_slice(&[*byte]);
                drain(&mut client, &mut buffer, &mut got);
            }
            assert_eq!(got, packets, "{kind:?} back");
            assert!(buffer.is_empty());
        }
    }
}

#[test]
fn a_transport_is_known_as_soon_as_its_bytes_suffice() {
    let check = |bytes: &str, expected: &str| {
        let mut buffer = BytesMut::from(&hex(bytes)[..]);
        let sniffed = Sniffer::default().sniff(&mut buffer).unwrap();
        let sniffed = match sniffed {
            Sniffed::Transport(codec) => format!("{:?}, {} left", codec.kind(), buffer.len()),
            other => format!("{other:?}"),
        };
        assert_eq!(sniffed, expected, "{bytes}");
    };
    check("", "NeedBytes(1)");
    check("ef", "Abridged, 0 left");
    check("ef 02", "Abridged, 1 left");
    check("ee", "NeedBytes(4)");
    check("eeeeee", "NeedBytes(4)");
    check("eeeeeeee", "Intermediate, 0 left");
    check("dddddddd 08", "Padded, 1 left");
    check("504f5354", "Http");
    check("4f505449", "Http");
    check("48454144", "Http");
    check("47455420", "WebSocket");
    check("160301", "NeedBytes(4)");
    check("16030102", "NeedBytes(6)");
    check("160301020001", "Tls");
    check("28000000", "NeedBytes(8)");
    check("28000000 00000000", "Full, 8 left");
    check("28000000 01000000", "NeedBytes(64)");
    check(&"28".repeat(63), "NeedBytes(64)");

    let mut unknown = BytesMut::from(&[0x28; 64][..]);
    let sniffed = Sniffer::default().sniff(&mut unknown);
    assert!(matches!(sniffed, Err(TransportError::Unrecognized)));
}

#[test]
fn any_dc_in_an_obfuscated_header_is_taken_and_told() {
    for dc in [0, 2, -2, 10003, i16::MIN, i16::MAX] {
        let mut random = Stream::seeded(8);
        let mut client =
            FrameCodec::client_obfuscated(TransportKind::Padded, dc, None, &mut random).unwrap();
        let mut wire = BytesMut::from(&encoded(&mut client, &[7; 72], false)[..]);
        // With a secret configured, clients without one are still served.
        let sniffer = Sniffer {
            secret: Some(ProxySecret([9; 16])),
        };
        let server = sniffed(&sniffer, &mut wire);
        assert_eq!(
            (server.obfuscated_dc(), server.is_proxied()),
            (Some(dc), false)
        );
    }
}

#[test]
fn another_proxy_secret_is_refused() {
    let mut random = Stream::seeded(8);
    let secret = ProxySecret([1; 16]);
    let mut client =
        FrameCodec::client_obfuscated(TransportKind::Abridged, 2, Some(&secret), &mut random)
            .unwrap();
    let wire = encoded(&mut client, &PACKET, false);
    for secret in [None, Some(ProxySecret([2; 16]))] {
        let mut incoming = BytesMut::from(&wire[..]);
        let sniffed = Sniffer { secret }.sniff(&mut incoming);
        assert!(matches!(sniffed, Err(TransportError::Unrecognized)));
    }
}

#[test]
fn an_obfuscated_header_never_begins_like_another_transport() {
    let good = [[0x77; 64].as_slice(), &[0; 64]].concat();
    for taken in [
        "ef",
        "eeeeeeee",
        "dddddddd",
        "504f5354",
        "4f505449",
        "47455420",
        "48454144",
        "160301",
        "7777777700000000",
    ] {
        let mut bytes = [0x77; 64].to_vec();
        let taken = hex(taken);
        bytes[..taken.len()].copy_from_slice(&taken);
        bytes.extend_from_slice(&good);
        let mut client =
            FrameCodec::client_obfuscated(TransportKind::Abridged, 2, None, &mut Script(bytes))
                .unwrap();
        assert_eq!(encoded(&mut client, &PACKET, false)[..56], [0x77; 56]);
    }
}

#[test]
fn a_frame_longer_than_the_limit_is_refused_at_its_head() {
    for (kind, head, len) in [
        (
            TransportKind::Abridged,
            "7f 014004".to_owned(),
            MAX_PACKET + 4,
        ),
        (
            TransportKind::Intermediate,
            "01001100".to_owned(),
            MAX_PACKET + 1,
        ),
        (
            TransportKind::Intermediate,
            "ffffff7f".to_owned(),
            0x7fff_ffff,
        ),
        (
            TransportKind::Padded,
            "10001100".to_owned(),
            MAX_PACKET + 16,
        ),
        (TransportKind::Full, "0d001100".to_owned(), MAX_PACKET + 1),
        (TransportKind::Abridged, "00".to_owned(), 0),
        (TransportKind::Intermediate, "00000000".to_owned(), 0),
        (TransportKind::Full, "0c000000".to_owned(), 0),
    ] {
        let mut incoming = BytesMut::from(&hex(&head)[..]);
        let decoded = FrameCodec::server(kind).decode(&mut incoming);
        assert_eq!(
            decoded,
            Err(TransportError::FrameLength { len }),
            "{kind:?} {head}"
        );
    }
    for kind in KINDS {
        let mut wire = BytesMut::new();
        let mut client = FrameCodec::client(kind);
        let too_long = vec![7; MAX_PACKET + 4];
        let refused = client.encode(&too_long, false, &mut Stream::seeded(1), &mut wire);
        assert_eq!(
            refused,
            Err(TransportError::PacketLength {
                len: MAX_PACKET + 4
            })
        );
        assert!(wire.is_empty());
        let longest = vec![7; MAX_PACKET - 8];
        client
            .encode(&longest, false, &mut Stream::seeded(1), &mut wire)
            .unwrap();
        let mut server = sniffed(&Sniffer::default(), &mut wire);
        assert_eq!(
            server.decode(&mut wire),
            Ok(Some(packet(&longest, false))),
            "{kind:?}"
        );
    }
}

#[test]
fn what_a_transport_cannot_do_is_an_error() {
    let mut out = BytesMut::new();
    let mut random = Stream::seeded(1);
    let unaligned =
        FrameCodec::client(TransportKind::Abridged).encode(&[1; 6], false, &mut random, &mut out);
    assert_eq!(unaligned, Err(TransportError::Unaligned { len: 6 }));
    let mut full = FrameCodec::server(TransportKind::Full);
    assert_eq!(
        full.encode_quick_ack(1 << 31, &mut out),
        Err(TransportError::QuickAckInFull)
    );
    assert_eq!(
        full.encode(&PACKET, true, &mut random, &mut out),
        Err(TransportError::QuickAckInFull)
    );
    assert!(out.is_empty());
    let obfuscated = FrameCodec::client_obfuscated(TransportKind::Full, 2, None, &mut random);
    assert_eq!(obfuscated.unwrap_err(), TransportError::FullObfuscated);
}

#[test]
fn a_codec_is_small_since_idle_connections_keep_one() {
    assert!(size_of::<FrameCodec>() <= 64, "{}", size_of::<FrameCodec>());
}

/// Packets as they travel: plain and encrypted, short and long.
fn packets(random: &mut Stream) -> Vec<BytesMut> {
    let plain = |body: usize| {
        let mut packet = vec![0; 20 + body];
        packet[16..20].copy_from_slice(&(body as u32).to_le_bytes());
        packet
    };
    let mut encrypted = |blocks: usize| {
        let mut packet = vec![0; 24 + blocks * 16];
        random.fill(&mut packet);
        packet
    };
    let packets = [
        plain(20),
        encrypted(3),
        encrypted(40),
        plain(340),
        encrypted(3),
    ];
    packets
        .iter()
        .map(|packet| BytesMut::from(&packet[..]))
        .collect()
}

fn packet(bytes: &[u8], quick_ack: bool) -> Incoming {
    Incoming::Packet {
        bytes: bytes.into(),
        quick_ack,
    }
}

fn encoded(codec: &mut FrameCodec, packet: &[u8], quick_ack: bool) -> Vec<u8> {
    let mut out = BytesMut::new();
    codec
        .encode(packet, quick_ack, &mut Stream::seeded(1), &mut out)
        .unwrap();
    out.to_vec()
}

fn error(codec: &mut FrameCodec, code: ErrorCode) -> Vec<u8> {
    let mut out = BytesMut::new();
    codec.encode_error(code, &mut Stream::seeded(1), &mut out);
    out.to_vec()
}

fn quick_ack(codec: &mut FrameCodec, token: u32) -> Vec<u8> {
    let mut out = BytesMut::new();
    codec.encode_quick_ack(token, &mut out).unwrap();
    out.to_vec()
}

fn sniffed(sniffer: &Sniffer, buffer: &mut BytesMut) -> FrameCodec {
    match sniffer.sniff(buffer) {
        Ok(Sniffed::Transport(codec)) => codec,
        other => panic!("no transport: {other:?}"),
    }
}

fn drain(codec: &mut FrameCodec, buffer: &mut BytesMut, got: &mut Vec<BytesMut>) {
    while let Some(incoming) = codec.decode(buffer).unwrap() {
        match incoming {
            Incoming::Packet { bytes, .. } => got.push(bytes),
            other => panic!("no packet: {other:?}"),
        }
    }
}
