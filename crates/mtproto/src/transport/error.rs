//! What can go wrong on a connection, and what a server says about it.

use std::fmt;

/// A transport error: what a server answers when it has no session to answer in.
///
/// `core.telegram.org/mtproto/mtproto-transports`, "Transport errors".
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub i32);

impl ErrorCode {
    /// The server does not know the auth key: never seen, destroyed, or temporary and expired.
    pub const UNKNOWN_AUTH_KEY: Self = Self(-404);
    /// Too many connections or packets in a short time.
    pub const FLOOD: Self = Self(-429);
    /// The key exchange or the proxy header names another DC.
    pub const WRONG_DC: Self = Self(-444);
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, meaning) = (
            self.0,
            match *self {
                Self::UNKNOWN_AUTH_KEY => "the server does not know this auth key",
                Self::FLOOD => "too many connections or packets, wait before the next",
                Self::WRONG_DC => "the DC asked for is not served here",
                _ => "a transport error without a documented meaning",
            },
        );
        write!(f, "{code} ({meaning})")
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode({})", self.0)
    }
}

/// Why a connection's bytes make no sense, or a packet cannot be framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The peer's frame is empty or longer than any packet.
    #[error(
        "frame with a packet of {len} bytes: packets have 1 to {} bytes; close the connection",
        super::MAX_PACKET
    )]
    FrameLength {
        /// The length that the frame claims.
        len: usize,
    },
    /// The peer's full frame claims a length that has no room for its own fields.
    #[error(
        "full frame of {len} bytes: it has at least 12 for length, number and CRC; close the connection"
    )]
    FullTooShort {
        /// The length that the frame claims.
        len: u32,
    },
    /// The peer's full frame has another number than the one after the last.
    #[error("full frame number {got} came where {expected} was due; close the connection")]
    FullSequence {
        /// The number that was due.
        expected: u32,
        /// The number that came.
        got: u32,
    },
    /// The peer's full frame was damaged.
    #[error(
        "CRC-32 of a full frame is {got:#010x}, its content gives {computed:#010x}; close the connection"
    )]
    FullCrc {
        /// Over what arrived.
        computed: u32,
        /// What the frame says.
        got: u32,
    },
    /// The first 64 bytes are none of the transports, neither in the clear nor obfuscated.
    #[error(
        "the first 64 bytes are no transport this server knows; an obfuscated connection may be using another proxy secret"
    )]
    Unrecognized,
    /// The packet to send is empty or too long.
    #[error(
        "cannot send a packet of {len} bytes: packets have 1 to {} bytes",
        super::MAX_PACKET
    )]
    PacketLength {
        /// The packet's length.
        len: usize,
    },
    /// The packet to send does not fit the abridged transport.
    #[error(
        "cannot send a packet of {len} bytes over the abridged transport: lengths are multiples of 4"
    )]
    Unaligned {
        /// The packet's length.
        len: usize,
    },
    /// The full transport has no quick acks.
    #[error("the full transport has no quick acks; use another transport or do not ask for them")]
    QuickAckInFull,
    /// The full transport cannot be obfuscated.
    #[error("the full transport cannot be obfuscated, as it has no tag; use another transport")]
    FullObfuscated,
}
