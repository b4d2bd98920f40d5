//! What was fetched: the state of the server, and differences.
//!
//! ```text
//! differenceEmpty     nothing was missed
//! difference          all that was missed, and the state that it leads to
//! differenceSlice     a part of it, and the state that it leads to; the next part is fetched from there
//! differenceTooLong   the server does not tell: go on from this pts
//! ```
//!
//! `core.telegram.org/api/updates`, "Recovering gaps".

use std::{mem, sync::Arc, time::Instant};

use heliogram_tl::{
    ChannelId,
    api::{
        TypeDialog, TypeEncryptedMessage, TypeMessage, TypeUpdate, UpdateNewChannelMessage,
        UpdateNewEncryptedMessage, UpdateNewMessage, updates,
    },
};

use super::{
    Local, Move, Pending, Sequence, Step,
    waiting::{Offered, Waiting},
};
use crate::{
    events::{Entities, Lost},
    updates::place::Place,
};

impl Sequence {
    /// Takes the state that the server has: to begin with, or to see whether something was missed.
    pub(in crate::updates) fn handle_state(&mut self, now: Instant, state: &updates::State) {
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
                // Nothing here tells about channels; a difference names those that have news.
                let blind = !self.channels.is_empty();
                self.want_difference |= ahead || blind || theirs.seq > local.seq;
            }
        }
    }

    /// Takes an answer to [`Fetch::Difference`].
    pub(in crate::updates) fn handle_difference(
        &mut self,
        now: Instant,
        difference: updates::TypeDifference,
    ) {
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
                self.give_all(messages, state, &entities);
                self.give_secret(secret, state, &entities);
                self.give_others(now, all.other_updates, &entities);
                self.set(state);
                self.caught_up(now);
            }
            D::DifferenceSlice(slice) => {
                let state = Local::from(&slice.intermediate_state);
                let entities = Arc::new(Entities::new(slice.users, slice.chats));
                let (messages, secret) = (slice.new_messages, slice.new_encrypted_messages);
                self.give_all(messages, state, &entities);
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
    pub(in crate::updates) fn handle_unreadable_difference(
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
    pub(in crate::updates) fn handle_refused_difference(&mut self) {
        self.want_difference = false;
        let from = self.local.take().map_or(0, |local| local.pts);
        self.steps
            .push_back(Step::Lost(Lost::Unreadable { from, to: None }));
    }

    /// Takes an answer to [`Fetch::Channel`].
    pub(in crate::updates) fn handle_channel_difference(
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
                    TypeDialog::Dialog(dialog) => dialog.pts.unwrap_or(from),
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
    pub(in crate::updates) fn handle_channel_left(&mut self, id: ChannelId) {
        self.want_channels.remove(&id);
        self.in_channels.remove(&id);
        if let Some(from) = self.channels.remove(&id) {
            self.steps
                .push_back(Step::Lost(Lost::Channel { channel: id, from }));
            self.steps.push_back(Step::Moved(Move::Left(id)));
        }
    }

    /// Begins at the server's state, or before it when something came since we listen that this state counts
    /// already.
    fn begin(&mut self, now: Instant, theirs: Local) {
        let mut local = theirs;
        let early = mem::take(&mut self.early);
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

    fn give_all(&mut self, messages: Vec<TypeMessage>, state: Local, entities: &Arc<Entities>) {
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
        messages: Vec<TypeEncryptedMessage>,
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
