//! A server that does what a test tells it to: real key exchange, real sessions, scripted answers and
//! faults.
//!
//! Each call is shown to the test's script, without its wrappers, and the script says what becomes of it.
//! `help.getConfig` is answered by itself unless the script wants it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::{Bytes, BytesMut};
use heliogram::{AuthKey, AuthKeyId, Network, api};
use heliogram_crypto::{dh::DhGroup, msg_key::Direction, rsa::RsaPrivateKey};
use heliogram_mtproto::{
    envelope::{self, auth_key_id},
    exchange::{
        plain,
        server::{Exchange, Identity},
    },
    ids::{MsgId, SessionId},
    session::{Now, ServerConfig, ServerEvent, ServerSession, salts::SaltSchedule},
    transport::{ErrorCode, Incoming, Sniffer},
};
use heliogram_net::{PacketStream, SystemRandom, wire_now};
use heliogram_tl::{Decode, Encode, Raw, RpcError, reflect};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep_until},
};

/// A call, as the script sees it.
pub(crate) struct Call {
    pub(crate) method: &'static str,
    /// The function without its wrappers.
    pub(crate) body: Bytes,
    /// Its number in the session.
    pub(crate) msg_id: MsgId,
    /// How many connections were accepted before this one.
    pub(crate) connection: usize,
}

/// What becomes of a call.
pub(crate) enum Then {
    Answer(Bytes),
    Error(i32, &'static str),
    /// The call runs on and on.
    Silence,
    /// The call is executed, and the connection breaks before the answer leaves.
    AnswerIntoBreak(Bytes),
    /// The same, and the server forgets the session, as one that was started again.
    BreakAndForget,
    /// Answers, and pushes something first.
    PushAndAnswer(Vec<Bytes>, Bytes),
    /// What the peer does by itself.
    Usual,
}

pub(crate) fn bytes_of(object: &impl Encode) -> Bytes {
    object.to_bytes().unwrap().into()
}

type Script = Box<dyn FnMut(&Call) -> Then + Send>;

pub(crate) struct Peer {
    pub(crate) dc_id: u8,
    pub(crate) address: String,
    world: Arc<World>,
    accepting: JoinHandle<()>,
}

struct World {
    dc_id: u8,
    address: String,
    script: Mutex<Script>,
    keys: Mutex<HashMap<AuthKeyId, Known>>,
    accepted: AtomicUsize,
    open: AtomicUsize,
}

struct Known {
    key: AuthKey,
    sessions: HashMap<SessionId, ServerSession>,
}

impl Peer {
    pub(crate) async fn start(
        dc_id: u8,
        script: impl FnMut(&Call) -> Then + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let world = Arc::new(World {
            dc_id,
            address: address.clone(),
            script: Mutex::new(Box::new(script)),
            keys: Mutex::default(),
            accepted: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&world)));
        Self {
            dc_id,
            address,
            world,
            accepting,
        }
    }

    /// What a client needs to find this server and no other.
    pub(crate) fn network(&self) -> Network {
        let pem = rsa_key().public().to_pem();
        Network::own(self.dc_id, &self.address, &pem).unwrap()
    }

    /// How many connections were accepted.
    pub(crate) fn accepted(&self) -> usize {
        self.world.accepted.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.world.open.load(Ordering::SeqCst)
    }

    /// Forgets every key, as if they were destroyed.
    pub(crate) fn forget_keys(&self) {
        self.world.keys.lock().unwrap().clear();
    }

    /// Closes all connections and the port, and ends all tasks.
    pub(crate) async fn stop(&mut self) {
        self.accepting.abort();
        let _ = (&mut self.accepting).await;
    }

    /// A server at the same address that knows the keys and sessions of this one, stopped one.
    pub(crate) async fn again(self) -> Self {
        let world = self.world;
        let listener = TcpListener::bind(&world.address).await.unwrap();
        Self {
            accepting: tokio::spawn(accept(listener, Arc::clone(&world))),
            world,
            ..self
        }
    }
}

/// One key for all tests of a process: making one takes a moment.
pub(crate) fn rsa_key() -> &'static RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    KEY.get_or_init(|| RsaPrivateKey::generate(&mut SystemRandom))
}

async fn accept(listener: TcpListener, world: Arc<World>) {
    // Dropped with this task, and all connections with it.
    let mut connections = JoinSet::new();
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let number = world.accepted.fetch_add(1, Ordering::SeqCst);
        let open = Open::new(&world);
        let stream = PacketStream::server(socket, Sniffer::default());
        let world = Arc::clone(&world);
        connections.spawn(async move {
            let _ = serve(stream, &world, number).await;
            drop(open);
        });
    }
}

/// Counts a connection as open, also when its task is cut off.
struct Open(Arc<World>);

impl Open {
    fn new(world: &Arc<World>) -> Self {
        world.open.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(world))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Ends with none when the script breaks the connection or the client does.
async fn serve(mut stream: PacketStream, world: &World, number: usize) -> Option<()> {
    let identity = Identity {
        keys: vec![rsa_key().clone()],
        group: DhGroup::well_known(),
    };
    let mut exchange = Exchange::default();
    let mut current: Option<(AuthKeyId, SessionId)> = None;
    loop {
        let deadline = world.turn(&mut stream, current, number)?;
        let timer = sleep_until(deadline.unwrap_or_else(|| Instant::now() + FAR));
        let incoming = tokio::select! {
            incoming = stream.next() => incoming.ok()?,
            () = timer => continue,
        };
        let Incoming::Packet { bytes, .. } = incoming else {
            continue;
        };
        if plain::is_plain(&bytes) {
            let message = plain::read(&bytes.freeze()).ok()?;
            let work = exchange.receive(&message.body).ok()?;
            let now = wire_now();
            let answer = work
                .run(
                    &identity,
                    now.as_secs() as i32,
                    &|_| false,
                    &mut SystemRandom,
                )
                .ok()?;
            if let Some(finished) = answer.finished {
                let key = finished.auth_key;
                let known = Known {
                    key: key.clone(),
                    sessions: HashMap::new(),
                };
                world.keys.lock().unwrap().insert(key.id(), known);
            }
            exchange = answer.next;
            let msg_id = MsgId(((now.as_nanos() << 32) / 1_000_000_000) as i64 & !3 | 1);
            stream.send(&plain::write(msg_id, &answer.body)).ok()?;
        } else {
            let id = auth_key_id(&bytes)?;
            match world.receive(id, bytes, current.is_none()) {
                Some(session) => current = Some((id, session)),
                None => {
                    stream.send_error(ErrorCode::UNKNOWN_AUTH_KEY).ok()?;
                    stream.flush().await.ok()?;
                    return None;
                }
            }
        }
    }
}

impl World {
    /// Opens a packet and gives it to its session; none when the key is unknown.
    fn receive(&self, id: AuthKeyId, packet: BytesMut, first: bool) -> Option<SessionId> {
        let mut keys = self.keys.lock().unwrap();
        let known = keys.get_mut(&id)?;
        let direction = Direction::ClientToServer;
        let opened = envelope::open(&known.key, direction, packet).unwrap();
        let session_id = opened.session_id;
        let salts = SaltSchedule::new(known.key.as_bytes());
        let session = known.sessions.entry(session_id).or_insert_with(|| {
            let config = Arc::new(ServerConfig::default());
            ServerSession::new(session_id, salts, config, &mut SystemRandom)
        });
        if first {
            session.handle_connected(now());
        }
        let _ = session.handle_message(now(), opened);
        Some(session_id)
    }

    /// Lets the session and the script do what they have to; none to break the connection.
    fn turn(
        &self,
        stream: &mut PacketStream,
        current: Option<(AuthKeyId, SessionId)>,
        connection: usize,
    ) -> Option<Option<Instant>> {
        let Some((key_id, session_id)) = current else {
            return Some(None);
        };
        let mut keys = self.keys.lock().unwrap();
        let known = keys.get_mut(&key_id)?;
        let session = known.sessions.get_mut(&session_id)?;
        session.handle_timeout(now());
        while let Some(event) = session.poll_event() {
            let ServerEvent::Request { msg_id, body } = event else {
                continue;
            };
            let body = unwrapped(body);
            let id = u32::from_le_bytes(*body.first_chunk().unwrap());
            let call = Call {
                method: reflect::method_by_id(id).unwrap().combinator().name,
                body,
                msg_id,
                connection,
            };
            let then = (self.script.lock().unwrap())(&call);
            match then {
                Then::Usual => {
                    session.reply(msg_id, self.usual(&call));
                }
                Then::Answer(answer) => {
                    session.reply(msg_id, Ok(answer));
                }
                Then::Error(code, name) => {
                    session.reply(msg_id, Err(RpcError::new(code, name)));
                }
                Then::PushAndAnswer(pushes, answer) => {
                    for push in pushes {
                        session.push(push);
                    }
                    session.reply(msg_id, Ok(answer));
                }
                Then::Silence => {}
                Then::AnswerIntoBreak(answer) => {
                    session.reply(msg_id, Ok(answer));
                    session.handle_disconnected();
                    return None;
                }
                Then::BreakAndForget => {
                    known.sessions.clear();
                    return None;
                }
            }
        }
        let mut body = Vec::new();
        while let Some(header) = session.poll_transmit(now(), &mut body) {
            let message = header.with_body(&body);
            let direction = Direction::ServerToClient;
            let sealed = envelope::seal(&known.key, direction, message, &mut SystemRandom);
            stream.send(&sealed.packet).ok()?;
            body.clear();
        }
        Some(session.poll_timeout().map(Instant::from_std))
    }

    fn usual(&self, call: &Call) -> Result<Bytes, RpcError> {
        match call.method {
            "help.getConfig" => {
                let (host, port) = self.address.split_once(':').unwrap();
                Ok(bytes_of(&api::Config {
                    this_dc: self.dc_id.into(),
                    dc_options: vec![api::DcOption {
                        id: self.dc_id.into(),
                        ip_address: host.into(),
                        port: port.parse().unwrap(),
                        ..api::DcOption::default()
                    }],
                    ..api::Config::default()
                }))
            }
            "help.getNearestDc" => Ok(bytes_of(&api::NearestDc {
                country: "XX".into(),
                this_dc: self.dc_id.into(),
                nearest_dc: self.dc_id.into(),
            })),
            _ => Err(RpcError::new(400, "METHOD_NOT_IMPLEMENTED")),
        }
    }
}

fn unwrapped(body: Bytes) -> Bytes {
    type Wrapped = api::InvokeWithLayer<api::InitConnection<Raw>>;
    Wrapped::from_bytes(&body).map_or(body, |wrapped| wrapped.query.query.0)
}

fn now() -> Now {
    Now {
        mono: Instant::now().into_std(),
        unix: wire_now(),
    }
}

const FAR: std::time::Duration = std::time::Duration::from_secs(3600);
