//! What waits between the network and the task that puts updates into order.
//!
//! The network does not wait for readers. When they are slow, what comes is put aside up to a bound; beyond it,
//! what comes is forgotten and marked as missed, and is fetched again when there is room. Only what no
//! difference brings, such as a callback query, is gone then, and is counted.

use std::{
    collections::VecDeque,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use heliogram_net::client::{Heard, Listener};
use heliogram_tl::{ChannelId, Decode, api::TypeUpdates};
use tokio::sync::Notify;

use super::place::Place;

/// A queue with a bound.
#[derive(Debug)]
pub(super) struct Inbox {
    state: Mutex<State>,
    /// Something is there.
    came: Notify,
    bound: usize,
}

#[derive(Debug, Default)]
struct State {
    /// Whether anybody reads. What nobody reads is not kept.
    open: bool,
    items: VecDeque<Arrival>,
    bytes: usize,
    missed: Missed,
}

/// What came.
#[derive(Debug)]
pub(super) enum Arrival {
    /// An object that nobody asked for.
    Pushed(Bytes),
    /// An `Updates` that a call of our own has returned.
    Answered(Bytes),
    /// The number that a call of our own has returned.
    Affected {
        channel: Option<ChannelId>,
        pts: i32,
        count: i32,
    },
    /// What came before may not be all.
    Doubt,
    /// Somebody has logged in or out.
    Login,
    /// There will be no connection any more.
    GivenUp,
}

/// What there was no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Missed {
    /// Whether anything.
    pub(super) any: bool,
    /// How many updates that cannot be fetched.
    pub(super) gone: u64,
}

impl Inbox {
    pub(super) fn new(bound: usize) -> Self {
        Self {
            state: Mutex::default(),
            came: Notify::new(),
            bound: bound.max(1),
        }
    }

    /// From now on what comes is kept, or (`false`) is not, and what was kept is forgotten.
    pub(super) fn open(&self, open: bool) {
        let mut state = self.state();
        if state.open != open {
            *state = State {
                open,
                ..State::default()
            };
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.state().open
    }

    pub(super) fn put(&self, arrival: Arrival) {
        let mut state = self.state();
        if !state.open {
            return;
        }
        let size = arrival.size();
        let room = state.items.len() < self.bound && state.bytes + size <= MAX_BYTES;
        match (&arrival, room) {
            // Once something was missed, the rest is fetched too: the queue is read to its end first.
            (Arrival::Pushed(bytes), room) if !room || state.missed.any => {
                state.missed.any = true;
                state.missed.gone += unfetchable(bytes);
            }
            (Arrival::Login | Arrival::GivenUp, _) => state.items.push_back(arrival),
            (_, false) => state.missed.any = true,
            (_, true) => {
                state.bytes += size;
                state.items.push_back(arrival);
            }
        }
        drop(state);
        self.came.notify_one();
    }

    /// The next one, if there is one.
    pub(super) fn take(&self) -> Option<Arrival> {
        let mut state = self.state();
        let arrival = state.items.pop_front()?;
        state.bytes -= arrival.size();
        Some(arrival)
    }

    /// What was missed, once the queue is empty.
    pub(super) fn take_missed(&self) -> Missed {
        let mut state = self.state();
        if state.items.is_empty() {
            mem::take(&mut state.missed)
        } else {
            Missed::default()
        }
    }

    /// Waits until something has come.
    pub(super) async fn came(&self) {
        self.came.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave the queue half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Inbox {
    fn hear(&self, heard: Heard) {
        self.put(match heard {
            Heard::Object(bytes) => Arrival::Pushed(bytes),
            Heard::Connected | Heard::NewSession | Heard::Malformed => Arrival::Doubt,
            Heard::GivenUp => Arrival::GivenUp,
        });
    }
}

impl Arrival {
    fn size(&self) -> usize {
        match self {
            Self::Pushed(bytes) | Self::Answered(bytes) => bytes.len(),
            _ => 0,
        }
    }
}

/// How many updates in an object no difference will bring.
fn unfetchable(object: &Bytes) -> u64 {
    let free = |update| u64::from(Place::of(update) == Place::Free);
    match TypeUpdates::from_bytes(object) {
        Ok(TypeUpdates::UpdateShort(short)) => free(&short.update),
        Ok(TypeUpdates::Updates(all)) => all.updates.iter().map(free).sum(),
        Ok(TypeUpdates::UpdatesCombined(all)) => all.updates.iter().map(free).sum(),
        _ => 0,
    }
}

/// How many bytes wait at most.
const MAX_BYTES: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use heliogram_tl::{
        Encode,
        api::{TypeUpdate, TypeUserStatus, UpdateShort, UpdateUserStatus},
    };

    use super::*;

    fn status() -> Arrival {
        let update = TypeUpdate::UpdateUserStatus(UpdateUserStatus {
            user_id: 1.into(),
            status: TypeUserStatus::UserStatusEmpty,
        });
        let short = TypeUpdates::UpdateShort(Box::new(UpdateShort { update, date: 1 }));
        Arrival::Pushed(short.to_bytes().unwrap().into())
    }

    fn too_long() -> Arrival {
        Arrival::Pushed(TypeUpdates::UpdatesTooLong.to_bytes().unwrap().into())
    }

    #[test]
    fn what_there_is_no_room_for_is_marked_and_what_cannot_be_fetched_is_counted() {
        let inbox = Inbox::new(2);
        inbox.open(true);
        for _ in 0..3 {
            inbox.put(too_long());
        }
        inbox.put(status());
        assert_eq!(
            inbox.take_missed(),
            Missed::default(),
            "not read to its end"
        );
        assert!(inbox.take().is_some());
        // There is room again, but this comes after what was missed.
        inbox.put(too_long());
        assert!(inbox.take().is_some());
        assert!(inbox.take().is_none());
        let missed = Missed { any: true, gone: 1 };
        assert_eq!(inbox.take_missed(), missed);
        assert_eq!(inbox.take_missed(), Missed::default());
    }

    #[test]
    fn what_nobody_reads_is_not_kept() {
        let inbox = Inbox::new(2);
        inbox.put(too_long());
        inbox.open(true);
        assert!(inbox.take().is_none());
        inbox.put(too_long());
        inbox.open(false);
        inbox.open(true);
        assert!(inbox.take().is_none());
    }

    #[test]
    fn large_updates_do_not_fill_memory() {
        let inbox = Inbox::new(1000);
        inbox.open(true);
        for _ in 0..100 {
            inbox.put(Arrival::Pushed(Bytes::from(vec![0; 1 << 20])));
        }
        let kept = std::iter::from_fn(|| inbox.take()).count();
        assert_eq!(kept, 16);
        assert!(inbox.take_missed().any);
    }
}
