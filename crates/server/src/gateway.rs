//! Where clients arrive: connections, key exchanges and sessions, in front of the worlds.
//!
//! A connection is one task. It frames packets, deciphers them under the key that they name,
//! and hands each message to the session it belongs to; what sessions have to say leaves by
//! their latest connection. Keys and sessions belong to the [`Hub`], not to a connection: a
//! client may make its key over one socket and use it over another.
//!
//! A port is a [`Door`]: to a DC, of a world. A key belongs to the DC of the door it was made at, for good, and to
//! that door's world until it says, once, that it belongs to another (`joining.rs`).
//!
//! The gateway keeps nothing that the store could not give back.

mod calls;
mod connection;
mod door;
mod handshake;
mod hub;
mod joining;
mod keys;
mod link;
mod pushes;
mod sessions;
mod strikes;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use heliogram_net::Socket;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub(crate) use self::door::{Door, Seat};
pub(crate) use self::hub::Hub;
pub(crate) use self::pushes::run as pass_on_news;

/// How often sessions that nobody has come back to are forgotten.
const SWEEP: Duration = Duration::from_secs(60);
/// After a refused `accept` (too many open files, say) there is no hurry.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until it is dropped; the connections go with it.
pub(crate) async fn accept(hub: Arc<Hub>, listener: TcpListener, door: Door) {
    let door = Arc::new(door);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => {
                    let (hub, door) = (Arc::clone(&hub), Arc::clone(&door));
                    connections.spawn(connection::run(hub, door, socket.into(), peer));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection that came by another way than a port, until it ends.
pub(crate) async fn serve(hub: Arc<Hub>, door: Door, socket: Socket, peer: SocketAddr) {
    connection::run(hub, Arc::new(door), socket, peer).await;
}

/// Forgets what nobody comes back to, until it is dropped.
pub(crate) async fn sweep(hub: Arc<Hub>) {
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        sweep.tick().await;
        hub.sweep();
    }
}
