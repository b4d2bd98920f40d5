//! Binding a temporary key to a permanent one.
//!
//! With perfect forward secrecy, messages travel under a temporary key that is thrown away after a
//! day, and the permanent key does nothing but vouch for it: `auth.bindTempAuthKey`, sent under the
//! temporary key, carries a message under the permanent one. That message is the last one in the
//! MTProto 1.0 envelope:
//!
//! ```text
//! perm auth_key_id (8) | msg_key = SHA1(data)[4..20] (16) | AES-256-IGE of data | 0..15 random
//! data = random (16) | msg_id (8) | seq_no = 0 (4) | length = 40 (4) | bind_auth_key_inner (40)
//! ```
//!
//! The `msg_id` is that of the message that carries `auth.bindTempAuthKey` itself.
//!
//! `core.telegram.org/method/auth.bindTempAuthKey`, "Encrypted message"; `core.telegram.org/api/pfs`.

use bytes::Bytes;
use heliogram_crypto::{
    Random,
    auth_key::{AuthKey, AuthKeyId},
    ige::{self, BLOCK},
    msg_key::{Direction, MsgKey},
};
use heliogram_tl::{Decode, Encode, Reader, mtproto};
use zeroize::Zeroizing;

use crate::ids::{MsgId, SessionId};

/// What a client vouches for, and what the server knows from elsewhere and compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// `nonce` of `auth.bindTempAuthKey`, random.
    pub nonce: i64,
    /// The temporary key that the request is under.
    pub temp_auth_key_id: AuthKeyId,
    /// The session that the request is in.
    pub temp_session_id: SessionId,
    /// `expires_at` of `auth.bindTempAuthKey`: the unix time at which the temporary key ends.
    pub expires_at: i32,
    /// The message that carries the request.
    pub msg_id: MsgId,
}

/// Why an `encrypted_message` does not vouch for the binding. To the client each is 400
/// `ENCRYPTED_MESSAGE_INVALID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The length is not that of the one message that can stand here.
    #[error("encrypted_message of {len} bytes: expected 104")]
    Length {
        /// Its length.
        len: usize,
    },
    /// Under another key than the one named.
    #[error("encrypted_message is under the key {got}, not the permanent key {expected}")]
    OtherAuthKey {
        /// The permanent key.
        expected: AuthKeyId,
        /// What it is under.
        got: AuthKeyId,
    },
    /// Altered, or made with another key.
    #[error("msg_key mismatch in encrypted_message: altered, or made with another permanent key")]
    MsgKeyMismatch,
    /// A field is not what it must be.
    #[error("{field} in encrypted_message is not that of the request")]
    Mismatch {
        /// Which.
        field: &'static str,
    },
    /// The temporary key has ended.
    #[error("expires_at {expires_at} is not after the server's time {now}")]
    Expired {
        /// When the key ends.
        expires_at: i32,
        /// The server's unix time.
        now: i64,
    },
}

/// The client's side: `encrypted_message` under the permanent key.
#[must_use]
pub fn seal(permanent: &AuthKey, binding: &Binding, random: &mut dyn Random) -> Vec<u8> {
    let inner = mtproto::BindAuthKeyInner {
        nonce: binding.nonce,
        temp_auth_key_id: binding.temp_auth_key_id.0,
        perm_auth_key_id: permanent.id().0,
        temp_session_id: binding.temp_session_id.0,
        expires_at: binding.expires_at,
    };
    let inner = inner.to_bytes().expect("nothing is optional or long");
    let mut message = vec![0; CLEAR_LEN + DATA_LEN.next_multiple_of(BLOCK)];
    let (clear, data) = message.split_at_mut(CLEAR_LEN);
    // Salt and session of the old envelope, and behind it the padding: all random.
    random.fill(data);
    data[16..24].copy_from_slice(&binding.msg_id.0.to_le_bytes());
    data[24..28].copy_from_slice(&0u32.to_le_bytes());
    data[28..32].copy_from_slice(&(INNER_LEN as u32).to_le_bytes());
    data[32..DATA_LEN].copy_from_slice(&inner);
    let msg_key = MsgKey::v1(&data[..DATA_LEN]);
    clear[..8].copy_from_slice(&permanent.id().0.to_le_bytes());
    clear[8..].copy_from_slice(&msg_key.0);
    let key = msg_key.derive_v1(permanent, Direction::ClientToServer);
    ige::encrypt(&key, data).expect("the data was padded to whole blocks");
    message
}

/// The server's side: checks that `encrypted` vouches for the binding. `now` is the server's real
/// unix time.
///
/// # Errors
/// When it does not.
pub fn open(
    permanent: &AuthKey,
    encrypted: &[u8],
    binding: &Binding,
    now: i64,
) -> Result<(), BindError> {
    let len = encrypted.len();
    if len != CLEAR_LEN + DATA_LEN.next_multiple_of(BLOCK) {
        return Err(BindError::Length { len });
    }
    let (clear, data) = encrypted.split_at(CLEAR_LEN);
    let mut clear = Reader::new(clear);
    let length = |_| BindError::Length { len };
    let got = AuthKeyId(clear.read().map_err(length)?);
    let expected = permanent.id();
    if got != expected {
        return Err(BindError::OtherAuthKey { expected, got });
    }
    let msg_key = MsgKey(clear.array().map_err(length)?);
    let mut data = Zeroizing::new(data.to_vec());
    let key = msg_key.derive_v1(permanent, Direction::ClientToServer);
    ige::decrypt(&key, &mut data).map_err(|_| BindError::Length { len })?;
    // The length inside could say otherwise, but only this one leaves 0 to 15 bytes of padding
    // and room for the one object that may stand here.
    if MsgKey::v1(&data[..DATA_LEN]) != msg_key {
        return Err(BindError::MsgKeyMismatch);
    }
    let mut reader = Reader::new(&data[16..DATA_LEN]);
    let field = |field| move |_| BindError::Mismatch { field };
    let msg_id = MsgId(reader.read().map_err(field("msg_id"))?);
    let seq_no: i32 = reader.read().map_err(field("seq_no"))?;
    let inner_len = reader.word().map_err(field("length"))? as usize;
    let inner = mtproto::BindAuthKeyInner::from_bytes(&Bytes::copy_from_slice(reader.remaining()))
        .map_err(|_| BindError::Mismatch {
            field: "bind_auth_key_inner",
        })?;
    let same = [
        ("msg_id", msg_id == binding.msg_id),
        ("seq_no", seq_no == 0),
        ("length", inner_len == INNER_LEN),
        ("nonce", inner.nonce == binding.nonce),
        (
            "temp_auth_key_id",
            inner.temp_auth_key_id == binding.temp_auth_key_id.0,
        ),
        ("perm_auth_key_id", inner.perm_auth_key_id == expected.0),
        (
            "temp_session_id",
            inner.temp_session_id == binding.temp_session_id.0,
        ),
        ("expires_at", inner.expires_at == binding.expires_at),
    ];
    if let Some((field, _)) = same.iter().find(|(_, same)| !same) {
        return Err(BindError::Mismatch { field });
    }
    if i64::from(binding.expires_at) <= now {
        return Err(BindError::Expired {
            expires_at: binding.expires_at,
            now,
        });
    }
    Ok(())
}

/// auth_key_id and msg_key.
const CLEAR_LEN: usize = 24;
/// `bind_auth_key_inner` with its id.
const INNER_LEN: usize = 40;
/// Random 16 bytes, msg_id, seq_no, length, and the object.
const DATA_LEN: usize = 32 + INNER_LEN;
