//! A session and the connections it may speak by.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use heliogram_mtproto::ids::MsgId;
use heliogram_mtproto::session::{Now, ServerSession};
use heliogram_mtproto::transport::ErrorCode;
use tokio::sync::Notify;

use super::keys::lock;
use super::link::Link;
use super::strikes::{Order, What};

/// How long a session without connections is kept: as long as a client may repeat a message.
const KEPT_FOR: Duration = Duration::from_secs(330);

/// `updatesTooLong#e317af7e = Updates`, the same in all layers.
const UPDATES_TOO_LONG: [u8; 4] = 0xe317_af7e_u32.to_le_bytes();

/// A session in use. The lock is held for the work of one message, never while waiting.
pub(super) struct LiveSession {
    state: Mutex<State>,
    /// Set by `invokeWithoutUpdates`: news are not for this session.
    without_updates: AtomicBool,
    /// Whether it has called anything: a session that only pings is told no news.
    called: AtomicBool,
    /// Whether there was news while no connection was there.
    missed: AtomicBool,
    running: Running,
}

/// The calls of a session that are under way, for those that must come after them.
#[derive(Default)]
struct Running {
    calls: Mutex<Vec<MsgId>>,
    finished: Notify,
}

/// A call that is under way.
pub(super) struct Begun {
    session: Arc<LiveSession>,
    call: MsgId,
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.session.finish(self.call);
    }
}

struct State {
    session: ServerSession,
    /// The last one is where new things are said.
    connections: Vec<Arc<Link>>,
    deserted: Option<std::time::Instant>,
}

impl LiveSession {
    pub(super) fn new(session: ServerSession) -> Self {
        Self {
            state: Mutex::new(State {
                session,
                connections: Vec::new(),
                deserted: None,
            }),
            without_updates: AtomicBool::new(false),
            called: AtomicBool::new(false),
            missed: AtomicBool::new(false),
            running: Running::default(),
        }
    }

    /// Notes that a call has begun, in the order of arrival. It is over when the mark is dropped,
    /// however it ends.
    pub(super) fn begin(self: &Arc<Self>, call: MsgId) -> Begun {
        lock(&self.running.calls).push(call);
        Begun {
            session: Arc::clone(self),
            call,
        }
    }

    fn finish(&self, call: MsgId) {
        let mut calls = lock(&self.running.calls);
        calls.retain(|running| *running != call);
        if calls.is_empty() {
            // A session that calls nothing holds nothing.
            *calls = Vec::new();
        }
        drop(calls);
        self.running.finished.notify_waiters();
    }

    /// Waits until none of the given calls is under way. Only earlier calls are waited for, so
    /// that two can never wait for each other.
    pub(super) async fn over(&self, predecessors: &[i64], call: MsgId) {
        loop {
            let finished = self.running.finished.notified();
            let mut finished = std::pin::pin!(finished);
            finished.as_mut().enable();
            let waits = lock(&self.running.calls)
                .iter()
                .any(|running| *running < call && predecessors.contains(&running.0));
            if !waits {
                return;
            }
            finished.await;
        }
    }

    /// Does something with the session.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut ServerSession) -> T) -> T {
        act(&mut lock(&self.state).session)
    }

    /// Does something with the session and tells its latest connection to look.
    pub(super) fn tell<T>(&self, act: impl FnOnce(&mut ServerSession) -> T) -> T {
        let mut state = lock(&self.state);
        let result = act(&mut state.session);
        if let Some(connection) = state.connections.last() {
            connection.wake();
        }
        result
    }

    /// A message came by this connection: it is the latest one from now on.
    pub(super) fn attach(&self, connection: &Arc<Link>, now: Now) {
        let mut state = lock(&self.state);
        if let Some(last) = state.connections.last()
            && Arc::ptr_eq(last, connection)
        {
            return;
        }
        let known = state
            .connections
            .iter()
            .position(|known| Arc::ptr_eq(known, connection));
        if let Some(index) = known {
            state.connections.remove(index);
        } else if state.deserted.take().is_some() || !state.connections.is_empty() {
            // The former connection may be dead without anybody having noticed: what was said by
            // it and not acknowledged is said again.
            state.session.handle_connected(now);
            if self.missed.swap(false, Ordering::Relaxed) {
                state.session.push(Bytes::from_static(&UPDATES_TOO_LONG));
            }
        }
        state.connections.push(Arc::clone(connection));
    }

    /// The connection is gone.
    pub(super) fn detach(&self, connection: &Arc<Link>, now: Now) {
        let mut state = lock(&self.state);
        state
            .connections
            .retain(|known| !Arc::ptr_eq(known, connection));
        match state.connections.last() {
            Some(other) => other.wake(),
            None => {
                state.session.handle_disconnected();
                state.deserted = Some(now.mono);
            }
        }
    }

    /// Tells all its connections that its key is not known, and ends them.
    pub(super) fn expel(self: &Arc<Self>) {
        let connections = lock(&self.state).connections.clone();
        for connection in connections {
            connection.order(Order {
                session: Arc::clone(self),
                call: MsgId(0),
                what: What::Refuse(ErrorCode::UNKNOWN_AUTH_KEY),
            });
        }
    }

    /// The calls before this one that are under way.
    pub(super) fn under_way(&self, call: MsgId) -> Vec<i64> {
        let calls = lock(&self.running.calls);
        let earlier = calls.iter().filter(|running| **running < call);
        earlier.map(|running| running.0).collect()
    }

    pub(super) fn note_call(&self, without_updates: bool) {
        self.called.store(true, Ordering::Relaxed);
        if without_updates {
            self.without_updates.store(true, Ordering::Relaxed);
        }
    }

    /// Notes that there was news which could not be told. When the session comes back, it is told to ask for them.
    pub(super) fn miss(&self) {
        self.missed.store(true, Ordering::Relaxed);
    }

    /// Whether news are for this session.
    pub(super) fn wants_updates(&self) -> bool {
        self.called.load(Ordering::Relaxed) && !self.without_updates.load(Ordering::Relaxed)
    }

    pub(super) fn is_connected(&self) -> bool {
        !lock(&self.state).connections.is_empty()
    }

    /// Since when no connection is there, if so.
    pub(super) fn deserted_since(&self) -> Option<std::time::Instant> {
        lock(&self.state).deserted
    }

    pub(super) fn is_forgettable(&self, now: Now) -> bool {
        self.deserted_since()
            .is_some_and(|since| now.mono.duration_since(since) > KEPT_FOR)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use heliogram_mtproto::ids::{MsgId, SessionId};
    use heliogram_mtproto::session::ServerSession;
    use heliogram_mtproto::session::salts::SaltSchedule;
    use heliogram_net::SystemRandom;
    use tokio::time::timeout;

    use super::LiveSession;

    fn session() -> Arc<LiveSession> {
        Arc::new(LiveSession::new(ServerSession::new(
            SessionId(1),
            SaltSchedule::new(&[0; 256]),
            Arc::default(),
            &mut SystemRandom,
        )))
    }

    #[tokio::test]
    async fn a_call_waits_until_the_ones_before_it_are_over() {
        let session = session();
        let first = session.begin(MsgId(4));
        let _second = session.begin(MsgId(8));
        let patience = Duration::from_millis(50);
        let wait = || timeout(patience, session.over(&[4], MsgId(8)));
        assert!(wait().await.is_err(), "4 still runs");
        let ((), over) = tokio::join!(async { drop(first) }, wait());
        assert!(over.is_ok());
    }

    #[tokio::test]
    async fn a_call_waits_neither_for_itself_nor_for_later_ones() {
        let session = session();
        let _first = session.begin(MsgId(4));
        let _second = session.begin(MsgId(8));
        let wait = session.over(&[4, 8, 100], MsgId(4));
        assert!(timeout(Duration::from_secs(1), wait).await.is_ok());
    }
}
