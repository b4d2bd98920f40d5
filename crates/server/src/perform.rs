//! One call in one transaction.

use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::time::Instant;

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_tl::reflect;
use heliogram_tl::{AnyMethodError, LAYER, MethodError, RpcError};

use crate::core::{Call, Core, Reply};
use crate::cx::{Caller, Cx, News, Scope};
use crate::datacenters;
use crate::dispatch::{self, Access, Admitted, Decoded, Entry};
use crate::instrument::{AnsweredBy, Asked, Copied, Record, Script, WireFault};
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
        let began = Instant::now();
        let instrument = &self.shared().instrument;
        let kept = instrument.journal.is_kept();
        let noted = kept.then_some((call.connection, call.key.0, call.session_id, call.msg_id));
        let (dc_id, wire_now) = (call.dc_id, call.wire_now);
        let mut answered = self.answer(call).await;
        let name = answered.method.map(|method| method.combinator().name);
        if let (Ok(_), AnsweredBy::Handler, Some(name)) = (&answered.result, answered.by, name) {
            self.shared().count_answer(name);
        }
        let date = self.shared().clock().business(wire_now);
        if let Err(error) = &answered.result {
            self.shared().flood_wait.note(error, date);
        }
        let body = match (answered.result.clone(), answered.method) {
            (Ok(bytes), Some(method)) => {
                let layer = answered.seen.layer;
                in_layer(layer, method, bytes).map_err(|error| match answered.by {
                    AnsweredBy::Handler => error,
                    // Somebody made up this answer and wants to know why it did not arrive.
                    _ => RpcError::new(400, format!("RESULT_NOT_IN_LAYER_{layer}")),
                })
            }
            (result, _) => result,
        };
        if let Err(error) = &body {
            answered.result = Err(error.clone());
        }
        if let Some((connection, key, session_id, msg_id)) = noted {
            instrument.journal.record(Record {
                number: 0,
                date,
                connection,
                key,
                session_id,
                msg_id,
                user_id: answered.seen.user_id,
                layer: answered.seen.layer,
                dc_id,
                method: answered.method.or_else(|| named(&answered.query)),
                copied: Copied::new(&answered.query, &answered.result),
                by: answered.by,
                took: began.elapsed(),
            });
        }
        Reply {
            body,
            method: name,
            without_updates: answered.without_updates,
            wire: answered.wire,
        }
    }

    async fn answer(&self, call: Call) -> Answered {
        let mut peeled = match wrappers::peel(&call.body) {
            Ok(peeled) => peeled,
            Err(error) => return Answered::refused(call.body, error, false),
        };
        let without_updates = peeled.without_updates;
        let admitted = match self.admit(&call, &mut peeled).await {
            Ok(admitted) => admitted,
            Err(error) => return Answered::refused(peeled.query, error, without_updates),
        };
        let method = admitted.method();
        let query = peeled.query.clone();
        let instrument = &self.shared().instrument;
        let mut script = Script::default();
        let mut known = None;
        if instrument.is_scripting() {
            let seen = self.who(&call, &peeled).await;
            script = instrument.script(&Asked::new(method, &query, seen.user_id));
            known = Some(seen);
            if script.revoke {
                self.revoke(&call).await;
            }
            if !script.delay.is_zero() {
                tokio::time::sleep(script.delay).await;
            }
        }
        let by = script.by.unwrap_or(AnsweredBy::Handler);
        let (result, seen, by) = if let Some(answer) = script.answer.take() {
            let seen = match known {
                Some(seen) => seen,
                None => self.who(&call, &peeled).await,
            };
            self.remember_client(&call, &peeled).await;
            (answer, seen, by)
        } else {
            match admitted {
                Admitted::Missing(method) => {
                    let seen = match known {
                        Some(seen) => seen,
                        None => self.who(&call, &peeled).await,
                    };
                    self.remember_client(&call, &peeled).await;
                    let now = self.shared().clock().business(call.wire_now);
                    let (result, by) = self.without_handler(method, &query, now, seen);
                    (result, seen, by)
                }
                Admitted::Handled(entry, decoded) => {
                    let prepared = self.prepare(&call, decoded.need()).await;
                    let (result, seen) = self.perform(call, peeled, entry, decoded, prepared).await;
                    (result, seen, by)
                }
            }
        };
        let result = instrument.rules.alter(&script.alter, method, result);
        Answered {
            query,
            method: Some(method),
            result,
            seen,
            by,
            wire: script.wire,
            without_updates,
        }
    }

    /// The answer to a method that nobody wrote a handler for.
    fn without_handler(
        &self,
        method: &'static reflect::Method,
        query: &Bytes,
        now: i64,
        seen: Seen,
    ) -> (Result<Bytes, RpcError>, AnsweredBy) {
        if let Some(bot) = seen.bot
            && let Err(refused) = dispatch::available(method, bot)
        {
            return (Err(refused), AnsweredBy::Nobody);
        }
        let auto_reply = self.shared().instrument.auto_reply.as_ref();
        match auto_reply.and_then(|auto_reply| auto_reply.answer(method, query, now)) {
            Some(answer) => (Ok(answer), AnsweredBy::AutoReply),
            None => (Err(dispatch::not_implemented(method)), AnsweredBy::Nobody),
        }
    }

    /// Who calls, as far as the store knows.
    async fn who(&self, call: &Call, peeled: &Peeled) -> Seen {
        let (key, said) = (call.key.0, peeled.layer);
        let found = self.read(move |tx| {
            let Some(row) = permanent_row(tx, key)? else {
                return Ok(Seen::default());
            };
            let user_id = row.user_id.filter(|_| row.standing == Standing::Authorised);
            let account = match user_id {
                Some(user_id) => tx.accounts().by_id(user_id)?,
                None => None,
            };
            Ok(Seen {
                layer: said.or(row.layer).unwrap_or(LAYER),
                user_id,
                bot: account.map(|account| account.bot),
            })
        });
        found.await.unwrap_or_default()
    }

    /// Ends the session of a caller, if it is logged in, as another session of the account could.
    async fn revoke(&self, call: &Call) {
        let key = call.key.0;
        let row = self.read(move |tx| permanent_row(tx, key)).await;
        let row = row.ok().flatten();
        let Some(row) = row.filter(|row| row.standing == Standing::Authorised) else {
            return;
        };
        if let Err(error) = self.revoke_session(AuthKeyId(row.id)).await {
            tracing::warn!(%error, "a session could not be revoked");
        }
    }

    /// Keeps what the wrappers of a call say that no handler sees.
    async fn remember_client(&self, call: &Call, peeled: &Peeled) {
        if peeled.layer.is_none() && peeled.connection.is_none() {
            return;
        }
        let (key, layer) = (call.key.0, peeled.layer);
        let client = client_info(peeled, call.address);
        let remembered = self.write(call.wire_now, move |turn| {
            if let Some(row) = permanent_row(turn.scope.tx, key)? {
                remember(turn.scope.tx, &row, layer, client.as_ref())?;
            }
            Ok(())
        });
        if let Err(error) = remembered.await {
            tracing::warn!(%error, "what a client said of itself could not be kept");
        }
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
            Some(row) => Ok(tx
                .replies()
                .find((row.id, session_id, msg_id))?
                .map(|stored| (stored, row.layer.unwrap_or(LAYER)))),
            None => Ok(None),
        });
        let (stored, layer) = found.await.ok().flatten()?;
        let method = reflect::method_by_id(stored.method);
        Some(match (stored.result, method) {
            (Ok(bytes), Some(method)) => in_layer(layer, method, bytes),
            (result, _) => result,
        })
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
    ) -> (Result<Bytes, RpcError>, Seen) {
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
                Ok((Outcome::Answered(body, seen), _)) => return (body, seen),
                Ok((Outcome::MustWrite, _)) => {}
                Err(error) => return (Err(lost(&error.into())), Seen::default()),
            }
        }
        let written = self.write(wire_now, move |turn| {
            let news = std::mem::take(&mut turn.scope.news);
            let scope = Scope {
                tx: turn.scope.tx,
                now: turn.scope.now,
                random: turn.scope.random,
                settings: turn.scope.settings,
                news,
            };
            let (outcome, news) = performance.run(scope, Place::Writer)?;
            turn.scope.news = news;
            Ok(outcome)
        });
        match written.await {
            Ok(Outcome::Answered(body, seen)) => (body, seen),
            Ok(Outcome::MustWrite) => unreachable!("the writer can write"),
            Err(error) => (Err(lost(&error)), Seen::default()),
        }
    }
}

/// An answer in the newest layer, and what the instrument wants to know of it.
struct Answered {
    /// In the newest layer when it could be read, as it came otherwise.
    query: Bytes,
    method: Option<&'static reflect::Method>,
    result: Result<Bytes, RpcError>,
    seen: Seen,
    by: AnsweredBy,
    wire: Option<WireFault>,
    without_updates: bool,
}

impl Answered {
    fn refused(query: Bytes, error: RpcError, without_updates: bool) -> Self {
        Self {
            query,
            method: None,
            result: Err(error),
            seen: Seen::default(),
            by: AnsweredBy::Nobody,
            wire: None,
            without_updates,
        }
    }
}

/// Who called, for everything but the handler.
#[derive(Clone, Copy)]
struct Seen {
    layer: i32,
    user_id: Option<i64>,
    /// Whether it is a bot; none when nobody is logged in.
    bot: Option<bool>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            layer: LAYER,
            user_id: None,
            bot: None,
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
    Answered(Result<Bytes, RpcError>, Seen),
    /// Something has to be written that a reading connection cannot.
    MustWrite,
}

impl Performance {
    fn run<'a>(&mut self, scope: Scope<'a>, place: Place) -> Result<(Outcome, News), StoreError> {
        let Some(row) = permanent_row(scope.tx, self.call.key.0)? else {
            let error = AnyMethodError::AuthKeyUnregistered.to_rpc();
            let answer = Outcome::Answered(Err(error), Seen::default());
            return Ok((answer, scope.news));
        };
        if place == Place::Reader && self.has_news(&row) {
            return Ok((Outcome::MustWrite, scope.news));
        }
        let id = (row.id, self.call.session_id, self.call.msg_id);
        let account = match row.user_id {
            Some(user_id) => scope.tx.accounts().by_id(user_id)?,
            None => None,
        };
        let caller = self.caller(&row, account.as_ref().is_some_and(|account| account.bot));
        let seen = Seen {
            layer: caller.layer,
            user_id: caller.user().ok(),
            bot: account.as_ref().map(|account| account.bot),
        };
        if place == Place::Writer {
            let client = client_info(&self.peeled, self.call.address);
            remember(scope.tx, &row, self.peeled.layer, client.as_ref())?;
            if self.entry.writes
                && let Some(stored) = scope.tx.replies().find(id)?
            {
                return Ok((Outcome::Answered(stored.result, seen), scope.news));
            }
        }
        let home = account
            .as_ref()
            .map_or(caller.dc_id, |account| account.dc_id);
        let elsewhere = scope.settings.elsewhere(home, caller.dc_id);
        if let Err(error) = self.admit(&caller, elsewhere) {
            return Ok((Outcome::Answered(Err(error), seen), scope.news));
        }
        let active_at = account.and_then(|account| account.active_at);
        if caller.standing == Standing::Authorised && is_stale(&row, active_at, scope.now) {
            if place == Place::Reader {
                return Ok((Outcome::MustWrite, scope.news));
            }
            touch(scope.tx, &row, scope.now)?;
        }
        let mut cx = Cx {
            scope,
            caller,
            wire_now: self.call.wire_now,
            prepared: std::mem::take(&mut self.prepared),
        };
        let decoded = self.decoded.take().expect("a call runs once");
        let body = decoded.run(&mut cx)?;
        if self.entry.writes {
            cx.tx
                .replies()
                .insert(id, self.call.wire_now, self.entry.id, &body)?;
        }
        // Whoever has just logged in is already meant by the journal.
        let seen = match seen.user_id {
            Some(_) => seen,
            None => {
                let row = permanent_row(cx.tx, self.call.key.0)?;
                let row = row.filter(|row| row.standing == Standing::Authorised);
                Seen {
                    user_id: row.and_then(|row| row.user_id),
                    ..seen
                }
            }
        };
        Ok((Outcome::Answered(body, seen), cx.scope.news))
    }

    fn caller(&self, row: &KeyRow, bot: bool) -> Caller {
        Caller {
            envelope: self.call.key.0,
            key: (!row.temporary).then_some(row.id),
            session_id: self.call.session_id,
            msg_id: self.call.msg_id,
            dc_id: self.call.dc_id,
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

    /// Whether this caller may call this method; `elsewhere` is the DC of an account that does not live here.
    fn admit(&self, caller: &Caller, elsewhere: Option<i32>) -> Result<(), RpcError> {
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
        if let Some(method) = heliogram_tl::reflect::method_by_id(self.entry.id) {
            dispatch::available(method, caller.bot)?;
        }
        match elsewhere {
            Some(home) if !datacenters::is_answered_everywhere(self.entry.name) => {
                Err(AnyMethodError::UserMigrate(home).to_rpc())
            }
            _ => Ok(()),
        }
    }

    /// Whether the wrappers say something that is not yet known of the key.
    fn has_news(&self, row: &KeyRow) -> bool {
        self.peeled
            .layer
            .is_some_and(|layer| row.layer != Some(layer))
            || client_info(&self.peeled, self.call.address)
                .is_some_and(|client| client != row.client)
    }
}

/// The method that a query names, even if the rest of it cannot be read.
fn named(query: &Bytes) -> Option<&'static reflect::Method> {
    let id = query.first_chunk().map(|id| u32::from_le_bytes(*id))?;
    reflect::method_by_id(id)
}

fn remember(
    tx: Tx<'_>,
    row: &KeyRow,
    layer: Option<i32>,
    client: Option<&ClientInfo>,
) -> Result<(), StoreError> {
    if let Some(layer) = layer.filter(|layer| row.layer != Some(*layer)) {
        tx.auth_keys().set_layer(row.id, layer)?;
    }
    if let Some(client) = client.filter(|client| **client != row.client) {
        tx.auth_keys().set_client(row.id, client)?;
    }
    Ok(())
}

fn client_info(peeled: &Peeled, address: IpAddr) -> Option<ClientInfo> {
    let said = peeled.connection.as_ref()?;
    Some(ClientInfo {
        api_id: said.api_id,
        device_model: said.device_model.clone(),
        system_version: said.system_version.clone(),
        app_version: said.app_version.clone(),
        lang_code: said.lang_code.clone(),
        address: plain(address),
    })
}

/// A result in the caller's layer.
fn in_layer(layer: i32, method: &'static reflect::Method, bytes: Bytes) -> Result<Bytes, RpcError> {
    dispatch::in_layer(layer, method, bytes).map_err(|error| {
        let name = method.combinator().name;
        tracing::warn!(name, layer, %error, "an answer has no form in the caller's layer");
        // Not a 500, after which clients try again: it will not become better.
        RpcError::new(400, format!("NOT_IN_LAYER_{layer}_{}", error.subject()))
    })
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
