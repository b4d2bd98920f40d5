//! Ids that must not be mixed: all are 64-bit integers on the wire.

use std::fmt;

use crate::{Decode, Encode, Malformed, Reader, Writer};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        on_the_wire!($name);
    };
}

macro_rules! on_the_wire {
    ($name:ident) => {
        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }

        impl Encode for $name {
            fn encode(&self, out: &mut Writer) {
                self.0.encode(out);
            }
        }

        impl Decode for $name {
            const MIN_BYTES: usize = 8;

            fn decode(input: &mut Reader<'_>) -> Result<Self, Malformed> {
                i64::decode(input).map(Self)
            }
        }
    };
}

id! {
    /// A user or bot.
    UserId
}
id! {
    /// A basic group.
    ChatId
}
id! {
    /// A channel or supergroup.
    ChannelId
}

/// The token that lets one account address a user, channel or file it has met. It is only
/// valid for the account it was given to, and is kept out of `Debug`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct AccessHash(pub i64);

on_the_wire!(AccessHash);

impl fmt::Debug for AccessHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessHash(..)")
    }
}
