//! Acknowledgments: `msgs_ack#62d6b459 msg_ids:Vector<long> = MsgsAck`.
//!
//! They are collected and leave with the next packet, or alone after a while. An answer
//! acknowledges its request, so that a request answered quickly needs none.
//!
//! `core.telegram.org/mtproto/service_messages_about_messages`, "Acknowledgment of Receipt".

use std::time::{Duration, Instant};

use bytes::Bytes;
use heliogram_tl::{Encode, Writer, mtproto::MsgsAck};

use crate::ids::MsgId;

/// How many may wait before they leave at once.
const ENOUGH: usize = 64;

/// At most this many stand in one `msgs_ack`, and wait at all: the oldest is given up first,
/// and its message will be repeated by the peer. `mtproto/service_messages_about_messages`.
pub(crate) const MAX_ACKS: usize = 8192;

#[derive(Debug, Default)]
pub(crate) struct Acks {
    waiting: Vec<MsgId>,
    due: Option<Instant>,
}

impl Acks {
    pub(crate) fn add(&mut self, id: MsgId, now: Instant, delay: Duration) {
        if self.waiting.contains(&id) {
            return;
        }
        if self.waiting.len() == MAX_ACKS {
            self.waiting.remove(0);
        }
        self.waiting.push(id);
        let due = if self.waiting.len() >= ENOUGH {
            now
        } else {
            now + delay
        };
        self.due = Some(self.due.map_or(due, |earlier| earlier.min(due)));
    }

    /// An answer has said it.
    pub(crate) fn remove(&mut self, id: MsgId) {
        self.waiting.retain(|waiting| *waiting != id);
        if self.waiting.is_empty() {
            *self = Self::default();
        }
    }

    /// Nobody knows the messages before `first` any more.
    pub(crate) fn forget_before(&mut self, first: MsgId) {
        self.waiting.retain(|waiting| *waiting >= first);
        if self.waiting.is_empty() {
            *self = Self::default();
        }
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// All of them, as a message.
    pub(crate) fn take(&mut self) -> Option<Bytes> {
        if self.waiting.is_empty() {
            return None;
        }
        let Self { waiting, .. } = std::mem::take(self);
        let mut out = Writer::append_to(Vec::with_capacity(12 + 8 * waiting.len()));
        let msg_ids = waiting.into_iter().map(|id| id.0).collect();
        MsgsAck { msg_ids }.encode(&mut out);
        out.finish().ok().map(Bytes::from)
    }
}
