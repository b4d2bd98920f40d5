//! The numbers that name things in a session; all are `long` on the wire.
//!
//! The key's own name, [`AuthKeyId`], comes from `heliogram_crypto`.

use std::fmt;

pub use heliogram_crypto::auth_key::AuthKeyId;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:#018x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

number! {
    /// A message: unix time in 2^-32 seconds, whose low two bits say who sent it and why.
    ///
    /// `core.telegram.org/mtproto/description`, "Message Identifier (msg_id)".
    MsgId
}

number! {
    /// A session: chosen at random by the client, many to one key.
    ///
    /// `core.telegram.org/mtproto/description`, "Session".
    SessionId
}

number! {
    /// A server salt: 64 bits that the server hands out and changes every half hour.
    ///
    /// `core.telegram.org/mtproto/description`, "Server Salt".
    ServerSalt
}
