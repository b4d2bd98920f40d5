//! The server's end of a session.
//!
//! A key has many sessions and a session has any number of connections: the driver looks a
//! session up by key and session id, makes it at its first message, feeds it whatever comes for it
//! by any connection, and sends what it has by any connection of its own.
//!
//! Answers and updates stay here until they are acknowledged, within bounds, and are sent
//! again when the client comes back or asks. What must survive longer is the server's store:
//! a request seen again whose answer is no longer here becomes [`ServerEvent::Duplicate`].

mod answers;
mod losses;
mod outbox;
mod requests;

use std::{
    collections::VecDeque,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use heliogram_crypto::Random;
use heliogram_tl::{
    Malformed, RpcError,
    mtproto::{HttpWait, NewSessionCreated},
};

use self::outbox::{Item, Outbox};
use super::{
    Header, Ignored, Now,
    acks::Acks,
    bad_msg::BadMsgCode,
    msg_id::{MAX_AGE, MAX_FUTURE, MsgIds, Sender},
    received::Received,
    rpc,
    salts::SaltSchedule,
    seq_no::SeqNos,
};
use crate::{
    envelope::Opened,
    ids::{MsgId, SessionId},
};

/// What a server may decide about its sessions; shared by all of them.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// How long a request waits for its answer before it is acknowledged by itself; `None`: only
    /// its answer acknowledges it. One second: most answers are quicker, and clients ask after ten.
    pub ack_delay: Option<Duration>,
    /// Whether the client is told of wrong sequence numbers (codes 32 to 35). Off: real clients
    /// do send them, and some close their session when told.
    pub report_seq_no: bool,
    /// How large a packed message may become, in bytes. 4 MiB: four times the largest packet.
    pub max_inflated: usize,
    /// How many bytes of answers and updates are kept until they are acknowledged; the oldest go
    /// first. 1 MiB: a few file parts.
    pub max_held_bytes: usize,
    /// How many of them. 512.
    pub max_held: usize,
    /// How many bytes of answers may wait to be sent, which are not dropped before that for being more than
    /// `max_held_bytes`. 16 MiB: as many parts of a file as clients ask for at once.
    pub max_unsent_answers: usize,
    /// Answers larger than this are announced by `msg_detailed_info` when they are repeated
    /// instead of being sent again unasked. `None`: several clients acknowledge an announced
    /// answer without ever asking for it.
    pub announce_above: Option<usize>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            ack_delay: Some(Duration::from_secs(1)),
            report_seq_no: false,
            max_inflated: 4 << 20,
            max_held_bytes: 1 << 20,
            max_unsent_answers: 16 << 20,
            max_held: 512,
            announce_above: None,
        }
    }
}

/// What a server session tells whoever answers calls.
#[derive(Clone)]
#[non_exhaustive]
pub enum ServerEvent {
    /// A call, unpacked, to be answered by [`ServerSession::reply`]. Comes once per number.
    Request {
        /// Its number: what `reply` wants, and the key of the durable store.
        msg_id: MsgId,
        /// The function with its wrappers.
        body: Bytes,
    },
    /// A call came again, and its answer is not here any more: reply again from the store.
    Duplicate {
        /// The number of the call.
        msg_id: MsgId,
    },
    /// The client does not want the answer of this running call; `reply` will drop it.
    Cancelled {
        /// The number of the call.
        msg_id: MsgId,
    },
    /// `destroy_session` of another session of this key: answer by
    /// [`ServerSession::session_destroyed`].
    DestroySession {
        /// The number of the call.
        msg_id: MsgId,
        /// Which session.
        session_id: SessionId,
    },
    /// `destroy_auth_key`: answer by [`ServerSession::auth_key_destroyed`].
    DestroyAuthKey {
        /// The number of the call.
        msg_id: MsgId,
    },
    /// `http_wait`: how long an HTTP connection may hold back what there is to send.
    HttpWait(HttpWait),
    /// The delay of `ping_delay_disconnect` passed without another ping: close the connections
    /// of this session.
    Close,
    /// The client broke a rule and was not told (or was, if the configuration says so).
    Violation {
        /// Its message.
        msg_id: MsgId,
        /// The sequence number.
        seq_no: i32,
        /// The rule.
        code: BadMsgCode,
    },
    /// The client was told that it must send a message again.
    Refused {
        /// Its message.
        msg_id: MsgId,
        /// Why.
        code: BadMsgCode,
    },
    /// The client refused a message of ours.
    BadMessage {
        /// Our message.
        msg_id: MsgId,
        /// Why.
        code: BadMsgCode,
    },
    /// A service message that cannot be read; it was ignored.
    Malformed {
        /// The message.
        msg_id: MsgId,
        /// What is wrong.
        fault: Malformed,
    },
}

/// A session of the server. **After every call of a `handle_` function or a command: `poll_event`
/// until `None`, then `poll_transmit` until `None`, then `poll_timeout`.**
pub struct ServerSession {
    id: SessionId,
    unique_id: i64,
    announced: bool,
    connected: bool,
    config: Arc<ServerConfig>,
    salts: SaltSchedule,
    received: Received,
    msg_ids: MsgIds,
    seq_nos: SeqNos,
    acks: Acks,
    outbox: Outbox,
    /// Calls from before the session began again, whose answers nobody can match any more.
    abandoned: Vec<MsgId>,
    events: VecDeque<ServerEvent>,
    close_at: Option<Instant>,
    tidy_at: Option<Instant>,
}

impl ServerSession {
    /// A session at its first message, connected.
    pub fn new(
        id: SessionId,
        salts: SaltSchedule,
        config: Arc<ServerConfig>,
        random: &mut dyn Random,
    ) -> Self {
        Self {
            id,
            unique_id: draw_id(random),
            announced: false,
            connected: true,
            config,
            salts,
            received: Received::default(),
            msg_ids: MsgIds::default(),
            seq_nos: SeqNos::default(),
            acks: Acks::default(),
            outbox: Outbox::default(),
            abandoned: Vec::new(),
            events: VecDeque::new(),
            close_at: None,
            tidy_at: None,
        }
    }

    /// The session's id.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Takes a message in. What is wrong with it is told to the client where the protocol
    /// says so.
    ///
    /// # Errors
    /// When the message was put aside in silence; the connection may stay open.
    pub fn handle_message(&mut self, now: Now, opened: Opened) -> Result<(), Ignored> {
        if opened.session_id != self.id {
            return Err(Ignored::OtherSession {
                expected: self.id,
                got: opened.session_id,
            });
        }
        self.tidy_at = Some(now.mono + MAX_AGE + MAX_FUTURE);
        self.receive(now, opened)
    }

    /// A deadline of [`ServerSession::poll_timeout`] has passed.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.close_at.is_some_and(|at| at <= now.mono) {
            self.close_at = None;
            self.events.push_back(ServerEvent::Close);
        }
        if self.tidy_at.is_some_and(|at| at <= now.mono) {
            self.tidy_at = None;
            self.tidy(now);
        }
    }

    /// A connection of this session was opened: what is not acknowledged will be sent again.
    pub fn handle_connected(&mut self, now: Now) {
        self.connected = true;
        self.tidy_at = Some(now.mono + MAX_AGE + MAX_FUTURE);
        self.outbox.repeat_all(self.config.announce_above);
    }

    /// The last connection of this session was closed.
    pub fn handle_disconnected(&mut self) {
        self.connected = false;
        self.close_at = None;
    }

    /// Answers a call. The answer is packed when it is long enough. Gives false when the client
    /// has cancelled the call, and the answer is dropped.
    pub fn reply(&mut self, req_msg_id: MsgId, result: Result<Bytes, RpcError>) -> bool {
        self.answer(req_msg_id, result)
    }

    /// Sends an update (or any other object that the client did not ask for).
    pub fn push(&mut self, update: Bytes) {
        self.outbox.push(Item::notice(update), &self.config);
    }

    /// Answers [`ServerEvent::DestroySession`]: whether there was such a session.
    pub fn session_destroyed(&mut self, req_msg_id: MsgId, session_id: SessionId, existed: bool) {
        self.answer_destroy_session(req_msg_id, session_id, existed);
    }

    /// Answers [`ServerEvent::DestroyAuthKey`]. Send what [`ServerSession::poll_transmit`] gives
    /// before the key is forgotten.
    pub fn auth_key_destroyed(
        &mut self,
        req_msg_id: MsgId,
        result: heliogram_tl::mtproto::TypeDestroyAuthKeyRes,
    ) {
        self.answer_destroy_auth_key(req_msg_id, result);
    }

    /// What has happened, oldest first.
    pub fn poll_event(&mut self) -> Option<ServerEvent> {
        let event = self.events.pop_front();
        if event.is_none() && self.events.capacity() > 0 {
            self.events = VecDeque::new();
        }
        event
    }

    /// The next packet: appends its body to `out` and gives what stands before it. Several
    /// messages share a packet. `None` when there is nothing to send now, and always while no
    /// connection is there.
    pub fn poll_transmit(&mut self, now: Now, out: &mut Vec<u8>) -> Option<Header> {
        if !self.connected || (self.outbox.is_empty() && !self.acks.is_due(now.mono)) {
            return None;
        }
        if let Some(acks) = self.acks.take() {
            self.outbox.push_first(Item::service(acks));
        }
        let stamp = self.outbox.transmit(
            now.unix,
            &mut self.msg_ids,
            &mut self.seq_nos,
            &self.config,
            out,
        )?;
        Some(Header {
            salt: self.salts.current(now.unix),
            session_id: self.id,
            msg_id: stamp.msg_id,
            seq_no: stamp.seq_no,
        })
    }

    /// When [`ServerSession::handle_timeout`] (or, for acknowledgments,
    /// [`ServerSession::poll_transmit`]) wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let acks = self.acks.due().filter(|_| self.connected);
        [acks, self.close_at, self.tidy_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether nothing is held for the client: no answer or update waits to be sent or
    /// acknowledged. Such a session can be forgotten once its connections are gone, and will
    /// be made again by its next message.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.outbox.is_empty() && self.outbox.held() == 0 && self.received.len() == 0
    }

    /// How many bytes of answers and updates wait to be sent or acknowledged.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.outbox.held_bytes()
    }

    /// Announces the session, before anything else: every message below `first_msg_id` that the
    /// client has sent must be sent again.
    fn announce(&mut self, first_msg_id: MsgId, now: Now) {
        if self.announced {
            return;
        }
        self.announced = true;
        let created = rpc::object(&NewSessionCreated {
            first_msg_id: first_msg_id.0,
            unique_id: self.unique_id,
            server_salt: self.salts.current(now.unix).0,
        });
        self.outbox.push_first(Item::notice(created));
    }

    fn refuse(&mut self, msg_id: MsgId, seq_no: i32, code: BadMsgCode, now: Now) {
        let notice = if code == BadMsgCode::SERVER_SALT {
            rpc::object(&heliogram_tl::mtproto::BadServerSalt {
                bad_msg_id: msg_id.0,
                bad_msg_seqno: seq_no,
                error_code: code.0,
                new_server_salt: self.salts.current(now.unix).0,
            })
        } else {
            rpc::object(&heliogram_tl::mtproto::BadMsgNotification {
                bad_msg_id: msg_id.0,
                bad_msg_seqno: seq_no,
                error_code: code.0,
            })
        };
        self.outbox.push(Item::service(notice), &self.config);
        self.events.push_back(ServerEvent::Refused { msg_id, code });
    }

    /// A service message of ours that the client asked for.
    fn respond(&mut self, body: Bytes) {
        let item = Item::service(body).by(Sender::ServerAnswer);
        self.outbox.push(item, &self.config);
    }

    /// Forgets what is too old to matter, and gives memory back.
    fn tidy(&mut self, now: Now) {
        self.received.forget_old(now.unix);
        self.outbox.forget_sent(now.unix);
        if self.received.len() > 0 || self.outbox.held() > 0 {
            self.tidy_at = Some(now.mono + MAX_FUTURE);
        }
    }
}

fn draw_id(random: &mut dyn Random) -> i64 {
    let mut id = [0; 8];
    random.fill(&mut id);
    i64::from_le_bytes(id)
}

impl fmt::Debug for ServerSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerSession({})", self.id)
    }
}

impl fmt::Debug for ServerEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The body may be a code or a password.
            Self::Request { msg_id, body } => {
                write!(f, "Request({msg_id}, {} bytes)", body.len())
            }
            Self::Duplicate { msg_id } => write!(f, "Duplicate({msg_id})"),
            Self::Cancelled { msg_id } => write!(f, "Cancelled({msg_id})"),
            Self::DestroySession { session_id, .. } => write!(f, "DestroySession({session_id})"),
            Self::DestroyAuthKey { .. } => f.write_str("DestroyAuthKey"),
            Self::HttpWait(wait) => wait.fmt(f),
            Self::Close => f.write_str("Close"),
            Self::Violation {
                msg_id,
                seq_no,
                code,
            } => write!(f, "Violation({msg_id}, seq_no {seq_no}, {code})"),
            Self::Refused { msg_id, code } => write!(f, "Refused({msg_id}, {code})"),
            Self::BadMessage { msg_id, code } => write!(f, "BadMessage({msg_id}, {code})"),
            Self::Malformed { msg_id, fault } => write!(f, "Malformed({msg_id}, {fault})"),
        }
    }
}
