//! What a client session sends.

use bytes::Bytes;
use heliogram_tl::mtproto::{
    GetFutureSalts, MsgResendAnsReq, MsgResendReq, MsgsStateReq, PingDelayDisconnect,
};

use super::{ClientEvent, ClientSession, calls::State};
use crate::{
    ids::MsgId,
    session::{
        Header, Now,
        msg_id::Sender,
        packet::{self, FULL_COUNT, FULL_PACKET, Part, Stamp},
        rpc,
    },
};

/// Salts are asked for again when there was no answer for this long.
const SALTS_PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// Fewer salts known in advance than this, and more are asked for.
const SALTS_AHEAD: usize = 2;

/// How many questions about messages may be open; the oldest is forgotten, and asked again
/// later.
const MAX_QUESTIONS: usize = 16;

/// A service message that is not repeated: when it is lost, its timer makes another.
pub(super) enum Service {
    Ping,
    FutureSalts,
    /// `msgs_state_req`
    AskState(Vec<MsgId>),
    /// `msg_resend_req`
    ResendMessages(Vec<MsgId>),
    /// `msg_resend_ans_req`
    ResendAnswers(Vec<MsgId>),
    /// An answer to the server.
    Object(Bytes),
}

impl ClientSession {
    pub(super) fn transmit(&mut self, now: Now, out: &mut Vec<u8>) -> Option<Header> {
        if !self.connected {
            return None;
        }
        let idle = self.service.is_empty() && self.queue.is_empty();
        if idle && !self.acks.is_due(now.mono) {
            return None;
        }
        self.want_salts(now);
        let unix = self.clock.unix(now);
        let mut parts = Vec::new();
        if let Some(acks) = self.acks.take() {
            parts.push(self.part(now, false, acks));
        }
        while parts.len() < FULL_COUNT
            && let Some(service) = self.service.pop_front()
        {
            let part = self.service_part(now, service);
            parts.push(part);
        }
        let mut size: usize = parts.iter().map(|part: &Part| part.body.len()).sum();
        let mut sent = Vec::new();
        while let Some(request) = self.queue.front().copied() {
            let Some(call) = self.calls.get(&request) else {
                self.queue.pop_front();
                continue;
            };
            size += call.body.len();
            if !parts.is_empty() && (size > FULL_PACKET || parts.len() >= FULL_COUNT) {
                break;
            }
            self.queue.pop_front();
            let body = call.body.clone();
            let State::Queued { stamp, number } = call.state else {
                continue;
            };
            let part = match (stamp, number) {
                (Some(stamp), _) => Part {
                    stamp,
                    answers: None,
                    body,
                },
                (None, Some(msg_id)) => Part {
                    stamp: Stamp {
                        msg_id,
                        seq_no: self.seq_nos.next(true),
                    },
                    answers: None,
                    body,
                },
                (None, None) => self.part(now, true, body),
            };
            sent.push((request, part.stamp));
            parts.push(part);
        }
        if parts.is_empty() {
            return None;
        }
        let (msg_ids, seq_nos) = (&mut self.msg_ids, &mut self.seq_nos);
        let container = || Stamp {
            msg_id: msg_ids.next(unix, Sender::Client),
            seq_no: seq_nos.next(false),
        };
        let packet = packet::write(&parts, container, out);
        let check_at = now.mono + self.config.ask_after;
        for (request, stamp) in sent {
            if let Some(call) = self.calls.get_mut(&request) {
                call.sent(stamp, packet.msg_id, check_at);
                self.by_msg_id.insert(stamp.msg_id, request);
                self.check_at.get_or_insert(check_at);
            }
        }
        Some(Header {
            salt: self.salts.at(unix),
            session_id: self.id,
            msg_id: packet.msg_id,
            seq_no: packet.seq_no,
        })
    }

    /// Pings when it is time, and notices when nobody answers.
    pub(super) fn keep_alive(&mut self, now: Now) {
        if let Some((_, sent)) = self.ping_sent
            && sent + self.config.pong_timeout <= now.mono
        {
            self.ping_sent = None;
            self.events.push_back(ClientEvent::Unresponsive);
        }
        if self.ping_at.is_some_and(|at| at <= now.mono) {
            self.ping_at = self.config.ping_every.map(|every| now.mono + every);
            self.service.push_back(Service::Ping);
        }
    }

    fn want_salts(&mut self, now: Now) {
        let asked = self
            .salts_asked
            .is_some_and(|at| now.mono < at + SALTS_PATIENCE);
        let _ = self.salts.at(self.clock.unix(now));
        if self.config.future_salts > 0 && self.salts.known_ahead() < SALTS_AHEAD && !asked {
            self.salts_asked = Some(now.mono);
            self.service.push_back(Service::FutureSalts);
        }
    }

    fn part(&mut self, now: Now, content: bool, body: Bytes) -> Part {
        let stamp = Stamp {
            msg_id: self.msg_ids.next(self.clock.unix(now), Sender::Client),
            seq_no: self.seq_nos.next(content),
        };
        Part {
            stamp,
            answers: None,
            body,
        }
    }

    fn service_part(&mut self, now: Now, service: Service) -> Part {
        let numbers = |ids: &[MsgId]| ids.iter().map(|id| id.0).collect();
        match service {
            Service::Ping => {
                self.next_ping = self.next_ping.wrapping_add(1);
                self.ping_sent.get_or_insert((self.next_ping, now.mono));
                let ping = rpc::object(&PingDelayDisconnect {
                    ping_id: self.next_ping,
                    disconnect_delay: self.config.disconnect_delay.as_secs() as i32,
                });
                self.part(now, true, ping)
            }
            Service::FutureSalts => {
                let num = i32::from(self.config.future_salts);
                self.part(now, true, rpc::object(&GetFutureSalts { num }))
            }
            Service::AskState(ids) => {
                let msg_ids = numbers(&ids);
                let part = self.part(now, false, rpc::object(&MsgsStateReq { msg_ids }));
                if self.asked.len() == MAX_QUESTIONS {
                    self.asked.pop_front();
                }
                self.asked.push_back((part.stamp.msg_id, ids));
                part
            }
            Service::ResendMessages(ids) => {
                let msg_ids = numbers(&ids);
                self.part(now, false, rpc::object(&MsgResendReq { msg_ids }))
            }
            Service::ResendAnswers(ids) => {
                let msg_ids = numbers(&ids);
                self.part(now, false, rpc::object(&MsgResendAnsReq { msg_ids }))
            }
            Service::Object(body) => self.part(now, false, body),
        }
    }
}
