//! What a client session does with what comes in.

use bytes::Bytes;
use heliogram_tl::mtproto::{
    BadMsgNotification, BadServerSalt, FutureSalts, MsgDetailedInfo, MsgNewDetailedInfo,
    MsgResendAnsReq, MsgResendReq, MsgsAck, MsgsAllInfo, MsgsStateInfo, NewSessionCreated, Pong,
};

use super::{
    ClientEvent, ClientSession, Failure,
    calls::{Call, Kind},
    transmit::Service,
};
use crate::{
    envelope::Opened,
    ids::{MsgId, ServerSalt, SessionId},
    session::{
        Ignored, Now,
        acks::MAX_ACKS,
        bad_msg::BadMsgCode,
        containers::{self, Message},
        gzip,
        incoming::Incoming,
        received::Standing,
        rpc,
        seq_no::is_content,
        state::{self, Status},
    },
};

/// How far the sequence number jumps when the server has seen a higher one, in messages.
const SEQ_NO_SKIP: i32 = 32;

/// How far it goes back when the server has seen a lower one, in messages.
const SEQ_NO_BACK: i32 = 8;

impl ClientSession {
    pub(super) fn receive(&mut self, now: Now, opened: Opened) -> Result<(), Ignored> {
        let Opened {
            session_id,
            msg_id,
            seq_no,
            body,
            ..
        } = opened;
        if session_id != self.id {
            return Err(Ignored::OtherSession {
                expected: self.id,
                got: session_id,
            });
        }
        if msg_id.0 & 1 == 0 {
            return Err(Ignored::NotFromServer(msg_id));
        }
        let object = gzip::ungzip(&body, self.config.max_inflated).unwrap_or(body);
        let messages = if containers::is_container(&object) {
            containers::messages(&object).map_err(|fault| Ignored::Malformed(msg_id, fault))?
        } else {
            vec![Message {
                msg_id,
                seq_no,
                body: object,
            }]
        };
        self.check_time(now, msg_id, &messages)?;
        if let [message] = &messages[..]
            && message.msg_id == msg_id
        {
            let standing = self.received.standing(msg_id);
            self.accept(now, message.clone(), msg_id);
            return match standing {
                Standing::New => Ok(()),
                _ => Err(Ignored::Duplicate(msg_id)),
            };
        }
        for message in messages {
            self.accept(now, message, msg_id);
        }
        Ok(())
    }

    /// Refuses what is too old or too new, and sets the clock by the server's.
    ///
    /// The number of a message in our session was made by the server after the session began,
    /// so the first of them tells the time better than any clock here. A message that seems too
    /// new later means that ours stood still (a suspended machine): it is ignored, as the
    /// guidelines ask, and the next one sets the clock again.
    fn check_time(&mut self, now: Now, msg_id: MsgId, messages: &[Message]) -> Result<(), Ignored> {
        let unix = self.clock.unix(now);
        let refuses_our_time = || {
            messages
                .iter()
                .any(|message| matches!(wrong_time(&message.body), Some(true)))
        };
        if !self.clock.is_trusted() || refuses_our_time() {
            self.clock.set(now, msg_id.unix());
            let offset = self.clock.offset(now);
            self.events.push_back(ClientEvent::TimeCorrected { offset });
            return Ok(());
        }
        if msg_id.is_too_new(unix) {
            self.clock.distrust();
            self.ask_about_all(now);
            self.service.push_back(Service::Ping);
            return Err(Ignored::TooNew(msg_id));
        }
        if msg_id.is_too_old(unix) {
            return Err(Ignored::TooOld(msg_id));
        }
        self.clock.at_least(now, msg_id.unix());
        Ok(())
    }

    fn accept(&mut self, now: Now, message: Message, packet: MsgId) {
        let Message {
            msg_id,
            seq_no,
            body,
        } = message;
        if is_content(seq_no) {
            self.acks.add(msg_id, now.mono, self.config.ack_delay);
        }
        if self.received.standing(msg_id) != Standing::New {
            return;
        }
        self.received.insert(msg_id, seq_no);
        let object = gzip::ungzip(&body, self.config.max_inflated);
        let incoming = object.ok().and_then(|object| Incoming::read(&object).ok());
        match incoming {
            Some(incoming) => self.dispatch(now, msg_id, incoming, packet),
            None => self.events.push_back(ClientEvent::Malformed { msg_id }),
        }
    }

    fn dispatch(&mut self, now: Now, msg_id: MsgId, incoming: Incoming, packet: MsgId) {
        match incoming {
            Incoming::RpcResult { request, result } => self.answered(request, &result),
            Incoming::Acks(MsgsAck { msg_ids }) => {
                for id in msg_ids.into_iter().take(MAX_ACKS) {
                    self.acknowledged(now, MsgId(id));
                }
            }
            Incoming::BadMsg(BadMsgNotification {
                bad_msg_id,
                error_code,
                ..
            }) => self.bad_message(now, MsgId(bad_msg_id), BadMsgCode(error_code), packet),
            Incoming::BadSalt(BadServerSalt {
                bad_msg_id,
                error_code,
                new_server_salt,
                ..
            }) => {
                self.use_salt(ServerSalt(new_server_salt));
                self.bad_message(now, MsgId(bad_msg_id), BadMsgCode(error_code), packet);
            }
            Incoming::NewSession(NewSessionCreated {
                first_msg_id,
                unique_id,
                server_salt,
            }) => {
                if self.unique_id.replace(unique_id) != Some(unique_id) {
                    self.use_salt(ServerSalt(server_salt));
                    self.session_began(now, MsgId(first_msg_id));
                    self.events.push_back(ClientEvent::NewSession { unique_id });
                }
            }
            Incoming::Pong(Pong { ping_id, .. }) => self.pong(now, ping_id),
            Incoming::FutureSalts(FutureSalts { salts, .. }) => {
                self.salts_asked = None;
                self.salts.extend(salts);
            }
            Incoming::StateInfo(MsgsStateInfo { req_msg_id, info }) => {
                let question = MsgId(req_msg_id);
                let position = self.asked.iter().position(|(id, _)| *id == question);
                if let Some((_, ids)) = position.and_then(|at| self.asked.remove(at)) {
                    self.statuses(now, ids, &info);
                }
            }
            Incoming::AllInfo(MsgsAllInfo { msg_ids, info }) => {
                self.statuses(now, msg_ids.into_iter().map(MsgId).collect(), &info);
            }
            Incoming::DetailedInfo(MsgDetailedInfo {
                msg_id: request,
                answer_msg_id,
                ..
            }) => {
                if self.by_msg_id.contains_key(&MsgId(request)) {
                    self.fetch(now, MsgId(answer_msg_id));
                } else {
                    self.acks
                        .add(MsgId(answer_msg_id), now.mono, self.config.ack_delay);
                }
            }
            Incoming::NewDetailedInfo(MsgNewDetailedInfo { answer_msg_id, .. }) => {
                self.fetch(now, MsgId(answer_msg_id));
            }
            Incoming::StateReq(request) => {
                let info = state::info(msg_id, &request.msg_ids, &self.received);
                self.service.push_back(Service::Object(info));
            }
            Incoming::ResendReq(MsgResendReq { msg_ids }) => {
                for id in msg_ids {
                    self.repeat(MsgId(id));
                }
            }
            Incoming::SessionDestroyed {
                session_id,
                existed,
            } => {
                let session_id = SessionId(session_id);
                self.finish_kind(Kind::DestroySession(session_id));
                self.events.push_back(ClientEvent::SessionDestroyed {
                    session_id,
                    existed,
                });
            }
            Incoming::AuthKeyDestroyed(result) => {
                self.finish_kind(Kind::DestroyAuthKey);
                self.events.push_back(ClientEvent::AuthKeyDestroyed(result));
            }
            Incoming::Other(body) => {
                self.events.push_back(ClientEvent::Update { msg_id, body });
            }
            // A client answers no calls, and holds no answers.
            Incoming::ResendAnsReq(MsgResendAnsReq { .. })
            | Incoming::DropAnswer(_)
            | Incoming::GetFutureSalts(_)
            | Incoming::Ping(_)
            | Incoming::PingDelayDisconnect(_)
            | Incoming::DestroySession(_)
            | Incoming::DestroyAuthKey
            | Incoming::HttpWait(_) => {}
        }
    }

    fn answered(&mut self, req_msg_id: MsgId, result: &Bytes) {
        let Some(request) = self.by_msg_id.get(&req_msg_id).copied() else {
            return;
        };
        let result = rpc::result(result, self.config.max_inflated);
        let Some(Call { kind, .. }) = self.finish(request) else {
            return;
        };
        if kind == Kind::DropAnswer {
            return;
        }
        let event = match result {
            Ok(result) => ClientEvent::Answer { request, result },
            Err(error) => ClientEvent::Failed {
                request,
                failure: Failure::Unreadable(error),
            },
        };
        self.events.push_back(event);
    }

    /// One of our messages was ignored: mends the cause and sends it again.
    fn bad_message(&mut self, now: Now, msg_id: MsgId, code: BadMsgCode, packet: MsgId) {
        self.events
            .push_back(ClientEvent::BadMessage { msg_id, code });
        match code {
            BadMsgCode::MSG_ID_TOO_LOW | BadMsgCode::MSG_ID_TOO_HIGH => {
                self.clock.set(now, packet.unix());
                if code == BadMsgCode::MSG_ID_TOO_HIGH {
                    self.msg_ids.restart();
                }
            }
            BadMsgCode::SEQ_NO_TOO_LOW => self.seq_nos.skip(SEQ_NO_SKIP),
            BadMsgCode::SEQ_NO_TOO_HIGH => self.seq_nos.step_back(SEQ_NO_BACK),
            _ => {}
        }
        if self.asked.iter().any(|(question, _)| *question == msg_id) {
            self.asked.retain(|(question, _)| *question != msg_id);
            self.ask_about_all(now);
        }
        self.salts_asked = None;
        if self.ping_sent.take().is_some() {
            self.service.push_back(Service::Ping);
        }
        for request in self.calls_in(msg_id) {
            self.refused(request, code);
        }
    }

    fn statuses(&mut self, now: Now, ids: Vec<MsgId>, info: &[u8]) {
        for (id, byte) in ids.into_iter().zip(info) {
            self.status(now, id, Status::of(*byte));
        }
    }

    /// The server has a large message for us: asks for it unless it is here.
    fn fetch(&mut self, now: Now, answer: MsgId) {
        if self.received.standing(answer) == Standing::New {
            self.service
                .push_back(Service::ResendMessages(vec![answer]));
        } else {
            self.acks.add(answer, now.mono, self.config.ack_delay);
        }
    }

    fn use_salt(&mut self, salt: ServerSalt) {
        self.salts.replace(salt);
        self.events.push_back(ClientEvent::SaltChanged(salt));
    }

    fn pong(&mut self, now: Now, ping_id: i64) {
        if let Some((sent_id, sent)) = self.ping_sent
            && sent_id == ping_id
        {
            self.ping_sent = None;
            let round_trip = now.mono.saturating_duration_since(sent);
            self.events.push_back(ClientEvent::Pong { round_trip });
        }
    }

    fn finish_kind(&mut self, kind: Kind) {
        let request = self
            .calls
            .iter()
            .find(|(_, call)| call.kind == kind)
            .map(|(request, _)| *request);
        if let Some(request) = request {
            self.finish(request);
        }
    }
}

/// Whether an object says that our clock is wrong.
fn wrong_time(object: &Bytes) -> Option<bool> {
    let Ok(Incoming::BadMsg(notification)) = Incoming::read(object) else {
        return None;
    };
    Some(matches!(notification.error_code, 16 | 17))
}
