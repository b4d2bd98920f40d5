//! What a new connection speaks, from its first bytes.
//!
//! One port serves every transport. What a client sends first tells which it is, and a server
//! must not wait for bytes that never come: a client may send `ef` alone and then wait. So each
//! candidate is decided at the first byte that can decide it.
//!
//! | bytes | decided |
//! |---|---|
//! | 1 | `ef`: abridged |
//! | 4 | `eeeeeeee`, `dddddddd`, `POST`, `OPTI`, `HEAD`, `GET ` |
//! | 6 | `16 03 01 .. .. 01`: a TLS ClientHello |
//! | 8 | bytes 4..8 are zero: full, whose first frame has the number 0 |
//! | 64 | obfuscated: the tag at 56..60, with the proxy secret or without |
//!
//! An obfuscated client avoids the other beginnings. The DC that it names is not looked at: only
//! proxies need it, and clients that talk to no proxy put anything there.
//!
//! `core.telegram.org/mtproto/mtproto-transports`.

use bytes::BytesMut;

use super::{
    FrameCodec, HEADER_LEN, Obfuscation, ProxySecret, Role, TransportError, TransportKind,
    abridged, intermediate, padded,
};

/// Tells transports apart.
#[derive(Debug, Clone, Default)]
pub struct Sniffer {
    /// Accept obfuscated connections made with this secret, as a proxy does, besides those made
    /// without one.
    pub secret: Option<ProxySecret>,
}

/// What a connection speaks.
#[derive(Debug)]
pub enum Sniffed {
    /// Not known yet: wait until the buffer holds this many bytes.
    NeedBytes(usize),
    /// A transport; its greeting was taken off the buffer, and what is left goes to the codec.
    Transport(FrameCodec),
    /// An HTTP request (`POST`, `OPTIONS` or `HEAD`); nothing was taken off the buffer.
    Http,
    /// An HTTP `GET`, which can only be the upgrade to a WebSocket; nothing was taken off.
    WebSocket,
    /// A TLS ClientHello; nothing was taken off.
    Tls,
}

impl Sniffer {
    /// Looks at the first bytes of a connection.
    ///
    /// # Errors
    /// When there are 64 bytes and they are nothing known.
    pub fn sniff(&self, buffer: &mut BytesMut) -> Result<Sniffed, TransportError> {
        let Some(first) = buffer.first() else {
            return Ok(Sniffed::NeedBytes(1));
        };
        if *first == abridged::FIRST_BYTE {
            return Ok(plain(buffer, 1, TransportKind::Abridged));
        }
        let Some(word) = buffer.first_chunk::<4>() else {
            return Ok(Sniffed::NeedBytes(4));
        };
        match word {
            &intermediate::TAG => return Ok(plain(buffer, 4, TransportKind::Intermediate)),
            &padded::TAG => return Ok(plain(buffer, 4, TransportKind::Padded)),
            b"POST" | b"OPTI" | b"HEAD" => return Ok(Sniffed::Http),
            b"GET " => return Ok(Sniffed::WebSocket),
            // Three fixed bytes are too few to tell from chance: an obfuscated header begins so
            // once in sixteen million connections. The sixth is the type of the handshake.
            [0x16, 0x03, 0x01, _] => match buffer.get(5) {
                None => return Ok(Sniffed::NeedBytes(6)),
                Some(1) => return Ok(Sniffed::Tls),
                Some(_) => {}
            },
            _ => {}
        }
        match buffer.get(4..8) {
            None => return Ok(Sniffed::NeedBytes(8)),
            Some([0, 0, 0, 0]) => return Ok(plain(buffer, 0, TransportKind::Full)),
            Some(_) => {}
        }
        let Some(header) = buffer.first_chunk::<HEADER_LEN>() else {
            return Ok(Sniffed::NeedBytes(HEADER_LEN));
        };
        let (kind, obfuscation) = self.accept(header).ok_or(TransportError::Unrecognized)?;
        let _ = buffer.split_to(HEADER_LEN);
        let obfuscation = Some(Box::new(obfuscation));
        Ok(Sniffed::Transport(FrameCodec::new(
            kind,
            Role::Server,
            None,
            obfuscation,
        )))
    }

    fn accept(&self, header: &[u8; HEADER_LEN]) -> Option<(TransportKind, Obfuscation)> {
        self.secret
            .as_ref()
            .and_then(|secret| Obfuscation::accept(header, Some(secret)))
            .or_else(|| Obfuscation::accept(header, None))
    }
}

fn plain(buffer: &mut BytesMut, greeting: usize, kind: TransportKind) -> Sniffed {
    let _ = buffer.split_to(greeting);
    Sniffed::Transport(FrameCodec::server(kind))
}
