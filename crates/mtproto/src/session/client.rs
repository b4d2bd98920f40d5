//! The client's end of a session.
//!
//! Calls go in by [`ClientSession::send`] and come out as [`ClientEvent::Answer`], each exactly
//! once, however often packets are lost, repeated or refused on the way. A call that the
//! server refused is sent again with a new number; a call that may have arrived is never
//! repeated blindly: the server is asked what became of it (`msgs_state_req`), and what
//! it certainly has not received is sent again under its old number, so that the server can
//! tell a copy from a second call. When neither side can know any more, the event says so.

mod calls;
mod clock;
mod incoming;
mod transmit;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    time::{Duration, Instant},
};

use bytes::Bytes;
use heliogram_crypto::Random;
use heliogram_tl::{RpcError, mtproto::TypeDestroyAuthKeyRes};

use self::{
    calls::{Call, Kind},
    clock::ServerClock,
    transmit::Service,
};
use super::{
    Header, Ignored, Now,
    acks::Acks,
    bad_msg::BadMsgCode,
    gzip,
    msg_id::{MsgIds, Sender},
    received::Received,
    rpc::{self, ResultError},
    salts::KnownSalts,
    seq_no::SeqNos,
};
use crate::{
    envelope::Opened,
    ids::{MsgId, ServerSalt, SessionId},
};

/// What a client may decide about its session.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// How long an acknowledgment waits for something to travel with. Five seconds.
    pub ack_delay: Duration,
    /// How long a call may stay without any sign of the server before it is asked about.
    /// Ten seconds.
    pub ask_after: Duration,
    /// How often an idle connection is pinged; `None` never. One minute.
    pub ping_every: Option<Duration>,
    /// How long after a ping the server may close a connection that has gone silent. 75 s:
    /// longer than `ping_every`.
    pub disconnect_delay: Duration,
    /// How long a ping may go without an answer before [`ClientEvent::Unresponsive`]. 15 s.
    pub pong_timeout: Duration,
    /// How many salts are asked for, when fewer than two are known in advance; 0 never asks. 32:
    /// enough for sixteen hours.
    pub future_salts: u8,
    /// How large a packed message may become, in bytes. 16 MiB: the largest byte string.
    pub max_inflated: usize,
    /// How often a call is sent again after it was refused. 8.
    pub max_refusals: u8,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            ack_delay: Duration::from_secs(5),
            ask_after: Duration::from_secs(10),
            ping_every: Some(Duration::from_secs(60)),
            disconnect_delay: Duration::from_secs(75),
            pong_timeout: Duration::from_secs(15),
            future_salts: 32,
            max_inflated: 16 << 20,
            max_refusals: 8,
        }
    }
}

/// Names a call within its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(u64);

/// What a client session tells.
#[derive(Clone)]
#[non_exhaustive]
pub enum ClientEvent {
    /// A call was answered.
    Answer {
        /// Which call.
        request: RequestId,
        /// The object that it returns, unpacked, or the error.
        result: Result<Bytes, RpcError>,
    },
    /// A call will not be answered.
    Failed {
        /// Which call.
        request: RequestId,
        /// Why.
        failure: Failure,
    },
    /// An object that nobody asked for: updates. Unpacked.
    Update {
        /// Its number.
        msg_id: MsgId,
        /// The object.
        body: Bytes,
    },
    /// The server has a new session: it may have lost updates for the old one, so ask for the
    /// difference. Comes at the first connection, too.
    NewSession {
        /// Tells one new session from another.
        unique_id: i64,
    },
    /// The server named a salt to use from now on; keep it with the key.
    SaltChanged(ServerSalt),
    /// The server's clock is known (better): its time minus the local one, in seconds. Keep it
    /// for the next session.
    TimeCorrected {
        /// Server minus local.
        offset: f64,
    },
    /// A ping came back.
    Pong {
        /// How long it took.
        round_trip: Duration,
    },
    /// No answer to a ping: the connection is dead, open another.
    Unresponsive,
    /// The server refused one of our messages; what must be done is being done.
    BadMessage {
        /// Our message, or a container of ours.
        msg_id: MsgId,
        /// Why.
        code: BadMsgCode,
    },
    /// `destroy_session` was answered.
    SessionDestroyed {
        /// Which session.
        session_id: SessionId,
        /// Whether the server knew it.
        existed: bool,
    },
    /// `destroy_auth_key` was answered.
    AuthKeyDestroyed(TypeDestroyAuthKeyRes),
    /// A message in a container, or a packed one, cannot be read; it was ignored.
    Malformed {
        /// The message.
        msg_id: MsgId,
    },
}

/// Why a call will not be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The server refused it again and again, or it could not be sent under another number.
    #[error("the server refused the request: {0}")]
    Refused(BadMsgCode),
    /// It may have been executed or not: the connection broke after it was sent, and the server
    /// does not know it any more.
    #[error(
        "the connection broke after the request was sent, and the server cannot tell \
         whether it was executed; look at its effect before sending it again"
    )]
    OutcomeUnknown,
    /// Its answer cannot be read.
    #[error("the answer cannot be read: {0}")]
    Unreadable(ResultError),
}

/// A session of the client. **After every call of a `handle_` function or a command:
/// `poll_event` until `None`, then `poll_transmit` until `None`, then `poll_timeout`.**
///
/// It begins without a connection: [`ClientSession::handle_connected`] comes first.
pub struct ClientSession {
    id: SessionId,
    config: ClientConfig,
    connected: bool,
    clock: ServerClock,
    salts: KnownSalts,
    salts_asked: Option<Instant>,
    received: Received,
    msg_ids: MsgIds,
    seq_nos: SeqNos,
    acks: Acks,
    unique_id: Option<i64>,
    next_request: u64,
    calls: BTreeMap<RequestId, Call>,
    by_msg_id: BTreeMap<MsgId, RequestId>,
    queue: VecDeque<RequestId>,
    service: VecDeque<Service>,
    asked: VecDeque<(MsgId, Vec<MsgId>)>,
    check_at: Option<Instant>,
    ping_at: Option<Instant>,
    ping_sent: Option<(i64, Instant)>,
    next_ping: i64,
    events: VecDeque<ClientEvent>,
}

impl ClientSession {
    /// A new session under a key, with the salt that was last used with it (0 when none is
    /// known: the server will name one).
    pub fn new(salt: ServerSalt, config: ClientConfig, random: &mut dyn Random) -> Self {
        let mut drawn = [[0; 8]; 2];
        drawn.iter_mut().for_each(|bytes| random.fill(bytes));
        let [id, next_ping] = drawn.map(i64::from_le_bytes);
        Self {
            id: SessionId(id),
            config,
            connected: false,
            clock: ServerClock::default(),
            salts: KnownSalts::new(salt),
            salts_asked: None,
            received: Received::default(),
            msg_ids: MsgIds::default(),
            seq_nos: SeqNos::default(),
            acks: Acks::default(),
            unique_id: None,
            next_request: 0,
            calls: BTreeMap::new(),
            by_msg_id: BTreeMap::new(),
            queue: VecDeque::new(),
            service: VecDeque::new(),
            asked: VecDeque::new(),
            check_at: None,
            ping_at: None,
            ping_sent: None,
            next_ping,
            events: VecDeque::new(),
        }
    }

    /// The session's id.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// The salt in use.
    pub fn salt(&mut self, now: Now) -> ServerSalt {
        self.salts.at(self.clock.unix(now))
    }

    /// The server's time, as far as it is known.
    #[must_use]
    pub fn server_time(&self, now: Now) -> Duration {
        self.clock.unix(now)
    }

    /// Sets the server's time, known from the key exchange.
    pub fn synchronize(&mut self, now: Now, server_unix: Duration) {
        self.clock.set(now, server_unix);
    }

    /// A connection was opened. Calls that were sent by an earlier one and not answered
    /// are asked about.
    pub fn handle_connected(&mut self, now: Now) {
        self.connected = true;
        self.ping_sent = None;
        self.ping_at = self.config.ping_every.map(|every| now.mono + every);
        self.ask_about_all(now);
    }

    /// The connection was closed. Nothing is sent until there is another.
    pub fn handle_disconnected(&mut self, _now: Now) {
        self.connected = false;
        self.ping_at = None;
        self.ping_sent = None;
        self.salts_asked = None;
        self.service.clear();
        self.asked.clear();
    }

    /// Takes a message in.
    ///
    /// # Errors
    /// When the message was put aside in silence; the connection may stay open.
    pub fn handle_message(&mut self, now: Now, opened: Opened) -> Result<(), Ignored> {
        self.receive(now, opened)
    }

    /// A deadline of [`ClientSession::poll_timeout`] has passed.
    pub fn handle_timeout(&mut self, now: Now) {
        if !self.connected {
            return;
        }
        if self.check_at.is_some_and(|at| at <= now.mono) {
            self.ask_about_overdue(now);
        }
        self.keep_alive(now);
    }

    /// Calls a function: `body` is its bytes with its wrappers. Packed when that pays.
    pub fn send(&mut self, body: impl Into<Bytes>) -> RequestId {
        let body = body.into();
        let packed = gzip::gzip(&body).unwrap_or(body);
        self.enqueue(Call::new(Kind::Rpc, packed))
    }

    /// A number for a call whose bytes depend on it (`auth.bindTempAuthKey`); it is used by
    /// [`ClientSession::send_numbered`], soon.
    pub fn reserve_msg_id(&mut self, now: Now) -> MsgId {
        self.msg_ids.next(self.clock.unix(now), Sender::Client)
    }

    /// Calls a function under a reserved number. When the server refuses the number, or the salt,
    /// the call fails with [`Failure::Refused`] and must be made anew.
    pub fn send_numbered(&mut self, msg_id: MsgId, body: impl Into<Bytes>) -> RequestId {
        self.enqueue(Call::numbered(msg_id, body.into()))
    }

    /// Gives a call up: no event will come for it. When it was sent, the server is told
    /// to drop its answer (`rpc_drop_answer`).
    pub fn cancel(&mut self, request: RequestId) {
        self.drop_call(request);
    }

    /// Destroys another session of this key; answered by [`ClientEvent::SessionDestroyed`].
    pub fn destroy_session(&mut self, session_id: SessionId) -> RequestId {
        let body = rpc::object(&heliogram_tl::mtproto::DestroySession {
            session_id: session_id.0,
        });
        self.enqueue(Call::new(Kind::DestroySession(session_id), body))
    }

    /// Destroys this key on the server; answered by [`ClientEvent::AuthKeyDestroyed`].
    pub fn destroy_auth_key(&mut self) -> RequestId {
        let body = rpc::object(&heliogram_tl::mtproto::DestroyAuthKey {});
        self.enqueue(Call::new(Kind::DestroyAuthKey, body))
    }

    /// Pings the server now; answered by [`ClientEvent::Pong`], or [`ClientEvent::Unresponsive`].
    pub fn ping(&mut self) {
        self.service.push_back(Service::Ping);
    }

    /// What has happened, oldest first.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.pop_front()
    }

    /// The next packet: appends its body to `out` and gives what stands before it. Several
    /// messages share a packet. `None` when there is nothing to send now, and always without a
    /// connection.
    pub fn poll_transmit(&mut self, now: Now, out: &mut Vec<u8>) -> Option<Header> {
        self.transmit(now, out)
    }

    /// When [`ClientSession::handle_timeout`] (or, for acknowledgments,
    /// [`ClientSession::poll_transmit`]) wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        if !self.connected {
            return None;
        }
        let pong = self.ping_sent.map(|(_, at)| at + self.config.pong_timeout);
        [self.acks.due(), self.check_at, self.ping_at, pong]
            .into_iter()
            .flatten()
            .min()
    }

    /// How many calls are neither answered nor failed.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.calls.len()
    }

    fn enqueue(&mut self, call: Call) -> RequestId {
        let request = RequestId(self.next_request);
        self.next_request += 1;
        self.calls.insert(request, call);
        self.queue.push_back(request);
        request
    }
}

impl fmt::Debug for ClientSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientSession({})", self.id)
    }
}

impl fmt::Debug for ClientEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Objects may hold codes and keys: only their length is told.
            Self::Answer { request, result } => {
                let result = result.as_ref().map(Bytes::len);
                write!(f, "Answer({request:?}, {result:?})")
            }
            Self::Failed { request, failure } => write!(f, "Failed({request:?}, {failure})"),
            Self::Update { msg_id, body } => write!(f, "Update({msg_id}, {} bytes)", body.len()),
            Self::NewSession { unique_id } => write!(f, "NewSession({unique_id:#018x})"),
            Self::SaltChanged(_) => f.write_str("SaltChanged"),
            Self::TimeCorrected { offset } => write!(f, "TimeCorrected({offset} s)"),
            Self::Pong { round_trip } => write!(f, "Pong({round_trip:?})"),
            Self::Unresponsive => f.write_str("Unresponsive"),
            Self::BadMessage { msg_id, code } => write!(f, "BadMessage({msg_id}, {code})"),
            Self::SessionDestroyed {
                session_id,
                existed,
            } => write!(f, "SessionDestroyed({session_id}, existed {existed})"),
            Self::AuthKeyDestroyed(result) => write!(f, "AuthKeyDestroyed({result:?})"),
            Self::Malformed { msg_id } => write!(f, "Malformed({msg_id})"),
        }
    }
}
