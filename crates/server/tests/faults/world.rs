//! A server in this process with one account, and what every test asks.

use std::time::{Duration, Instant};

use heliogram::{AuthKey, ClientOptions, Network, StringSession, TelegramClient, api};
use heliogram_campaigns::Target;
use heliogram_server::{
    Core, Fault, FaultKind, InboxKind, NewFault, NewUser, Server, ServerOptions, Trigger,
};

pub(crate) const PHONE: &str = "9996621234";

/// The number that codes are sent to; somebody else's.
pub(crate) const CALLED: &str = "9996625678";

pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) target: Target,
    pub(crate) user_id: i64,
}

impl World {
    pub(crate) async fn new() -> Self {
        let server = Server::start(ServerOptions::default()).await.unwrap();
        let target = Target::new(server.address(), &server.identity().pem, None).unwrap();
        let user = |phone: &str| NewUser {
            phone: phone.into(),
            first_name: "Ada".into(),
            ..NewUser::default()
        };
        let user_id = server.core().create_user(user(PHONE)).await.unwrap().id;
        server.core().create_user(user(CALLED)).await.unwrap();
        Self {
            server,
            target,
            user_id,
        }
    }

    pub(crate) fn core(&self) -> &Core {
        self.server.core()
    }

    pub(crate) async fn mint(&self) -> AuthKey {
        self.mint_for(PHONE).await
    }

    pub(crate) async fn mint_for(&self, phone: &str) -> AuthKey {
        self.core().mint_key(phone, true).await.unwrap().key
    }

    /// Makes a fault that strikes the next call of a method, once.
    pub(crate) fn strike_next(&self, kind: FaultKind, method: &str) -> Fault {
        self.strike(kind, Trigger::method(method).times(1))
    }

    pub(crate) fn strike(&self, kind: FaultKind, when: Trigger) -> Fault {
        let fault = NewFault::new(kind).when(when);
        self.core().faults().add(fault).unwrap()
    }

    /// How often a fault has struck.
    pub(crate) fn struck(&self, fault: &Fault) -> u64 {
        self.core().faults().get(fault.id).unwrap().struck
    }

    /// Our client, logged in, as anyone would use it; it only does not wait as long before it connects again.
    pub(crate) async fn ours(&self) -> TelegramClient {
        self.ours_with(|_| {}).await
    }

    pub(crate) async fn ours_with(
        &self,
        options: impl FnOnce(&mut ClientOptions),
    ) -> TelegramClient {
        let address = self.server.address();
        let (host, port) = (address.ip().to_string(), address.port());
        let session = StringSession::with_key(2, &host, port, self.mint().await);
        self.client(session, options).await
    }

    /// Our client before any login.
    pub(crate) async fn fresh(&self) -> TelegramClient {
        let session = StringSession::new("").unwrap();
        self.client(session, |_| {}).await
    }

    async fn client(
        &self,
        session: StringSession,
        options: impl FnOnce(&mut ClientOptions),
    ) -> TelegramClient {
        let (address, pem) = (self.server.address(), &self.server.identity().pem);
        let mut chosen = ClientOptions {
            network: Network::own(2, &address.to_string(), pem).unwrap(),
            retry_delay: Duration::from_millis(50),
            ..ClientOptions::default()
        };
        options(&mut chosen);
        let client = TelegramClient::new(session, 12345, "0123456789abcdef", chosen);
        client.connect().await.unwrap();
        client
    }

    /// How many codes were sent: how often `send_code` took effect.
    pub(crate) async fn codes_sent(&self) -> usize {
        let inbox = self.core().inbox(CALLED).await.unwrap();
        let codes = inbox.iter().filter(|item| item.kind != InboxKind::Notice);
        codes.count()
    }
}

/// Each execution sends a code: an effect that one can count.
pub(crate) fn send_code() -> api::auth::SendCode {
    api::auth::SendCode {
        phone_number: CALLED.into(),
        api_id: 1,
        api_hash: "hash".into(),
        settings: api::CodeSettings::default(),
    }
}

/// A call that changes nothing.
pub(crate) fn get_self() -> api::users::GetUsers {
    api::users::GetUsers {
        id: vec![api::TypeInputUser::InputUserSelf],
    }
}

/// How long something takes.
pub(crate) async fn timed<T>(what: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    let done = what.await;
    (done, begun.elapsed())
}
