//! The server of the demo, its clock, and who comes on.

use heliogram::{ClientOptions, Network, StringSession};
use heliogram_server::{NewUser, OperationError, Server, ServerOptions, StartError};

use super::people::Person;
use super::show::Show;
use crate::failure::Failure;

/// A server that has started, in memory and on a port of its own.
pub(super) struct Stage {
    pub(super) show: Show,
    pub(super) server: Server,
    network: Network,
}

impl Stage {
    pub(super) async fn set(show: &Show) -> Result<Self, Failure> {
        let options = ServerOptions {
            control: None,
            ..ServerOptions::default()
        };
        let server = Server::start(options)
            .await
            .map_err(|error: StartError| Failure::failed(error.to_string()))?;
        let address = server.address().to_string();
        let network = Network::own(server.dc_id(), &address, &server.identity().pem)
            .map_err(|error| Failure::failed(error.to_string()))?;
        show.scene(&format!(
            "A server listens on {address}. Everything below goes through that socket."
        ));
        Ok(Self {
            show: show.clone(),
            server,
            network,
        })
    }

    /// Makes an account.
    pub(super) async fn account(
        &self,
        phone: &str,
        first_name: &str,
        password: &str,
    ) -> Result<(), Failure> {
        let user = NewUser {
            phone: phone.to_owned(),
            first_name: first_name.to_owned(),
            password: Some(password.to_owned()),
            ..NewUser::default()
        };
        self.server
            .core()
            .create_user(user)
            .await
            .map(drop)
            .map_err(operation)
    }

    /// Somebody with a client of their own, connected.
    pub(super) async fn person(
        &self,
        name: &'static str,
        session: &str,
    ) -> Result<Person, Failure> {
        let session =
            StringSession::new(session).map_err(|error| Failure::failed(error.to_string()))?;
        let options = ClientOptions {
            network: self.network.clone(),
            device_model: format!("{name}'s device"),
            ..ClientOptions::default()
        };
        let core = self.server.core().clone();
        Person::connected(name, session, options, core, self.show.clone()).await
    }

    /// The business clock leaps; the sockets do not notice.
    pub(super) async fn leap(&self, days: i64) -> Result<(), Failure> {
        let reading = self
            .server
            .core()
            .advance_clock(days * DAY)
            .await
            .map_err(operation)?;
        let ahead = reading.shift / DAY;
        self.show.aside(
            "clock",
            &format!("leaps {days} days; it is {ahead} days ahead now"),
        );
        Ok(())
    }

    pub(super) async fn clear(self) {
        self.server.stop().await;
    }
}

pub(super) fn operation(error: OperationError) -> Failure {
    Failure::failed(error.to_string())
}

const DAY: i64 = 86_400;
