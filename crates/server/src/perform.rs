//! One call in one transaction.

use std::net::IpAddr;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_tl::{AnyMethodError, LAYER, MethodError, RpcError};

use crate::core::{Call, Core, Reply};
use crate::cx::{Caller, Cx, Scope};
use crate::dispatch::{self, Access, Admitted, Decoded, Entry};
use crate::journal;
use crate::operations::OperationError;
use crate::password::{self, Need, Prepared};
use crate::store::auth_keys::{ClientInfo, KeyRow, Standing};
use crate::store::{StoreError, Tx};
use crate::wrappers::{self, Peeled};

/// How long a session may go on before its activity is written down again, in seconds: a read-only call
/// then costs no write. The rules that look at activity count in days.
const ACTIVITY_GRAIN: i64 = 60;

impl Core {
    /// Answers a call.
    pub async fn call(&self, call: Call) -> Reply {
        if !journal::is_read() {
            return self.answer(call).await;
        }
        let (connection, body) = (call.connection, call.body.clone());
        let reply = self.answer(call).await;
        journal::note(connection, &body, &reply);
        reply
    }

    async fn answer(&self, call: Call) -> Reply {
        let mut peeled = match wrappers::peel(&call.body) {
            Ok(peeled) => peeled,
            Err(error) => return reply(Err(error), None, false),
        };
        let without_updates = peeled.without_updates;
        let admitted = match self.admit(&call, &mut peeled).await {
            Ok(admitted) => admitted,
            Err(error) => return reply(Err(error), None, without_updates),
        };
        let (name, body) = match admitted {
            Admitted::Missing(method) => {
                let refused = match self.caller_is_bot(&call).await {
                    Some(bot) => dispatch::available(method, bot).err(),
                    None => None,
                };
                let error = refused.unwrap_or_else(|| dispatch::not_implemented(method));
                (method.combinator().name, Err(error))
            }
            Admitted::Handled(entry, decoded) => {
                let prepared = self.prepare(&call, decoded.need()).await;
                (
                    entry.name,
                    self.perform(call, peeled, entry, decoded, prepared).await,
                )
            }
        };
        if body.is_ok() {
            self.shared().count_answer(name);
        }
        reply(body, Some(name), without_updates)
    }

    /// The answer that a call of these numbers got before, when it changed something and is still
    /// remembered.
    pub async fn stored_reply(
        &self,
        key: AuthKeyId,
        session_id: i64,
        msg_id: i64,
    ) -> Option<Result<Bytes, RpcError>> {
        let found = self.read(move |tx| match permanent_row(tx, key.0)? {
            Some(row) => tx.replies().find((row.id, session_id, msg_id)),
            None => Ok(None),
        });
        found.await.ok().flatten()
    }

    /// Reads the query; if it cannot be read, as one of the caller's layer.
    async fn admit(&self, call: &Call, peeled: &mut Peeled) -> Result<Admitted, RpcError> {
        let refusal = match dispatch::admit(&peeled.query) {
            Ok(admitted) => return Ok(admitted),
            Err(refusal) => refusal,
        };
        if !refusal.perhaps_older {
            return Err(refusal.error);
        }
        let layer = match peeled.layer {
            Some(layer) => layer,
            None => self.layer_of(call).await,
        };
        match dispatch::newer(layer, &peeled.query) {
            Some(newer) => {
                let admitted = dispatch::admit(&newer).map_err(|refusal| refusal.error);
                peeled.query = newer;
                admitted
            }
            None => Err(refusal.error),
        }
    }

    async fn layer_of(&self, call: &Call) -> i32 {
        let key = call.key.0;
        let row = self.read(move |tx| permanent_row(tx, key)).await;
        row.ok()
            .flatten()
            .and_then(|row| row.layer)
            .unwrap_or(LAYER)
    }

    /// Whether the caller is a bot; none when nobody is logged in.
    async fn caller_is_bot(&self, call: &Call) -> Option<bool> {
        let key = call.key.0;
        let bot = self.read(move |tx| {
            let row = permanent_row(tx, key)?.filter(|row| row.standing == Standing::Authorised);
            match row.and_then(|row| row.user_id) {
                Some(user_id) => Ok(tx.accounts().by_id(user_id)?.map(|account| account.bot)),
                None => Ok(None),
            }
        });
        bot.await.ok().flatten()
    }

    async fn prepare(&self, call: &Call, need: Need) -> Prepared {
        if matches!(need, Need::Nothing) {
            return Prepared::Nothing;
        }
        let key = call.key.0;
        let work = self.read(move |tx| password::gather(tx, key, &need)).await;
        let Ok(Some(work)) = work else {
            return Prepared::Nothing;
        };
        let core = self.clone();
        tokio::task::spawn_blocking(move || work.run(&core.shared().random))
            .await
            .unwrap_or_default()
    }

    async fn perform(
        &self,
        call: Call,
        peeled: Peeled,
        entry: &'static Entry,
        decoded: Box<dyn Decoded>,
        prepared: Prepared,
    ) -> Result<Bytes, RpcError> {
        let wire_now = call.wire_now;
        let mut performance = Performance {
            call,
            peeled,
            entry,
            decoded: Some(decoded),
            prepared,
        };
        let now = self.shared().clock().business(wire_now);
        let nothing_due = self.shared().next_deadline.load(Ordering::Acquire) > now;
        if !entry.writes && self.has_readers() && nothing_due {
            let read =
                self.on_reader(|tx| performance.run(self.shared().scope(tx, now), Place::Reader));
            match read {
                Ok((Outcome::Answered(body), _)) => return body,
                Ok((Outcome::MustWrite, _)) => {}
                Err(error) => return Err(lost(&error.into())),
            }
        }
        let written = self.write(wire_now, move |turn| {
            let pushes = std::mem::take(&mut turn.scope.pushes);
            let scope = Scope {
                tx: turn.scope.tx,
                now: turn.scope.now,
                random: turn.scope.random,
                settings: turn.scope.settings,
                pushes,
            };
            let (outcome, pushes) = performance.run(scope, Place::Writer)?;
            turn.scope.pushes = pushes;
            Ok(outcome)
        });
        match written.await {
            Ok(Outcome::Answered(body)) => body,
            Ok(Outcome::MustWrite) => unreachable!("the writer can write"),
            Err(error) => Err(lost(&error)),
        }
    }
}

/// A call on its way.
struct Performance {
    call: Call,
    peeled: Peeled,
    entry: &'static Entry,
    decoded: Option<Box<dyn Decoded>>,
    prepared: Prepared,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Reader,
    Writer,
}

enum Outcome {
    Answered(Result<Bytes, RpcError>),
    /// Something has to be written that a reading connection cannot.
    MustWrite,
}

impl Performance {
    fn run<'a>(
        &mut self,
        scope: Scope<'a>,
        place: Place,
    ) -> Result<(Outcome, Vec<crate::push::Push>), StoreError> {
        let Some(row) = permanent_row(scope.tx, self.call.key.0)? else {
            let error = AnyMethodError::AuthKeyUnregistered.to_rpc();
            return Ok((Outcome::Answered(Err(error)), scope.pushes));
        };
        if place == Place::Reader && self.has_news(&row) {
            return Ok((Outcome::MustWrite, scope.pushes));
        }
        let id = (row.id, self.call.session_id, self.call.msg_id);
        if place == Place::Writer {
            self.remember(scope.tx, &row)?;
            if self.entry.writes
                && let Some(body) = scope.tx.replies().find(id)?
            {
                return Ok((Outcome::Answered(body), scope.pushes));
            }
        }
        let account = match row.user_id {
            Some(user_id) => scope.tx.accounts().by_id(user_id)?,
            None => None,
        };
        let caller = self.caller(&row, account.as_ref().is_some_and(|account| account.bot));
        if let Err(error) = self.admit(&caller) {
            return Ok((Outcome::Answered(Err(error)), scope.pushes));
        }
        let active_at = account.and_then(|account| account.active_at);
        if caller.standing == Standing::Authorised && is_stale(&row, active_at, scope.now) {
            if place == Place::Reader {
                return Ok((Outcome::MustWrite, scope.pushes));
            }
            touch(scope.tx, &row, scope.now)?;
        }
        let layer = caller.layer;
        let mut cx = Cx {
            scope,
            caller,
            wire_now: self.call.wire_now,
            prepared: std::mem::take(&mut self.prepared),
        };
        let decoded = self.decoded.take().expect("a call runs once");
        let body = decoded.run(&mut cx)?;
        let body = body.and_then(|bytes| {
            dispatch::in_layer(layer, self.entry, bytes).map_err(|error| {
                tracing::error!(name = self.entry.name, layer, %error, "an answer has no form in the caller's layer");
                AnyMethodError::RpcCallFail.to_rpc()
            })
        });
        if self.entry.writes {
            cx.tx.replies().insert(id, self.call.wire_now, &body)?;
        }
        Ok((Outcome::Answered(body), cx.scope.pushes))
    }

    fn caller(&self, row: &KeyRow, bot: bool) -> Caller {
        Caller {
            envelope: self.call.key.0,
            key: (!row.temporary).then_some(row.id),
            session_id: self.call.session_id,
            msg_id: self.call.msg_id,
            layer: self.peeled.layer.or(row.layer).unwrap_or(LAYER),
            api_id: self
                .peeled
                .connection
                .as_ref()
                .map_or(row.client.api_id, |said| said.api_id),
            user_id: row.user_id,
            standing: row.standing,
            bot,
        }
    }

    /// Whether this caller may call this method.
    fn admit(&self, caller: &Caller) -> Result<(), RpcError> {
        match self.entry.access {
            Access::Free => {}
            Access::Login => {
                caller.key().map_err(MethodError::to_rpc)?;
            }
            Access::Account => {
                caller.user().map_err(MethodError::to_rpc)?;
            }
        }
        if caller.standing != Standing::Authorised {
            return Ok(());
        }
        match heliogram_tl::reflect::method_by_id(self.entry.id) {
            Some(method) => dispatch::available(method, caller.bot),
            None => Ok(()),
        }
    }

    /// Whether the wrappers say something that is not yet known of the key.
    fn has_news(&self, row: &KeyRow) -> bool {
        self.peeled
            .layer
            .is_some_and(|layer| row.layer != Some(layer))
            || self
                .client_info()
                .is_some_and(|client| client != row.client)
    }

    fn remember(&self, tx: Tx<'_>, row: &KeyRow) -> Result<(), StoreError> {
        if let Some(layer) = self.peeled.layer.filter(|layer| row.layer != Some(*layer)) {
            tx.auth_keys().set_layer(row.id, layer)?;
        }
        if let Some(client) = self.client_info().filter(|client| *client != row.client) {
            tx.auth_keys().set_client(row.id, &client)?;
        }
        Ok(())
    }

    fn client_info(&self) -> Option<ClientInfo> {
        let said = self.peeled.connection.as_ref()?;
        Some(ClientInfo {
            api_id: said.api_id,
            device_model: said.device_model.clone(),
            system_version: said.system_version.clone(),
            app_version: said.app_version.clone(),
            lang_code: said.lang_code.clone(),
            address: plain(self.call.address),
        })
    }
}

/// The row of the permanent key behind a key; of the key itself when there is none.
fn permanent_row(tx: Tx<'_>, key: i64) -> Result<Option<KeyRow>, StoreError> {
    let row = tx.auth_keys().row(key)?;
    match row.as_ref().and_then(|row| row.bound_to) {
        Some(permanent) => tx.auth_keys().row(permanent),
        None => Ok(row),
    }
}

/// Whether the activity that is written down for the session or its account is too old.
fn is_stale(row: &KeyRow, active_at: Option<i64>, now: i64) -> bool {
    let of_account = active_at.is_none_or(|at| now - at >= ACTIVITY_GRAIN);
    of_account || now - row.active_at >= ACTIVITY_GRAIN
}

fn touch(tx: Tx<'_>, row: &KeyRow, now: i64) -> Result<(), StoreError> {
    tx.auth_keys().set_active(row.id, now)?;
    match row.user_id {
        Some(user_id) => tx.accounts().set_active(user_id, now),
        None => Ok(()),
    }
}

fn plain(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

fn lost(error: &OperationError) -> RpcError {
    tracing::error!(%error, "a call failed inside the server");
    AnyMethodError::RpcCallFail.to_rpc()
}

fn reply(
    body: Result<Bytes, RpcError>,
    method: Option<&'static str>,
    without_updates: bool,
) -> Reply {
    Reply {
        body,
        method,
        without_updates,
    }
}
