//! Encrypted messages: sealing and opening, in batches.
//!
//! ```text
//! auth_key_id (8) | msg_key (16) | AES-256-IGE of:
//!     salt (8) | session_id (8) | msg_id (8) | seq_no (4) | length (4) | body | padding (12..1024)
//! ```
//!
//! `msg_key` is the middle of a SHA-256 over a part of the auth key and everything that is
//! encrypted, padding included; AES key and vector follow from it. So it names the key of this
//! one message and at the same time proves that nothing was altered. Whoever opens a message
//! computes it again, in constant time, and looks at nothing inside before it agrees.
//!
//! Both operations take several messages at once, since AES-IGE is serial inside one message and
//! parallel between them. They work in place: an opened body is a slice of the packet it came in.
//!
//! What the numbers inside must be is the business of [`crate::session`].
//!
//! `core.telegram.org/mtproto/description`, "Encrypted Message";
//! `core.telegram.org/mtproto/security_guidelines`, "Checking SHA256 hash value of msg_key" and
//! "Checking message length".

use bytes::{Bytes, BytesMut};
use heliogram_crypto::{
    Random,
    auth_key::{AuthKey, AuthKeyId},
    ige::{self, BLOCK, IgeKey, Job},
    msg_key::{Direction, MsgKey},
};
use heliogram_tl::Reader;

use crate::ids::{MsgId, ServerSalt, SessionId};

/// A message to seal.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// The salt that the server takes now.
    pub salt: ServerSalt,
    /// The session.
    pub session_id: SessionId,
    /// The message's identifier.
    pub msg_id: MsgId,
    /// Its sequence number.
    pub seq_no: i32,
    /// Its content: TL, and so a multiple of four bytes.
    pub body: &'a [u8],
}

/// A sealed message.
#[derive(Debug)]
pub struct Sealed {
    /// What a transport frames.
    pub packet: Vec<u8>,
    /// The token with which the server acknowledges it when a quick ack is asked for.
    pub quick_ack: u32,
}

/// An opened message.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The salt it carries; a client may be late with it.
    pub salt: ServerSalt,
    /// The session.
    pub session_id: SessionId,
    /// The message's identifier.
    pub msg_id: MsgId,
    /// Its sequence number.
    pub seq_no: i32,
    /// Its content, a slice of the packet.
    pub body: Bytes,
    /// The token to answer with if the frame asked for a quick ack.
    pub quick_ack: u32,
}

/// Why a packet is not an encrypted message under this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The packet has no length that an encrypted message can have.
    #[error(
        "packet of {len} bytes is no encrypted message: those have 24 bytes and at least 3 AES blocks of 16; close the connection"
    )]
    PacketLength {
        /// The packet's length.
        len: usize,
    },
    /// The packet is under another key.
    #[error("auth_key_id {got} is not that of our auth key ({expected}); close the connection")]
    OtherAuthKey {
        /// Our key.
        expected: AuthKeyId,
        /// The packet's.
        got: AuthKeyId,
    },
    /// What was deciphered does not give the packet's `msg_key`.
    #[error(
        "msg_key mismatch: the message was altered or is under another key; close the connection"
    )]
    MsgKeyMismatch,
    /// The length of the body does not fit the packet, or leaves too much or too little padding.
    #[error(
        "a body of {body} bytes and {padding} bytes of padding: the body must be a multiple of 4, the padding 12 to 1024; close the connection"
    )]
    Length {
        /// The claimed length of the body.
        body: u32,
        /// What is left for padding; negative when the body is longer than the packet.
        padding: i64,
    },
}

/// The key that a packet claims to be under: which key a server must look up. None when the packet
/// is too short to have one; zero for a plain message.
#[must_use]
pub fn auth_key_id(packet: &[u8]) -> Option<AuthKeyId> {
    packet
        .first_chunk()
        .map(|id| AuthKeyId(i64::from_le_bytes(*id)))
}

/// Seals one message.
#[must_use]
pub fn seal(
    key: &AuthKey,
    direction: Direction,
    message: Outgoing<'_>,
    random: &mut dyn Random,
) -> Sealed {
    let (mut sealed, ige_key) = message.lay_out(key, key.id(), direction, random);
    ige::encrypt(&ige_key, &mut sealed.packet[CLEAR_LEN..])
        .expect("messages are padded to whole blocks");
    sealed
}

/// Seals messages under one key.
#[must_use]
pub fn seal_many(
    key: &AuthKey,
    direction: Direction,
    messages: &[Outgoing<'_>],
    random: &mut dyn Random,
) -> Vec<Sealed> {
    let id = key.id();
    let (mut sealed, keys): (Vec<_>, Vec<_>) = messages
        .iter()
        .map(|message| message.lay_out(key, id, direction, random))
        .unzip();
    let mut jobs: Vec<_> = sealed
        .iter_mut()
        .zip(&keys)
        .map(|(sealed, key)| Job {
            key,
            data: &mut sealed.packet[CLEAR_LEN..],
        })
        .collect();
    ige::encrypt_many(&mut jobs).expect("messages are padded to whole blocks");
    sealed
}

/// Opens one packet.
///
/// # Errors
/// When it is not an encrypted message under this key.
pub fn open(
    key: &AuthKey,
    direction: Direction,
    mut packet: BytesMut,
) -> Result<Opened, OpenError> {
    let msg_key = read_clear(&packet, key.id())?;
    let ige_key = msg_key.derive_v2(key, direction);
    ige::decrypt(&ige_key, &mut packet[CLEAR_LEN..])
        .expect("the length was checked with the clear part");
    read_deciphered(key, direction, packet, msg_key)
}

/// Opens packets under one key, and gives a result for each in the same order.
///
/// `direction` is that of the messages: a server opens [`Direction::ClientToServer`].
#[must_use]
pub fn open_many(
    key: &AuthKey,
    direction: Direction,
    mut packets: Vec<BytesMut>,
) -> Vec<Result<Opened, OpenError>> {
    let id = key.id();
    let keys: Vec<Result<(MsgKey, IgeKey), OpenError>> = packets
        .iter()
        .map(|packet| {
            let msg_key = read_clear(packet, id)?;
            Ok((msg_key, msg_key.derive_v2(key, direction)))
        })
        .collect();
    let mut jobs: Vec<_> = packets
        .iter_mut()
        .zip(&keys)
        .filter_map(|(packet, keys)| {
            let (_, key) = keys.as_ref().ok()?;
            let data = &mut packet[CLEAR_LEN..];
            Some(Job { key, data })
        })
        .collect();
    ige::decrypt_many(&mut jobs).expect("lengths were checked with the clear part");
    packets
        .into_iter()
        .zip(keys)
        .map(|(packet, keys)| {
            let (msg_key, _) = keys?;
            read_deciphered(key, direction, packet, msg_key)
        })
        .collect()
}

impl Outgoing<'_> {
    /// The packet with everything in its place and not enciphered yet, and the key for that.
    fn lay_out(
        &self,
        key: &AuthKey,
        id: AuthKeyId,
        direction: Direction,
        random: &mut dyn Random,
    ) -> (Sealed, IgeKey) {
        debug_assert!(self.body.len().is_multiple_of(4), "a body is TL");
        let content = HEAD_LEN + self.body.len();
        let padded = (content + MIN_PADDING).next_multiple_of(BLOCK);
        let mut packet = Vec::with_capacity(CLEAR_LEN + padded);
        packet.extend_from_slice(&id.0.to_le_bytes());
        packet.extend_from_slice(&[0; 16]);
        packet.extend_from_slice(&self.salt.0.to_le_bytes());
        packet.extend_from_slice(&self.session_id.0.to_le_bytes());
        packet.extend_from_slice(&self.msg_id.0.to_le_bytes());
        packet.extend_from_slice(&self.seq_no.to_le_bytes());
        packet.extend_from_slice(&(self.body.len() as u32).to_le_bytes());
        packet.extend_from_slice(self.body);
        packet.resize(CLEAR_LEN + padded, 0);
        random.fill(&mut packet[CLEAR_LEN + content..]);
        let (msg_key, quick_ack) = MsgKey::v2_with_quick_ack(key, direction, &packet[CLEAR_LEN..]);
        packet[8..CLEAR_LEN].copy_from_slice(&msg_key.0);
        let ige_key = msg_key.derive_v2(key, direction);
        (Sealed { packet, quick_ack }, ige_key)
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body may be a code or a password.
        let Self {
            session_id,
            msg_id,
            seq_no,
            body,
            ..
        } = self;
        write!(
            f,
            "Opened({msg_id}, seq_no {seq_no}, session {session_id}, {} bytes)",
            body.len()
        )
    }
}

fn read_clear(packet: &[u8], expected: AuthKeyId) -> Result<MsgKey, OpenError> {
    let len = packet.len();
    let Some((clear, encrypted)) = packet.split_first_chunk::<CLEAR_LEN>() else {
        return Err(OpenError::PacketLength { len });
    };
    if encrypted.len() < HEAD_LEN + MIN_PADDING || !encrypted.len().is_multiple_of(BLOCK) {
        return Err(OpenError::PacketLength { len });
    }
    let (id, msg_key) = clear.split_at(8);
    let id: [u8; 8] = id.try_into().expect("the clear part was split at 8");
    let got = AuthKeyId(i64::from_le_bytes(id));
    if got != expected {
        return Err(OpenError::OtherAuthKey { expected, got });
    }
    let msg_key = msg_key
        .try_into()
        .expect("16 bytes of 24 are left behind the first 8");
    Ok(MsgKey(msg_key))
}

/// Verifies and reads a deciphered packet, which is long enough for a head and padding.
fn read_deciphered(
    key: &AuthKey,
    direction: Direction,
    packet: BytesMut,
    msg_key: MsgKey,
) -> Result<Opened, OpenError> {
    let (computed, quick_ack) = MsgKey::v2_with_quick_ack(key, direction, &packet[CLEAR_LEN..]);
    if computed != msg_key {
        return Err(OpenError::MsgKeyMismatch);
    }
    let packet = packet.freeze();
    let whole = "the packet's length was checked";
    let mut reader = Reader::new(&packet[CLEAR_LEN..]);
    let salt = ServerSalt(reader.read().expect(whole));
    let session_id = SessionId(reader.read().expect(whole));
    let msg_id = MsgId(reader.read().expect(whole));
    let seq_no = reader.read().expect(whole);
    let length = reader.word().expect(whole);
    let padding = reader.remaining().len() as i64 - i64::from(length);
    if !length.is_multiple_of(4) || !(MIN_PADDING as i64..=MAX_PADDING).contains(&padding) {
        return Err(OpenError::Length {
            body: length,
            padding,
        });
    }
    let start = CLEAR_LEN + HEAD_LEN;
    Ok(Opened {
        salt,
        session_id,
        msg_id,
        seq_no,
        body: packet.slice(start..start + length as usize),
        quick_ack,
    })
}

/// auth_key_id and msg_key.
const CLEAR_LEN: usize = 24;
/// salt, session_id, msg_id, seq_no, length.
const HEAD_LEN: usize = 32;
const MIN_PADDING: usize = 12;
const MAX_PADDING: i64 = 1024;
