//! One connection that carries packets.
//!
//! An idle connection holds no buffer: bytes to read are given room only once the socket
//! has some, and both buffers are dropped when they are empty.

use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BytesMut};
use heliogram_mtproto::transport::{
    ErrorCode, FrameCodec, Incoming, Sniffed, Sniffer, TransportError,
};
use tokio::io::Interest;
use tokio::time::Instant;

use crate::socket::{self, Kind};
use crate::{Socket, SystemRandom};

/// Room made for one read. Larger packets arrive in several.
const READ_ROOM: usize = 16 * 1024;
/// How much may wait for a peer that does not read before the connection is given up.
const MAX_WAITING: usize = 32 * 1024 * 1024;

/// Packets over a socket, both ways.
#[derive(Debug)]
pub struct PacketStream {
    socket: Socket,
    framing: Framing,
    incoming: BytesMut,
    outgoing: BytesMut,
    /// Since when the socket has taken nothing although something waits.
    blocked_since: Option<Instant>,
}

#[derive(Debug)]
enum Framing {
    /// A server that does not know yet what the client speaks.
    Sniffing(Sniffer),
    Known(FrameCodec),
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The peer closed the connection.
    #[error("the peer closed the connection")]
    Closed,
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Io(#[from] io::Error),
    /// What the peer sent is not framed as its transport says.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// A protocol that is recognised and not served on this port.
    #[error("the client speaks {0}, which this port does not serve; use an MTProto TCP transport")]
    NotServed(&'static str),
    /// The peer does not read what it asked for.
    #[error("{0} bytes wait for a peer that does not read them; the connection is given up")]
    SlowPeer(usize),
}

impl PacketStream {
    /// The client's side, on a connected socket.
    #[must_use]
    pub fn client(socket: impl Into<Socket>, codec: FrameCodec) -> Self {
        Self::new(socket.into(), Framing::Known(codec))
    }

    /// The server's side, on an accepted socket; the transport is found out from the first
    /// bytes.
    #[must_use]
    pub fn server(socket: impl Into<Socket>, sniffer: Sniffer) -> Self {
        Self::new(socket.into(), Framing::Sniffing(sniffer))
    }

    /// The framing, once it is known.
    #[must_use]
    pub fn codec(&self) -> Option<&FrameCodec> {
        match &self.framing {
            Framing::Sniffing(_) => None,
            Framing::Known(codec) => Some(codec),
        }
    }

    /// How many bytes wait for the peer to take them.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.outgoing.len()
    }

    /// Since when the peer has taken nothing although something waits.
    #[must_use]
    pub fn blocked_since(&self) -> Option<Instant> {
        self.blocked_since
    }

    /// Puts a packet behind those waiting, and writes what the socket takes at once.
    ///
    /// What is left is written by [`next`](Self::next) or [`flush`](Self::flush).
    ///
    /// # Errors
    /// When the packet cannot be framed, or too much is waiting already.
    pub fn send(&mut self, packet: &[u8]) -> Result<(), StreamError> {
        let Framing::Known(codec) = &mut self.framing else {
            return Ok(());
        };
        codec.encode(packet, false, &mut SystemRandom, &mut self.outgoing)?;
        self.write_some()
    }

    /// Puts no more than the first `bytes` bytes of a packet's frame behind those waiting, as a connection does
    /// that breaks. The peer waits for the rest: close the connection.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_part(&mut self, packet: &[u8], bytes: usize) -> Result<(), StreamError> {
        let Framing::Known(codec) = &mut self.framing else {
            return Ok(());
        };
        let waiting = self.outgoing.len();
        codec.encode(packet, false, &mut SystemRandom, &mut self.outgoing)?;
        self.outgoing.truncate(waiting.saturating_add(bytes));
        self.write_some()
    }

    /// Acknowledges a packet that asked for it, before it is handled.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_quick_ack(&mut self, token: u32) -> Result<(), StreamError> {
        if let Framing::Known(codec) = &mut self.framing {
            codec.encode_quick_ack(token, &mut self.outgoing)?;
        }
        self.write_some()
    }

    /// Sends a transport error.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_error(&mut self, code: ErrorCode) -> Result<(), StreamError> {
        if let Framing::Known(codec) = &mut self.framing {
            codec.encode_error(code, &mut SystemRandom, &mut self.outgoing);
        }
        self.write_some()
    }

    /// The next packet; writes what waits meanwhile. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// Once, when the connection has ended.
    pub async fn next(&mut self) -> Result<Incoming, StreamError> {
        loop {
            if let Some(incoming) = self.decode()? {
                return Ok(incoming);
            }
            if self.incoming.is_empty() {
                self.incoming = BytesMut::new();
            }
            let Kind::Tcp(socket) = &self.socket.0 else {
                poll_fn(|cx| self.poll_other(cx)).await?;
                continue;
            };
            let interest = if self.outgoing.is_empty() {
                Interest::READABLE
            } else {
                Interest::READABLE | Interest::WRITABLE
            };
            let ready = socket.ready(interest).await?;
            if ready.is_writable() {
                self.write_some()?;
            }
            if ready.is_readable() {
                self.read_some()?;
            }
        }
    }

    /// The next packet that has arrived already, without waiting.
    ///
    /// # Errors
    /// As [`next`](Self::next).
    pub fn try_next(&mut self) -> Result<Option<Incoming>, StreamError> {
        self.decode()
    }

    /// Writes everything that waits.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn flush(&mut self) -> Result<(), StreamError> {
        while !self.outgoing.is_empty() {
            let Kind::Tcp(socket) = &self.socket.0 else {
                poll_fn(|cx| self.poll_write_other(cx)).await?;
                continue;
            };
            socket.writable().await?;
            self.write_some()?;
        }
        Ok(())
    }

    fn new(socket: Socket, framing: Framing) -> Self {
        Self {
            socket,
            framing,
            incoming: BytesMut::new(),
            outgoing: BytesMut::new(),
            blocked_since: None,
        }
    }

    fn decode(&mut self) -> Result<Option<Incoming>, StreamError> {
        if self.incoming.is_empty() {
            return Ok(None);
        }
        if let Framing::Sniffing(sniffer) = &self.framing {
            match sniffer.sniff(&mut self.incoming)? {
                Sniffed::NeedBytes(_) => return Ok(None),
                Sniffed::Transport(codec) => self.framing = Framing::Known(codec),
                Sniffed::Http => return Err(StreamError::NotServed("HTTP")),
                Sniffed::WebSocket => return Err(StreamError::NotServed("WebSocket")),
                Sniffed::Tls => return Err(StreamError::NotServed("TLS")),
            }
        }
        match &mut self.framing {
            Framing::Sniffing(_) => Ok(None),
            Framing::Known(codec) => Ok(codec.decode(&mut self.incoming)?),
        }
    }

    fn read_some(&mut self) -> Result<(), StreamError> {
        let Kind::Tcp(socket) = &self.socket.0 else {
            return Ok(());
        };
        self.incoming.reserve(READ_ROOM);
        match socket.try_read_buf(&mut self.incoming) {
            Ok(0) => Err(StreamError::Closed),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until something was read from a stream that is no TCP socket; writes what waits meanwhile.
    fn poll_other(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        if let Poll::Ready(written) = self.poll_write_other(cx) {
            written?;
        }
        let Kind::Other(stream) = &mut self.socket.0 else {
            return Poll::Ready(Ok(()));
        };
        let incoming = &mut self.incoming;
        let take = |bytes: &[u8]| incoming.extend_from_slice(bytes);
        match ready!(socket::read(stream.as_mut(), cx, take))? {
            0 => Poll::Ready(Err(StreamError::Closed)),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_write_other(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        while !self.outgoing.is_empty()
            && let Kind::Other(stream) = &mut self.socket.0
        {
            let written = ready!(socket::write(stream.as_mut(), cx, &self.outgoing))?;
            self.outgoing.advance(written);
            self.blocked_since = None;
        }
        self.outgoing = BytesMut::new();
        Poll::Ready(Ok(()))
    }

    fn write_some(&mut self) -> Result<(), StreamError> {
        while !self.outgoing.is_empty() {
            match self.socket.try_write(&self.outgoing) {
                Ok(written) => {
                    self.outgoing.advance(written);
                    self.blocked_since = None;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.blocked_since.get_or_insert_with(Instant::now);
                    let waiting = self.outgoing.len();
                    return if waiting > MAX_WAITING {
                        Err(StreamError::SlowPeer(waiting))
                    } else {
                        Ok(())
                    };
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.outgoing = BytesMut::new();
        Ok(())
    }
}
