//! A whole server: worlds with their gateway, and the control API.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use heliogram_mtproto::exchange::server::Identity;
use heliogram_net::Socket;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::control::{Control, ControlToken};
use crate::core::{Core, CoreOptions, OpenError};
use crate::fixtures::{FixtureError, Fixtures};
use crate::gateway::{self, Door, Hub};
use crate::identity::{self, IdentityError, PublicIdentity};
use crate::port;
use crate::ready::Ready;
use crate::worlds::{MAIN, Reach, World, Worlds};

/// How a server is started.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The store, the clock and the limits.
    pub core: CoreOptions,
    /// Where MTProto clients connect. 127.0.0.1, on a free port of at most 32767.
    pub listen: SocketAddr,
    /// Further DCs and where clients connect to them. `core.dc_id` listens at `listen`.
    pub dcs: BTreeMap<i32, SocketAddr>,
    /// The IP that clients are told to connect to, when it is another than the one that is listened on. None: that
    /// one, and the loopback address for all of the machine's.
    pub advertise: Option<IpAddr>,
    /// Where the control API listens; none for no control API. 127.0.0.1, on a free port.
    pub control: Option<SocketAddr>,
    /// What the control API asks for. It needs one to listen on more than the loopback interface. None.
    pub control_token: Option<ControlToken>,
    /// How long a client may take nothing of what waits for it before its connection is given up.
    /// A minute: a phone that was in a tunnel for longer comes back on a new connection.
    pub slow_client_patience: Duration,
    /// Whom the main world begins with, and again after each reset.
    pub fixtures: Fixtures,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            core: CoreOptions::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            dcs: BTreeMap::new(),
            advertise: None,
            control: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            control_token: None,
            slow_client_patience: Duration::from_secs(60),
            fixtures: Fixtures::default(),
        }
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store.
    #[error(transparent)]
    Core(#[from] OpenError),
    /// The key.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The control API would be reachable from other machines.
    #[error(
        "the control API would be open to other machines on {0}; give it a control token, or a loopback address such as 127.0.0.1"
    )]
    NotLoopback(SocketAddr),
    /// The runtime was shut down meanwhile.
    #[error("the start was broken off, since the runtime is shutting down")]
    Interrupted,
    /// The fixtures.
    #[error(transparent)]
    Fixtures(#[from] FixtureError),
    /// The port.
    #[error("cannot listen on {address}: {source}; choose another port")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// A world to be made beside the main one. It is in memory and gone with the server.
#[derive(Clone, Debug, Default)]
pub struct NewWorld {
    /// 1 to 64 letters, digits, `-` and `_`; not that of another world.
    pub name: String,
    /// The `api_id`s that lead to it over the main world's ports; when empty it gets ports of its own.
    pub api_ids: Vec<i32>,
    /// As [`CoreOptions::seed`]; the server's when none.
    pub seed: Option<u64>,
    /// Whom it begins with, and again after each reset.
    pub fixtures: Fixtures,
}

/// Why a world cannot be made or taken away.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// A name that cannot be used.
    #[error("`{0}` is not a name of 1 to 64 letters, digits, - and _")]
    Name(String),
    /// There is one already.
    #[error("there is a world `{0}` already")]
    Taken(String),
    /// An `api_id` that leads elsewhere.
    #[error("api_id {0} leads to another world already, or is not above 0")]
    ApiId(i32),
    /// No such world.
    #[error("there is no world `{0}`")]
    Unknown(String),
    /// The main world cannot be taken away.
    #[error("the main world stays; reset it instead")]
    Main,
    /// It does not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// A running server. Dropping it ends its connections and closes its stores.
#[derive(Debug)]
pub struct Server {
    host: Host,
    core: Core,
    address: SocketAddr,
    control: Option<SocketAddr>,
    tasks: JoinSet<()>,
}

/// What makes and serves worlds.
#[derive(Clone)]
pub(crate) struct Host(Arc<Hosting>);

struct Hosting {
    worlds: Worlds,
    /// Held while a world is made.
    opening: tokio::sync::Mutex<()>,
    hub: Arc<Hub>,
    options: ServerOptions,
    identity: PublicIdentity,
}

/// A world that is about to be served.
struct Opening {
    name: Arc<str>,
    core: Core,
    reach: Reach,
    places: BTreeMap<i32, SocketAddr>,
    fixtures: Fixtures,
}

impl Server {
    /// Starts a server on the current tokio runtime; when this returns it listens.
    ///
    /// # Errors
    /// When the store, the key or the port cannot be had.
    pub async fn start(options: ServerOptions) -> Result<Self, StartError> {
        let data = options.core.data.clone();
        Self::start_as(options, move || identity::load(data.as_deref())).await
    }

    /// Starts a server with the identity that this gives, on a thread where it may take its time.
    pub(crate) async fn start_as(
        options: ServerOptions,
        identity: impl FnOnce() -> Result<Identity, IdentityError> + Send + 'static,
    ) -> Result<Self, StartError> {
        if let Some(control) = options.control
            && !control.ip().is_loopback()
            && options.control_token.is_none()
        {
            return Err(StartError::NotLoopback(control));
        }
        // Opening makes the directory, which the key is then put into.
        let core = Core::open(options.core.clone())?;
        let identity = tokio::task::spawn_blocking(identity)
            .await
            .map_err(|_| StartError::Interrupted)??;
        let public = PublicIdentity::of(identity.keys[0].public());
        let worlds = Worlds::default();
        let hub = Hub::new(worlds.clone(), identity, options.slow_client_patience);
        let host = Host(Arc::new(Hosting {
            worlds,
            opening: tokio::sync::Mutex::default(),
            hub: Arc::new(hub),
            identity: public,
            options,
        }));
        let options = &host.0.options;
        let mut places = options.dcs.clone();
        places.insert(options.core.dc_id, options.listen);
        let fixtures = options.fixtures.clone();
        let main = Opening {
            name: MAIN.into(),
            core: core.clone(),
            reach: Reach::Ports,
            places,
            fixtures,
        };
        host.serve(main).await?;

        let mut tasks = JoinSet::new();
        let mut control = None;
        if let Some(wanted) = options.control {
            let (listener, bound) = listen(wanted).await?;
            let token = options.control_token.clone();
            tasks.spawn(Control::run(host.clone(), token, listener, bound));
            control = Some(bound);
        }
        tasks.spawn(gateway::sweep(Arc::clone(&host.0.hub)));
        Ok(Self {
            address: core.addresses()[&core.dc_id()],
            host,
            core,
            control,
            tasks,
        })
    }

    /// The main world without its sockets: users, inbox, clock, calls.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// The main world and the others.
    #[must_use]
    pub fn worlds(&self) -> &Worlds {
        self.host.worlds()
    }

    /// Makes a world; when this returns clients can reach it.
    ///
    /// # Errors
    /// When the name or an `api_id` is taken or makes no sense, or no port is free.
    pub async fn open_world(&self, new: NewWorld) -> Result<Arc<World>, WorldError> {
        self.host.open_world(new).await
    }

    /// Takes a world away, its users and sessions with it; when this returns its connections are ended.
    ///
    /// # Errors
    /// When there is none of this name, or it is the main one.
    pub async fn close_world(&self, name: &str) -> Result<(), WorldError> {
        self.host.close_world(name).await
    }

    /// Serves a client of the main world that comes by another way than the port: a pipe in memory, a tunnel. `peer` is
    /// where it is said to come from.
    pub fn serve_socket(&self, socket: Socket, peer: SocketAddr) {
        if let Some(main) = self.worlds().get(MAIN) {
            let (dc_id, seat) = (self.core.dc_id(), main.seat());
            let door = Door { dc_id, seat };
            let hub = Arc::clone(&self.host.0.hub);
            main.run(gateway::serve(hub, door, socket, peer));
        }
    }

    /// Where MTProto clients connect; [`Core::addresses`] has further DCs.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the control API listens.
    #[must_use]
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control
    }

    /// The DC it says it is.
    #[must_use]
    pub fn dc_id(&self) -> u8 {
        self.core.dc_id() as u8
    }

    /// The key that clients must know.
    #[must_use]
    pub fn identity(&self) -> &PublicIdentity {
        self.host.identity()
    }

    /// All of this in the form that programs read.
    #[must_use]
    pub fn ready(&self) -> Ready {
        Ready::of(&self.core, self.identity(), self.control)
    }

    /// Ends the connections, and closes the stores when what is under way is done.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        let worlds = self.host.worlds().all();
        self.host.worlds().clear();
        for world in worlds {
            world.stop().await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Worlds hold the tasks that serve them, and these the worlds.
        self.host.worlds().clear();
    }
}

impl Host {
    pub(crate) fn worlds(&self) -> &Worlds {
        &self.0.worlds
    }

    pub(crate) fn identity(&self) -> &PublicIdentity {
        &self.0.identity
    }

    pub(crate) async fn open_world(&self, new: NewWorld) -> Result<Arc<World>, WorldError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if !(1..=64).contains(&new.name.len()) || !new.name.chars().all(allowed) {
            return Err(WorldError::Name(new.name));
        }
        // What is free stays so until it is taken.
        let _one_at_a_time = self.0.opening.lock().await;
        if self.worlds().get(&new.name).is_some() {
            return Err(WorldError::Taken(new.name));
        }
        let leads_elsewhere = |id: &&i32| {
            let world = self.worlds().by_api_id(**id);
            **id <= 0 || world.is_some_and(|world| world.name() != MAIN)
        };
        if let Some(id) = new.api_ids.iter().find(leads_elsewhere) {
            return Err(WorldError::ApiId(*id));
        }
        let options = &self.0.options;
        let core = Core::open(CoreOptions {
            data: None,
            seed: new.seed.or(options.core.seed),
            world: new.name.clone(),
            ..options.core.clone()
        })
        .map_err(StartError::from)?;
        let mut places = BTreeMap::new();
        let reach = if new.api_ids.is_empty() {
            let ip = options.listen.ip();
            for dc in [options.core.dc_id].iter().chain(options.dcs.keys()) {
                places.insert(*dc, SocketAddr::new(ip, 0));
            }
            Reach::Ports
        } else {
            if let Some(main) = self.worlds().get(MAIN) {
                for (dc, address) in main.core().addresses() {
                    core.set_address(dc, address);
                }
            }
            Reach::ApiIds(new.api_ids)
        };
        let opening = Opening {
            name: new.name.into(),
            core,
            reach,
            places,
            fixtures: new.fixtures,
        };
        Ok(self.serve(opening).await?)
    }

    pub(crate) async fn close_world(&self, name: &str) -> Result<(), WorldError> {
        if name == MAIN {
            return Err(WorldError::Main);
        }
        let Some(world) = self.worlds().remove(name) else {
            return Err(WorldError::Unknown(name.to_owned()));
        };
        world.stop().await;
        self.0.hub.renew_world(name).await;
        Ok(())
    }

    /// The address that clients are told.
    fn told(&self, bound: SocketAddr) -> SocketAddr {
        let ip = match (self.0.options.advertise, bound.ip()) {
            (Some(advertised), _) => advertised,
            (None, IpAddr::V4(ip)) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            (None, IpAddr::V6(ip)) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            (None, ip) => ip,
        };
        SocketAddr::new(ip, bound.port())
    }

    /// Opens the doors of a world.
    async fn serve(&self, opening: Opening) -> Result<Arc<World>, StartError> {
        let Opening { name, core, .. } = opening;
        let mut listeners = Vec::new();
        for (dc_id, wanted) in opening.places {
            let (listener, bound) = listen(wanted).await?;
            core.set_address(dc_id, self.told(bound));
            listeners.push((dc_id, listener));
        }
        core.begin_with(opening.fixtures).await?;
        // Nobody is let in before all addresses are known: with one, a server is every DC. Nor before the world is:
        // its keys would be told -404.
        let news = core.subscribe();
        let world = Arc::new(World::new(name, core, opening.reach));
        self.worlds().add(Arc::clone(&world));
        for (dc_id, listener) in listeners {
            let seat = world.seat();
            let door = Door { dc_id, seat };
            world.run(gateway::accept(Arc::clone(&self.0.hub), listener, door));
        }
        let hub = Arc::clone(&self.0.hub);
        world.run(gateway::pass_on_news(hub, world.name().into(), news));
        Ok(world)
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host(..)")
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = port::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
