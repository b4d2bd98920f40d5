//! A world in a test's hands.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use heliogram::{
    ClientOptions, Login, Network, SessionDetails, SessionFormat, SessionUser, StringSession,
    TelegramClient,
};

use super::calls::TestCalls;
use super::clock::TestClock;
use super::inbox::{self, Taken, TestInbox};
use super::setup::Setup;
use super::user::{NewTestUser, TestUser};
use crate::core::Core;
use crate::identity::PublicIdentity;
use crate::instrument::{Fault, Faults, NewFault, NewRule, Rule, Rules};
use crate::operations::NewUser;

/// What the clients that are made here say they are; the server takes any.
const API_ID: i32 = 12_345;
const API_HASH: &str = "0123456789abcdef0123456789abcdef";
/// How long a code may take to reach an inbox: it is there before the answer that announces it.
const CODE_PATIENCE: Duration = Duration::from_secs(5);

/// A world of a [`TestServer`](super::TestServer): people, a clock, inboxes, the calls that came, and what is
/// scripted. Cloning gives another handle to the same one.
#[derive(Clone, Debug)]
pub struct TestWorld {
    core: Core,
    network: Network,
    taken: Taken,
    /// How many numbers were given out.
    numbers: Arc<AtomicU32>,
}

/// A world at a moment.
#[derive(Clone)]
pub struct TestSnapshot {
    image: Vec<u8>,
    given: Given,
}

/// What was given out to the test.
#[derive(Clone, Default)]
struct Given {
    taken: HashMap<String, i64>,
    numbers: u32,
}

impl TestWorld {
    pub(super) fn of(core: Core, identity: &PublicIdentity, setup: Setup) -> Self {
        let mut addresses = core.addresses();
        let home = core.dc_id();
        let first = addresses.remove(&home).map(|address| address.to_string());
        let first = first.unwrap_or_default();
        let own = Network::own(home as u8, &first, &identity.pem);
        let network = addresses.into_iter().fold(own, |network, (dc, address)| {
            network?.with_dc(dc as u8, &address.to_string())
        });
        Self {
            core,
            network: setup.expect(network),
            taken: Taken::default(),
            numbers: Arc::default(),
        }
    }

    /// Somebody with an account: awaited as it is, or told more about first.
    ///
    /// ```
    /// # use heliogram_server::TestServer;
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let server = TestServer::start().await;
    /// let ada = server.user("Ada").await;
    /// let ben = server.user("Ben").phone("+1 555 010 0199").password("hunter2").await;
    /// # });
    /// ```
    ///
    /// # Panics
    /// When awaited, if something of it cannot be: the number is taken, say.
    #[track_caller]
    pub fn user(&self, first_name: &str) -> NewTestUser<'_> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        let new = NewUser {
            // No country has the code 999.
            phone: format!("999662{number:04}"),
            first_name: first_name.to_owned(),
            ..NewUser::default()
        };
        NewTestUser::new(self, new, Setup::here("a user"))
    }

    /// A bot, which logs in with its [`bot_token`](TestUser::bot_token).
    ///
    /// # Panics
    /// As [`user`](Self::user).
    #[track_caller]
    pub fn bot(&self, first_name: &str) -> NewTestUser<'_> {
        let new = NewUser {
            first_name: first_name.to_owned(),
            bot: true,
            ..NewUser::default()
        };
        NewTestUser::new(self, new, Setup::here("a bot"))
    }

    /// A client that is connected and logged in to this account, by a key that was made for it: nobody
    /// was sent a code.
    ///
    /// # Panics
    /// When the account is gone.
    #[track_caller]
    pub fn client_for(&self, user: &TestUser) -> impl Future<Output = TelegramClient> + Send {
        self.logged_in(user, Setup::here("a client"))
    }

    /// A client that is connected, and logged in to nothing. [`login`](Self::login) logs it in as a person would.
    ///
    /// # Panics
    /// When it cannot connect.
    #[track_caller]
    pub fn client(&self) -> impl Future<Output = TelegramClient> + Send {
        let setup = Setup::here("a client");
        async move {
            // The network has an address of its own for every session.
            let session = StringSession::empty(self.core.dc_id() as u8, "127.0.0.1", 0);
            self.connected(session, setup).await
        }
    }

    /// The options that lead a client to this world, for one that should differ in others.
    #[must_use]
    pub fn client_options(&self) -> ClientOptions {
        ClientOptions {
            network: self.network.clone(),
            // A server in the same process is there or is not.
            retry_delay: Duration::from_millis(10),
            ..ClientOptions::default()
        }
    }

    /// The answers of this person to the questions of a login, for [`TelegramClient::start`]: the number, the code out
    /// of the inbox, the password.
    #[must_use]
    pub fn login(&self, user: &TestUser) -> Login {
        let inbox = self.inbox(&user.phone);
        let login = Login::phone(user.phone.clone(), move |_| {
            let inbox = inbox.clone();
            async move { Some(inbox.code(CODE_PATIENCE).await) }
        });
        match &user.password {
            Some(password) => login.password(password.clone()),
            None => login,
        }
    }

    /// A session string of this account in the format of a library, logged in.
    ///
    /// # Panics
    /// When the account is gone.
    #[track_caller]
    pub fn session_for(
        &self,
        user: &TestUser,
        format: SessionFormat,
    ) -> impl Future<Output = String> + Send {
        let setup = Setup::here("a session");
        async move {
            if user.bot_token.is_none() {
                let minted = self.core.mint_session(&user.phone, format, true).await;
                return setup.expect(minted).session;
            }
            let session = self.session(user, setup).await;
            let details = SessionDetails {
                test_mode: self.core.shared().settings.test_mode,
                user: Some(SessionUser {
                    id: user.id,
                    bot: true,
                }),
                ..SessionDetails::default()
            };
            match session.to_format(format, &details) {
                Some(written) => written,
                None => setup.fail(&format!("{format} cannot hold it")),
            }
        }
    }

    /// The business clock.
    #[must_use]
    pub fn clock(&self) -> TestClock {
        TestClock::new(self.core.clone())
    }

    /// What reached this number.
    #[must_use]
    pub fn inbox(&self, phone: &str) -> TestInbox {
        TestInbox::new(self.core.clone(), phone, self.taken.clone())
    }

    /// The calls that came, with their answers.
    #[must_use]
    pub fn calls(&self) -> TestCalls {
        TestCalls::new(self.core.clone())
    }

    /// Makes a rule: from now on calls are answered as it says.
    ///
    /// ```
    /// # use heliogram_server::{NewRule, TestServer, Trigger};
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let server = TestServer::start().await;
    /// let twice = Trigger::method("auth.sendCode").times(2);
    /// server.add_rule(NewRule::error(twice, 400, "PHONE_NUMBER_BANNED"));
    /// # });
    /// ```
    ///
    /// # Panics
    /// When it does not fit the schema.
    #[track_caller]
    pub fn add_rule(&self, rule: NewRule) -> Rule {
        Setup::here("a rule").expect(self.rules().add(rule))
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        self.core.rules()
    }

    /// Makes a fault: from now on things go wrong as it says.
    ///
    /// ```
    /// # use heliogram_server::{FaultKind, NewFault, TestServer, Trigger};
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let server = TestServer::start().await;
    /// let once = Trigger::method("auth.signIn").times(1);
    /// server.add_fault(NewFault::new(FaultKind::DropReply {}).when(once));
    /// # });
    /// ```
    ///
    /// # Panics
    /// When a field of it cannot be accepted.
    #[track_caller]
    pub fn add_fault(&self, fault: NewFault) -> Fault {
        Setup::here("a fault").expect(self.faults().add(fault))
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        self.core.faults()
    }

    /// Lets the world begin anew: without people, calls, rules and faults, on the clock it began with. Clients that are
    /// connected are strangers to it.
    ///
    /// # Panics
    /// When the server has stopped.
    #[track_caller]
    pub fn reset(&self) -> impl Future<Output = ()> + Send {
        let setup = Setup::here("a new beginning");
        async move {
            setup.expect(self.core.reset().await);
            self.set_given(Given::default());
        }
    }

    /// The world as it is now, for [`restore`](Self::restore).
    ///
    /// # Panics
    /// When the server has stopped.
    #[track_caller]
    pub fn snapshot(&self) -> impl Future<Output = TestSnapshot> + Send {
        let setup = Setup::here("a snapshot");
        async move {
            TestSnapshot {
                image: setup.expect(self.core.snapshot().await),
                given: Given {
                    taken: inbox::lock(&self.taken).clone(),
                    numbers: self.numbers.load(Ordering::Relaxed),
                },
            }
        }
    }

    /// Brings the world back to a snapshot: people, sessions, inboxes and the clock.
    ///
    /// # Panics
    /// When the server has stopped.
    #[track_caller]
    pub fn restore(&self, snapshot: &TestSnapshot) -> impl Future<Output = ()> + Send {
        let setup = Setup::here("a snapshot");
        async move {
            setup.expect(self.core.restore(snapshot.image.clone()).await);
            self.set_given(snapshot.given.clone());
        }
    }

    /// All operations of the world, with their errors.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    fn set_given(&self, given: Given) {
        *inbox::lock(&self.taken) = given.taken;
        self.numbers.store(given.numbers, Ordering::Relaxed);
    }

    async fn logged_in(&self, user: &TestUser, setup: Setup) -> TelegramClient {
        let session = self.session(user, setup).await;
        self.connected(session, setup).await
    }

    async fn session(&self, user: &TestUser, setup: Setup) -> StringSession {
        if let Some(token) = &user.bot_token {
            let new = StringSession::empty(self.core.dc_id() as u8, "127.0.0.1", 0);
            let client = self.connected(new, setup).await;
            setup.expect(client.start_bot(token).await);
            let session = client.session();
            client.disconnect().await;
            return session;
        }
        let minted = setup.expect(self.core.mint_key(&user.phone, true).await);
        let address = self.core.addresses().get(&minted.dc_id).copied();
        let Some(address) = address else {
            setup.fail(&format!("DC {} does not listen", minted.dc_id))
        };
        let host = address.ip().to_string();
        StringSession::with_key(minted.dc_id as u8, &host, address.port(), minted.key)
    }

    async fn connected(&self, session: StringSession, setup: Setup) -> TelegramClient {
        let client = TelegramClient::new(session, API_ID, API_HASH, self.client_options());
        setup.expect(client.connect().await);
        client
    }
}

impl std::fmt::Debug for TestSnapshot {
    /// Without what is in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestSnapshot({} bytes)", self.image.len())
    }
}
