//! What can be wrong with bytes, and with values.

use std::fmt;

/// Why bytes are not the value they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The input ends inside a value.
    #[error("the input ends {missing} bytes too early")]
    Truncated {
        /// How many more bytes were needed at least.
        missing: usize,
    },
    /// A constructor id that cannot stand here.
    #[error("constructor {0:#010x} cannot stand here")]
    UnexpectedId(u32),
    /// A vector that claims more elements than the input can hold.
    #[error("a vector claims {count} elements, more than the {remaining} bytes left can hold")]
    CountTooLarge {
        /// The claimed count.
        count: u32,
        /// The bytes left after the count.
        remaining: usize,
    },
    /// A string that is not UTF-8.
    #[error("the string is not UTF-8")]
    NotUtf8,
    /// Objects nested deeper than the limit.
    #[error("objects are nested deeper than {}", super::Reader::MAX_DEPTH)]
    TooDeep,
    /// Bytes after the end of the value.
    #[error("{0} bytes are left after the value")]
    Trailing(usize),
}

/// A fault and where it is. One pointer, as every decoding function may return it: what is
/// rare is allocated, and what is common stays in registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(Box<(usize, Fault)>);

impl Malformed {
    /// A fault at an offset from the start of the input.
    #[cold]
    #[must_use]
    pub fn new(offset: usize, fault: Fault) -> Self {
        Self(Box::new((offset, fault)))
    }

    /// Bytes from the start of the input.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.0
    }

    /// What is wrong there.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.0.1
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.fault(), self.offset())
    }
}

impl std::error::Error for Malformed {}

/// A fault with the path of the field it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// `account.sendConfirmPhoneCode.settings.logout_tokens[0]`; empty when not even
    /// the outermost constructor is known.
    pub path: String,
    /// Bytes from the start of the input.
    pub offset: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            offset,
            fault,
        } = self;
        if path.is_empty() {
            write!(f, "{fault} (at byte {offset})")
        } else {
            write!(f, "{path}: {fault} (at byte {offset})")
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a value has no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Of the optionals that share one bit, some are set and some are not.
    #[error("{constructor}: {fields} are present together or not at all; set all of them or none")]
    Incomplete {
        /// The constructor or method.
        constructor: &'static str,
        /// The fields that share the bit.
        fields: &'static str,
    },
    /// A string or byte array of 16 MiB or more, which TL cannot express.
    #[error("a byte string of {0} bytes is too long for TL (at most 16777215)")]
    TooLong(usize),
}
