//! The bytes under a connection: a TCP socket, or anything else that carries bytes both ways.
//!
//! Packets nearly always travel over TCP, and that way stays a plain call. [`Socket::other`] is the seam for the rest: a
//! proxy, a tunnel, or a network in memory that a test makes as bad as it likes. [`Dial`] is where a client gets its
//! sockets from.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::Address;

/// Makes connections in the place of TCP.
///
/// A client asks again whenever a connection broke; it gives up an attempt that takes longer than its timeout.
pub trait Dial: fmt::Debug + Send + Sync {
    /// Connects to a server.
    fn dial<'a>(&'a self, address: &'a Address) -> Dialling<'a>;
}

/// A connection on its way.
pub type Dialling<'a> = Pin<Box<dyn Future<Output = io::Result<Socket>> + Send + 'a>>;

/// A connected stream of bytes.
pub struct Socket(pub(crate) Kind);

pub(crate) enum Kind {
    Tcp(TcpStream),
    Other(Box<dyn ByteStream>),
}

/// What a connection can run over.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

impl Socket {
    /// Bytes over something that is no TCP socket. What it takes it must pass on without being flushed, and its end is
    /// the end of the connection.
    #[must_use]
    pub fn other(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self(Kind::Other(Box::new(stream)))
    }

    /// Writes what is taken at once.
    pub(crate) fn try_write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Tcp(socket) => socket.try_write(bytes),
            // Whoever waits until more is taken asks again, with a waker.
            Kind::Other(stream) => {
                match write(
                    stream.as_mut(),
                    &mut Context::from_waker(Waker::noop()),
                    bytes,
                ) {
                    Poll::Ready(written) => written,
                    Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
                }
            }
        }
    }
}

/// Writes some bytes, at least one.
pub(crate) fn write(
    stream: &mut dyn ByteStream,
    cx: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    Pin::new(stream).poll_write(cx, bytes).map(|written| {
        written.and_then(|count| match count {
            0 => Err(io::ErrorKind::WriteZero.into()),
            count => Ok(count),
        })
    })
}

/// Reads into room that is only there while something is read; gives how many bytes, 0 at the end.
pub(crate) fn read(
    stream: &mut dyn ByteStream,
    cx: &mut Context<'_>,
    take: impl FnOnce(&[u8]),
) -> Poll<io::Result<usize>> {
    let mut room = [0; 8 * 1024];
    let mut buffer = ReadBuf::new(&mut room);
    Pin::new(stream).poll_read(cx, &mut buffer).map_ok(|()| {
        let read = buffer.filled();
        take(read);
        read.len()
    })
}

impl From<TcpStream> for Socket {
    fn from(socket: TcpStream) -> Self {
        // Answers are small and awaited: waiting to fill a segment only costs time.
        let _ = socket.set_nodelay(true);
        Self(Kind::Tcp(socket))
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Tcp(socket) => socket.fmt(f),
            Kind::Other(_) => f.write_str("Socket::other(..)"),
        }
    }
}
