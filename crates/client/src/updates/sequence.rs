//! Puts updates into order: a value that knows neither a network nor a clock.
//!
//! Updates may come out of order, twice, or not at all. Most are numbered (see [`Place`]), and a number says what
//! came before it:
//!
//! ```text
//! local + count == pts    the next one: give it out, local becomes pts
//! local + count >  pts    had it already: drop it
//! local + count <  pts    something is missing: put it aside and wait half a second;
//!                         when nothing fills the gap, fetch the difference
//! ```
//!
//! An `updates` as a whole has a number too, `seq`, for which the same holds. What is fetched begins where the local
//! state ends and leads to a new one; it comes in slices, or is too long to be fetched at all, which is told as
//! [`Lost`].
//!
//! Answers to calls of our own move the same numbers: they are handed in like everything else, but are not
//! given out, since the caller has them.
//!
//! `core.telegram.org/api/updates`, "Update handling", "Recovering gaps".

mod fetched;
mod order;
#[cfg(test)]
mod tests;
mod waiting;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Instant,
};

use heliogram_tl::{
    ChannelId, UserId,
    api::{TypeUpdate, TypeUpdates, updates},
};

use self::waiting::Waiting;
use super::{place::Place, short};
use crate::{
    UpdateState,
    events::{Entities, Lost},
};

/// The order of updates of one account. **After every call of a `handle_` function: [`poll_step`](Self::poll_step)
/// until none, then [`poll_fetch`](Self::poll_fetch), then [`poll_timeout`](Self::poll_timeout).** What `poll_fetch`
/// asks for is answered by the `handle_` function of the same name before it asks again.
pub(super) struct Sequence {
    own: UserId,
    /// None until the server has told its state.
    local: Option<Local>,
    channels: BTreeMap<ChannelId, i32>,
    /// What came before the state was known.
    early: Vec<Batch>,
    common: Waiting<Pending>,
    second: Waiting<Pending>,
    whole: Waiting<Batch>,
    in_channels: BTreeMap<ChannelId, Waiting<Pending>>,
    want_difference: bool,
    want_channels: BTreeSet<ChannelId>,
    steps: VecDeque<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Local {
    pts: i32,
    qts: i32,
    date: i32,
    seq: i32,
}

/// What follows from what came in, in order.
#[derive(Debug)]
pub(super) enum Step {
    /// To be given to readers.
    Give(TypeUpdate, Arc<Entities>),
    /// Updates that nobody will ever see.
    Lost(Lost),
    /// Everything before this step belongs to the state as it is with this.
    Moved(Move),
}

/// A change of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Pts(i32),
    Qts(i32),
    Seq {
        seq: i32,
        date: i32,
    },
    All {
        pts: i32,
        qts: i32,
        date: i32,
        seq: i32,
    },
    Channel(ChannelId, i32),
    /// The channel is none of ours any more.
    Left(ChannelId),
}

/// What has to be asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fetch {
    State,
    Difference { pts: i32, qts: i32, date: i32 },
    Channel { id: ChannelId, pts: i32 },
}

/// An `updates` as a whole.
#[derive(Debug)]
struct Batch {
    seq_start: i32,
    seq: i32,
    date: i32,
    items: Vec<Pending>,
}

/// An update that has its place.
#[derive(Debug)]
struct Pending {
    place: Place,
    /// None when only the number counts.
    update: Option<TypeUpdate>,
    entities: Arc<Entities>,
    /// The caller of a method has it already.
    own: bool,
    /// It cannot be understood as it is: somebody in it is unknown. A difference tells who.
    incomplete: bool,
}

impl Sequence {
    /// Goes on from a state; from what the server says when there is none.
    pub(super) fn new(own: UserId, state: Option<&UpdateState>) -> Self {
        Self {
            own,
            local: state.map(|state| Local {
                pts: state.pts,
                qts: state.qts,
                date: state.date,
                seq: state.seq,
            }),
            channels: state.map_or_else(BTreeMap::new, |state| state.channels.clone()),
            early: Vec::new(),
            common: Waiting::default(),
            second: Waiting::default(),
            whole: Waiting::default(),
            in_channels: BTreeMap::new(),
            want_difference: state.is_some(),
            want_channels: BTreeSet::new(),
            steps: VecDeque::new(),
        }
    }

    /// Takes what the server sent, or (`own`) answered to a call. `knows` tells whose names are known.
    pub(super) fn handle_updates(
        &mut self,
        now: Instant,
        updates: TypeUpdates,
        own: bool,
        knows: impl Fn(UserId) -> bool,
    ) {
        match updates {
            TypeUpdates::UpdatesTooLong => self.handle_doubt(),
            TypeUpdates::UpdateShortMessage(short) => {
                let incomplete = !knows(short.user_id);
                let date = short.date;
                let update = short::private(*short, self.own);
                self.alone(now, Some(update), date, own, incomplete);
            }
            TypeUpdates::UpdateShortChatMessage(short) => {
                let incomplete = !knows(short.from_id.into());
                let date = short.date;
                self.alone(now, Some(short::group(*short)), date, own, incomplete);
            }
            TypeUpdates::UpdateShortSentMessage(short) => {
                self.handle_affected(now, None, short.pts, short.pts_count);
            }
            TypeUpdates::UpdateShort(short) => {
                self.alone(now, Some(short.update), short.date, own, false);
            }
            TypeUpdates::UpdatesCombined(all) => {
                let entities = Arc::new(Entities::new(all.users, all.chats));
                let numbers = (all.seq_start, all.seq, all.date);
                self.batch(now, numbers, all.updates, entities, own);
            }
            TypeUpdates::Updates(all) => {
                let entities = Arc::new(Entities::new(all.users, all.chats));
                let numbers = (all.seq, all.seq, all.date);
                self.batch(now, numbers, all.updates, entities, own);
            }
            _ => {}
        }
    }

    /// Takes the number that a call of our own has brought: in a channel, or in the common sequence.
    pub(super) fn handle_affected(
        &mut self,
        now: Instant,
        channel: Option<ChannelId>,
        pts: i32,
        count: i32,
    ) {
        let place = match channel {
            Some(id) => Place::Channel { id, pts, count },
            None => Place::Common { pts, count },
        };
        let pending = Pending {
            place,
            update: None,
            entities: Arc::default(),
            own: true,
            incomplete: false,
        };
        self.arrived(now, (0, 0, 0), vec![pending]);
    }

    /// Something may have been missed.
    pub(super) fn handle_doubt(&mut self) {
        // Before the first state there is nothing that it could be compared with.
        self.want_difference |= self.local.is_some();
    }

    /// Time has passed.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        let due = [
            self.common.take_due(now),
            self.second.take_due(now),
            self.whole.take_due(now),
        ];
        self.want_difference |= due.contains(&true);
        for (id, waiting) in &mut self.in_channels {
            if waiting.take_due(now) {
                self.want_channels.insert(*id);
            }
        }
    }

    pub(super) fn poll_step(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    pub(super) fn poll_fetch(&self) -> Option<Fetch> {
        let Some(local) = self.local else {
            return Some(Fetch::State);
        };
        if self.want_difference {
            return Some(Fetch::Difference {
                pts: local.pts,
                qts: local.qts,
                date: local.date,
            });
        }
        let id = *self.want_channels.first()?;
        let pts = self.channels.get(&id).copied()?;
        Some(Fetch::Channel { id, pts })
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let channels = self.in_channels.values().map(Waiting::due);
        let others = [self.common.due(), self.second.due(), self.whole.due()];
        channels.chain(others).flatten().min()
    }
}

impl From<&updates::State> for Local {
    fn from(state: &updates::State) -> Self {
        Self {
            pts: state.pts,
            qts: state.qts,
            date: state.date,
            seq: state.seq,
        }
    }
}

impl Move {
    /// What becomes of a state.
    pub(super) fn apply_to(self, state: &mut UpdateState) {
        match self {
            Self::Pts(pts) => state.pts = pts,
            Self::Qts(qts) => state.qts = qts,
            Self::Seq { seq, date } => (state.seq, state.date) = (seq, date),
            Self::All {
                pts,
                qts,
                date,
                seq,
            } => (state.pts, state.qts, state.date, state.seq) = (pts, qts, date, seq),
            Self::Channel(id, pts) => {
                state.channels.insert(id, pts);
            }
            Self::Left(id) => {
                state.channels.remove(&id);
            }
        }
    }
}
