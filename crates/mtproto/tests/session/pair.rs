//! A client and a server in memory, with virtual time and a network that loses, repeats, delays and
//! reorders packets, and breaks connections. The same seed gives the same run.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use heliogram_crypto::Random;
use heliogram_mtproto::{
    envelope::Opened,
    ids::{MsgId, ServerSalt},
    session::{
        ClientConfig, ClientEvent, ClientSession, Header, Now, RequestId, ServerConfig,
        ServerEvent, ServerSession, salts::SaltSchedule,
    },
};

/// When every test begins.
pub(crate) const BEGIN: Duration = Duration::from_secs(1_800_000_000);

/// A small generator (splitmix64); good enough to shake a network.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
}

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) {
        out.fill_with(|| self.roll() as u8);
    }
}

/// How bad the network is; the default is perfect.
#[derive(Clone, Copy, Default)]
pub(crate) struct Weather {
    pub(crate) loss_percent: u64,
    pub(crate) repeat_percent: u64,
    /// Packets take up to this long, so they overtake each other.
    pub(crate) jitter: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum To {
    Client,
    Server,
}

pub(crate) struct Pair {
    pub(crate) client: ClientSession,
    pub(crate) server: Option<ServerSession>,
    pub(crate) server_config: Arc<ServerConfig>,
    pub(crate) weather: Weather,
    pub(crate) dice: Dice,
    /// Client's wall clock minus the server's, in seconds.
    pub(crate) skew: i64,
    /// Whether the server answers calls at once.
    pub(crate) answers: bool,
    pub(crate) client_events: Vec<ClientEvent>,
    pub(crate) server_events: Vec<ServerEvent>,
    /// Every packet that was sent, delivered or not.
    pub(crate) sent: Vec<(To, Opened)>,
    /// The server's durable store: reply by number of the call.
    pub(crate) replies: BTreeMap<MsgId, Bytes>,
    /// How often each body was executed.
    pub(crate) executed: BTreeMap<Bytes, u32>,
    start: Instant,
    elapsed: Duration,
    connected: bool,
    flight: BTreeMap<(Duration, u64), (To, Opened)>,
    flown: u64,
    late: VecDeque<MsgId>,
}

impl Pair {
    pub(crate) fn new(seed: u64) -> Self {
        Self::with(seed, ClientConfig::default(), ServerConfig::default())
    }

    pub(crate) fn with(seed: u64, client: ClientConfig, server: ServerConfig) -> Self {
        let mut dice = Dice(seed);
        Self {
            client: ClientSession::new(ServerSalt(0), client, &mut dice),
            server: None,
            server_config: Arc::new(server),
            weather: Weather::default(),
            dice,
            skew: 0,
            answers: true,
            client_events: Vec::new(),
            server_events: Vec::new(),
            sent: Vec::new(),
            replies: BTreeMap::new(),
            executed: BTreeMap::new(),
            start: Instant::now(),
            elapsed: Duration::ZERO,
            connected: false,
            flight: BTreeMap::new(),
            flown: 0,
            late: VecDeque::new(),
        }
    }

    /// A pair that has exchanged a first call, salts included, and is quiet.
    pub(crate) fn settled(seed: u64) -> Self {
        Self::new(seed).settle()
    }

    pub(crate) fn settle(mut self) -> Self {
        self.connect();
        self.call(b"first");
        self.run(Duration::from_secs(8));
        self.client_events.clear();
        self.server_events.clear();
        self.sent.clear();
        self
    }

    pub(crate) fn server_now(&self) -> Now {
        Now {
            mono: self.start + self.elapsed,
            unix: BEGIN + self.elapsed,
        }
    }

    pub(crate) fn client_now(&self) -> Now {
        let Now { mono, unix } = self.server_now();
        let skew = Duration::from_secs(self.skew.unsigned_abs());
        let unix = if self.skew < 0 {
            unix - skew
        } else {
            unix + skew
        };
        Now { mono, unix }
    }

    pub(crate) fn salts() -> SaltSchedule {
        SaltSchedule::new(&[0x5a; 256])
    }

    pub(crate) fn server(&mut self) -> &mut ServerSession {
        self.server
            .as_mut()
            .expect("a message has reached the server")
    }

    pub(crate) fn call(&mut self, text: &[u8]) -> RequestId {
        self.client.send(body(text))
    }

    pub(crate) fn connect(&mut self) {
        self.connected = true;
        self.client.handle_connected(self.client_now());
        let now = self.server_now();
        if let Some(server) = &mut self.server {
            server.handle_connected(now);
        }
    }

    /// Breaks the connection. What was on its way to the client is lost; what was on its way to the
    /// server may still be read from the old socket.
    pub(crate) fn disconnect(&mut self) {
        self.connected = false;
        self.client.handle_disconnected(self.client_now());
        if let Some(server) = &mut self.server {
            server.handle_disconnected();
        }
        let dice = &mut self.dice;
        self.flight
            .retain(|_, (to, _)| *to == To::Server && dice.percent(50));
    }

    /// The server process dies; its store lives on.
    pub(crate) fn restart_server(&mut self) {
        self.disconnect();
        self.server = None;
        self.late.clear();
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected
    }

    /// Lets time pass, with everything that happens in it.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.elapsed + time;
        loop {
            self.flush();
            let arrival = self.flight.keys().next().map(|(at, _)| *at);
            let timers = [
                self.client.poll_timeout(),
                self.server.as_ref().and_then(ServerSession::poll_timeout),
            ];
            let timer = timers
                .into_iter()
                .flatten()
                .map(|at| at.saturating_duration_since(self.start))
                .min();
            let next = [arrival, timer].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else {
                break;
            };
            self.elapsed = self.elapsed.max(next);
            self.deliver();
            let (client_now, server_now) = (self.client_now(), self.server_now());
            self.client.handle_timeout(client_now);
            if let Some(server) = &mut self.server {
                server.handle_timeout(server_now);
            }
        }
        self.elapsed = end;
    }

    /// Gives the client a message as if the server had sent it.
    pub(crate) fn give_client(&mut self, opened: Opened) {
        let now = self.client_now();
        let _ = self.client.handle_message(now, opened);
        self.flush();
    }

    /// Gives the server a message as if the client had sent it.
    pub(crate) fn give_server(&mut self, opened: Opened) {
        let now = self.server_now();
        let server = self.server.get_or_insert_with(|| {
            let config = Arc::clone(&self.server_config);
            ServerSession::new(opened.session_id, Self::salts(), config, &mut self.dice)
        });
        let _ = server.handle_message(now, opened);
        self.flush();
    }

    /// The bodies of messages sent to `to`, containers taken apart.
    pub(crate) fn bodies(&self, to: To) -> Vec<Bytes> {
        self.sent
            .iter()
            .filter(|(direction, _)| *direction == to)
            .flat_map(|(_, opened)| {
                heliogram_mtproto::session::containers::messages(&opened.body).map_or_else(
                    |_| vec![opened.body.clone()],
                    |messages| messages.into_iter().map(|message| message.body).collect(),
                )
            })
            .collect()
    }

    /// What a constructor's messages to `to` hold.
    pub(crate) fn sent_to<T: heliogram_tl::Decode>(&self, to: To) -> Vec<T> {
        let bodies = self.bodies(to);
        bodies
            .iter()
            .filter_map(|body| T::from_bytes(body).ok())
            .collect()
    }

    pub(crate) fn answers(&self) -> Vec<(RequestId, Bytes)> {
        let answers = self.client_events.iter().filter_map(|event| match event {
            ClientEvent::Answer { request, result } => {
                Some((*request, result.clone().expect("no call fails here")))
            }
            _ => None,
        });
        answers.collect()
    }

    pub(crate) fn failures(&self) -> usize {
        let failed = |event: &&ClientEvent| matches!(event, ClientEvent::Failed { .. });
        self.client_events.iter().filter(failed).count()
    }

    /// Every call was answered, once, by what belongs to it, and executed once.
    pub(crate) fn assert_exactly_once(&self, calls: &[(RequestId, Bytes)], seed: u64) {
        let answers = self.answers();
        let distinct: BTreeSet<_> = answers.iter().map(|(request, _)| *request).collect();
        assert_eq!(distinct.len(), answers.len(), "seed {seed}: answered twice");
        assert_eq!(self.failures(), 0, "seed {seed}: {:?}", self.client_events);
        for (request, body) in calls {
            let answer = answers.iter().find(|(answered, _)| answered == request);
            let (_, answer) = answer.unwrap_or_else(|| panic!("seed {seed}: no answer"));
            assert_eq!(*answer, reply(body), "seed {seed}: another call's answer");
            assert_eq!(self.executed.get(body), Some(&1), "seed {seed}: executions");
        }
    }

    fn deliver(&mut self) {
        while let Some(entry) = self.flight.first_entry()
            && entry.key().0 <= self.elapsed
        {
            let (to, opened) = entry.remove();
            match to {
                To::Client => self.give_client(opened),
                To::Server => self.give_server(opened),
            }
        }
    }

    fn flush(&mut self) {
        let (client_now, server_now) = (self.client_now(), self.server_now());
        while let Some(event) = self.client.poll_event() {
            self.client_events.push(event);
        }
        let mut out = Vec::new();
        while let Some(header) = self.client.poll_transmit(client_now, &mut out) {
            self.send(To::Server, header, std::mem::take(&mut out));
        }
        self.serve();
        if let Some(server) = &mut self.server
            && !self.connected
        {
            server.handle_disconnected();
        }
        while let Some(server) = &mut self.server
            && let Some(header) = server.poll_transmit(server_now, &mut out)
        {
            self.send(To::Client, header, std::mem::take(&mut out));
        }
    }

    fn serve(&mut self) {
        while let Some(server) = &mut self.server
            && let Some(event) = server.poll_event()
        {
            match &event {
                ServerEvent::Request { msg_id, body } if self.answers => {
                    let reply = self.replies.entry(*msg_id).or_insert_with(|| {
                        *self.executed.entry(body.clone()).or_default() += 1;
                        reply(body)
                    });
                    server.reply(*msg_id, Ok(reply.clone()));
                }
                ServerEvent::Duplicate { msg_id } if self.answers => {
                    server.reply(*msg_id, Ok(self.replies[msg_id].clone()));
                }
                _ => {}
            }
            self.server_events.push(event);
        }
    }

    fn send(&mut self, to: To, header: Header, body: Vec<u8>) {
        let opened = opened(header, body.into());
        self.sent.push((to, opened.clone()));
        let copies = 1 + u32::from(self.dice.percent(self.weather.repeat_percent));
        for _ in 0..copies {
            if self.dice.percent(self.weather.loss_percent) {
                continue;
            }
            let jitter = self.weather.jitter.as_micros() as u64 + 1;
            let delay = Duration::from_micros(1000 + self.dice.below(jitter));
            self.flown += 1;
            let key = (self.elapsed + delay, self.flown);
            self.flight.insert(key, (to, opened.clone()));
        }
    }
}

pub(crate) fn opened(header: Header, body: Bytes) -> Opened {
    Opened {
        salt: header.salt,
        session_id: header.session_id,
        msg_id: header.msg_id,
        seq_no: header.seq_no,
        body,
        quick_ack: 0,
    }
}

/// The bytes of a call that no service message looks like.
pub(crate) fn body(text: &[u8]) -> Bytes {
    let mut body = vec![0xca, 0x11, 0xab, 0x1e];
    body.extend_from_slice(text);
    body.resize(body.len().next_multiple_of(4), 0);
    body.into()
}

/// What the server answers.
pub(crate) fn reply(body: &[u8]) -> Bytes {
    let mut reply = body.to_vec();
    reply[..4].copy_from_slice(&[0xa2, 0x5e, 0x4e, 0xd0]);
    reply.into()
}

/// The bytes of a service message.
pub(crate) fn tl(value: &impl heliogram_tl::Encode) -> Bytes {
    value
        .to_bytes()
        .expect("service messages can be written")
        .into()
}
