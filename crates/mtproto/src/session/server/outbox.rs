//! What a server session has to send, and what it has sent and keeps until it is acknowledged.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use heliogram_tl::mtproto::{MsgDetailedInfo, MsgNewDetailedInfo};

use super::ServerConfig;
use crate::{
    ids::MsgId,
    session::{
        msg_id::{MsgIds, Sender},
        packet::{self, FULL_COUNT, FULL_PACKET, Part, Stamp},
        rpc,
        seq_no::SeqNos,
    },
};

/// A repeated message older than this gets a new number: with the old one it could arrive when
/// the client refuses it by age.
const STALE: Duration = Duration::from_secs(200);

/// How many service messages may wait for a connection; a client that asks for more without
/// ever reading loses the rest.
const MAX_SERVICE: usize = 1024;

/// A message to send.
pub(super) struct Item {
    sender: Sender,
    /// Wants an acknowledgment, and is kept until it comes.
    content: bool,
    /// The request that `body` is the result of.
    answers: Option<MsgId>,
    body: Bytes,
    /// Set once it was sent.
    stamp: Option<Stamp>,
}

impl Item {
    /// An update, or the news of a session.
    pub(super) fn notice(body: Bytes) -> Self {
        Self {
            sender: Sender::ServerNotice,
            content: true,
            answers: None,
            body,
            stamp: None,
        }
    }

    /// A message that wants no acknowledgment.
    pub(super) fn service(body: Bytes) -> Self {
        Self {
            content: false,
            ..Self::notice(body)
        }
    }

    /// The answer of a call.
    pub(super) fn result(request: MsgId, body: Bytes) -> Self {
        Self {
            sender: Sender::ServerAnswer,
            answers: Some(request),
            ..Self::notice(body)
        }
    }

    pub(super) fn by(mut self, sender: Sender) -> Self {
        self.sender = sender;
        self
    }

    fn len(&self) -> usize {
        packet::body_len(self.answers, &self.body)
    }
}

#[derive(Default)]
pub(super) struct Outbox {
    unsent: VecDeque<Item>,
    sent: VecDeque<Item>,
    held_bytes: usize,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.unsent.is_empty()
    }

    /// How many sent messages wait for their acknowledgment.
    pub(super) fn held(&self) -> usize {
        self.sent.len()
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.held_bytes
    }

    pub(super) fn push(&mut self, item: Item, config: &ServerConfig) {
        if !item.content {
            if self.unsent.len() < MAX_SERVICE {
                self.unsent.push_back(item);
            }
            return;
        }
        self.held_bytes += item.len();
        self.unsent.push_back(item);
        self.bound(config);
    }

    pub(super) fn push_first(&mut self, item: Item) {
        if item.content {
            self.held_bytes += item.len();
        }
        self.unsent.push_front(item);
    }

    /// Keeps a message as one that was sent just now and may have been lost.
    pub(super) fn hold(
        &mut self,
        mut item: Item,
        unix: Duration,
        msg_ids: &mut MsgIds,
        seq_nos: &mut SeqNos,
        config: &ServerConfig,
    ) {
        self.held_bytes += item.len();
        item.stamp = Some(Stamp {
            msg_id: msg_ids.next(unix, item.sender),
            seq_no: seq_nos.next(item.content),
        });
        self.sent.push_back(item);
        self.bound(config);
    }

    /// Forgets everything but the answers of requests from `first` on.
    pub(super) fn begin_again(&mut self, first: MsgId) {
        for items in [&mut self.unsent, &mut self.sent] {
            items.retain(|item| item.answers.is_some_and(|request| request >= first));
        }
        let kept = self.unsent.iter().chain(&self.sent);
        self.held_bytes = kept.map(Item::len).sum();
    }

    /// The client has message `msg_id`.
    pub(super) fn acknowledge(&mut self, msg_id: MsgId) {
        let is = |item: &Item| item.stamp.is_some_and(|stamp| stamp.msg_id == msg_id);
        self.remove(|item| item.content && is(item));
    }

    /// Drops the answer of a request; gives its number, sequence number and size.
    pub(super) fn drop_answer(&mut self, request: MsgId) -> Option<(Option<Stamp>, usize)> {
        let item = self.remove(|item| item.answers == Some(request))?;
        Some((item.stamp, item.len()))
    }

    /// Sends the answer of a request again, if it is here. One that waits to be sent is here
    /// too.
    pub(super) fn repeat_answer(&mut self, request: MsgId, announce_above: Option<usize>) -> bool {
        let is = |item: &Item| item.answers == Some(request);
        if let Some(position) = self.sent.iter().position(is) {
            self.repeat(position, announce_above);
            return true;
        }
        self.unsent.iter().any(is)
    }

    /// Sends a message again, if it is here.
    pub(super) fn repeat_message(&mut self, msg_id: MsgId) -> bool {
        let is = |item: &Item| item.stamp.is_some_and(|stamp| stamp.msg_id == msg_id);
        if let Some(position) = self.sent.iter().position(is) {
            self.repeat(position, None);
            return true;
        }
        self.unsent.iter().any(is)
    }

    /// Sends everything again that is not acknowledged.
    pub(super) fn repeat_all(&mut self, announce_above: Option<usize>) {
        let mut announced = VecDeque::new();
        while let Some(item) = self.sent.pop_back() {
            match announcement(&item, announce_above) {
                Some(announcement) => {
                    self.unsent.push_front(announcement);
                    announced.push_front(item);
                }
                None => self.unsent.push_front(item),
            }
        }
        self.sent = announced;
    }

    /// Forgets sent messages that the client would refuse by age; what matters of them is in the
    /// server's store.
    pub(super) fn forget_sent(&mut self, unix: Duration) {
        let too_old = |item: &Item| {
            item.stamp
                .is_some_and(|stamp| stamp.msg_id.is_too_old(unix))
        };
        while self.sent.front().is_some_and(too_old) {
            if let Some(item) = self.sent.pop_front() {
                self.held_bytes -= item.len();
            }
        }
        self.sent.shrink_to_fit();
        self.unsent.shrink_to_fit();
    }

    /// Writes a packet of what waits, and keeps what wants an acknowledgment.
    pub(super) fn transmit(
        &mut self,
        unix: Duration,
        msg_ids: &mut MsgIds,
        seq_nos: &mut SeqNos,
        config: &ServerConfig,
        out: &mut Vec<u8>,
    ) -> Option<Stamp> {
        let mut parts = Vec::new();
        let mut size = 0;
        while let Some(item) = self.unsent.front() {
            size += item.len();
            if !parts.is_empty() && (size > FULL_PACKET || parts.len() == FULL_COUNT) {
                break;
            }
            let mut item = self.unsent.pop_front()?;
            let fresh = item
                .stamp
                .filter(|stamp| stamp.msg_id.unix() + STALE > unix);
            let stamp = fresh.unwrap_or_else(|| Stamp {
                msg_id: msg_ids.next(unix, item.sender),
                seq_no: seq_nos.next(item.content),
            });
            parts.push(Part {
                stamp,
                answers: item.answers,
                body: item.body.clone(),
            });
            if item.content {
                item.stamp = Some(stamp);
                self.sent.push_back(item);
            }
        }
        if parts.is_empty() {
            return None;
        }
        if self.unsent.is_empty() {
            self.unsent = VecDeque::new();
        }
        self.bound(config);
        let container = || Stamp {
            msg_id: msg_ids.next(unix, Sender::ServerNotice),
            seq_no: seq_nos.next(false),
        };
        Some(packet::write(&parts, container, out))
    }

    fn repeat(&mut self, position: usize, announce_above: Option<usize>) {
        match announcement(&self.sent[position], announce_above) {
            Some(announcement) => self.unsent.push_back(announcement),
            None => self.unsent.extend(self.sent.remove(position)),
        }
    }

    fn remove(&mut self, which: impl Fn(&Item) -> bool) -> Option<Item> {
        let item = [&mut self.sent, &mut self.unsent]
            .into_iter()
            .find_map(|items| {
                let position = items.iter().position(&which)?;
                let item = items.remove(position);
                if items.is_empty() {
                    *items = VecDeque::new();
                }
                item
            })?;
        self.held_bytes -= item.len();
        Some(item)
    }

    /// Keeps what waits within bounds: the oldest sent message goes first, then the oldest unsent update. An unsent answer
    /// goes last, since its client waits for it: several parts of a file asked for at once are more than is
    /// held otherwise, and leave as soon as the connection takes them.
    fn bound(&mut self, config: &ServerConfig) {
        let held = |outbox: &Self| outbox.sent.len() + outbox.unsent.len();
        while held(self) > 1
            && (self.held_bytes > config.max_held_bytes || held(self) > config.max_held)
        {
            let oldest = match self.sent.pop_front() {
                Some(item) => Some(item),
                None if self.unsent.len() > 1 => {
                    let expendable = self.oldest_expendable(config);
                    expendable.and_then(|position| self.unsent.remove(position))
                }
                None => None,
            };
            match oldest {
                Some(item) => self.held_bytes -= item.len(),
                None => break,
            }
        }
    }

    /// Which unsent message may be dropped.
    fn oldest_expendable(&self, config: &ServerConfig) -> Option<usize> {
        let update = |item: &Item| item.content && item.answers.is_none();
        self.unsent.iter().position(update).or_else(|| {
            let too_much =
                self.held_bytes > config.max_unsent_answers || self.unsent.len() > config.max_held;
            let first = || self.unsent.iter().position(|item| item.content);
            too_much.then(first).flatten()
        })
    }
}

/// `msg_detailed_info` (or `msg_new_detailed_info`) for a message too large to be repeated unasked.
fn announcement(item: &Item, announce_above: Option<usize>) -> Option<Item> {
    let stamp = item.stamp?;
    if item.len() <= announce_above? {
        return None;
    }
    let bytes = item.len() as i32;
    let body = match item.answers {
        Some(request) => rpc::object(&MsgDetailedInfo {
            msg_id: request.0,
            answer_msg_id: stamp.msg_id.0,
            bytes,
            status: 0,
        }),
        None => rpc::object(&MsgNewDetailedInfo {
            answer_msg_id: stamp.msg_id.0,
            bytes,
            status: 0,
        }),
    };
    Some(Item::service(body))
}
