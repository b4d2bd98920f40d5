//! What a server session does with what comes in.

use bytes::Bytes;
use heliogram_tl::{
    RpcError,
    mtproto::{
        BadMsgNotification, BadServerSalt, FutureSalts, MsgResendAnsReq, MsgResendReq, MsgsAck,
        Pong, RpcAnswerDropped, TypeRpcDropAnswer,
    },
};

use super::{ServerEvent, ServerSession};
use crate::{
    envelope::Opened,
    ids::{MsgId, SessionId},
    session::{
        Ignored, Now,
        acks::MAX_ACKS,
        bad_msg::BadMsgCode,
        containers::{self, Message},
        gzip,
        incoming::Incoming,
        msg_id::Sender,
        received::{Marks, Standing},
        rpc,
        seq_no::is_content,
        state::{self, MAX_ASKED},
    },
};

/// The answer to a call that cannot be read at all.
const UNREADABLE: &str = "INPUT_FETCH_ERROR";

impl ServerSession {
    pub(super) fn receive(&mut self, now: Now, opened: Opened) -> Result<(), Ignored> {
        let Opened {
            salt,
            msg_id,
            seq_no,
            body,
            ..
        } = opened;
        // A copy of what was accepted is never refused, however late it comes: the client
        // would take it for a refusal of the first copy, and send a second call.
        let used_before = self.received.marks(msg_id);
        if used_before.is_none() {
            let wrong_salt = !self.salts.accepts(salt, now.unix);
            let wrong_salt = wrong_salt.then_some(BadMsgCode::SERVER_SALT);
            if let Some(code) = self.fault(msg_id, now).or(wrong_salt) {
                self.refuse(msg_id, seq_no, code, now);
                return Ok(());
            }
        }
        // A container may be packed as a whole.
        let body = gzip::ungzip(&body, self.config.max_inflated).unwrap_or(body);
        if !containers::is_container(&body) {
            self.announce(msg_id, now);
            let message = Message {
                msg_id,
                seq_no,
                body,
            };
            self.accept(now, message);
            return Ok(());
        }
        if used_before.is_some_and(|marks| !marks.has(Marks::CONTAINER)) {
            self.refuse(msg_id, seq_no, BadMsgCode::CONTAINER_MSG_ID, now);
            return Ok(());
        }
        let Ok(messages) = containers::messages(&body) else {
            self.refuse(msg_id, seq_no, BadMsgCode::CONTAINER, now);
            return Ok(());
        };
        let new = used_before.is_none();
        if new && self.breaks_seq_no(now, msg_id, seq_no, Some(false)) {
            return Ok(());
        }
        let first = messages.iter().map(|message| message.msg_id).min();
        self.announce(first.map_or(msg_id, |first| first.min(msg_id)), now);
        for message in messages {
            self.accept_inner(now, message);
        }
        if new {
            self.received.insert(msg_id, seq_no);
            self.received.mark(msg_id, Marks::CONTAINER);
        }
        Ok(())
    }

    /// What is wrong with a packet's number.
    fn fault(&self, msg_id: MsgId, now: Now) -> Option<BadMsgCode> {
        if msg_id.sender() != Some(Sender::Client) {
            Some(BadMsgCode::MSG_ID_BITS)
        } else if msg_id.is_too_old(now.unix) {
            Some(BadMsgCode::MSG_ID_TOO_LOW)
        } else if msg_id.is_too_new(now.unix) {
            Some(BadMsgCode::MSG_ID_TOO_HIGH)
        } else {
            None
        }
    }

    /// A message in a container. The container was in time, so the client's clock is right, and an
    /// old number is that of a message sent again too late.
    fn accept_inner(&mut self, now: Now, message: Message) {
        let seen = self.received.marks(message.msg_id).is_some();
        match self.fault(message.msg_id, now).filter(|_| !seen) {
            None => self.accept(now, message),
            Some(BadMsgCode::MSG_ID_TOO_LOW) => {
                self.refuse(message.msg_id, message.seq_no, BadMsgCode::TOO_OLD, now);
            }
            Some(code) => self.refuse(message.msg_id, message.seq_no, code, now),
        }
    }

    fn accept(&mut self, now: Now, message: Message) {
        let Message { msg_id, seq_no, .. } = message;
        match self.received.standing(msg_id) {
            Standing::Forgotten => self.refuse(msg_id, seq_no, BadMsgCode::TOO_OLD, now),
            Standing::Seen => self.repeated(now, msg_id, seq_no),
            Standing::New => self.accept_new(now, message),
        }
    }

    /// A message that was received before: it is acknowledged again, and a call that was
    /// answered gets its answer again.
    fn repeated(&mut self, now: Now, msg_id: MsgId, seq_no: i32) {
        if is_content(seq_no) {
            self.acknowledge_later(now, msg_id);
        }
        self.answer_again(msg_id);
    }

    fn acknowledge_later(&mut self, now: Now, msg_id: MsgId) {
        if let Some(delay) = self.config.ack_delay {
            self.acks.add(msg_id, now.mono, delay);
        }
    }

    pub(super) fn answer_again(&mut self, msg_id: MsgId) {
        let Some(marks) = self.received.marks(msg_id) else {
            return;
        };
        if !marks.has(Marks::ANSWERED) || marks.has(Marks::DROPPED) {
            return;
        }
        let announce_above = self.config.announce_above;
        let here = self.outbox.repeat_answer(msg_id, announce_above);
        // What the session answered by itself is not in the store.
        if !here && marks.has(Marks::REQUEST) {
            self.events.push_back(ServerEvent::Duplicate { msg_id });
        }
    }

    fn accept_new(&mut self, now: Now, message: Message) {
        let Message {
            msg_id,
            seq_no,
            body,
        } = message;
        let object = gzip::ungzip(&body, self.config.max_inflated);
        let incoming = object.as_ref().ok().map(Incoming::read);
        let content = match &incoming {
            Some(Ok(incoming)) => wants_ack(incoming),
            _ => None,
        };
        if self.breaks_seq_no(now, msg_id, seq_no, content) {
            return;
        }
        self.received.insert(msg_id, seq_no);
        if is_content(seq_no) {
            self.acknowledge_later(now, msg_id);
        }
        match (object, incoming) {
            (Ok(object), Some(Ok(incoming))) => self.dispatch(now, msg_id, object, incoming),
            (_, Some(Err(fault))) => {
                let event = ServerEvent::Malformed { msg_id, fault };
                self.events.push_back(event);
                self.unreadable(msg_id);
            }
            _ => self.unreadable(msg_id),
        }
    }

    fn dispatch(&mut self, now: Now, msg_id: MsgId, object: Bytes, incoming: Incoming) {
        match incoming {
            Incoming::Acks(MsgsAck { msg_ids }) => {
                for id in msg_ids.into_iter().take(MAX_ACKS) {
                    self.outbox.acknowledge(MsgId(id));
                }
            }
            Incoming::Ping(ping) => self.pong(msg_id, ping.ping_id),
            Incoming::PingDelayDisconnect(ping) => {
                self.pong(msg_id, ping.ping_id);
                let delay = u64::try_from(ping.disconnect_delay).unwrap_or(0);
                self.close_at = Some(now.mono + std::time::Duration::from_secs(delay));
            }
            Incoming::GetFutureSalts(request) => {
                self.acks.remove(msg_id);
                self.respond(rpc::object(&FutureSalts {
                    req_msg_id: msg_id.0,
                    now: now.unix.as_secs() as i32,
                    salts: self.salts.future(now.unix, request.num),
                }));
            }
            Incoming::StateReq(request) => {
                self.acks.remove(msg_id);
                let info = state::info(msg_id, &request.msg_ids, &self.received);
                self.respond(info);
            }
            Incoming::ResendReq(MsgResendReq { msg_ids }) => {
                self.resend_messages(msg_id, &msg_ids);
            }
            Incoming::ResendAnsReq(MsgResendAnsReq { msg_ids }) => {
                for id in msg_ids.into_iter().take(MAX_ASKED) {
                    self.answer_again(MsgId(id));
                }
            }
            Incoming::DropAnswer(request) => self.drop_answer(msg_id, MsgId(request.req_msg_id)),
            Incoming::DestroySession(request) => {
                let session_id = SessionId(request.session_id);
                if session_id == self.id {
                    self.answer_destroy_session(msg_id, session_id, false);
                } else {
                    let event = ServerEvent::DestroySession { msg_id, session_id };
                    self.events.push_back(event);
                }
            }
            Incoming::DestroyAuthKey => {
                self.events
                    .push_back(ServerEvent::DestroyAuthKey { msg_id });
            }
            Incoming::HttpWait(wait) => self.events.push_back(ServerEvent::HttpWait(wait)),
            Incoming::BadMsg(BadMsgNotification {
                bad_msg_id,
                error_code,
                ..
            })
            | Incoming::BadSalt(BadServerSalt {
                bad_msg_id,
                error_code,
                ..
            }) => self.events.push_back(ServerEvent::BadMessage {
                msg_id: MsgId(bad_msg_id),
                code: BadMsgCode(error_code),
            }),
            Incoming::StateInfo(_)
            | Incoming::AllInfo(_)
            | Incoming::DetailedInfo(_)
            | Incoming::NewDetailedInfo(_) => {}
            // What only a server says is, from a client, a call of a function that does not exist.
            Incoming::RpcResult { .. }
            | Incoming::FutureSalts(_)
            | Incoming::Pong(_)
            | Incoming::SessionDestroyed { .. }
            | Incoming::AuthKeyDestroyed(_)
            | Incoming::NewSession(_)
            | Incoming::Other(_) => {
                self.received.mark(msg_id, Marks::REQUEST);
                let body = object;
                self.events.push_back(ServerEvent::Request { msg_id, body });
            }
        }
    }

    fn unreadable(&mut self, msg_id: MsgId) {
        self.answer(msg_id, Err(RpcError::new(400, UNREADABLE)));
    }

    fn pong(&mut self, msg_id: MsgId, ping_id: i64) {
        self.acks.remove(msg_id);
        self.respond(rpc::object(&Pong {
            msg_id: msg_id.0,
            ping_id,
        }));
    }

    /// Repeats messages of ours; when one of them is not here, tells what is known of all.
    fn resend_messages(&mut self, msg_id: MsgId, msg_ids: &[i64]) {
        let mut all_here = true;
        for id in msg_ids.iter().take(MAX_ASKED) {
            all_here &= self.outbox.repeat_message(MsgId(*id));
        }
        if !all_here {
            let info = state::info(msg_id, msg_ids, &self.received);
            self.respond(info);
        }
    }

    fn drop_answer(&mut self, msg_id: MsgId, request: MsgId) {
        let marks = self.received.marks(request).unwrap_or_default();
        let outcome = if !marks.has(Marks::REQUEST) || marks.has(Marks::DROPPED) {
            TypeRpcDropAnswer::RpcAnswerUnknown
        } else if !marks.has(Marks::ANSWERED) {
            self.events
                .push_back(ServerEvent::Cancelled { msg_id: request });
            TypeRpcDropAnswer::RpcAnswerDroppedRunning
        } else if let Some((stamp, bytes)) = self.outbox.drop_answer(request) {
            TypeRpcDropAnswer::RpcAnswerDropped(RpcAnswerDropped {
                msg_id: stamp.map_or(0, |stamp| stamp.msg_id.0),
                seq_no: stamp.map_or(0, |stamp| stamp.seq_no),
                bytes: bytes as i32,
            })
        } else {
            TypeRpcDropAnswer::RpcAnswerUnknown
        };
        self.received.mark(request, Marks::DROPPED);
        self.answer(msg_id, Ok(rpc::object(&outcome)));
    }

    /// Notes the rule about sequence numbers that a message breaks. `content` is whether it
    /// should want an acknowledgment; `None` when clients differ. True when the client was told,
    /// and will send the message again.
    fn breaks_seq_no(
        &mut self,
        now: Now,
        msg_id: MsgId,
        seq_no: i32,
        content: Option<bool>,
    ) -> bool {
        let code = match content {
            Some(false) if is_content(seq_no) => Some(BadMsgCode::SEQ_NO_NOT_EVEN),
            Some(true) if !is_content(seq_no) => Some(BadMsgCode::SEQ_NO_NOT_ODD),
            _ => self.received.seq_no_fault(msg_id, seq_no).map(BadMsgCode),
        };
        let Some(code) = code else { return false };
        let violation = ServerEvent::Violation {
            msg_id,
            seq_no,
            code,
        };
        self.events.push_back(violation);
        if self.config.report_seq_no {
            self.refuse(msg_id, seq_no, code, now);
        }
        self.config.report_seq_no
    }
}

/// Whether a message should be content-related, where all clients agree.
fn wants_ack(incoming: &Incoming) -> Option<bool> {
    match incoming {
        Incoming::Acks(_) | Incoming::HttpWait(_) => Some(false),
        Incoming::Other(_) => Some(true),
        _ => None,
    }
}
