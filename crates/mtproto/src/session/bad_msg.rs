//! What can be wrong with a message, and what is done about it.
//!
//! ```text
//! bad_msg_notification#a7eff811 bad_msg_id:long bad_msg_seqno:int error_code:int = BadMsgNotification
//! bad_server_salt#edab447b bad_msg_id:long bad_msg_seqno:int error_code:int new_server_salt:long = BadMsgNotification
//! ```
//!
//! A notified message had no effect. `bad_msg_id` may name a container, and then speaks for all
//! in it. `core.telegram.org/mtproto/service_messages_about_messages`, "Notice of Ignored Error
//! Message".

use std::fmt;

/// The `error_code` of a notification.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BadMsgCode(pub i32);

impl BadMsgCode {
    /// `msg_id` too low: most likely the client's clock is behind.
    pub const MSG_ID_TOO_LOW: Self = Self(16);
    /// `msg_id` too high: the client's clock is ahead.
    pub const MSG_ID_TOO_HIGH: Self = Self(17);
    /// The low two bits of `msg_id` are not those of a client.
    pub const MSG_ID_BITS: Self = Self(18);
    /// A container has the `msg_id` of a message received before.
    pub const CONTAINER_MSG_ID: Self = Self(19);
    /// The message is so old that nobody knows whether it was received.
    pub const TOO_OLD: Self = Self(20);
    /// `msg_seqno` too low.
    pub const SEQ_NO_TOO_LOW: Self = Self(32);
    /// `msg_seqno` too high.
    pub const SEQ_NO_TOO_HIGH: Self = Self(33);
    /// An even `msg_seqno` was expected.
    pub const SEQ_NO_NOT_EVEN: Self = Self(34);
    /// An odd `msg_seqno` was expected.
    pub const SEQ_NO_NOT_ODD: Self = Self(35);
    /// Wrong server salt; the notification holds the right one.
    pub const SERVER_SALT: Self = Self(48);
    /// Invalid container.
    pub const CONTAINER: Self = Self(64);

    /// What the code means.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self.0 {
            16 => "msg_id too low",
            17 => "msg_id too high",
            18 => "the low bits of msg_id are not those of a client",
            19 => "the container's msg_id was used before",
            20 => "the message is too old to know whether it was received",
            32 => "msg_seqno too low",
            33 => "msg_seqno too high",
            34 => "msg_seqno is odd and should be even",
            35 => "msg_seqno is even and should be odd",
            48 => "wrong server salt",
            64 => "invalid container",
            _ => "unknown code",
        }
    }
}

impl fmt::Display for BadMsgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0, self.meaning())
    }
}

impl fmt::Debug for BadMsgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
