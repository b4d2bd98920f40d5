//! The task behind a connection: joins the session, the envelope and the socket.
//!
//! ```text
//! no connection ── dial, key exchange ──> greeting sent ── answered ──> in use
//!       ^                                       │                         │
//!       └────────── wait, longer each time ─────┴────── broken ───────────┘
//! ```
//!
//! Whatever it waits for, it hears its owner at the same time: a connection can be closed while it is
//! being made. After every input the session is asked for events and packets, as its contract says.
//! What was sent on a broken connection is not repeated here: the session asks the server about it
//! first.

use std::{
    collections::HashMap,
    future::Future,
    mem,
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use heliogram_crypto::{auth_key::AuthKey, msg_key::Direction};
use heliogram_mtproto::{
    envelope::{self, Outgoing},
    ids::ServerSalt,
    session::{ClientConfig, ClientEvent, ClientSession, Ignored, Now, RequestId, client::Failure},
    transport::{ErrorCode, Incoming},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, sleep_until},
};

use super::{
    CallFailure, ConnectError, ConnectionConfig, Greeted, Heard, backoff::Backoff,
    connection::Command, exchange::make_key,
};
use crate::{PacketStream, SystemRandom, dial::dial_by, wire_now};

pub(super) struct Driver {
    config: ConnectionConfig,
    commands: mpsc::Receiver<Command>,
    /// Until the first connection is there.
    opened: Option<oneshot::Sender<Result<Greeted, ConnectError>>>,
    lost: Arc<OnceLock<Arc<ConnectError>>>,
    session: ClientSession,
    /// The greeting that is not answered yet.
    greeting: Option<RequestId>,
    /// Since when the server has been greeted on this connection.
    good_since: Option<Instant>,
    pending: HashMap<RequestId, Pending>,
    backoff: Backoff,
}

/// A call that somebody waits for.
struct Pending {
    number: u64,
    reply: oneshot::Sender<Result<Bytes, CallFailure>>,
    /// Whether there was a connection to send it on.
    sent: bool,
}

/// The owner wants no connection any more.
struct Closed;

impl Driver {
    pub(super) fn new(
        config: ConnectionConfig,
        commands: mpsc::Receiver<Command>,
        opened: oneshot::Sender<Result<Greeted, ConnectError>>,
        lost: Arc<OnceLock<Arc<ConnectError>>>,
    ) -> Self {
        Self {
            commands,
            opened: Some(opened),
            lost,
            // A salt that is wrong costs one more round trip: the server names the right one.
            session: ClientSession::new(ServerSalt(0), ClientConfig::default(), &mut SystemRandom),
            greeting: None,
            good_since: None,
            pending: HashMap::new(),
            backoff: Backoff::new(config.retry_delay),
            config,
        }
    }

    pub(super) async fn run(mut self) {
        // Closing wins over everything: whatever is being waited for is dropped.
        if let Err(Closed) = self.keep_connected().await {
            for (_, pending) in self.pending.drain() {
                let failure = if pending.sent {
                    CallFailure::OutcomeUnknown(None)
                } else {
                    CallFailure::Closed
                };
                let _ = pending.reply.send(Err(failure));
            }
        }
    }

    /// Ends well when connecting was given up, and with [`Closed`] when the owner has enough.
    async fn keep_connected(&mut self) -> Result<(), Closed> {
        loop {
            let error = match self.connect().await? {
                Ok((stream, key)) => self.serve(stream, &key).await?,
                Err(error) => error,
            };
            self.session.handle_disconnected(now());
            if let Some(greeting) = self.greeting.take() {
                self.session.cancel(greeting);
            }
            if self
                .good_since
                .take()
                .is_some_and(|since| since.elapsed() >= STEADY)
            {
                self.backoff.reset();
            }
            let retries = match self.opened {
                Some(_) => Some(self.config.connect_retries),
                None => self.config.reconnect_retries,
            };
            let used_up = retries.is_some_and(|retries| self.backoff.failures() >= retries);
            if used_up || !error.is_transient() {
                self.give_up(error);
                return Ok(());
            }
            let wait = self.backoff.next(&mut SystemRandom).max(least_wait(&error));
            tracing::info!(address = %self.config.address, %error, "connecting again in {wait:?}");
            self.hearing(sleep(wait)).await?;
        }
    }

    /// Dials, and makes a key when there is none.
    async fn connect(&mut self) -> Result<Result<(PacketStream, AuthKey), ConnectError>, Closed> {
        let ConnectionConfig {
            address,
            transport,
            dc,
            timeout,
            wanted,
            ..
        } = &self.config;
        let (address, transport, dc, timeout) = (address.clone(), *transport, *dc, *timeout);
        let (key, keys, wanted) = (
            self.config.auth_key.clone(),
            Arc::clone(&self.config.keys),
            *wanted,
        );
        let way = self.config.dial.clone();
        let connecting = async move {
            let mut stream = dial_by(way.as_deref(), &address, transport, dc, timeout).await?;
            match key {
                Some(key) => Ok((stream, key, None)),
                None => {
                    let made = make_key(&mut stream, keys, wanted, timeout).await?;
                    let salt = (made.salt, made.time_offset);
                    Ok((stream, made.auth_key, Some(salt)))
                }
            }
        };
        let (stream, key, made) = match self.hearing(connecting).await? {
            Ok(connected) => connected,
            Err(error) => return Ok(Err(error)),
        };
        if let Some((salt, offset)) = made {
            let mut session = ClientSession::new(salt, ClientConfig::default(), &mut SystemRandom);
            let now = now();
            session.synchronize(now, shifted(now.unix, offset));
            self.session = session;
            self.config.auth_key = Some(key.clone());
        }
        Ok(Ok((stream, key)))
    }

    /// Uses a connection until it breaks; gives why it did.
    async fn serve(
        &mut self,
        mut stream: PacketStream,
        key: &AuthKey,
    ) -> Result<ConnectError, Closed> {
        self.session.handle_connected(now());
        for pending in self.pending.values_mut() {
            pending.sent = true;
        }
        self.greeting = Some(self.session.send(self.config.greeting.clone()));
        let greet_until = Instant::now() + self.config.timeout;
        let mut timer = pin!(sleep_until(greet_until));
        loop {
            if let Err(error) = self.pump(&mut stream, key) {
                return Ok(error);
            }
            let greeting = self.greeting.map(|_| greet_until);
            let session = self.session.poll_timeout().map(Instant::from_std);
            let deadline = [greeting, session].into_iter().flatten().min();
            if let Some(deadline) = deadline
                && timer.deadline() != deadline
            {
                timer.as_mut().reset(deadline);
            }
            tokio::select! {
                incoming = stream.next() => {
                    let handled = incoming.map_err(Into::into)
                        .and_then(|incoming| self.handle_incoming(&mut stream, incoming, key));
                    if let Err(error) = handled {
                        return Ok(error);
                    }
                }
                command = self.commands.recv() => self.handle_command(command, true)?,
                () = &mut timer, if deadline.is_some() => {
                    if self.greeting.is_some() && greet_until <= Instant::now() {
                        return Ok(ConnectError::NoAnswer {
                            to: "the first call",
                            after: self.config.timeout,
                        });
                    }
                    self.session.handle_timeout(now());
                }
            }
        }
    }

    /// Takes a packet, and those that arrived together with it.
    fn handle_incoming(
        &mut self,
        stream: &mut PacketStream,
        first: Incoming,
        key: &AuthKey,
    ) -> Result<(), ConnectError> {
        let mut packets: Vec<BytesMut> = Vec::new();
        let mut next = Some(first);
        while let Some(incoming) = next {
            match incoming {
                Incoming::Packet { bytes, .. } => packets.push(bytes),
                Incoming::QuickAck(_) => {}
                Incoming::Error(ErrorCode::UNKNOWN_AUTH_KEY) => {
                    return Err(ConnectError::UnknownAuthKey);
                }
                Incoming::Error(code) => return Err(ConnectError::Refused(code)),
            }
            next = stream.try_next()?;
        }
        for opened in envelope::open_many(key, Direction::ServerToClient, packets) {
            match self.session.handle_message(now(), opened?) {
                Ok(()) => {}
                Err(ignored @ Ignored::OtherSession { .. }) => {
                    return Err(ConnectError::Session(ignored.to_string()));
                }
                Err(ignored) => tracing::debug!(%ignored, "message put aside"),
            }
        }
        Ok(())
    }

    /// Lets the session say what happened and what to send.
    fn pump(&mut self, stream: &mut PacketStream, key: &AuthKey) -> Result<(), ConnectError> {
        while let Some(event) = self.session.poll_event() {
            self.handle_event(event, key)?;
        }
        let mut bodies = Vec::new();
        let mut headers = Vec::new();
        while let Some(header) = self.session.poll_transmit(now(), &mut bodies) {
            headers.push((header, bodies.len()));
        }
        let mut start = 0;
        let messages: Vec<Outgoing<'_>> = headers
            .iter()
            .map(|(header, end)| header.with_body(&bodies[mem::replace(&mut start, *end)..*end]))
            .collect();
        let direction = Direction::ClientToServer;
        for sealed in envelope::seal_many(key, direction, &messages, &mut SystemRandom) {
            stream.send(&sealed.packet)?;
        }
        Ok(())
    }

    fn handle_event(&mut self, event: ClientEvent, key: &AuthKey) -> Result<(), ConnectError> {
        match event {
            ClientEvent::Answer { request, result } if self.greeting == Some(request) => {
                self.greeting = None;
                let answer = result.map_err(ConnectError::Greeting)?;
                self.good_since = Some(Instant::now());
                self.tell(Heard::Connected);
                if let Some(opened) = self.opened.take() {
                    self.backoff.reset();
                    let auth_key = key.clone();
                    // When nobody waits, the owner is gone, and the next command says so.
                    let _ = opened.send(Ok(Greeted { auth_key, answer }));
                }
            }
            ClientEvent::Failed { request, failure } if self.greeting == Some(request) => {
                self.greeting = None;
                return Err(ConnectError::Session(failure.to_string()));
            }
            ClientEvent::Answer { request, result } => {
                self.answer(request, result.map_err(CallFailure::Rpc));
            }
            ClientEvent::Failed { request, failure } => {
                let failure = match failure {
                    Failure::OutcomeUnknown => CallFailure::OutcomeUnknown(None),
                    other => CallFailure::Answer(other.to_string()),
                };
                self.answer(request, Err(failure));
            }
            ClientEvent::Update { body, .. } => self.tell(Heard::Object(body)),
            ClientEvent::NewSession { .. } => self.tell(Heard::NewSession),
            ClientEvent::Malformed { msg_id } => {
                tracing::warn!(%msg_id, "a message of the server cannot be read");
                self.tell(Heard::Malformed);
            }
            ClientEvent::Unresponsive => {
                return Err(ConnectError::NoAnswer {
                    to: "a ping",
                    after: ClientConfig::default().pong_timeout,
                });
            }
            other => tracing::debug!(event = ?other, "session"),
        }
        Ok(())
    }

    fn tell(&self, heard: Heard) {
        if let Some(listener) = &self.config.listener {
            listener.hear(heard);
        }
    }

    fn answer(&mut self, request: RequestId, answer: Result<Bytes, CallFailure>) {
        if let Some(pending) = self.pending.remove(&request) {
            let _ = pending.reply.send(answer);
        }
    }

    fn handle_command(&mut self, command: Option<Command>, sent: bool) -> Result<(), Closed> {
        let mut next = command;
        loop {
            match next {
                None | Some(Command::Close) => return Err(Closed),
                Some(Command::Call {
                    number,
                    body,
                    reply,
                }) => {
                    let request = self.session.send(body);
                    let pending = Pending {
                        number,
                        reply,
                        sent,
                    };
                    self.pending.insert(request, pending);
                }
                Some(Command::Forget(number)) => self.forget(number),
            }
            // Calls that were made at the same time share a packet.
            next = match self.commands.try_recv() {
                Ok(command) => Some(command),
                Err(mpsc::error::TryRecvError::Empty) => return Ok(()),
                Err(mpsc::error::TryRecvError::Disconnected) => None,
            };
        }
    }

    fn forget(&mut self, number: u64) {
        let request = self.pending.iter().find(|(_, call)| call.number == number);
        if let Some(request) = request.map(|(request, _)| *request) {
            self.pending.remove(&request);
            self.session.cancel(request);
        }
    }

    /// Waits for something, and does what the owner wants meanwhile.
    async fn hearing<T>(&mut self, what: impl Future<Output = T>) -> Result<T, Closed> {
        let mut what = pin!(what);
        loop {
            tokio::select! {
                done = &mut what => return Ok(done),
                command = self.commands.recv() => self.handle_command(command, false)?,
            }
        }
    }

    fn give_up(&mut self, error: ConnectError) {
        if let Some(opened) = self.opened.take() {
            let _ = opened.send(Err(error));
            return;
        }
        let error = Arc::new(error);
        tracing::warn!(address = %self.config.address, %error, "the connection is given up");
        // Set before the commands are dropped, so that every later call finds the reason.
        let _ = self.lost.set(Arc::clone(&error));
        self.tell(Heard::GivenUp);
        for (_, pending) in self.pending.drain() {
            let failure = if pending.sent {
                CallFailure::OutcomeUnknown(Some(Arc::clone(&error)))
            } else {
                CallFailure::Connect(Arc::clone(&error))
            };
            let _ = pending.reply.send(Err(failure));
        }
    }
}

fn now() -> Now {
    Now {
        mono: Instant::now().into_std(),
        unix: wire_now(),
    }
}

/// How long a server that refused a connection wants to be left alone.
fn least_wait(error: &ConnectError) -> Duration {
    match error {
        ConnectError::Refused(ErrorCode::FLOOD) => FLOOD_PAUSE,
        _ => Duration::ZERO,
    }
}

fn shifted(unix: Duration, seconds: i64) -> Duration {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        unix.saturating_sub(by)
    } else {
        unix + by
    }
}

/// How long a connection must have been good for its end to be a first failure. A server that fails
/// at the same call again and again is called more and more slowly.
const STEADY: Duration = Duration::from_secs(10);

/// After -429, which names no time: what a client does that is called too quick by a connection or two.
const FLOOD_PAUSE: Duration = Duration::from_secs(5);
