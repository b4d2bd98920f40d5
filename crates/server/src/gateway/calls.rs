//! Requests of sessions, handed to the core; answers, handed back.
//!
//! A call runs in a task of its own: a slow one holds nothing up, and one whose connection
//! breaks is still answered, by the next connection of its session.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use heliogram_mtproto::ids::MsgId;
use heliogram_mtproto::session::ServerEvent;
use heliogram_net::wire_now;
use heliogram_tl::mtproto::TypeDestroyAuthKeyRes;
use heliogram_tl::{AnyMethodError, Combinator, MethodError, api};

use super::hub::Hub;
use super::keys::LiveKey;
use super::link::Link;
use super::sessions::{Begun, LiveSession};
use crate::core::Call;
use crate::wrappers;

/// Who asks, and by which connection.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) hub: Arc<Hub>,
    pub(super) key: Arc<LiveKey>,
    pub(super) session: Arc<LiveSession>,
    pub(super) link: Arc<Link>,
    pub(super) connection: u64,
    pub(super) address: IpAddr,
}

/// What a connection does after an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    Close,
}

impl Asker {
    /// Acts on what a session reports.
    pub(super) fn handle(&self, event: ServerEvent) -> Then {
        match event {
            ServerEvent::Request { msg_id, body } => {
                let begun = self.session.begin(msg_id);
                let mut after = wrappers::predecessors(&body);
                if self.hub.may_move(&self.key) {
                    after.extend(self.session.under_way(msg_id));
                }
                self.spawn(|asker| asker.call(msg_id, body, begun, after));
            }
            ServerEvent::Duplicate { msg_id } => {
                self.spawn(|asker| asker.answer_again(msg_id));
            }
            ServerEvent::DestroySession { msg_id, session_id } => {
                let existed = self.key.forget_session(session_id);
                self.session
                    .with(|session| session.session_destroyed(msg_id, session_id, existed));
            }
            ServerEvent::DestroyAuthKey { msg_id } => {
                self.spawn(|asker| asker.destroy_auth_key(msg_id));
            }
            ServerEvent::Close => return Then::Close,
            other => tracing::debug!(connection = self.connection, event = ?other, "session"),
        }
        Then::GoOn
    }

    /// Lets something run beside the connection, which is not read from while too much runs.
    fn spawn<W>(&self, work: impl FnOnce(Self) -> W)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let running = Running::on(&self.link);
        let work = work(self.clone());
        tokio::spawn(async move {
            work.await;
            drop(running);
        });
    }

    /// Answers a call when those that it comes after are over.
    async fn call(self, msg_id: MsgId, body: Bytes, begun: Begun, after: Vec<i64>) {
        let id = self.session.with(|session| session.id());
        if !after.is_empty() {
            self.session.over(&after, msg_id).await;
        }
        let seat = match self.hub.join(&self.key, &body).await {
            Ok(seat) => seat,
            Err(error) => {
                drop(begun);
                self.session
                    .tell(|session| session.reply(msg_id, Err(error)));
                return;
            }
        };
        let reply = seat
            .core
            .call(Call {
                key: self.key.id,
                session_id: id.0,
                msg_id: msg_id.0,
                body,
                wire_now: wire_now().as_secs().cast_signed(),
                connection: self.connection,
                dc_id: self.key.dc_id,
                address: self.address,
            })
            .await;
        if reply.method == Some(api::auth::BindTempAuthKey::NAME) {
            self.hub.keys.refresh(self.key.id);
        }
        drop(begun);
        self.session.note_call(reply.without_updates);
        match reply.wire {
            Some(fault) => self.strike(fault, msg_id, reply.body),
            None => {
                self.session
                    .tell(|session| session.reply(msg_id, reply.body));
            }
        }
    }

    async fn answer_again(self, msg_id: MsgId) {
        let id = self.session.with(|session| session.id());
        let core = self.key.seat().core;
        let stored = core.stored_reply(self.key.id, id.0, msg_id.0);
        // An answer that changed nothing is not stored: the client shall ask anew.
        let body = stored
            .await
            .unwrap_or_else(|| Err(AnyMethodError::RpcCallFail.to_rpc()));
        self.session.tell(|session| session.reply(msg_id, body));
    }

    async fn destroy_auth_key(self, msg_id: MsgId) {
        let (core, id) = (self.key.seat().core, self.key.id);
        let removed = tokio::task::spawn_blocking(move || core.remove_auth_key(id)).await;
        let result = if matches!(removed, Ok(Ok(()))) {
            TypeDestroyAuthKeyRes::DestroyAuthKeyOk
        } else {
            TypeDestroyAuthKeyRes::DestroyAuthKeyFail
        };
        self.session
            .tell(|session| session.auth_key_destroyed(msg_id, result));
        self.hub.keys.forget(id);
    }
}

/// Counts as long as it lives, so that work that panics is not counted for ever.
struct Running(Arc<Link>);

impl Running {
    fn on(link: &Arc<Link>) -> Self {
        link.call_begins();
        Self(Arc::clone(link))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.call_ends();
    }
}
