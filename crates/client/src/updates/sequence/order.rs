//! What came is held against what was there before.

use std::{sync::Arc, time::Instant};

use heliogram_tl::api::TypeUpdate;

use super::{Batch, Move, Pending, Sequence, Step, waiting::Offered};
use crate::{
    events::{Entities, Lost},
    updates::place::Place,
};

impl Sequence {
    /// An update that came without others.
    pub(super) fn alone(
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

    pub(super) fn batch(
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

    pub(super) fn arrived(
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
            // What there is no room for is found missing as soon as the state is known.
            if self.early.len() < MAX_EARLY {
                self.early.push(batch);
            }
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
    pub(super) fn apply_batch(&mut self, now: Instant, batch: Batch, again: bool) {
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

    pub(super) fn offer(&mut self, now: Instant, item: Pending) {
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
    pub(super) fn apply(&mut self, items: Vec<Pending>) {
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

    pub(super) fn give(&mut self, update: TypeUpdate, entities: &Arc<Entities>) {
        self.steps
            .push_back(Step::Give(update, Arc::clone(entities)));
    }
}

/// How many objects wait for the first state.
const MAX_EARLY: usize = 1000;
