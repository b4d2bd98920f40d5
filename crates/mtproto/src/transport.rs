//! Cutting the bytes of a connection into packets.
//!
//! A packet is one MTProto message, encrypted ([`crate::envelope`]) or plain
//! ([`crate::exchange::plain`]). Over TCP it needs a frame that says where it ends, and there are
//! four of them, told apart by the first bytes that the client sends:
//!
//! | transport | client begins with | frame |
//! |---|---|---|
//! | [abridged](TransportKind::Abridged) | `ef` | length / 4 in one byte, or `7f` and three |
//! | [intermediate](TransportKind::Intermediate) | `eeeeeeee` | length in four bytes |
//! | [padded intermediate](TransportKind::Padded) | `dddddddd` | the same, with padding behind the packet |
//! | [full](TransportKind::Full) | nothing | length, number, packet, CRC-32 |
//!
//! All but the full one may be obfuscated: 64 random-looking bytes come first and key a stream
//! cipher that everything passes through; the tag of the transport is hidden in them.
//!
//! Two things travel beside packets. A client that sets a bit in a frame's length asks for a
//! *quick ack*, and the server answers with a four-byte token as soon as it has deciphered the
//! packet. And a server that cannot even decipher a packet answers with a *transport error*, a
//! packet of four bytes that is a negative number.
//!
//! Not here: HTTP, WebSocket and fake TLS, which the [`Sniffer`] only recognises.
//!
//! `core.telegram.org/mtproto/mtproto-transports`.

mod abridged;
mod error;
mod full;
mod intermediate;
mod obfuscated;
mod padded;
mod sniffer;

use bytes::BytesMut;
use heliogram_crypto::Random;

use obfuscated::Obfuscation;

pub use error::{ErrorCode, TransportError};
pub use obfuscated::{HEADER_LEN, ProxySecret};
pub use sniffer::{Sniffed, Sniffer};

/// The longest packet either side sends or takes: the largest file part and room for what is
/// around it. A frame that claims more ends the connection before a byte of it is stored.
pub const MAX_PACKET: usize = (1 << 20) + (1 << 16);

/// Which frame a connection uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportKind {
    /// One byte for short packets.
    Abridged,
    /// Four bytes.
    Intermediate,
    /// Four bytes, and random padding so that lengths tell less.
    Padded,
    /// Numbered and with a checksum.
    Full,
}

/// Which end of the connection this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    Client,
    Server,
}

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A packet, without frame and padding; owned, so that it can be deciphered in place.
    Packet {
        /// The packet.
        bytes: BytesMut,
        /// Whether the client wants a quick ack for it. Never set at a client.
        quick_ack: bool,
    },
    /// At a client: the server has deciphered the packet with this token.
    QuickAck(u32),
    /// At a client: the server could not make sense of what it got.
    Error(ErrorCode),
}

/// One connection's framing, in both directions.
///
/// It holds no packets: what has arrived stays in the caller's buffer until it is whole, and an
/// idle connection needs no buffer at all.
///
/// **What has been passed to [`decode`](Self::decode) must stay in the buffer**: the caller only
/// appends to it, and `decode` takes whole frames off its front.
///
/// ```
/// use bytes::BytesMut;
/// use heliogram_mtproto::transport::{FrameCodec, Incoming, Sniffed, Sniffer, TransportKind};
/// # struct Zero;
/// # impl heliogram_crypto::Random for Zero {
/// #     fn fill(&mut self, out: &mut [u8]) { out.fill(0) }
/// # }
/// # let mut random = Zero;
/// let mut client = FrameCodec::client(TransportKind::Intermediate);
/// let mut wire = BytesMut::new();
/// client.encode(b"a packet", false, &mut random, &mut wire)?;
///
/// let Sniffed::Transport(mut server) = Sniffer::default().sniff(&mut wire)? else { panic!() };
/// let Some(Incoming::Packet { bytes, .. }) = server.decode(&mut wire)? else { panic!() };
/// assert_eq!(bytes, b"a packet"[..]);
/// # Ok::<(), heliogram_mtproto::transport::TransportError>(())
/// ```
#[derive(Debug)]
pub struct FrameCodec {
    kind: TransportKind,
    role: Role,
    /// What the client sends before its first frame, until it was sent.
    greeting: Option<Greeting>,
    obfuscation: Option<Box<Obfuscation>>,
    /// How many bytes at the front of the caller's buffer are deciphered already.
    deciphered: usize,
    /// The numbers of the next full frames in and out.
    next_in: u32,
    next_out: u32,
}

#[derive(Debug)]
enum Greeting {
    Tag,
    Header(Box<[u8; HEADER_LEN]>),
}

/// The beginning of a frame.
#[derive(Debug, PartialEq, Eq)]
enum Head {
    /// A packet of `len` bytes (padding included) follows the `head` bytes of the frame's head.
    Packet {
        head: usize,
        len: usize,
        quick_ack: bool,
    },
    /// The four bytes were a quick ack.
    QuickAck(u32),
}

impl FrameCodec {
    /// A client's side of a new connection.
    #[must_use]
    pub fn client(kind: TransportKind) -> Self {
        Self::new(kind, Role::Client, Some(Greeting::Tag), None)
    }

    /// A client's side of a new obfuscated connection, to the server itself (no secret) or to a
    /// proxy. `dc` tells a proxy where to go: the number of the DC, 10000 more for a test DC,
    /// negative for a media DC.
    ///
    /// # Errors
    /// For the full transport, which has no tag to hide.
    pub fn client_obfuscated(
        kind: TransportKind,
        dc: i16,
        secret: Option<&ProxySecret>,
        random: &mut dyn Random,
    ) -> Result<Self, TransportError> {
        let tag = kind.tag().ok_or(TransportError::FullObfuscated)?;
        let (header, obfuscation) = Obfuscation::initiate(tag, dc, secret, random);
        let greeting = Greeting::Header(Box::new(header));
        Ok(Self::new(
            kind,
            Role::Client,
            Some(greeting),
            Some(Box::new(obfuscation)),
        ))
    }

    /// A server's side of a connection that begins with a frame of this kind, for streams whose
    /// beginning was read elsewhere. Usually the [`Sniffer`] makes one.
    #[must_use]
    pub fn server(kind: TransportKind) -> Self {
        Self::new(kind, Role::Server, None, None)
    }

    /// Which frame the connection uses.
    #[must_use]
    pub fn kind(&self) -> TransportKind {
        self.kind
    }

    /// Whether everything passes through a cipher.
    #[must_use]
    pub fn is_obfuscated(&self) -> bool {
        self.obfuscation.is_some()
    }

    /// Whether the client knew the proxy secret.
    #[must_use]
    pub fn is_proxied(&self) -> bool {
        self.obfuscation
            .as_ref()
            .is_some_and(|obfuscation| obfuscation.proxied)
    }

    /// The DC field of the obfuscated header. A hint at best: without a secret some clients put
    /// random bytes there.
    #[must_use]
    pub fn obfuscated_dc(&self) -> Option<i16> {
        self.obfuscation.as_ref().map(|obfuscation| obfuscation.dc)
    }

    /// Takes the next whole frame off the buffer; none when more bytes are needed.
    ///
    /// # Errors
    /// When the bytes cannot be a frame. The connection is of no use from then on.
    pub fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Incoming>, TransportError> {
        if let Some(obfuscation) = &mut self.obfuscation {
            obfuscation.incoming.apply(&mut buffer[self.deciphered..]);
        }
        let incoming = self.decode_deciphered(buffer);
        self.deciphered = buffer.len();
        incoming
    }

    /// Appends a packet's frame to `out`, and before the first one what tells the server which
    /// transport this is. Only a client asks for a quick ack.
    ///
    /// # Errors
    /// When the packet is longer than [`MAX_PACKET`], empty, or for the abridged transport not a
    /// multiple of four bytes. Nothing was written then.
    pub fn encode(
        &mut self,
        packet: &[u8],
        quick_ack: bool,
        random: &mut dyn Random,
        out: &mut BytesMut,
    ) -> Result<(), TransportError> {
        let len = packet.len();
        if len == 0 || len > MAX_PACKET {
            return Err(TransportError::PacketLength { len });
        }
        if quick_ack && self.kind == TransportKind::Full {
            return Err(TransportError::QuickAckInFull);
        }
        if self.kind == TransportKind::Abridged && !len.is_multiple_of(4) {
            return Err(TransportError::Unaligned { len });
        }
        self.greet(out);
        let start = out.len();
        match self.kind {
            TransportKind::Abridged => {
                abridged::write_head(len, quick_ack, out);
                out.extend_from_slice(packet);
            }
            TransportKind::Intermediate => {
                intermediate::write_head(len, quick_ack, out);
                out.extend_from_slice(packet);
            }
            TransportKind::Padded => padded::write(packet, quick_ack, random, out),
            TransportKind::Full => {
                full::write(packet, self.next_out, out);
                self.next_out = self.next_out.wrapping_add(1);
            }
        }
        self.encipher(&mut out[start..]);
        Ok(())
    }

    /// Appends the token of a packet that asked for a quick ack.
    ///
    /// # Errors
    /// For the full transport, which has none.
    pub fn encode_quick_ack(
        &mut self,
        token: u32,
        out: &mut BytesMut,
    ) -> Result<(), TransportError> {
        let start = out.len();
        match self.kind {
            TransportKind::Abridged => abridged::write_quick_ack(token, out),
            TransportKind::Intermediate | TransportKind::Padded => {
                intermediate::write_quick_ack(token, out);
            }
            TransportKind::Full => return Err(TransportError::QuickAckInFull),
        }
        self.encipher(&mut out[start..]);
        Ok(())
    }

    /// Appends a transport error, in a frame like any packet.
    pub fn encode_error(&mut self, code: ErrorCode, random: &mut dyn Random, out: &mut BytesMut) {
        self.encode(&code.0.to_le_bytes(), false, random, out)
            .expect("four bytes fit every transport");
    }

    fn new(
        kind: TransportKind,
        role: Role,
        greeting: Option<Greeting>,
        obfuscation: Option<Box<Obfuscation>>,
    ) -> Self {
        Self {
            kind,
            role,
            greeting,
            obfuscation,
            deciphered: 0,
            next_in: 0,
            next_out: 0,
        }
    }

    fn decode_deciphered(
        &mut self,
        buffer: &mut BytesMut,
    ) -> Result<Option<Incoming>, TransportError> {
        let head = match self.kind {
            TransportKind::Abridged => abridged::read_head(buffer, self.role),
            TransportKind::Intermediate | TransportKind::Padded => {
                intermediate::read_head(buffer, self.role)
            }
            TransportKind::Full => full::read_head(buffer)?,
        };
        let (head, len, quick_ack) = match head {
            None => return Ok(None),
            Some(Head::QuickAck(token)) => {
                let _ = buffer.split_to(4);
                return Ok(Some(Incoming::QuickAck(token)));
            }
            Some(Head::Packet {
                head,
                len,
                quick_ack,
            }) => (head, len, quick_ack),
        };
        let padding = match self.kind {
            TransportKind::Padded => padded::MAX_PADDING,
            _ => 0,
        };
        if len == 0 || len > MAX_PACKET + padding {
            return Err(TransportError::FrameLength { len });
        }
        let whole = match self.kind {
            TransportKind::Full => head + len + full::CRC_LEN,
            _ => head + len,
        };
        if buffer.len() < whole {
            return Ok(None);
        }
        let mut bytes = buffer.split_to(whole);
        match self.kind {
            TransportKind::Full => {
                full::check(&bytes, self.next_in)?;
                self.next_in = self.next_in.wrapping_add(1);
                bytes.truncate(head + len);
            }
            TransportKind::Padded => {
                let packet = padded::packet_len(&bytes[head..]);
                bytes.truncate(head + packet);
            }
            TransportKind::Abridged | TransportKind::Intermediate => {}
        }
        let _ = bytes.split_to(head);
        if self.role == Role::Client
            && let Ok(code) = <[u8; 4]>::try_from(&bytes[..])
        {
            return Ok(Some(Incoming::Error(ErrorCode(i32::from_le_bytes(code)))));
        }
        Ok(Some(Incoming::Packet { bytes, quick_ack }))
    }

    /// Appends the greeting if it is still to be sent; it is never enciphered.
    fn greet(&mut self, out: &mut BytesMut) {
        match self.greeting.take() {
            None => {}
            Some(Greeting::Header(header)) => out.extend_from_slice(&header[..]),
            Some(Greeting::Tag) => match self.kind {
                TransportKind::Abridged => out.extend_from_slice(&[abridged::FIRST_BYTE]),
                TransportKind::Intermediate => out.extend_from_slice(&intermediate::TAG),
                TransportKind::Padded => out.extend_from_slice(&padded::TAG),
                TransportKind::Full => {}
            },
        }
    }

    fn encipher(&mut self, bytes: &mut [u8]) {
        if let Some(obfuscation) = &mut self.obfuscation {
            obfuscation.outgoing.apply(bytes);
        }
    }
}

impl TransportKind {
    /// What stands for the transport in an obfuscated header.
    fn tag(self) -> Option<[u8; 4]> {
        match self {
            Self::Abridged => Some(abridged::TAG),
            Self::Intermediate => Some(intermediate::TAG),
            Self::Padded => Some(padded::TAG),
            Self::Full => None,
        }
    }

    fn of_tag(tag: [u8; 4]) -> Option<Self> {
        [Self::Abridged, Self::Intermediate, Self::Padded]
            .into_iter()
            .find(|kind| kind.tag() == Some(tag))
    }
}
