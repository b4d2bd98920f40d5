//! Sessions: what stands between sealed packets and calls.
//!
//! A session numbers messages, acknowledges them, packs several into one packet, finds out
//! what was lost and says it again. It sees plaintext only: opening and sealing stand beside it
//! ([`envelope`](crate::envelope)), and a driver joins the two. There is one per role,
//! [`ClientSession`] and [`ServerSession`], with the same way of being driven:
//!
//! 1. Bytes that were opened go in by `handle_message`, a passed deadline by `handle_timeout`,
//!    the state of the connection by `handle_connected` and `handle_disconnected`; commands are
//!    `send`, `reply`, `push` and their kin.
//! 2. **After any of these**: `poll_event` until it gives `None`, then `poll_transmit` until it
//!    gives `None`, then `poll_timeout` for the next deadline.
//!
//! Time and randomness come in as arguments. Every instant is a [`Now`], which holds two clocks:
//! timers want one that never jumps, message ids want unix time.
//!
//! # The parts
//!
//! | module | subject | page |
//! |---|---|---|
//! | [`msg_id`] | numbers of messages, and which are too old or too new | `mtproto/description`, "Message Identifier (msg_id)" |
//! | `received` | which numbers have been seen: duplicates | `mtproto/security_guidelines`, "Checking msg_id" |
//! | `seq_no` | how many messages wanted an acknowledgment | `mtproto/description`, "Message Sequence Number (msg_seqno)" |
//! | [`salts`] | the 64 bits that change every half hour | `mtproto/description`, "Server Salt" |
//! | `acks` | acknowledgments | `mtproto/service_messages_about_messages` |
//! | [`containers`] | several messages in one packet | `mtproto/service_messages`, "Containers" |
//! | [`gzip`] | an object, compressed | `mtproto/service_messages`, "Packed Object" |
//! | [`bad_msg`] | what can be wrong with a message | `mtproto/service_messages_about_messages`, "Notice of Ignored Error Message" |
//! | `state` | what became of messages | `mtproto/service_messages_about_messages` |
//! | [`rpc`] | calls and their answers | `mtproto/service_messages`, "Response to an RPC query" |
//!
//! Left out: messages of MTProto 1.0, and the wrappers around calls (`invokeWithLayer` and
//! others), which belong to whoever understands calls.

pub mod bad_msg;
pub mod client;
pub mod containers;
pub mod gzip;
pub mod msg_id;
pub mod rpc;
pub mod salts;
pub mod server;

mod acks;
mod incoming;
mod packet;
mod received;
mod seq_no;
mod state;

use std::time::{Duration, Instant};

pub use client::{ClientConfig, ClientEvent, ClientSession, RequestId};
pub use server::{ServerConfig, ServerEvent, ServerSession};

use crate::{
    envelope::Outgoing,
    ids::{MsgId, ServerSalt, SessionId},
};

/// The time, on two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// A clock that only goes forward, for deadlines.
    pub mono: Instant,
    /// Time since 1970-01-01 UTC as this machine believes it, for message ids. On the server it
    /// is the wire clock, never one that a test moves.
    pub unix: Duration,
}

/// What stands in front of a body when it is sealed. The body itself was appended to the caller's
/// buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The salt to use.
    pub salt: ServerSalt,
    /// The session.
    pub session_id: SessionId,
    /// The message's number.
    pub msg_id: MsgId,
    /// Its sequence number.
    pub seq_no: i32,
}

impl Header {
    /// The message, to be sealed.
    #[must_use]
    pub fn with_body(self, body: &[u8]) -> Outgoing<'_> {
        let Self {
            salt,
            session_id,
            msg_id,
            seq_no,
        } = self;
        Outgoing {
            salt,
            session_id,
            msg_id,
            seq_no,
            body,
        }
    }
}

/// Why a message was put aside without effect. The connection may stay open, except after
/// [`Ignored::OtherSession`] on a client, which only an attacker or a broken server causes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Ignored {
    /// The message is for another session.
    #[error("the message is for session {got}, not for {expected}; look the session up again")]
    OtherSession {
        /// This session.
        expected: SessionId,
        /// The one in the message.
        got: SessionId,
    },
    /// A client got a message whose number only a client makes.
    #[error("msg_id {0} is even, so no server made it")]
    NotFromServer(MsgId),
    /// Its number is more than 300 s old.
    #[error("msg_id {0} is more than 300 s old")]
    TooOld(MsgId),
    /// Its number is more than 30 s in the future; the clock is set by the server's next
    /// message.
    #[error("msg_id {0} is more than 30 s in the future; the clock will be set again")]
    TooNew(MsgId),
    /// It was received before.
    #[error("msg_id {0} was received before")]
    Duplicate(MsgId),
    /// It cannot be read.
    #[error("message {0} cannot be read: {1}")]
    Malformed(MsgId, heliogram_tl::Malformed),
}
