//! Connecting to a server.

use std::{fmt, io, str::FromStr, time::Duration};

use heliogram_mtproto::transport::{FrameCodec, TransportError, TransportKind};
use tokio::{net::TcpStream, time::timeout};

use crate::{Dial, PacketStream, Socket, SystemRandom};

/// Where a server listens: an IP address or a host name, and a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// An IP address, without brackets, or a host name.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// How packets are framed on the way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// The frame.
    pub kind: TransportKind,
    /// Whether everything passes through a cipher keyed by the first 64 bytes, which hides from a
    /// filter that this is MTProto. It protects nothing else. Not with [`TransportKind::Full`].
    pub obfuscated: bool,
}

/// Why no connection was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// No answer in time.
    #[error("{address} did not answer within {} s", after.as_secs_f32())]
    Timeout {
        /// Who was called.
        address: Address,
        /// The time that was given.
        after: Duration,
    },
    /// The system says why.
    #[error("cannot connect to {address}: {source}")]
    Io {
        /// Who was called.
        address: Address,
        /// Why not.
        source: io::Error,
    },
    /// The transport does not exist.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Connects over TCP, resolving a host name and trying its addresses in turn.
///
/// `dc` stands in an obfuscated header, for proxies.
///
/// # Errors
/// When nobody answers in time, or the transport does not exist.
pub async fn dial(
    address: &Address,
    transport: Transport,
    dc: i16,
    within: Duration,
) -> Result<PacketStream, DialError> {
    dial_by(None, address, transport, dc, within).await
}

/// The same by another way than TCP, when there is one.
pub(crate) async fn dial_by(
    way: Option<&dyn Dial>,
    address: &Address,
    transport: Transport,
    dc: i16,
    within: Duration,
) -> Result<PacketStream, DialError> {
    let codec = if transport.obfuscated {
        FrameCodec::client_obfuscated(transport.kind, dc, None, &mut SystemRandom)?
    } else {
        FrameCodec::client(transport.kind)
    };
    let connecting = async {
        match way {
            None => TcpStream::connect((address.host.as_str(), address.port))
                .await
                .map(Socket::from),
            Some(way) => way.dial(address).await,
        }
    };
    match timeout(within, connecting).await {
        Ok(Ok(socket)) => Ok(PacketStream::client(socket, codec)),
        Ok(Err(source)) => Err(DialError::Io {
            address: address.clone(),
            source,
        }),
        Err(_) => Err(DialError::Timeout {
            address: address.clone(),
            after: within,
        }),
    }
}

impl Address {
    /// An address from its parts.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
        }
    }
}

impl Default for Transport {
    /// Abridged, not obfuscated: the least overhead.
    fn default() -> Self {
        Self {
            kind: TransportKind::Abridged,
            obfuscated: false,
        }
    }
}

/// A text that is not `host:port`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not host:port")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    /// `127.0.0.1:443`, `[::1]:443` or `example.org:443`.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (host, port) = text.rsplit_once(':').ok_or(NotAnAddress)?;
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        if host.is_empty() || bare.is_none() && host.contains(':') {
            return Err(NotAnAddress);
        }
        Ok(Self {
            host: bare.unwrap_or(host).to_owned(),
            port: port.parse().map_err(|_| NotAnAddress)?,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') {
            write!(f, "[{host}]:{port}")
        } else {
            write!(f, "{host}:{port}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_shown() {
        for (text, host) in [
            ("127.0.0.1:443", "127.0.0.1"),
            ("[::1]:443", "::1"),
            ("example.org:443", "example.org"),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address, Address::new(host, 443));
            assert_eq!(address.to_string(), text);
        }
        for text in ["", ":443", "host", "host:", "host:65536", "::1:443"] {
            assert_eq!(text.parse::<Address>(), Err(NotAnAddress), "{text}");
        }
    }
}
