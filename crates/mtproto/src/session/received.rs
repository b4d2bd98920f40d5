//! Which messages have been received: a sorted window of bounded size.
//!
//! A number below the window is refused, since nobody can tell any more whether it was seen; one
//! inside it is a duplicate or not. Numbers older than
//! five minutes need not be kept, for their messages are refused by age, so that an idle session
//! keeps none.
//!
//! `core.telegram.org/mtproto/security_guidelines`, "Checking msg_id";
//! `core.telegram.org/mtproto/service_messages_about_messages`, "Informational Message regarding
//! Status of Messages".

use std::{collections::VecDeque, time::Duration};

use super::seq_no::is_content;
use crate::ids::MsgId;

/// More than this many messages in five minutes, and the oldest are forgotten: 16 KiB at most.
pub(crate) const MAX_REMEMBERED: usize = 1024;

/// What is known of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    New,
    Seen,
    Forgotten,
}

/// What a message was, and what became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u8);

impl Marks {
    pub(crate) const CONTAINER: Self = Self(1);
    pub(crate) const REQUEST: Self = Self(2);
    pub(crate) const ANSWERED: Self = Self(4);
    pub(crate) const DROPPED: Self = Self(8);

    fn is_running(self) -> bool {
        self.has(Self::REQUEST) && !self.has(Self::ANSWERED)
    }

    pub(crate) fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }
}

#[derive(Debug, Default)]
pub(crate) struct Received {
    seen: VecDeque<Seen>,
    forgotten: Option<MsgId>,
}

#[derive(Debug)]
struct Seen {
    id: MsgId,
    seq_no: i32,
    marks: Marks,
}

impl Received {
    pub(crate) fn standing(&self, id: MsgId) -> Standing {
        if self.position(id).is_ok() {
            Standing::Seen
        } else if self.forgotten.is_some_and(|limit| id <= limit) {
            Standing::Forgotten
        } else {
            Standing::New
        }
    }

    pub(crate) fn insert(&mut self, id: MsgId, seq_no: i32) {
        if let Err(position) = self.position(id) {
            let marks = Marks::default();
            self.seen.insert(position, Seen { id, seq_no, marks });
        }
        if self.seen.len() > MAX_REMEMBERED {
            let oldest = self.seen.pop_front().map(|oldest| oldest.id);
            self.forgotten = self.forgotten.max(oldest);
        }
    }

    /// Forgets one number, as if it had never been seen; gives its sequence number.
    pub(crate) fn remove(&mut self, id: MsgId) -> Option<i32> {
        let position = self.position(id).ok()?;
        self.seen.remove(position).map(|seen| seen.seq_no)
    }

    /// Forgets all numbers below `first`, as if none had ever been seen; gives the calls among them
    /// that still run.
    pub(crate) fn begin_again(&mut self, first: MsgId) -> Vec<MsgId> {
        self.forgotten = None;
        let later = self.seen.partition_point(|seen| seen.id < first);
        let earlier = self.seen.drain(..later);
        earlier
            .filter(|seen| seen.marks.is_running())
            .map(|seen| seen.id)
            .collect()
    }

    pub(crate) fn mark(&mut self, id: MsgId, mark: Marks) {
        if let Ok(position) = self.position(id) {
            self.seen[position].marks.0 |= mark.0;
        }
    }

    pub(crate) fn marks(&self, id: MsgId) -> Option<Marks> {
        let position = self.position(id).ok()?;
        Some(self.seen[position].marks)
    }

    /// Which of the codes 32 and 33 a new message's sequence number deserves: a message with a lower
    /// number must have a lower sequence number, or the same even one.
    pub(crate) fn seq_no_fault(&self, id: MsgId, seq_no: i32) -> Option<i32> {
        let position = self.position(id).unwrap_or_else(|position| position);
        let clashes =
            |earlier: i32, later: i32| earlier > later || (earlier == later && is_content(later));
        let before = position.checked_sub(1).and_then(|at| self.seen.get(at));
        let after = self.seen.get(position);
        if before.is_some_and(|before| clashes(before.seq_no, seq_no)) {
            Some(32)
        } else if after.is_some_and(|after| after.id != id && clashes(seq_no, after.seq_no)) {
            Some(33)
        } else {
            None
        }
    }

    /// The byte that `msgs_state_info` holds for a number.
    pub(crate) fn status(&self, id: MsgId) -> u8 {
        match self.position(id) {
            Ok(position) => {
                let Seen { seq_no, marks, .. } = self.seen[position];
                let mut status = 4;
                if !is_content(seq_no) {
                    status |= 16;
                }
                if marks.has(Marks::REQUEST) {
                    status |= 32;
                }
                if marks.has(Marks::ANSWERED) {
                    status |= 64;
                }
                status
            }
            Err(0) => 1,
            Err(position) if position == self.seen.len() => 3,
            Err(_) => 2,
        }
    }

    /// Forgets what is refused by age anyway, but for calls that still run.
    pub(crate) fn forget_old(&mut self, unix: Duration) {
        let is_old = |seen: &Seen| seen.id.is_too_old(unix);
        let old = self.seen.partition_point(is_old);
        let newest = old.checked_sub(1).map(|last| self.seen[last].id);
        self.forgotten = self.forgotten.max(newest);
        self.seen
            .retain(|seen| !is_old(seen) || seen.marks.is_running());
        self.seen.shrink_to_fit();
    }

    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    fn position(&self, id: MsgId) -> Result<usize, usize> {
        match self.seen.back() {
            Some(last) if last.id < id => Err(self.seen.len()),
            _ => self.seen.binary_search_by_key(&id, |seen| seen.id),
        }
    }
}
