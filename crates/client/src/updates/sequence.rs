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

mod waiting;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::Instant,
};

use heliogram_tl::{
    ChannelId, UserId,
    api::{
        TypeMessage, TypeUpdate, TypeUpdates, UpdateNewChannelMessage, UpdateNewEncryptedMessage,
        UpdateNewMessage, updates,
    },
};

use self::waiting::{Offered, Waiting};
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
            TypeUpdates::UpdatesTooLong => self.want_difference = true,
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
        self.want_difference = true;
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

    /// Takes the state that the server has: to begin with, or to see whether something was missed.
    pub(super) fn handle_state(&mut self, now: Instant, state: &updates::State) {
        let theirs = Local::from(state);
        match self.local {
            None => self.begin(now, theirs),
            Some(local) if theirs.pts < local.pts || theirs.qts < local.qts => {
                self.steps.push_back(Step::Lost(Lost::WentBack {
                    from: local.pts,
                    to: theirs.pts,
                }));
                self.set(theirs);
                self.forget_waiting();
            }
            Some(local) => {
                let ahead = theirs.pts > local.pts || theirs.qts > local.qts;
                self.want_difference |= ahead || theirs.seq > local.seq;
            }
        }
    }

    /// Takes an answer to [`Fetch::Difference`].
    pub(super) fn handle_difference(&mut self, now: Instant, difference: updates::TypeDifference) {
        use updates::TypeDifference as D;
        self.want_difference = false;
        let Some(local) = self.local else { return };
        match difference {
            D::DifferenceEmpty(empty) => {
                self.set(Local {
                    date: empty.date,
                    seq: empty.seq,
                    ..local
                });
                self.caught_up(now);
            }
            D::Difference(all) => {
                let state = Local::from(&all.state);
                let entities = Arc::new(Entities::new(all.users, all.chats));
                let (messages, secret) = (all.new_messages, all.new_encrypted_messages);
                self.give_all(now, messages, state, &entities);
                self.give_secret(secret, state, &entities);
                self.give_others(now, all.other_updates, &entities);
                self.set(state);
                self.caught_up(now);
            }
            D::DifferenceSlice(slice) => {
                let state = Local::from(&slice.intermediate_state);
                let entities = Arc::new(Entities::new(slice.users, slice.chats));
                let (messages, secret) = (slice.new_messages, slice.new_encrypted_messages);
                self.give_all(now, messages, state, &entities);
                self.give_secret(secret, state, &entities);
                self.give_others(now, slice.other_updates, &entities);
                self.go_on_after(now, local, state);
            }
            D::DifferenceTooLong(too_long) => {
                self.steps.push_back(Step::Lost(Lost::TooLong {
                    from: local.pts,
                    to: too_long.pts,
                }));
                let state = Local {
                    pts: too_long.pts,
                    ..local
                };
                self.go_on_after(now, local, state);
            }
            _ => self.caught_up(now),
        }
    }

    /// A part of the difference cannot be read; `end` is the state behind it, when that could be made out.
    pub(super) fn handle_unreadable_difference(
        &mut self,
        now: Instant,
        end: Option<&updates::State>,
    ) {
        self.want_difference = false;
        let Some(local) = self.local else { return };
        let end = end.map(Local::from).filter(|end| end.pts >= local.pts);
        self.steps.push_back(Step::Lost(Lost::Unreadable {
            from: local.pts,
            to: end.map(|end| end.pts),
        }));
        match end {
            Some(end) => self.go_on_after(now, local, end),
            None => self.local = None,
        }
    }

    /// The server knows nothing of the state that we go on from.
    pub(super) fn handle_refused_difference(&mut self) {
        self.want_difference = false;
        let from = self.local.take().map_or(0, |local| local.pts);
        self.steps
            .push_back(Step::Lost(Lost::Unreadable { from, to: None }));
    }

    /// Takes an answer to [`Fetch::Channel`].
    pub(super) fn handle_channel_difference(
        &mut self,
        now: Instant,
        id: ChannelId,
        difference: updates::TypeChannelDifference,
    ) {
        use updates::TypeChannelDifference as D;
        self.want_channels.remove(&id);
        let Some(from) = self.channels.get(&id).copied() else {
            return;
        };
        let (pts, is_final) = match difference {
            D::ChannelDifferenceEmpty(empty) => (empty.pts, true),
            D::ChannelDifference(all) => {
                let entities = Arc::new(Entities::new(all.users, all.chats));
                for message in all.new_messages {
                    let update = UpdateNewChannelMessage {
                        message,
                        pts: all.pts,
                        pts_count: 0,
                    };
                    let update = TypeUpdate::UpdateNewChannelMessage(Box::new(update));
                    self.give(update, &entities);
                }
                for update in all.other_updates {
                    self.give(update, &entities);
                }
                (all.pts, all.final_)
            }
            D::ChannelDifferenceTooLong(too_long) => {
                let pts = match &too_long.dialog {
                    heliogram_tl::api::TypeDialog::Dialog(dialog) => dialog.pts.unwrap_or(from),
                    _ => from,
                };
                let lost = Lost::ChannelTooLong {
                    channel: id,
                    from,
                    to: pts,
                };
                self.steps.push_back(Step::Lost(lost));
                (pts, true)
            }
            _ => (from, true),
        };
        self.set_channel(id, pts);
        // A server that makes no headway is not asked for ever.
        if !is_final && pts > from {
            self.want_channels.insert(id);
            return;
        }
        let waiting = self.in_channels.entry(id).or_default();
        let Offered { fit, .. } = waiting.again(pts, now);
        self.apply(fit);
    }

    /// Nobody can tell what was missed in a channel: it is not ours any more, or it cannot be addressed.
    pub(super) fn handle_channel_left(&mut self, id: ChannelId) {
        self.want_channels.remove(&id);
        self.in_channels.remove(&id);
        if let Some(from) = self.channels.remove(&id) {
            self.steps
                .push_back(Step::Lost(Lost::Channel { channel: id, from }));
            self.steps.push_back(Step::Moved(Move::Left(id)));
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

    /// An update that came without others.
    fn alone(
        &mut self,
        now: Instant,
        update: Option<TypeUpdate>,
        date: i32,
        own: bool,
        incomplete: bool,
    ) {
        let place = update.as_ref().map_or(Place::Free, Place::of);
        let pending = Pending {
            place,
            update,
            entities: Arc::default(),
            own,
            incomplete,
        };
        self.arrived(now, (0, 0, date), vec![pending]);
    }

    fn batch(
        &mut self,
        now: Instant,
        numbers: (i32, i32, i32),
        updates: Vec<TypeUpdate>,
        entities: Arc<Entities>,
        own: bool,
    ) {
        let pending = |update| Pending {
            place: Place::of(&update),
            update: Some(update),
            entities: Arc::clone(&entities),
            own,
            incomplete: false,
        };
        self.arrived(now, numbers, updates.into_iter().map(pending).collect());
    }

    fn arrived(
        &mut self,
        now: Instant,
        (seq_start, seq, date): (i32, i32, i32),
        mut items: Vec<Pending>,
    ) {
        // Nothing promises an order inside.
        items.sort_by_key(|item| item.place.before());
        let batch = Batch {
            seq_start,
            seq,
            date,
            items,
        };
        let Some(local) = self.local else {
            self.early.push(batch);
            return;
        };
        if batch.seq_start == 0 {
            self.apply_batch(now, batch, false);
            return;
        }
        if batch.seq_start <= local.seq {
            self.apply_batch(now, batch, true);
            return;
        }
        let before = batch.seq_start - 1;
        let offered = self.whole.offer(local.seq, before, batch.seq, batch, now);
        self.want_difference |= offered.full;
        for batch in offered.fit {
            self.apply_batch(now, batch, false);
        }
    }

    /// `again` when the whole was here before: what has a number inside is held against that.
    fn apply_batch(&mut self, now: Instant, batch: Batch, again: bool) {
        for item in batch.items {
            if !(again && item.place == Place::Free) {
                self.offer(now, item);
            }
        }
        let Some(local) = self.local.as_mut() else {
            return;
        };
        if batch.seq > local.seq {
            local.seq = batch.seq;
            local.date = local.date.max(batch.date);
            let (seq, date) = (local.seq, local.date);
            self.steps.push_back(Step::Moved(Move::Seq { seq, date }));
        }
    }

    fn offer(&mut self, now: Instant, item: Pending) {
        let Some(local) = self.local else { return };
        let before = item.place.before();
        let number = match item.place {
            Place::Common { pts, .. } | Place::Channel { pts, .. } => pts,
            Place::Second { qts } => qts,
            Place::Free => return self.apply(vec![item]),
            Place::ChannelTooLong(id) => {
                if self.channels.contains_key(&id) {
                    self.want_channels.insert(id);
                }
                return;
            }
            Place::Reset => {
                self.steps.push_back(Step::Lost(Lost::WentBack {
                    from: local.pts,
                    to: 0,
                }));
                self.local = None;
                return;
            }
        };
        let (at, waiting) = match item.place {
            Place::Channel { id, .. } => {
                // The first that is heard of a channel is where it begins.
                let at = *self.channels.entry(id).or_insert(before);
                (at, self.in_channels.entry(id).or_default())
            }
            Place::Second { .. } => (local.qts, &mut self.second),
            _ => (local.pts, &mut self.common),
        };
        if item.incomplete && before >= at {
            self.want_difference = true;
            return;
        }
        let place = item.place;
        let Offered { fit, full } = waiting.offer(at, before, number, item, now);
        if full {
            match place {
                Place::Channel { id, .. } => {
                    self.want_channels.insert(id);
                }
                _ => self.want_difference = true,
            }
        }
        self.apply(fit);
    }

    /// Gives out what is next, and moves on.
    fn apply(&mut self, items: Vec<Pending>) {
        for item in items {
            if let Some(update) = item.update.filter(|_| !item.own) {
                self.give(update, &item.entities);
            }
            let Some(local) = self.local.as_mut() else {
                return;
            };
            let moved = match item.place {
                Place::Common { pts, .. } => {
                    local.pts = pts;
                    Move::Pts(pts)
                }
                Place::Second { qts } => {
                    local.qts = qts;
                    Move::Qts(qts)
                }
                Place::Channel { id, pts, .. } => {
                    self.channels.insert(id, pts);
                    Move::Channel(id, pts)
                }
                _ => continue,
            };
            self.steps.push_back(Step::Moved(moved));
        }
    }

    /// Begins at the server's state, or before it when something came since we listen that this state counts
    /// already.
    fn begin(&mut self, now: Instant, theirs: Local) {
        let mut local = theirs;
        let early = std::mem::take(&mut self.early);
        for item in early.iter().flat_map(|batch| &batch.items) {
            let before = item.place.before();
            match item.place {
                Place::Common { .. } => local.pts = local.pts.min(before),
                Place::Second { .. } => local.qts = local.qts.min(before),
                _ => {}
            }
        }
        for batch in early.iter().filter(|batch| batch.seq_start != 0) {
            local.seq = local.seq.min(batch.seq_start - 1);
        }
        self.set(local);
        for batch in early {
            self.arrived(now, (batch.seq_start, batch.seq, batch.date), batch.items);
        }
        let reached = self.local.unwrap_or(theirs);
        self.want_difference |= theirs.pts > reached.pts || theirs.qts > reached.qts;
    }

    fn give_all(
        &mut self,
        _now: Instant,
        messages: Vec<TypeMessage>,
        state: Local,
        entities: &Arc<Entities>,
    ) {
        for message in messages {
            let update = UpdateNewMessage {
                message,
                pts: state.pts,
                pts_count: 0,
            };
            self.give(TypeUpdate::UpdateNewMessage(Box::new(update)), entities);
        }
    }

    fn give_secret(
        &mut self,
        messages: Vec<heliogram_tl::api::TypeEncryptedMessage>,
        state: Local,
        entities: &Arc<Entities>,
    ) {
        for message in messages {
            let update = UpdateNewEncryptedMessage {
                message,
                qts: state.qts,
            };
            self.give(TypeUpdate::UpdateNewEncryptedMessage(update), entities);
        }
    }

    /// A difference vouches for the order of what it brings, but for channels, which count for themselves.
    fn give_others(&mut self, now: Instant, updates: Vec<TypeUpdate>, entities: &Arc<Entities>) {
        for update in updates {
            let place = Place::of(&update);
            match place {
                Place::Channel { .. } | Place::ChannelTooLong(_) => {
                    let item = Pending {
                        place,
                        update: Some(update),
                        entities: Arc::clone(entities),
                        own: false,
                        incomplete: false,
                    };
                    self.offer(now, item);
                }
                _ => self.give(update, entities),
            }
        }
    }

    /// More is to be fetched, unless the server makes no headway.
    fn go_on_after(&mut self, now: Instant, before: Local, state: Local) {
        self.set(state);
        if state.pts > before.pts || state.qts > before.qts {
            self.want_difference = true;
        } else {
            tracing::warn!(pts = state.pts, "the difference does not come to an end");
            self.caught_up(now);
        }
    }

    /// What was put aside while something was missing is held against the new state.
    fn caught_up(&mut self, now: Instant) {
        let Some(local) = self.local else { return };
        let common = self.common.again(local.pts, now);
        self.apply(common.fit);
        let second = self.second.again(local.qts, now);
        self.apply(second.fit);
        let whole = self.whole.again(local.seq, now);
        for batch in whole.fit {
            self.apply_batch(now, batch, false);
        }
    }

    fn forget_waiting(&mut self) {
        self.common = Waiting::default();
        self.second = Waiting::default();
        self.whole = Waiting::default();
    }

    fn give(&mut self, update: TypeUpdate, entities: &Arc<Entities>) {
        self.steps
            .push_back(Step::Give(update, Arc::clone(entities)));
    }

    fn set(&mut self, local: Local) {
        self.local = Some(local);
        let Local {
            pts,
            qts,
            date,
            seq,
        } = local;
        self.steps.push_back(Step::Moved(Move::All {
            pts,
            qts,
            date,
            seq,
        }));
    }

    fn set_channel(&mut self, id: ChannelId, pts: i32) {
        self.channels.insert(id, pts);
        self.steps.push_back(Step::Moved(Move::Channel(id, pts)));
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
