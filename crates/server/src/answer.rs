//! One call, from its bytes to its answer.
//!
//! Wrappers are peeled off, the query is read in the newest layer, and rules and faults are asked. Then the handler
//! answers (`perform.rs`), or whoever stands in for it. The answer goes into the journal, and leaves in the
//! caller's layer.

use std::time::Instant;

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_tl::reflect;
use heliogram_tl::{LAYER, RpcError};

use crate::core::{Call, Core, Reply};
use crate::dispatch::{self, Admitted};
use crate::instrument::{AnsweredBy, Asked, Copied, Record, Script, WireFault};
use crate::perform::{client_info, permanent_row, remember};
use crate::store::auth_keys::Standing;
use crate::wrappers::{self, Peeled};

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
        let (result, seen, by) = match (script.answer.take(), admitted) {
            (None, Admitted::Handled(entry, decoded)) => {
                let prepared = self.prepare(&call, decoded.need()).await;
                let (result, seen) = self.perform(call, peeled, entry, decoded, prepared).await;
                (result, seen, by)
            }
            (scripted, _) => {
                let seen = match known {
                    Some(seen) => seen,
                    None => self.who(&call, &peeled).await,
                };
                self.remember_client(&call, &peeled).await;
                match scripted {
                    Some(answer) => (answer, seen, by),
                    None => {
                        let now = self.shared().clock().business(call.wire_now);
                        let (result, by) = self.without_handler(method, &query, now, seen);
                        (result, seen, by)
                    }
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
        match dispatch::newer(layer, &peeled.query)? {
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
pub(crate) struct Seen {
    pub(crate) layer: i32,
    pub(crate) user_id: Option<i64>,
    /// Whether it is a bot; none when nobody is logged in.
    pub(crate) bot: Option<bool>,
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

/// The method that a query names, even if the rest of it cannot be read.
fn named(query: &Bytes) -> Option<&'static reflect::Method> {
    let id = query.first_chunk().map(|id| u32::from_le_bytes(*id))?;
    reflect::method_by_id(id)
}

/// A result in the caller's layer.
fn in_layer(layer: i32, method: &'static reflect::Method, bytes: Bytes) -> Result<Bytes, RpcError> {
    reflect::answer_to_layer(layer, method.combinator(), bytes).map_err(|error| {
        let name = method.combinator().name;
        tracing::warn!(name, layer, %error, "an answer has no form in the caller's layer");
        // Not a 500, after which clients try again: it will not become better.
        RpcError::new(400, format!("NOT_IN_LAYER_{layer}_{}", error.subject()))
    })
}
