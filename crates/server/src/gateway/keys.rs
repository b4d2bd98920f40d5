//! The auth keys in use: a cache of the store's, with the sessions under each.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use heliogram_crypto::auth_key::{AuthKey, AuthKeyId};
use heliogram_mtproto::ids::{ServerSalt, SessionId};
use heliogram_mtproto::session::Now;
use heliogram_mtproto::session::salts::SaltSchedule;

use super::door::Seat;
use super::sessions::LiveSession;
use crate::core::{KeyKind, KnownKey};
use crate::worlds::Worlds;

/// So many sessions of one key are remembered; beyond, those left longest ago are forgotten
/// early. A client has a handful.
const MAX_SESSIONS: usize = 256;

/// Keys by id.
#[derive(Default)]
pub(super) struct Keys(Mutex<HashMap<AuthKeyId, Arc<LiveKey>>>);

/// A key in use.
pub(super) struct LiveKey {
    pub(super) id: AuthKeyId,
    pub(super) key: AuthKey,
    salts: Mutex<SaltSchedule>,
    /// The DC it was made with.
    pub(super) dc_id: i32,
    seat: RwLock<Seat>,
    /// Unix seconds of wire time at which a temporary key ends.
    expires_at: Option<i64>,
    /// The permanent key that news come for: this one, the one it is bound to, or 0 for none.
    permanent: AtomicI64,
    sessions: Mutex<HashMap<SessionId, Arc<LiveSession>>>,
}

impl Keys {
    /// The key with this id, unless nobody knows it or it has expired.
    pub(super) fn find(
        &self,
        worlds: &Worlds,
        id: AuthKeyId,
        unix: Duration,
    ) -> Option<Arc<LiveKey>> {
        let cached = lock(&self.0).get(&id).cloned();
        let live = match cached {
            Some(live) => live,
            None => {
                let (known, seat) = stored(worlds, id)?;
                self.insert(LiveKey::new(known, seat, None))
            }
        };
        if live.is_expired(unix) {
            self.forget(id);
            return None;
        }
        Some(live)
    }

    /// Whether another key has this id already.
    pub(super) fn is_taken(&self, worlds: &Worlds, id: AuthKeyId) -> bool {
        lock(&self.0).contains_key(&id) || stored(worlds, id).is_some()
    }

    /// Takes a key that was just made, whose first salt both sides know.
    pub(super) fn insert_new(&self, known: KnownKey, seat: Seat, exchanged: Duration) {
        self.insert(LiveKey::new(known, seat, Some(exchanged)));
    }

    /// Reads again which permanent key a temporary one is bound to.
    pub(super) fn refresh(&self, id: AuthKeyId) {
        let Some(live) = lock(&self.0).get(&id).cloned() else {
            return;
        };
        if let Some(known) = live.seat().core.auth_key(id) {
            live.permanent.store(permanent(&known), Ordering::Relaxed);
        }
    }

    pub(super) fn forget_world(&self, name: &str) {
        lock(&self.0).retain(|_, live| *live.seat().world != *name);
    }

    pub(super) fn forget(&self, id: AuthKeyId) -> Option<Arc<LiveKey>> {
        lock(&self.0).remove(&id)
    }

    /// The keys in use that stand for a permanent one.
    pub(super) fn standing_for(&self, permanent: AuthKeyId) -> Vec<Arc<LiveKey>> {
        lock(&self.0)
            .values()
            .filter(|live| live.permanent.load(Ordering::Relaxed) == permanent.0)
            .cloned()
            .collect()
    }

    pub(super) fn sweep(&self, now: Now) {
        lock(&self.0).retain(|_, live| {
            let mut sessions = lock(&live.sessions);
            sessions.retain(|_, session| !session.is_forgettable(now));
            !sessions.is_empty() && !live.is_expired(now.unix)
        });
    }

    fn insert(&self, live: LiveKey) -> Arc<LiveKey> {
        let id = live.id;
        Arc::clone(lock(&self.0).entry(id).or_insert_with(|| Arc::new(live)))
    }
}

impl LiveKey {
    /// `exchanged` is when the key was made, if that was just now.
    fn new(known: KnownKey, seat: Seat, exchanged: Option<Duration>) -> Self {
        let salts = SaltSchedule::new(known.key.as_bytes());
        let salts = match exchanged {
            Some(at) => salts.with_first(ServerSalt(known.salt), at),
            None => salts,
        };
        Self {
            id: known.key.id(),
            permanent: AtomicI64::new(permanent(&known)),
            salts: Mutex::new(salts),
            dc_id: known.dc_id,
            seat: RwLock::new(seat),
            expires_at: match known.kind {
                KeyKind::Permanent => None,
                KeyKind::Temporary { expires_at } => Some(expires_at),
            },
            key: known.key,
            sessions: Mutex::default(),
        }
    }

    /// The world it is at home in.
    pub(super) fn seat(&self) -> Seat {
        self.seat
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn take_seat(&self, seat: Seat) {
        *self.seat.write().unwrap_or_else(PoisonError::into_inner) = seat;
    }

    /// The salts that go with it.
    pub(super) fn salts(&self) -> SaltSchedule {
        lock(&self.salts).clone()
    }

    /// Goes over to other salts: those before are accepted no more.
    pub(super) fn rotate_salts(&self) {
        let rotated = {
            let mut salts = lock(&self.salts);
            *salts = salts.rotated();
            salts.clone()
        };
        for session in self.sessions() {
            session.with(|session| session.replace_salts(rotated.clone()));
        }
    }

    /// The permanent key behind it, or itself.
    pub(super) fn permanent_or_own(&self) -> AuthKeyId {
        match self.permanent.load(Ordering::Relaxed) {
            0 => self.id,
            permanent => AuthKeyId(permanent),
        }
    }

    /// The session with this id, made by `new` at its first message.
    pub(super) fn session(
        &self,
        id: SessionId,
        new: impl FnOnce() -> LiveSession,
    ) -> Arc<LiveSession> {
        let mut sessions = lock(&self.sessions);
        if sessions.len() >= MAX_SESSIONS && !sessions.contains_key(&id) {
            let deserted = sessions
                .iter()
                .filter_map(|(id, session)| Some((session.deserted_since()?, *id)));
            if let Some((_, longest)) = deserted.min_by_key(|(since, _)| *since) {
                sessions.remove(&longest);
            }
        }
        Arc::clone(sessions.entry(id).or_insert_with(|| Arc::new(new())))
    }

    pub(super) fn forget_session(&self, id: SessionId) -> bool {
        lock(&self.sessions).remove(&id).is_some()
    }

    pub(super) fn sessions(&self) -> Vec<Arc<LiveSession>> {
        lock(&self.sessions).values().cloned().collect()
    }

    fn is_expired(&self, unix: Duration) -> bool {
        self.expires_at
            .is_some_and(|at| at <= unix.as_secs().cast_signed())
    }
}

/// A key as some world has it.
fn stored(worlds: &Worlds, id: AuthKeyId) -> Option<(KnownKey, Seat)> {
    worlds.all().into_iter().find_map(|world| {
        let known = world.core().auth_key(id)?;
        let seat = Seat {
            world: world.name().into(),
            core: world.core().clone(),
        };
        Some((known, seat))
    })
}

fn permanent(known: &KnownKey) -> i64 {
    match (known.kind, known.bound_to) {
        (KeyKind::Permanent, _) => known.key.id().0,
        (KeyKind::Temporary { .. }, Some(bound)) => bound.0,
        (KeyKind::Temporary { .. }, None) => 0,
    }
}

/// What these locks guard is whole whenever they are released.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use heliogram_mtproto::session::ServerSession;
    use heliogram_net::SystemRandom;

    use super::super::{hub::now, link::Link};
    use super::*;
    use crate::core::{Core, CoreOptions};

    #[test]
    fn sessions_that_nobody_uses_do_not_pile_up() {
        let key = LiveKey::new(
            KnownKey {
                key: AuthKey::new([1; 256]),
                salt: 0,
                kind: KeyKind::Permanent,
                bound_to: None,
                dc_id: 2,
            },
            Seat {
                world: "main".into(),
                core: Core::open(CoreOptions::default()).unwrap(),
            },
            None,
        );
        let use_session = |id: usize| {
            key.session(SessionId(id as i64), || {
                LiveSession::new(ServerSession::new(
                    SessionId(id as i64),
                    key.salts(),
                    Arc::default(),
                    &mut SystemRandom,
                ))
            })
        };
        let (kept, link) = (use_session(0), Arc::new(Link::default()));
        kept.attach(&link, now());
        for id in 1..3 * MAX_SESSIONS {
            let session = use_session(id);
            session.attach(&link, now());
            session.detach(&link, now());
        }
        assert_eq!(key.sessions().len(), MAX_SESSIONS);
        assert!(
            Arc::ptr_eq(&use_session(0), &kept),
            "one in use was forgotten"
        );
    }
}
