//! Which server a command talks to, as whom, and how that can fail.
//!
//! A session string holds the address and the key of its server, so it is enough by itself. Without one, or
//! with another server in mind, the options say where to go: the ready file of a running
//! `heliogram serve`, an address with a key, or a data centre of Telegram's.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use heliogram::{
    ClientError, ClientOptions, InvokeError, Network, RpcFailure, StringSession, TelegramClient,
    datacenters,
};
use heliogram_tl::ErrorName;

use crate::descriptions::Descriptions;
use crate::failure::Failure;
use crate::running;

/// Where to connect, and as whom.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connect {
    /// The session string of the account, from GramJS, Telethon or us
    #[arg(
        long,
        env = "HELIOGRAM_SESSION",
        hide_env_values = true,
        value_name = "STRING"
    )]
    session: Option<String>,
    /// The ready file of the server; without it the session's own server, or without a session the
    /// one that was started last
    #[arg(
        long,
        env = "HELIOGRAM_READY",
        hide_env_values = true,
        value_name = "FILE"
    )]
    ready: Option<PathBuf>,
    /// The address of a server
    #[arg(long, value_name = "HOST:PORT")]
    server: Option<String>,
    /// The RSA key of that server in PEM; a session that has a key does not need it
    #[arg(long, value_name = "FILE", requires = "server")]
    server_key: Option<PathBuf>,
    /// The data centre: of --server, or of Telegram itself
    #[arg(long, value_name = "1-5", value_parser = clap::value_parser!(u8).range(1..=5))]
    dc: Option<u8>,
    /// Telegram's test servers instead of production
    #[arg(long, requires = "dc", conflicts_with_all = ["server"])]
    test: bool,
    /// The id of your application; a server of your own takes any
    #[arg(
        long,
        env = "TELEGRAM_API_ID",
        default_value_t = 1,
        hide_env_values = true
    )]
    api_id: i32,
    /// The secret that belongs to it
    #[arg(long, env = "TELEGRAM_API_HASH", default_value = FILLER, hide_default_value = true, hide_env_values = true)]
    api_hash: String,
}

impl Connect {
    /// A client that is connected.
    pub(crate) async fn client(&self) -> Result<TelegramClient, Failure> {
        self.client_with(ClientOptions::default()).await
    }

    /// The session that was given; an empty one when there is none.
    pub(crate) fn session(&self) -> Result<StringSession, Failure> {
        StringSession::new(self.session.as_deref().unwrap_or_default())
            .map_err(|error| Failure::usage(format!("--session: {error}")))
    }

    /// A client that is connected, with options of its own beside where to and who.
    pub(crate) async fn client_with(
        &self,
        options: ClientOptions,
    ) -> Result<TelegramClient, Failure> {
        let (session, network) = self.target(self.session()?)?;
        let options = ClientOptions {
            network,
            connection_retries: RETRIES,
            retry_delay: RETRY_DELAY,
            device_model: "heliogram".into(),
            app_version: env!("CARGO_PKG_VERSION").into(),
            ..options
        };
        let client = TelegramClient::new(session, self.api_id, self.api_hash.as_str(), options);
        client.connect().await.map_err(unreachable)?;
        Ok(client)
    }

    fn target(&self, session: StringSession) -> Result<(StringSession, Network), Failure> {
        if let Some(server) = &self.server {
            return self.server(server, session);
        }
        if let Some(dc) = self.dc {
            let (listed, network) = if self.test {
                (&datacenters::TEST[..], Network::test())
            } else {
                (&datacenters::PRODUCTION[..], Network::production())
            };
            let known = listed.iter().find(|known| known.id == dc);
            let host = known.map(|known| known.ipv4).ok_or_else(|| {
                Failure::usage(format!("--dc: Telegram has no such data centre: {dc}"))
            })?;
            let session = moved(session, dc, host, datacenters::PORT);
            return Ok((session, network));
        }
        if let Some(ready) = &self.ready {
            return self.ready(ready, session);
        }
        if session.auth_key().is_some() {
            return Ok((session, Network::production()));
        }
        let known = running::well_known();
        if known.exists() {
            return self.ready(&known, session);
        }
        Err(Failure::unreachable("no server to connect to: no --session, and none is running").hint(
            "start one with `heliogram serve`, give --session or --server, or --dc 2 for Telegram itself",
        ))
    }

    fn server(
        &self,
        server: &str,
        session: StringSession,
    ) -> Result<(StringSession, Network), Failure> {
        let dc = self.dc.unwrap_or(DEFAULT_DC);
        let Some(file) = &self.server_key else {
            let (host, port) = host_and_port(server)
                .ok_or_else(|| Failure::usage(format!("--server: `{server}` is not host:port")))?;
            if session.auth_key().is_none() {
                return Err(Failure::usage("a new session needs the server's key")
                    .hint("give --server-key FILE.pem, or --ready FILE"));
            }
            return Ok((moved(session, dc, host, port), Network::production()));
        };
        let pem = std::fs::read_to_string(file).map_err(|error| {
            Failure::usage(format!("--server-key: {}: {error}", file.display()))
        })?;
        let network =
            Network::own(dc, server, &pem).map_err(|error| Failure::usage(error.to_string()))?;
        Ok((session, network))
    }

    fn ready(
        &self,
        file: &PathBuf,
        session: StringSession,
    ) -> Result<(StringSession, Network), Failure> {
        let network = Network::from_ready_file(file)
            .map_err(|error| Failure::unreachable(error.to_string()))?;
        Ok((session, network))
    }
}

/// The two parts of `127.0.0.1:9000`; `[::1]:9000` loses its brackets.
pub(crate) fn host_and_port(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    Some((host.trim_matches(['[', ']']), port.parse().ok()?))
}

/// The same account at another address.
fn moved(session: StringSession, dc: u8, host: &str, port: u16) -> StringSession {
    match session.auth_key() {
        Some(key) => StringSession::with_key(dc, host, port, key.clone()),
        None => StringSession::empty(dc, host, port),
    }
}

fn unreachable(error: ClientError) -> Failure {
    Failure::unreachable(error.to_string())
}

/// What a call that failed means for whoever runs the program.
pub(crate) fn failed<E>(error: InvokeError<E>) -> Failure
where
    InvokeError<E>: std::error::Error,
{
    match &error {
        InvokeError::Method { raw, .. }
        | InvokeError::Any { raw, .. }
        | InvokeError::Unlisted(raw) => {
            let failure = Failure::failed(raw.to_string());
            match meaning(raw) {
                Some(meaning) => failure.hint(meaning),
                None => failure,
            }
        }
        InvokeError::Connect { .. }
        | InvokeError::Migrate { .. }
        | InvokeError::Carry { .. }
        | InvokeError::Disconnected { .. } => Failure::unreachable(error.to_string()),
        _ => Failure::failed(error.to_string()),
    }
}

/// What we say about the error's name.
fn meaning(raw: &RpcFailure) -> Option<String> {
    let known = ErrorName::ALL
        .iter()
        .find(|known| known.matches(&raw.name).is_some())?;
    let descriptions = Descriptions::load();
    let meaning = descriptions.meaning(known.pattern);
    (!meaning.is_empty()).then(|| meaning.to_owned())
}

/// Which DC a server of one's own is, when nothing says otherwise.
const DEFAULT_DC: u8 = 2;
/// A person is waiting: two more attempts, and then the reason.
const RETRIES: u32 = 2;
const RETRY_DELAY: Duration = Duration::from_millis(200);
/// What a server of one's own takes as well as any other.
const FILLER: &str = "0123456789abcdef0123456789abcdef";
