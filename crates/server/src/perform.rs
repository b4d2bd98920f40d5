//! One call in one transaction.

use std::net::IpAddr;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use heliogram_tl::api::TypeInputFile;
use heliogram_tl::{AnyMethodError, LAYER, MethodError, RpcError};

use crate::answer::Seen;
use crate::core::{Call, Core};
use crate::cx::{Caller, Cx, News, Ran, Scope};
use crate::datacenters;
use crate::dispatch::{self, Access, Decoded, Entry, Work};
use crate::operations::OperationError;
use crate::password::{self, Need, Prepared};
use crate::store::auth_keys::{ClientInfo, KeyRow, Standing};
use crate::store::{StoreError, Tx};
use crate::waiting;
use crate::wrappers::Peeled;

/// How long a session may go on before its activity is written down again, in seconds: a read-only call
/// then costs no write. The rules that look at activity count in days.
const ACTIVITY_GRAIN: i64 = 60;

impl Core {
    /// Computes what a handler needs and no transaction should wait for.
    pub(crate) async fn prepare(&self, call: &Call, need: Need) -> Prepared {
        match need {
            Need::Nothing => return Prepared::Nothing,
            Need::Uploads(inputs) => return self.take_uploads(call, inputs).await,
            _ => {}
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

    /// Runs a call's handler, and again when it has to wait for somebody else's call.
    pub(crate) async fn perform(
        &self,
        call: Call,
        peeled: Peeled,
        entry: &'static Entry,
        decoded: Box<dyn Decoded>,
        prepared: Prepared,
    ) -> (Result<Bytes, RpcError>, Seen) {
        let mut performance = Performance {
            call,
            peeled,
            entry,
            decoded: Some(decoded),
            prepared,
            out_of_patience: false,
        };
        let mut awaited = None;
        loop {
            let number = match self.run(performance).await {
                Ok((Outcome::Waits(number), again)) => {
                    performance = again;
                    number
                }
                Ok((Outcome::Answered(body, seen), _)) => return (body, seen),
                Ok((Outcome::Moving(work, seen), _)) => return (self.move_bytes(work).await, seen),
                Ok((Outcome::MustWrite, _)) => unreachable!("the writer can write"),
                Err(error) => return (Err(lost(&error)), Seen::default()),
            };
            // It may have come before anybody listened, so the handler looks once more before it waits.
            match awaited.take() {
                None => awaited = Some(self.shared().waiting.for_number(number)),
                Some(came) => {
                    let came = tokio::time::timeout(waiting::PATIENCE, came).await;
                    performance.out_of_patience = came.is_err();
                }
            }
        }
    }

    /// Runs a handler once: where it arrived when it only reads, on the writing thread otherwise.
    async fn run(
        &self,
        mut performance: Performance,
    ) -> Result<(Outcome, Performance), OperationError> {
        let wire_now = performance.call.wire_now;
        let now = self.shared().clock().business(wire_now);
        let nothing_due = self.shared().next_deadline.load(Ordering::Acquire) > now;
        if !performance.entry.writes && self.has_readers() && nothing_due {
            let (outcome, _) =
                self.on_reader(|tx| performance.run(self.shared().scope(tx, now), Place::Reader))?;
            if !matches!(outcome, Outcome::MustWrite) {
                return Ok((outcome, performance));
            }
        }
        self.write(wire_now, move |turn| {
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
            Ok((outcome, performance))
        })
        .await
    }

    /// Makes files of what the caller uploaded.
    async fn take_uploads(&self, call: &Call, inputs: Vec<TypeInputFile>) -> Prepared {
        let key = call.key.0;
        let row = self.read(move |tx| permanent_row(tx, key)).await;
        let row = row.ok().flatten();
        let row = row.filter(|row| row.standing == Standing::Authorised);
        let Some(user_id) = row.and_then(|row| row.user_id) else {
            return Prepared::Nothing;
        };
        let dc_id = call.dc_id;
        let now = self.shared().clock().business(call.wire_now);
        let core = self.clone();
        let taken = self.on_mover(move || {
            let files = &core.shared().files;
            let take = |input| files.take(dc_id, user_id, input, now);
            inputs.iter().map(take).collect()
        });
        taken.await.map_or(Prepared::Nothing, Prepared::Uploads)
    }

    /// Moves bytes of files, where a disk may be waited for.
    async fn move_bytes(&self, work: Work) -> Result<Bytes, RpcError> {
        let core = self.clone();
        let moved = self.on_mover(move || work(&core.shared().files)).await;
        moved.unwrap_or_else(|| Err(AnyMethodError::RpcCallFail.to_rpc()))
    }

    /// Runs something on one of the few threads that move bytes; none when the server is shutting down.
    async fn on_mover<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let _one_of_few = self.shared().files.movers.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }
}

/// A call on its way.
struct Performance {
    call: Call,
    peeled: Peeled,
    entry: &'static Entry,
    decoded: Option<Box<dyn Decoded>>,
    prepared: Prepared,
    out_of_patience: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Reader,
    Writer,
}

enum Outcome {
    Answered(Result<Bytes, RpcError>, Seen),
    /// What bears this number has to come first.
    Waits(i64),
    /// The answer comes when bytes of files have been moved.
    Moving(Work, Seen),
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
            out_of_patience: self.out_of_patience,
        };
        let decoded = match self.decoded.take() {
            Some(decoded) => decoded,
            None => (self.entry.decode)(&self.peeled.query).expect("it was read before"),
        };
        let body = match decoded.run(&mut cx)? {
            Ran::Answered(body) => body,
            Ran::Waits(number) => return Ok((Outcome::Waits(number), cx.scope.news)),
            Ran::Moving(work) => return Ok((Outcome::Moving(work, seen), cx.scope.news)),
        };
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

/// Keeps what the wrappers of a call said.
pub(crate) fn remember(
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

/// What `initConnection` said of the client.
pub(crate) fn client_info(peeled: &Peeled, address: IpAddr) -> Option<ClientInfo> {
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

/// The row of the permanent key behind a key; of the key itself when there is none.
pub(crate) fn permanent_row(tx: Tx<'_>, key: i64) -> Result<Option<KeyRow>, StoreError> {
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
