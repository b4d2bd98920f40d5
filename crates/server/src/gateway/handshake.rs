//! The key exchange over a connection.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use heliogram_mtproto::exchange::plain;
use heliogram_mtproto::exchange::server::{Exchange, ExchangeError, Finished};
use heliogram_mtproto::ids::MsgId;
use heliogram_mtproto::transport::ErrorCode;
use heliogram_net::{SystemRandom, wire_now};

use super::door::Door;
use super::hub::Hub;
use crate::core::{KeyKind, KnownKey};
use crate::operations::OperationError;

/// Why a plain message was not answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandshakeError {
    #[error(transparent)]
    Plain(#[from] plain::PlainError),
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    #[error("a key for DC {said} was asked for at the door of DC {here}; the client was told -444")]
    WrongDc { said: i32, here: i32 },
    #[error("the new key could not be stored: {0}")]
    Store(#[from] OperationError),
    #[error("the exchange was broken off: {0}")]
    Broken(#[from] tokio::task::JoinError),
}

impl HandshakeError {
    /// What the client is told before its connection is closed.
    pub(super) fn transport_error(&self) -> ErrorCode {
        match self {
            Self::WrongDc { .. } => ErrorCode::WRONG_DC,
            _ => ErrorCode::UNKNOWN_AUTH_KEY,
        }
    }
}

/// Answers a plain packet; exponentiation happens off the threads that read.
pub(super) async fn answer(
    hub: &Arc<Hub>,
    door: &Arc<Door>,
    exchange: &mut Exchange,
    packet: &Bytes,
) -> Result<Vec<u8>, HandshakeError> {
    let plain = plain::read(packet)?;
    let work = exchange.receive(&plain.body)?;
    let (hub, door) = (Arc::clone(hub), Arc::clone(door));
    let answer = tokio::task::spawn_blocking(move || -> Result<_, HandshakeError> {
        let now = wire_now();
        let is_taken = |id| hub.keys.is_taken(&hub.worlds, id);
        let mut answer = work.run(
            &hub.identity,
            now.as_secs() as i32,
            &is_taken,
            &mut SystemRandom,
        )?;
        let said = answer.next.dc();
        if let Some(said) = said.filter(|said| !door.is_meant(*said)) {
            let here = door.dc_id;
            return Err(HandshakeError::WrongDc { said, here });
        }
        if let Some(finished) = answer.finished.take() {
            keep(&hub, &door, finished, now)?;
        }
        Ok((answer.body, answer.next))
    })
    .await??;
    let (body, next) = answer;
    *exchange = next;
    Ok(plain::write(plain_msg_id(wire_now()), &body))
}

/// Stores a new key before its client hears of it.
fn keep(hub: &Hub, door: &Door, finished: Finished, now: Duration) -> Result<(), OperationError> {
    let kind = match finished.expires_in {
        None => KeyKind::Permanent,
        Some(seconds) => KeyKind::Temporary {
            expires_at: i64::from(finished.server_time) + i64::from(seconds),
        },
    };
    let known = KnownKey {
        key: finished.auth_key,
        salt: finished.salt.0,
        kind,
        bound_to: None,
        dc_id: door.dc_id,
    };
    let epoch = door.seat.core.epoch();
    door.seat.core.add_auth_key(&known)?;
    tracing::debug!(key = %known.key.id(), padding = ?finished.padding, dc = finished.dc, "a key was made");
    hub.keys.insert_new(known, door.seat.clone(), epoch, now);
    Ok(())
}

/// The number of an answer in the clear: the time, and 01 for an answer.
fn plain_msg_id(unix: Duration) -> MsgId {
    let seconds = unix.as_secs() << 32;
    let fraction = (u64::from(unix.subsec_nanos()) << 32) / 1_000_000_000;
    MsgId((((seconds | fraction) & !3) | 1).cast_signed())
}
