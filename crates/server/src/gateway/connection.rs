//! One connection, from its first byte to its last.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_crypto::msg_key::Direction;
use heliogram_mtproto::envelope::{self, OpenError, Opened};
use heliogram_mtproto::exchange::server::Exchange;
use heliogram_mtproto::session::{Now, ServerSession};
use heliogram_mtproto::transport::{ErrorCode, Incoming, Sniffer};
use heliogram_net::{PacketStream, Socket, StreamError, SystemRandom};
use tokio::time::timeout;

use super::calls::{Asker, Then};
use super::door::Door;
use super::handshake::{self, HandshakeError};
use super::hub::{Hub, now};
use super::keys::LiveKey;
use super::link::Link;
use super::sessions::LiveSession;
use super::strikes::{Order, What};

/// More sessions than this over one connection are nobody's honest use.
const MAX_SESSIONS: usize = 64;
/// With so many bytes unsent, nothing more is read: a peer that does not take its answers gets no
/// further ones. Large enough for a file part on its way while the next is asked for.
const MAX_UNSENT: usize = 2 << 20;
/// Where the `msg_key` stands in a sealed packet: behind the id of the key.
const MSG_KEY_AT: usize = 8;

/// Serves a connection until it ends.
pub(super) async fn run(hub: Arc<Hub>, door: Arc<Door>, socket: Socket, peer: SocketAddr) {
    let number = hub.next_connection();
    let mut connection = Connection {
        stream: PacketStream::server(socket, Sniffer::default()),
        exchange: Exchange::default(),
        attached: Vec::new(),
        link: Arc::default(),
        number,
        address: peer.ip(),
        door,
        hub,
    };
    let end = connection.serve().await;
    let now = now();
    for asker in &connection.attached {
        asker.session.detach(&connection.link, now);
    }
    match end {
        Ok(()) | Err(End::Stream(StreamError::Closed)) => {}
        Err(error) => tracing::debug!(connection = number, %peer, %error, "connection ended"),
    }
}

struct Connection {
    hub: Arc<Hub>,
    door: Arc<Door>,
    stream: PacketStream,
    exchange: Exchange,
    /// The sessions that have spoken by this connection; one, for nearly all clients.
    attached: Vec<Asker>,
    link: Arc<Link>,
    number: u64,
    address: IpAddr,
}

/// Why a connection was ended by this side, or broke.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    #[error("auth key {0} is not known here; the client was told -404")]
    UnknownKey(AuthKeyId),
    #[error("more than {MAX_SESSIONS} sessions over one connection")]
    TooManySessions,
    #[error("the peer took nothing of {unsent} bytes for {patience:?}; the connection is given up")]
    Stalled { unsent: usize, patience: Duration },
}

impl Connection {
    async fn serve(&mut self) -> Result<(), End> {
        loop {
            let deadline = self.deadline();
            let busy = self.link.is_full();
            let unsent = self.stream.unsent();
            let stream = &mut self.stream;
            let traffic = async move {
                if busy || unsent > MAX_UNSENT {
                    stream.flush().await?;
                    if busy {
                        std::future::pending::<()>().await;
                    }
                    return Ok(None);
                }
                stream.next().await.map(Some)
            };
            tokio::select! {
                incoming = traffic => {
                    if let Some(Incoming::Packet { bytes, quick_ack }) = incoming? {
                        let then = self.receive(bytes, quick_ack).await?;
                        if then == Then::Close {
                            self.transmit()?;
                            return Box::pin(self.flush()).await;
                        }
                    }
                }
                () = self.link.woken() => {
                    let orders = self.link.take_orders();
                    // Boxed, as it is hardly ever needed and would keep the room.
                    if !orders.is_empty() && Box::pin(self.carry_out(orders)).await? == Then::Close {
                        return Ok(());
                    }
                }
                () = sleep_until(deadline) => {
                    if self.pass_deadlines()? == Then::Close {
                        return Ok(());
                    }
                }
            }
            self.transmit()?;
        }
    }

    async fn receive(&mut self, packet: BytesMut, quick_ack: bool) -> Result<Then, End> {
        let Some(id) = envelope::auth_key_id(&packet) else {
            return Err(OpenError::PacketLength { len: packet.len() }.into());
        };
        if id == AuthKeyId(0) {
            // Boxed: a connection does this once and is idle for hours, and would keep the room.
            return Box::pin(self.handshake(packet)).await;
        }
        let now = now();
        let (hub, door) = (&self.hub, &self.door);
        let known = hub.keys.find(&hub.worlds, &door.seat, id, now.unix);
        let belongs = |key: &Arc<LiveKey>| key.dc_id == door.dc_id && key.may_come_by(&door.seat);
        let Some(key) = known.filter(belongs) else {
            Box::pin(self.refuse(ErrorCode::UNKNOWN_AUTH_KEY)).await?;
            return Err(End::UnknownKey(id));
        };
        let opened = match envelope::open(&key.key, Direction::ClientToServer, packet) {
            Ok(opened) => opened,
            Err(error) => {
                Box::pin(self.refuse(ErrorCode::UNKNOWN_AUTH_KEY)).await?;
                return Err(error.into());
            }
        };
        if quick_ack {
            self.stream.send_quick_ack(opened.quick_ack)?;
        }
        self.take_in(&key, opened)
    }

    /// Hands a message to its session.
    fn take_in(&mut self, key: &Arc<LiveKey>, opened: Opened) -> Result<Then, End> {
        let now = now();
        let index = match self.attached.iter().position(|asker| {
            asker.key.id == key.id
                && asker.session.with(|session| session.id()) == opened.session_id
        }) {
            Some(index) => index,
            None if self.attached.len() >= MAX_SESSIONS => return Err(End::TooManySessions),
            None => {
                let session = key.session(opened.session_id, || {
                    LiveSession::new(ServerSession::new(
                        opened.session_id,
                        key.salts(),
                        Arc::clone(&self.hub.session_config),
                        &mut SystemRandom,
                    ))
                });
                // Nearly all connections have one session; a vector makes room for four.
                self.attached.reserve_exact(1);
                self.attached.push(Asker {
                    hub: Arc::clone(&self.hub),
                    key: Arc::clone(key),
                    session,
                    link: Arc::clone(&self.link),
                    connection: self.number,
                    address: self.address,
                });
                self.attached.len() - 1
            }
        };
        let asker = &self.attached[index];
        asker.session.attach(&self.link, now);
        if let Err(ignored) = asker
            .session
            .with(|session| session.handle_message(now, opened))
        {
            tracing::debug!(connection = self.number, %ignored, "message put aside");
        }
        Ok(report(asker))
    }

    async fn handshake(&mut self, packet: BytesMut) -> Result<Then, End> {
        match handshake::answer(&self.hub, &self.door, &mut self.exchange, &packet.freeze()).await {
            Ok(answer) => {
                self.stream.send(&answer)?;
                Ok(Then::GoOn)
            }
            Err(error) => {
                self.refuse(error.transport_error()).await?;
                Err(error.into())
            }
        }
    }

    /// Sends what the sessions have to say.
    fn transmit(&mut self) -> Result<(), StreamError> {
        let now = now();
        let mut body = Vec::new();
        for asker in &self.attached {
            while let Some(packet) = next_packet(asker, now, &mut body) {
                self.stream.send(&packet)?;
            }
        }
        Ok(())
    }

    /// Does what faults want done to this connection.
    async fn carry_out(&mut self, orders: Vec<Order>) -> Result<Then, End> {
        for order in orders {
            // What was said before leaves whole.
            self.transmit()?;
            if let What::Refuse(code) = order.what {
                self.refuse(code).await?;
                return Ok(Then::Close);
            }
            let packet = self.answer_of(&order);
            if order.what == What::SpoilMsgKey {
                if let Some(mut packet) = packet {
                    packet[MSG_KEY_AT] ^= 1;
                    self.stream.send(&packet)?;
                }
                continue;
            }
            if let Some(packet) = packet {
                let bytes = match order.what {
                    What::CutAfter(bytes) => bytes,
                    _ => packet.len() / 2,
                };
                self.stream.send_part(&packet, bytes)?;
                self.flush().await?;
            }
            return Ok(Then::Close);
        }
        Ok(Then::GoOn)
    }

    /// The packet with the answer that an order is about. None when it has left by another connection meanwhile.
    fn answer_of(&self, order: &Order) -> Option<Vec<u8>> {
        let of_it = |asker: &&Asker| Arc::ptr_eq(&asker.session, &order.session);
        let asker = self.attached.iter().find(of_it)?;
        asker
            .session
            .with(|session| session.repeat_answer(order.call));
        next_packet(asker, now(), &mut Vec::new())
    }

    async fn refuse(&mut self, code: ErrorCode) -> Result<(), End> {
        self.stream.send_error(code)?;
        self.flush().await
    }

    /// Writes the last words, for as long as the peer takes them.
    async fn flush(&mut self) -> Result<(), End> {
        match timeout(self.hub.patience, self.stream.flush()).await {
            Ok(written) => Ok(written?),
            Err(_) => Err(self.stalled()),
        }
    }

    fn stalled(&self) -> End {
        End::Stalled {
            unsent: self.stream.unsent(),
            patience: self.hub.patience,
        }
    }

    fn deadline(&self) -> Option<tokio::time::Instant> {
        let sessions = self
            .attached
            .iter()
            .filter_map(|asker| asker.session.with(|session| session.poll_timeout()))
            .map(tokio::time::Instant::from_std);
        sessions.chain(self.stalled_at()).min()
    }

    /// When the peer will have been given enough time.
    fn stalled_at(&self) -> Option<tokio::time::Instant> {
        let since = self.stream.blocked_since()?;
        Some(since + self.hub.patience)
    }

    fn pass_deadlines(&mut self) -> Result<Then, End> {
        if self
            .stalled_at()
            .is_some_and(|at| at <= tokio::time::Instant::now())
        {
            return Err(self.stalled());
        }
        let now = now();
        for asker in &self.attached {
            asker.session.with(|session| session.handle_timeout(now));
            if report(asker) == Then::Close {
                return Ok(Then::Close);
            }
        }
        Ok(Then::GoOn)
    }
}

/// The next packet that a session has to send, sealed; `body` is room to write in.
fn next_packet(asker: &Asker, now: Now, body: &mut Vec<u8>) -> Option<Vec<u8>> {
    body.clear();
    let header = asker
        .session
        .with(|session| session.poll_transmit(now, body))?;
    let sealed = envelope::seal(
        &asker.key.key,
        Direction::ServerToClient,
        header.with_body(body),
        &mut SystemRandom,
    );
    Some(sealed.packet)
}

/// Acts on everything a session has to report.
fn report(asker: &Asker) -> Then {
    while let Some(event) = asker.session.with(|session| session.poll_event()) {
        if asker.handle(event) == Then::Close {
            return Then::Close;
        }
    }
    Then::GoOn
}

async fn sleep_until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
