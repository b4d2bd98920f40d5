//! Other DCs: calls that belong there, with the authorization carried along.
//!
//! Files live on a DC of their own, and so do statistics. A client keeps its home and opens a connection to the other DC as
//! well, with a key of that DC. The key is worth nothing until the authorization is carried there:
//!
//! ```text
//! home    auth.exportAuthorization(dc_id) ──> exportedAuthorization(id, bytes), good once
//! there   auth.importAuthorization(id, bytes) ──> authorization
//! ```
//!
//! `core.telegram.org/api/datacenter`, "Accessing other data centers".

use std::sync::Arc;

use bytes::Bytes;
use heliogram_net::client::{CallFailure, Connection};
use heliogram_tl::{Decode, Method, RpcError, api::auth};
use tokio::time::sleep;

use super::TelegramClient;
use super::invoke::{Failed, Remedy, remedy};
use crate::{CallError, InvokeError, invoke_error};

impl TelegramClient {
    /// Calls a method on another DC than the home, as `invoke(request, dcId)` of GramJS. The first call makes a
    /// connection and a key there, and carries the authorization along when the client is logged in; they
    /// are kept until [`disconnect`](Self::disconnect), or until the home moves.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient, part: heliogram::api::upload::GetFile)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// let file = match client.invoke(&part).await {
    ///     Err(error) if error.belongs_on().is_some() => {
    ///         client.invoke_on(error.belongs_on().unwrap(), &part).await? // FILE_MIGRATE_n
    ///     }
    ///     other => other?,
    /// };
    /// # let _ = file;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`InvokeError`]. A migration does get here: it says that the call belongs on yet another DC.
    pub async fn invoke_on<M: Method>(
        &self,
        dc_id: u8,
        request: &M,
    ) -> Result<M::Response, InvokeError<M::Error>> {
        if dc_id == self.home_connection().0 {
            return self.invoke(request).await;
        }
        self.typed(request, |method, body, documented| {
            self.call_on(dc_id, method, body, documented)
        })
        .await
    }

    /// Calls a method given as TL bytes on another DC, as [`invoke_raw`](Self::invoke_raw) does on the home.
    ///
    /// # Errors
    /// See [`invoke_on`](Self::invoke_on).
    pub async fn invoke_raw_on(
        &self,
        dc_id: u8,
        method: &'static str,
        request: Bytes,
    ) -> Result<Bytes, CallError> {
        if dc_id == self.home_connection().0 {
            return self.invoke_raw(method, request).await;
        }
        let answer = self.call_on(dc_id, method, request, |_| false).await;
        answer.map_err(|failed| failed.erased(method))
    }

    async fn call_on(
        &self,
        dc_id: u8,
        method: &'static str,
        body: Bytes,
        documented: fn(&RpcError) -> bool,
    ) -> Result<Bytes, Failed> {
        let options = self.options();
        let mut tries = options.request_retries.max(1);
        let mut carried = false;
        loop {
            let connection = self.elsewhere(dc_id).await?;
            let error = match connection.call(body.clone()).await {
                Ok(answer) => {
                    self.meet(&answer);
                    return Ok(answer);
                }
                Err(CallFailure::Rpc(error)) => error,
                Err(failure) => return Err(failure.into()),
            };
            tries -= 1;
            // The login came after the connection, or what was carried there has ended.
            if is_stranger(&error) && !carried && tries > 0 {
                carried = true;
                if self.carry(&connection, dc_id).await? {
                    continue;
                }
            }
            match remedy(&error, documented(&error), self.flood_sleep_threshold()) {
                Some(Remedy::Wait(time)) if tries > 0 => {
                    tracing::info!(method, dc_id, %error, "waiting {} s before the next try", time.as_secs());
                    sleep(time).await;
                }
                _ => return Err(CallFailure::Rpc(error).into()),
            }
        }
    }

    /// The connection to another DC, made when there is none.
    async fn elsewhere(&self, dc_id: u8) -> Result<Arc<Connection>, Failed> {
        let _opening = self.inner.opening.lock().await;
        let (home, known) = {
            let state = self.state();
            (state.connection.clone(), state.others.get(&dc_id).cloned())
        };
        let home = home.ok_or(CallFailure::Closed)?;
        if let Some(connection) = known.filter(|connection| connection.lost().is_none()) {
            return Ok(connection);
        }
        let opened = self.open(dc_id, None, None, None).await;
        let (_, connection, _) = opened.map_err(Failed::Move)?;
        self.carry(&connection, dc_id).await?;
        let connection = Arc::new(connection);
        let mut state = self.state();
        // Whoever disconnected meanwhile wants nothing to be left.
        if !matches!(&state.connection, Some(now) if Arc::ptr_eq(now, &home)) {
            return Err(CallFailure::Closed.into());
        }
        state.others.insert(dc_id, Arc::clone(&connection));
        Ok(connection)
    }

    /// Carries the authorization to another DC. Whether there was one.
    async fn carry(&self, to: &Connection, dc_id: u8) -> Result<bool, Failed> {
        let export = auth::ExportAuthorization {
            dc_id: dc_id.into(),
        };
        let exported = match self.ask(&export, None).await {
            Ok(exported) => exported,
            Err(Failed::Call(CallFailure::Rpc(error))) if is_stranger(&error) => return Ok(false),
            Err(failed) => return Err(uncarried::<auth::ExportAuthorization>(dc_id, failed)),
        };
        let import = auth::ImportAuthorization {
            id: exported.id,
            bytes: exported.bytes,
        };
        match self.ask(&import, Some(to)).await {
            Ok(_) => Ok(true),
            Err(failed) => Err(uncarried::<auth::ImportAuthorization>(dc_id, failed)),
        }
    }

    /// A call of the client's own: at home, or over a connection.
    async fn ask<M: Method>(
        &self,
        request: &M,
        over: Option<&Connection>,
    ) -> Result<M::Response, Failed> {
        let body = Bytes::from(
            request
                .to_bytes()
                .expect("nothing in it is optional or long"),
        );
        let answer = match over {
            Some(connection) => connection.call(body).await?,
            None => self.call(M::NAME, body, |_| false).await?,
        };
        let read = M::Response::from_bytes(&answer);
        read.map_err(|error| CallFailure::Answer(error.to_string()).into())
    }
}

fn uncarried<M: Method>(dc_id: u8, failed: Failed) -> Failed {
    Failed::Carry(dc_id, failed.erased(M::NAME))
}

/// Whether an error says that nobody is logged in.
fn is_stranger(error: &RpcError) -> bool {
    invoke_error::is_unauthorized(error.code, &error.name)
}
