//! The life of a call: queued, sent, perhaps refused or lost, answered once.

use std::time::Instant;

use bytes::Bytes;

use super::{ClientEvent, ClientSession, Failure, RequestId, transmit::Service};
use crate::{
    ids::{MsgId, SessionId},
    session::{
        Now,
        bad_msg::BadMsgCode,
        msg_id::{MAX_AGE, MAX_FUTURE},
        packet::Stamp,
        state::{MAX_ASKED, Status},
    },
};

/// A call that the server did not receive is sent again under its old number while it is sure to
/// be in time; after that the old copy cannot be accepted any more, and a new number is
/// safe. In between (the width of [`MAX_FUTURE`]) it waits.
const REPEATABLE: std::time::Duration = MAX_AGE.saturating_sub(MAX_FUTURE);

/// What kind of answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Rpc,
    DestroySession(SessionId),
    DestroyAuthKey,
    /// The answer is of no interest.
    DropAnswer,
}

pub(super) struct Call {
    pub(super) kind: Kind,
    pub(super) body: Bytes,
    pub(super) state: State,
    /// Set when the number must not change.
    numbered: bool,
    refusals: u8,
    /// How often it was sent under its present number.
    copies: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Waits to be sent, under the old number if it has one.
    Queued {
        stamp: Option<Stamp>,
        number: Option<MsgId>,
    },
    /// Was sent. When nothing is heard until `check_at`, the server is asked.
    Sent {
        stamp: Stamp,
        container: MsgId,
        check_at: Instant,
    },
}

impl Call {
    pub(super) fn new(kind: Kind, body: Bytes) -> Self {
        Self {
            kind,
            body,
            state: State::Queued {
                stamp: None,
                number: None,
            },
            numbered: false,
            refusals: 0,
            copies: 0,
        }
    }

    pub(super) fn numbered(msg_id: MsgId, body: Bytes) -> Self {
        Self {
            numbered: true,
            state: State::Queued {
                stamp: None,
                number: Some(msg_id),
            },
            ..Self::new(Kind::Rpc, body)
        }
    }

    pub(super) fn sent(&mut self, stamp: Stamp, container: MsgId, check_at: Instant) {
        self.copies += 1;
        self.state = State::Sent {
            stamp,
            container,
            check_at,
        };
    }

    fn stamp(&self) -> Option<Stamp> {
        match self.state {
            State::Queued { stamp, .. } => stamp,
            State::Sent { stamp, .. } => Some(stamp),
        }
    }
}

impl ClientSession {
    /// The call is over; the caller tells how.
    pub(super) fn finish(&mut self, request: RequestId) -> Option<Call> {
        let call = self.calls.remove(&request)?;
        if let Some(stamp) = call.stamp() {
            self.by_msg_id.remove(&stamp.msg_id);
        }
        if matches!(call.state, State::Queued { .. }) {
            self.queue.retain(|queued| *queued != request);
        }
        if self.calls.is_empty() {
            self.check_at = None;
        }
        Some(call)
    }

    pub(super) fn fail(&mut self, request: RequestId, failure: Failure) {
        let Some(call) = self.finish(request) else {
            return;
        };
        if call.kind != Kind::DropAnswer {
            let event = ClientEvent::Failed { request, failure };
            self.events.push_back(event);
        }
    }

    pub(super) fn drop_call(&mut self, request: RequestId) {
        let Some(call) = self.finish(request) else {
            return;
        };
        if let Some(stamp) = call.stamp() {
            let body = crate::session::rpc::object(&heliogram_tl::mtproto::RpcDropAnswer {
                req_msg_id: stamp.msg_id.0,
            });
            self.enqueue(Call::new(Kind::DropAnswer, body));
        }
    }

    /// The server has the call: nothing needs to be asked for a while.
    pub(super) fn acknowledged(&mut self, now: Now, msg_id: MsgId) {
        let patience = 6 * self.config.ask_after;
        if let Some(call) = self.call_mut(msg_id)
            && let State::Sent { check_at, .. } = &mut call.state
        {
            *check_at = now.mono + patience;
        }
    }

    /// The calls that travelled in message `msg_id`: itself, or those of a container.
    pub(super) fn calls_in(&self, msg_id: MsgId) -> Vec<RequestId> {
        if let Some(request) = self.by_msg_id.get(&msg_id) {
            return vec![*request];
        }
        self.calls
            .iter()
            .filter(|(_, call)| {
                matches!(call.state, State::Sent { container, .. } if container == msg_id)
            })
            .map(|(request, _)| *request)
            .collect()
    }

    /// The server had nothing to do with a message, for the reason `code`.
    pub(super) fn refused(&mut self, request: RequestId, code: BadMsgCode) {
        let max_refusals = self.config.max_refusals;
        let Some(call) = self.calls.get_mut(&request) else {
            return;
        };
        // Only the newest copy was refused. An older one under the same number may have
        // arrived when it was still in time.
        let ambiguous = matches!(
            code,
            BadMsgCode::MSG_ID_TOO_LOW | BadMsgCode::TOO_OLD | BadMsgCode::CONTAINER_MSG_ID
        ) && call.copies > 1;
        // An older copy may still arrive: under the old number the server can tell.
        let keep = match (code, call.stamp()) {
            (BadMsgCode::SERVER_SALT | BadMsgCode::CONTAINER, stamp) if call.copies > 1 => stamp,
            _ => None,
        };
        call.refusals = call.refusals.saturating_add(1);
        if ambiguous {
            self.fail(request, Failure::OutcomeUnknown);
        } else if call.numbered || call.refusals > max_refusals {
            self.fail(request, Failure::Refused(code));
        } else {
            self.requeue(request, keep);
        }
    }

    /// Puts a sent call back into the queue, under its old number or for a new one.
    fn requeue(&mut self, request: RequestId, keep: Option<Stamp>) {
        let Some(call) = self.calls.get_mut(&request) else {
            return;
        };
        let State::Sent { stamp, .. } = call.state else {
            return;
        };
        if keep.is_none() {
            self.by_msg_id.remove(&stamp.msg_id);
            call.copies = 0;
        }
        call.state = State::Queued {
            stamp: keep,
            number: None,
        };
        self.queue.push_back(request);
    }

    /// The server says what it knows of a message of ours.
    pub(super) fn status(&mut self, now: Now, msg_id: MsgId, status: Status) {
        let Some(request) = self.by_msg_id.get(&msg_id).copied() else {
            return;
        };
        let unix = self.clock.unix(now);
        match status {
            Status::Received { answered } => {
                self.postpone(now, msg_id);
                if answered {
                    self.service.push_back(Service::ResendAnswers(vec![msg_id]));
                }
            }
            Status::NotReceived if msg_id.is_too_old(unix) => self.not_received(request),
            Status::Unknown if msg_id.unix() + REPEATABLE < unix => {
                self.fail(request, Failure::OutcomeUnknown);
            }
            Status::NotReceived if msg_id.unix() + REPEATABLE < unix => self.postpone(now, msg_id),
            Status::NotReceived | Status::Unknown => self.repeat(msg_id),
        }
    }

    /// Sends a call again under its old number.
    pub(super) fn repeat(&mut self, msg_id: MsgId) {
        let Some(request) = self.by_msg_id.get(&msg_id).copied() else {
            return;
        };
        let stamp = self.calls.get(&request).and_then(Call::stamp);
        self.requeue(request, stamp);
    }

    /// The server's session is newer than a call: it may have been received by the one before.
    pub(super) fn session_began(&mut self, now: Now, first_msg_id: MsgId) {
        let unix = self.clock.unix(now);
        let before: Vec<_> = self
            .by_msg_id
            .range(..first_msg_id)
            .map(|(msg_id, request)| (*msg_id, *request))
            .collect();
        for (msg_id, request) in before {
            if msg_id.unix() + REPEATABLE < unix {
                self.fail(request, Failure::OutcomeUnknown);
            } else {
                self.repeat(msg_id);
            }
        }
    }

    pub(super) fn ask_about_all(&mut self, now: Now) {
        for call in self.calls.values_mut() {
            if let State::Sent { check_at, .. } = &mut call.state {
                *check_at = now.mono;
            }
        }
        self.ask_about_overdue(now);
    }

    /// Asks what became of calls that nothing was heard of.
    pub(super) fn ask_about_overdue(&mut self, now: Now) {
        let again = now.mono + self.config.ask_after;
        let mut next = None;
        let mut overdue = Vec::new();
        for call in self.calls.values_mut() {
            let State::Sent {
                stamp, check_at, ..
            } = &mut call.state
            else {
                continue;
            };
            if *check_at <= now.mono {
                overdue.push(stamp.msg_id);
                *check_at = again;
            }
            next = Some(next.map_or(*check_at, |next: Instant| next.min(*check_at)));
        }
        self.check_at = next;
        for chunk in overdue.chunks(MAX_ASKED) {
            self.service.push_back(Service::AskState(chunk.to_vec()));
        }
    }

    fn not_received(&mut self, request: RequestId) {
        let numbered = self.calls.get(&request).is_some_and(|call| call.numbered);
        if numbered {
            self.fail(request, Failure::Refused(BadMsgCode::MSG_ID_TOO_LOW));
        } else {
            self.requeue(request, None);
        }
    }

    fn postpone(&mut self, now: Now, msg_id: MsgId) {
        let later = now.mono + self.config.ask_after;
        if let Some(call) = self.call_mut(msg_id)
            && let State::Sent { check_at, .. } = &mut call.state
        {
            *check_at = later;
        }
        self.check_at = Some(self.check_at.map_or(later, |at| at.min(later)));
    }

    fn call_mut(&mut self, msg_id: MsgId) -> Option<&mut Call> {
        let request = self.by_msg_id.get(&msg_id)?;
        self.calls.get_mut(request)
    }
}
