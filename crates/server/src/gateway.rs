//! Where clients arrive: connections, key exchanges and sessions, in front of a [`Core`](crate::core::Core).
//!
//! A connection is one task. It frames packets, deciphers them under the key that they name,
//! and hands each message to the session it belongs to; what sessions have to say leaves by
//! their latest connection. Keys and sessions belong to the [`Hub`], not to a connection: a
//! client may make its key over one socket and use it over another.
//!
//! The gateway keeps nothing that the store could not give back.

mod calls;
mod connection;
mod handshake;
mod hub;
mod keys;
mod link;
mod pushes;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub(crate) use self::hub::Hub;

/// How often sessions that nobody has come back to are forgotten.
const SWEEP: Duration = Duration::from_secs(60);
/// After a refused `accept` (too many open files, say) there is no hurry.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until it is dropped; the connections go with it.
pub(crate) async fn run(hub: Hub, listener: TcpListener) {
    let news = hub.core.subscribe();
    let hub = Arc::new(hub);
    let mut tasks = JoinSet::new();
    tasks.spawn(pushes::run(Arc::clone(&hub), news));
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => {
                    tasks.spawn(connection::run(Arc::clone(&hub), socket, peer));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            _ = sweep.tick() => hub.sweep(),
            Some(_) = tasks.join_next() => {}
        }
    }
}
