//! A server inside a test.
//!
//! [`TestServer::start`] gives a Telegram that is in memory, on the loopback interface, and up in
//! milliseconds. Every test has its own, however many run at once. When it is dropped nothing is left of it: no task,
//! no socket, no thread, no file.
//!
//! ```
//! use std::time::Duration;
//!
//! use heliogram_server::TestServer;
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let server = TestServer::start().await;
//! let ada = server.user("Ada").password("hunter2").await;
//! let client = server.client().await; // nobody is logged in there yet
//! client.start(&mut server.login(&ada)).await.unwrap(); // with the code from Ada's inbox
//! server.clock().advance(Duration::from_secs(7 * 86_400)).await;
//! # });
//! ```
//!
//! **These methods panic** where the rest of this crate returns errors. What they do is the setting of a test, and a
//! setting that fails has no other use than to fail the test, with a message that says why and
//! which line of the test asked for it; results would put an `unwrap` behind every line. Nothing is lost by that: each is
//! one operation of [`Core`](crate::Core), and [`core`](TestWorld::core) is there for whoever wants to see one refused.
//! What is under test, the client, returns its errors as ever.
//!
//! **The RSA key is public.** Making one takes longer than a test should, so all test servers have the same, and its
//! private half can be read in this crate's source. It proves nothing to anybody, and therefore a test server
//! refuses to listen anywhere but on the loopback interface. [`Server::start`] never uses it.

mod calls;
mod clock;
mod inbox;
mod setup;
mod user;
mod world;

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::LazyLock;

use heliogram_crypto::dh::DhGroup;
use heliogram_crypto::rsa::RsaPrivateKey;
use heliogram_mtproto::exchange::server::Identity;

use self::setup::Setup;
use crate::server::{NewWorld, Server, ServerOptions};

pub use self::calls::TestCalls;
pub use self::clock::TestClock;
pub use self::inbox::TestInbox;
pub use self::user::{NewTestUser, TestUser};
pub use self::world::{TestSnapshot, TestWorld};

/// A server for one test; see the [module's documentation](self).
///
/// It is its main world as well: everything that [`TestWorld`] does is done on the server itself.
#[derive(Debug)]
pub struct TestServer {
    main: TestWorld,
    // Behind the world: the worlds end with the server, and are looked at no more.
    server: Server,
}

impl TestServer {
    /// Starts one, in memory, without a control API.
    ///
    /// # Panics
    /// When it does not start: no free port, or no tokio runtime.
    #[track_caller]
    pub fn start() -> impl Future<Output = Self> + Send {
        Self::start_with(ServerOptions {
            control: None,
            ..ServerOptions::default()
        })
    }

    /// Starts one that is set up otherwise: with a seed, further DCs, a control API to look at it from outside.
    ///
    /// ```
    /// use heliogram_server::{CoreOptions, ServerOptions, TestServer};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let server = TestServer::start_with(ServerOptions {
    ///     core: CoreOptions { seed: Some(7), ..CoreOptions::default() },
    ///     ..ServerOptions::default()
    /// })
    /// .await;
    /// # });
    /// ```
    ///
    /// # Panics
    /// When it does not start, or would be reachable from other machines.
    #[track_caller]
    pub fn start_with(options: ServerOptions) -> impl Future<Output = Self> + Send {
        let setup = Setup::here("the test server");
        async move {
            let doors = options.dcs.values().chain([&options.listen]);
            for door in doors {
                setup.check(is_loopback(door), || {
                    format!("{door} is not on the loopback interface, and its key is public")
                });
            }
            let server = setup.expect(Server::start_as(options, || Ok(identity())).await);
            Self {
                main: TestWorld::of(server.core().clone(), server.identity(), setup),
                server,
            }
        }
    }

    /// Another world beside the main one, with its own users, clock and journal, on ports of its own.
    ///
    /// # Panics
    /// When there is one of this name.
    #[track_caller]
    pub fn world(&self, name: &str) -> impl Future<Output = TestWorld> + Send {
        let setup = Setup::here("the world");
        let new = NewWorld {
            name: name.to_owned(),
            ..NewWorld::default()
        };
        async move {
            let world = setup.expect(self.server.open_world(new).await);
            TestWorld::of(world.core().clone(), self.server.identity(), setup)
        }
    }

    /// The server as anybody's.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Ends the connections and waits until all is closed. Dropping the server does the same, by and by.
    pub async fn stop(self) {
        drop(self.main);
        self.server.stop().await;
    }
}

impl Deref for TestServer {
    type Target = TestWorld;

    fn deref(&self) -> &TestWorld {
        &self.main
    }
}

fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().is_loopback()
}

fn identity() -> Identity {
    Identity {
        keys: vec![KEY.clone()],
        group: DhGroup::well_known(),
    }
}

/// Read once for all servers of a test binary.
static KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| {
    RsaPrivateKey::from_pem(include_str!("test_server/public_private_key.pem"))
        .expect("a constant that every test of the server reads")
});
