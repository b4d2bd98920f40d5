//! Calling a method: bytes out, bytes in, and what to do about errors in between.
//!
//! Some errors are only a matter of time or place, and the call is repeated: flood waits up to the
//! threshold are slept, `PHONE_MIGRATE_n` and its kin are followed to the other DC, and failures inside
//! the server are tried again. All others are the caller's; so is `FILE_MIGRATE_n`, since not one call but the
//! whole file belongs on that DC, where [`TelegramClient::invoke_on`] calls.
//!
//! A migration means a new login. So `PHONE_MIGRATE_n` and `NETWORK_MIGRATE_n` are not followed by a client that is
//! logged in, as in GramJS: it has asked about somebody else's number.
//!
//! `core.telegram.org/api/errors`.

use std::time::Duration;

use bytes::Bytes;
use heliogram_net::client::{CallFailure, Connection};
use heliogram_tl::{AnyMethodError, Decode, Encode, Method, MethodError, RpcError, api};
use tokio::time::sleep;

use super::{ClientError, TelegramClient};
use crate::{CallError, InvokeError, RpcFailure, invoke_error};

impl TelegramClient {
    /// Calls a method of the API and gives what it promises.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use heliogram::api;
    ///
    /// let nearest = client.invoke(&api::help::GetNearestDc {}).await?;
    /// println!("{nearest:#?}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// When the returned future is dropped, the answer is, too; a request that was sent may
    /// still take effect.
    ///
    /// # Errors
    /// See [`InvokeError`]. Flood waits up to [the
    /// threshold](crate::ClientOptions::flood_sleep_threshold) and migrations do not get here.
    pub async fn invoke<M: Method>(
        &self,
        request: &M,
    ) -> Result<M::Response, InvokeError<M::Error>> {
        self.typed(request, |method, body, documented| {
            self.call(method, body, documented)
        })
        .await
    }

    /// Writes a request, has its bytes called, and reads the answer. `call` is given the method's name, the bytes, and
    /// which errors are documented for it.
    pub(super) async fn typed<M: Method, F>(
        &self,
        request: &M,
        call: impl FnOnce(&'static str, Bytes, fn(&RpcError) -> bool) -> F,
    ) -> Result<M::Response, InvokeError<M::Error>>
    where
        F: Future<Output = Result<Bytes, Failed>>,
    {
        let method = M::NAME;
        let body = request
            .to_bytes()
            .map_err(|source| InvokeError::Encode { method, source })?;
        let documented = |error: &RpcError| M::Error::from_rpc(error).is_some();
        match call(method, body.into(), documented).await {
            Ok(answer) => M::Response::from_bytes(&answer)
                .map_err(|source| InvokeError::Decode { method, source }),
            Err(failed) => Err(failed.for_method(method)),
        }
    }

    /// Calls a method given as TL bytes, and gives the answer's, with the same patience as
    /// [`invoke`](Self::invoke). `method` is its name, for errors.
    ///
    /// # Errors
    /// See [`InvokeError`].
    pub async fn invoke_raw(
        &self,
        method: &'static str,
        request: Bytes,
    ) -> Result<Bytes, CallError> {
        let answer = self.call(method, request, |_| false).await;
        answer.map_err(|failed| failed.erased(method))
    }

    /// `documented` says whether an error is one of the method's own.
    pub(crate) async fn call(
        &self,
        method: &'static str,
        body: Bytes,
        documented: fn(&RpcError) -> bool,
    ) -> Result<Bytes, Failed> {
        let options = self.options();
        let mut tries = options.request_retries.max(1);
        let mut been = Vec::new();
        loop {
            let (dc_id, connection) = self.home_connection();
            let connection = connection.ok_or(CallFailure::Closed)?;
            let error = match connection.call(body.clone()).await {
                Ok(answer) => {
                    self.meet(&answer);
                    self.hub().answered(&body, &answer);
                    return Ok(answer);
                }
                Err(CallFailure::Rpc(error)) => error,
                // Another call moved the client to another DC, and nothing was sent here.
                Err(CallFailure::Closed) if self.home_connection().0 != dc_id => continue,
                Err(failure) => return Err(failure.into()),
            };
            tries -= 1;
            let own = documented(&error);
            match remedy(&error, own, self.flood_sleep_threshold()) {
                _ if tries == 0 => return Err(CallFailure::Rpc(error).into()),
                None => return Err(CallFailure::Rpc(error).into()),
                Some(Remedy::Wait(time)) => {
                    tracing::info!(method, %error, "waiting {} s before the next try", time.as_secs());
                    sleep(time).await;
                }
                Some(Remedy::Move(to)) => {
                    been.push(dc_id);
                    if been.iter().any(|dc| i32::from(*dc) == to) {
                        return Err(Failed::Move(ClientError::Circle { from: dc_id, to }));
                    }
                    let login_is_at_stake = !error.name.starts_with("USER_");
                    if login_is_at_stake && is_logged_in(&connection).await {
                        return Err(CallFailure::Rpc(error).into());
                    }
                    drop(connection);
                    self.migrate(dc_id, to).await.map_err(Failed::Move)?;
                }
            }
        }
    }
}

/// Whether the key of this connection is that of a session.
async fn is_logged_in(connection: &Connection) -> bool {
    match (api::updates::GetState {}).to_bytes() {
        Ok(question) => connection.call(question.into()).await.is_ok(),
        Err(_) => false,
    }
}

/// Why a call has no answer, before it is known which method's errors it may be.
pub(crate) enum Failed {
    Call(CallFailure),
    Move(ClientError),
    /// The authorization could not be carried to the DC of the call.
    Carry(u8, CallError),
}

impl From<CallFailure> for Failed {
    fn from(failure: CallFailure) -> Self {
        Self::Call(failure)
    }
}

impl Failed {
    pub(super) fn for_method<E: MethodError>(self, method: &'static str) -> InvokeError<E> {
        match self {
            Self::Call(CallFailure::Rpc(error)) => InvokeError::from_rpc(error, method),
            other => other.without_answer(method),
        }
    }

    pub(crate) fn erased(self, method: &'static str) -> CallError {
        match self {
            Self::Call(CallFailure::Rpc(error)) => match AnyMethodError::from_rpc(&error) {
                Some(any) => InvokeError::Any {
                    error: any,
                    raw: RpcFailure::new(error, method),
                },
                None => InvokeError::Unlisted(RpcFailure::new(error, method)),
            },
            other => other.without_answer(method),
        }
    }

    /// An error that is none of the server's.
    pub(super) fn without_answer<E>(self, method: &'static str) -> InvokeError<E> {
        match self {
            Self::Move(source) => InvokeError::Migrate { method, source },
            Self::Carry(dc_id, source) => InvokeError::Carry {
                method,
                dc_id,
                source: Box::new(source),
            },
            Self::Call(CallFailure::Connect(source)) => InvokeError::Connect { method, source },
            Self::Call(CallFailure::OutcomeUnknown(source)) => {
                InvokeError::OutcomeUnknown { method, source }
            }
            Self::Call(CallFailure::Answer(problem)) => InvokeError::Answer { method, problem },
            Self::Call(_) => InvokeError::Disconnected { method },
        }
    }
}

/// What mends an error.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    Wait(Duration),
    Move(i32),
}

/// `own` is whether the error is documented for the very method that was called: then a timeout is what the method
/// has to say, of a bot that does not answer, and not a failure of the server.
pub(super) fn remedy(error: &RpcError, own: bool, threshold: Duration) -> Option<Remedy> {
    if let Some(wait) = invoke_error::flood_wait(error) {
        // At least a moment, so that a server that says 0 is not called in a tight loop.
        return (wait <= threshold).then(|| Remedy::Wait(wait.max(SHORT_WAIT)));
    }
    if !own && is_overload(error) {
        return Some(Remedy::Wait(SERVER_FAILED));
    }
    match AnyMethodError::from_rpc(error)? {
        AnyMethodError::PhoneMigrate(dc)
        | AnyMethodError::NetworkMigrate(dc)
        | AnyMethodError::UserMigrate(dc) => Some(Remedy::Move(dc)),
        AnyMethodError::RpcCallFail | AnyMethodError::RpcMcgetFail => {
            Some(Remedy::Wait(SERVER_FAILED))
        }
        _ => None,
    }
}

/// Errors of a server that is too busy, or whose parts do not reach each other; no method documents them.
fn is_overload(error: &RpcError) -> bool {
    match error.code {
        -503 => error.name == "Timeout",
        500 => error.name == "WORKER_BUSY_TOO_LONG_RETRY" || error.name.starts_with("INTERDC_"),
        _ => false,
    }
}

const SHORT_WAIT: Duration = Duration::from_millis(100);
/// How long to leave a server alone that failed inside; GramJS's value.
const SERVER_FAILED: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: i32, name: &str, expected: Option<Remedy>) {
        let remedy = remedy(&RpcError::new(code, name), false, Duration::from_secs(60));
        assert_eq!(remedy, expected, "{name}");
    }

    #[test]
    fn flood_waits_are_slept_up_to_the_threshold_inclusive() {
        let wait = |seconds| Some(Remedy::Wait(Duration::from_secs(seconds)));
        check(420, "FLOOD_WAIT_60", wait(60));
        check(420, "FLOOD_WAIT_61", None);
        check(420, "FLOOD_PREMIUM_WAIT_3", wait(3));
        check(420, "FLOOD_TEST_PHONE_WAIT_1", wait(1));
        check(420, "FLOOD_WAIT_0", Some(Remedy::Wait(SHORT_WAIT)));
        // Seven days are not to be slept, and it is no flood.
        check(420, "2FA_CONFIRM_WAIT_30", None);
        check(420, "SLOWMODE_WAIT_30", None);
    }

    #[test]
    fn migrations_of_the_account_are_followed_and_those_of_files_are_not() {
        check(303, "PHONE_MIGRATE_4", Some(Remedy::Move(4)));
        check(303, "NETWORK_MIGRATE_1", Some(Remedy::Move(1)));
        check(303, "USER_MIGRATE_2", Some(Remedy::Move(2)));
        check(303, "FILE_MIGRATE_2", None);
        check(303, "STATS_MIGRATE_2", None);
    }

    #[test]
    fn a_timeout_that_the_method_documents_is_its_answer() {
        let timeout = RpcError::new(-503, "Timeout");
        assert_eq!(remedy(&timeout, true, Duration::from_secs(60)), None);
    }

    #[test]
    fn only_passing_failures_of_the_server_are_tried_again() {
        check(500, "RPC_CALL_FAIL", Some(Remedy::Wait(SERVER_FAILED)));
        check(-503, "Timeout", Some(Remedy::Wait(SERVER_FAILED)));
        check(
            500,
            "WORKER_BUSY_TOO_LONG_RETRY",
            Some(Remedy::Wait(SERVER_FAILED)),
        );
        check(
            500,
            "INTERDC_4_CALL_ERROR",
            Some(Remedy::Wait(SERVER_FAILED)),
        );
        check(500, "AUTH_RESTART", None);
        check(400, "HASH_INVALID", None);
        check(401, "AUTH_KEY_UNREGISTERED", None);
    }
}
