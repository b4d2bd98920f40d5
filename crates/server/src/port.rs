//! Which port to listen on.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// The highest port chosen by itself: GramJS stores ports as signed 16-bit numbers.
pub const MAX_PORT: u16 = 32_767;
const MIN_PORT: u16 = 10_000;
const ATTEMPTS: u32 = 200;

/// Listens on an address; for port 0, on a free one of at most [`MAX_PORT`].
///
/// # Errors
/// When the port is taken, or none is free.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    if address.port() != 0 {
        return TcpListener::bind(address).await;
    }
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..ATTEMPTS {
        let random = getrandom::u32().map_err(io::Error::other)?;
        let port = MIN_PORT + (random % u32::from(MAX_PORT - MIN_PORT)) as u16;
        match TcpListener::bind((address.ip(), port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}
