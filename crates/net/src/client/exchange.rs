//! Making a key over a connection.
//!
//! The steps are values of [`heliogram_mtproto::exchange::client`]; here they get a socket, and a
//! thread for the arithmetic: splitting `pq` and two exponentiations take some milliseconds each,
//! which a thread that serves connections does not have.

use std::{sync::Arc, time::Duration};

use heliogram_crypto::rsa::RsaPublicKey;
use heliogram_mtproto::{
    exchange::{
        client::{self, ExchangeError, Finished, Progress, Wanted},
        plain,
    },
    ids::MsgId,
    transport::Incoming,
};
use tokio::{task::spawn_blocking, time::timeout};

use super::ConnectError;
use crate::{PacketStream, SystemRandom, wire_now};

/// Makes a key with the server at the other end, or says at which step that failed.
///
/// # Errors
/// When the server does not answer in time, answers with a transport error, or fails one of the
/// checks of the security guidelines. The connection is of no use then.
pub async fn make_key(
    stream: &mut PacketStream,
    keys: Arc<[RsaPublicKey]>,
    wanted: Wanted,
    within: Duration,
) -> Result<Finished, ConnectError> {
    let mut talk = Talk {
        stream,
        within,
        last: MsgId(0),
    };
    let (step, request) = client::start(wanted, &mut SystemRandom);
    let answer = talk.ask(&request).await?;
    let (step, request) =
        off_the_reactor(move || step.handle(&answer, &keys, &mut SystemRandom)).await?;
    let answer = talk.ask(&request).await?;
    let now = wire_now().as_secs() as i64;
    let (mut step, mut request) =
        off_the_reactor(move || step.handle(&answer, now, &mut SystemRandom)).await?;
    loop {
        let answer = talk.ask(&request).await?;
        match off_the_reactor(move || step.handle(&answer, &mut SystemRandom)).await? {
            Progress::Finished(finished) => return Ok(*finished),
            Progress::Retry(again, once_more) => (step, request) = (*again, once_more),
        }
    }
}

/// Plain requests and their answers, one at a time.
struct Talk<'a> {
    stream: &'a mut PacketStream,
    within: Duration,
    last: MsgId,
}

impl Talk<'_> {
    async fn ask(&mut self, request: &[u8]) -> Result<bytes::Bytes, ConnectError> {
        self.last = next_msg_id(self.last, wire_now());
        self.stream.send(&plain::write(self.last, request))?;
        let answered = timeout(self.within, self.answer()).await;
        answered.unwrap_or(Err(ConnectError::NoAnswer {
            to: "the key exchange",
            after: self.within,
        }))
    }

    async fn answer(&mut self) -> Result<bytes::Bytes, ConnectError> {
        loop {
            match self.stream.next().await? {
                Incoming::Packet { bytes, .. } => return Ok(plain::read(&bytes.freeze())?.body),
                Incoming::Error(code) => return Err(ConnectError::Refused(code)),
                Incoming::QuickAck(_) => {}
            }
        }
    }
}

async fn off_the_reactor<T: Send + 'static>(
    compute: impl FnOnce() -> Result<T, ExchangeError> + Send + 'static,
) -> Result<T, ConnectError> {
    match spawn_blocking(compute).await {
        Ok(result) => Ok(result?),
        Err(failed) => match failed.try_into_panic() {
            Ok(panicked) => std::panic::resume_unwind(panicked),
            // The runtime is shutting down, and this future with it.
            Err(_) => std::future::pending().await,
        },
    }
}

/// A client's msg_id: unix time in 2^-32 s, divisible by four, above the last.
fn next_msg_id(last: MsgId, now: Duration) -> MsgId {
    let fraction = (u64::from(now.subsec_nanos()) << 32) / 1_000_000_000;
    let id = (now.as_secs() << 32 | fraction) as i64 & !3;
    MsgId(id.max(last.0 + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn msg_ids_are_divisible_by_four_and_grow_when_the_clock_stands_still() {
        let now = Duration::new(1_700_000_000, 500_000_000);
        let first = next_msg_id(MsgId(0), now);
        assert_eq!(first.0, (1_700_000_000 << 32) + (1 << 31));
        let second = next_msg_id(first, now);
        assert_eq!(second.0, first.0 + 4);
        assert_eq!(
            next_msg_id(second, now - Duration::from_secs(9)).0,
            second.0 + 4
        );
    }
}
