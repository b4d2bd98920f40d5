//! The auth keys in use: a cache of the store's, with the sessions under each.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
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
    home: RwLock<Home>,
    /// Whether it has said where it belongs, or need not.
    settled: AtomicBool,
    /// Unix seconds of wire time at which a temporary key ends.
    expires_at: Option<i64>,
    /// The permanent key that news come for: this one, the one it is bound to, or 0 for none.
    permanent: AtomicI64,
    sessions: Mutex<HashMap<SessionId, Arc<LiveSession>>>,
}

/// Where a key is at home.
struct Home {
    seat: Seat,
    /// The epoch of the world in which it was last found there.
    epoch: u64,
}

impl Keys {
    /// The key with this id, for whoever comes by a door to this seat; unless nobody there knows it or it has expired.
    pub(super) fn find(
        &self,
        worlds: &Worlds,
        door: &Seat,
        id: AuthKeyId,
        unix: Duration,
    ) -> Option<Arc<LiveKey>> {
        let cached = lock(&self.0).get(&id).cloned();
        let live = match cached.filter(|live| live.is_current() || self.renew(live)) {
            Some(live) => live,
            None => {
                let (known, home) = if door.shares_ports {
                    let mut shared = worlds.all();
                    shared.retain(|world| world.shares_ports());
                    shared.iter().find_map(|world| stored(world.seat(), id))?
                } else {
                    stored(door.clone(), id)?
                };
                self.insert(LiveKey::new(known, home, None))
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
        let known = || {
            worlds
                .all()
                .iter()
                .any(|world| world.core().auth_key(id).is_some())
        };
        lock(&self.0).contains_key(&id) || known()
    }

    /// Takes a key that was just made, whose first salt both sides know. `epoch` is that in which its world took it.
    pub(super) fn insert_new(&self, known: KnownKey, seat: Seat, epoch: u64, exchanged: Duration) {
        self.insert(LiveKey::new(known, Home { seat, epoch }, Some(exchanged)));
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

    /// Looks up the keys of a world again that was reset, restored or closed: who comes with one that it does not know
    /// any more is told so, and need not say anything first.
    pub(super) fn renew_world(&self, name: &str) {
        let all: Vec<_> = lock(&self.0).values().cloned().collect();
        for live in all {
            if live.is_of(name) && !live.is_current() {
                self.renew(&live);
            }
        }
    }

    /// Whether a key is still known to its world.
    fn renew(&self, live: &LiveKey) -> bool {
        let found = stored(live.seat(), live.id);
        let found = found.filter(|(known, _)| known.dc_id == live.dc_id && known.key == live.key);
        match found {
            Some((known, home)) => {
                live.permanent.store(permanent(&known), Ordering::Relaxed);
                live.move_to(home);
                true
            }
            None => {
                if let Some(live) = self.forget(live.id) {
                    live.expel();
                }
                false
            }
        }
    }

    pub(super) fn forget(&self, id: AuthKeyId) -> Option<Arc<LiveKey>> {
        lock(&self.0).remove(&id)
    }

    /// Those of these that are in use.
    pub(super) fn in_use(&self, ids: &[AuthKeyId]) -> Vec<Arc<LiveKey>> {
        let all = lock(&self.0);
        ids.iter().filter_map(|id| all.get(id).cloned()).collect()
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
    fn new(known: KnownKey, home: Home, exchanged: Option<Duration>) -> Self {
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
            home: RwLock::new(home),
            settled: AtomicBool::new(false),
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
        self.home().seat.clone()
    }

    /// Takes it to another world, which has taken it in this epoch.
    pub(super) fn take_seat(&self, seat: Seat, epoch: u64) {
        self.move_to(Home { seat, epoch });
    }

    /// Whether it may come by a door to this seat: to its own world, or when both share their ports.
    pub(super) fn may_come_by(&self, door: &Seat) -> bool {
        let home = self.home();
        home.seat.world == door.world || (home.seat.shares_ports && door.shares_ports)
    }

    /// Whether it has said where it belongs, or need not.
    pub(super) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Acquire)
    }

    pub(super) fn settle(&self) {
        self.settled.store(true, Ordering::Release);
    }

    fn home(&self) -> RwLockReadGuard<'_, Home> {
        self.home.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn move_to(&self, home: Home) {
        *self.home.write().unwrap_or_else(PoisonError::into_inner) = home;
    }

    pub(super) fn is_of(&self, world: &str) -> bool {
        *self.home().seat.world == *world
    }

    /// Whether its world is as it was when the key was found there.
    fn is_current(&self) -> bool {
        let home = self.home();
        home.epoch == home.seat.core.epoch()
    }

    /// Tells its connections that nobody knows it.
    fn expel(&self) {
        for session in self.sessions() {
            session.expel();
        }
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

/// A key as a world has it.
fn stored(seat: Seat, id: AuthKeyId) -> Option<(KnownKey, Home)> {
    let epoch = seat.core.epoch();
    let known = seat.core.auth_key(id)?;
    Some((known, Home { seat, epoch }))
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
            Home {
                seat: Seat {
                    world: "main".into(),
                    core: Core::open(CoreOptions::default()).unwrap(),
                    shares_ports: true,
                },
                epoch: 0,
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
