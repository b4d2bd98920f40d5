//! `heliogram serve`: the server, until it is interrupted.

mod announce;
mod dcs;
mod exec;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use heliogram_server::{ControlToken, CoreOptions, Fixtures, Server, ServerOptions};

use self::dcs::{Dc, Dcs};
use crate::failure::Failure;
use crate::running::well_known;

/// Run a Telegram server on this machine
#[derive(Args)]
pub(crate) struct Serve {
    /// Port for MTProto clients; 0 chooses a free one of at most 32767 (GramJS stores no larger ones)
    #[arg(long, value_name = "PORT", default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Port of the control API; 0 chooses a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    control_port: u16,
    /// Address of the control API; any but a loopback address needs a token
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    control_listen: IpAddr,
    /// What the control API asks for, as `Authorization: Bearer TOKEN`: 16 characters or more
    #[arg(
        long,
        value_name = "TOKEN",
        env = "HELIOGRAM_CONTROL_TOKEN",
        hide_env_values = true
    )]
    control_token: Option<String>,
    /// Address for MTProto clients
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Host name or IP that clients are told to connect to, where it is not the one that is listened on: in a
    /// container, say
    #[arg(long, value_name = "HOST", value_parser = resolved)]
    advertise: Option<IpAddr>,
    /// Directory of the store; without it everything is in memory and gone at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// TOML file of users to make at the start, unless they are there, and after each reset
    #[arg(long, value_name = "FILE")]
    fixtures: Option<PathBuf>,
    /// The DC this server is, 2 by default; and for each further one N=PORT, 0 for a free port
    #[arg(long = "dc", value_name = "N|N=PORT")]
    dcs: Vec<Dc>,
    /// Say that this is a test server: 99966XYYYY numbers then have the code XXXXX
    #[arg(long)]
    test_mode: bool,
    /// Let every commit survive the death of the machine, not only of the process
    #[arg(long)]
    fsync: bool,
    /// Answer methods that the server does not have with the least that the schema allows
    #[arg(long)]
    auto_reply: bool,
    /// Make codes, ids, hashes and minted keys the same each time, and let the business clock stand at 2026-01-01 until it is
    /// moved: a script that runs twice gets the same answers
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Write addresses and keys into this file once the server listens
    #[arg(long, value_name = "FILE")]
    ready_json: Option<PathBuf>,
    /// Run a shell command with HELIOGRAM_* set, then stop with its exit code
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// Print addresses and keys as JSON instead of text
    #[arg(long)]
    json: bool,
    /// Belong to the process that started this one: stop when it closes stdin, as it does by dying, and let no other
    /// command find this server
    #[arg(long)]
    child: bool,
}

const DEFAULT_PORT: u16 = 10_443;

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        log();
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::failed(format!("cannot start: {error}")))?
            .block_on(self.serve())
    }

    async fn serve(self) -> Result<ExitCode, Failure> {
        let server = Server::start(self.options()?).await.map_err(|error| {
            if let heliogram_server::StartError::Fixtures(error) = error {
                return Failure::usage(error.to_string());
            }
            let failure = Failure::failed(error.to_string());
            match error {
                heliogram_server::StartError::Listen { .. } => {
                    failure.hint("use --port 0 for a free port")
                }
                _ => failure,
            }
        })?;
        let ready = announce::ready(&server);
        let own = self.ready_json.clone();
        let known = (!self.child).then(well_known);
        for path in own.iter().chain(&known) {
            announce::write(path, &ready)?;
        }
        let code = match &self.exec {
            Some(command) => exec::run(command, &server, &ready).await?,
            None => {
                if self.json {
                    println!("{ready}");
                } else {
                    announce::print(&server, self.data.as_deref());
                }
                tokio::select! {
                    () = interrupted() => {}
                    () = orphaned(), if self.child => {}
                }
                ExitCode::SUCCESS
            }
        };
        if let Some(path) = known {
            announce::withdraw(&path, &ready);
        }
        server.stop().await;
        Ok(code)
    }

    fn options(&self) -> Result<ServerOptions, Failure> {
        let dcs = Dcs::collect(&self.dcs)?;
        // Not clap's to read: it would show what is wrong with it.
        let control_token = self.control_token.as_deref().map(ControlToken::new);
        let control_token = control_token
            .transpose()
            .map_err(|error| Failure::usage(format!("--control-token: {error}")))?;
        let fixtures = self.fixtures.as_deref().map(Fixtures::from_file);
        let fixtures = fixtures
            .transpose()
            .map_err(|error| Failure::usage(error.to_string()))?;
        Ok(ServerOptions {
            core: CoreOptions {
                data: self.data.clone(),
                dc_id: dcs.own,
                test_mode: self.test_mode,
                fsync: self.fsync,
                auto_reply: self.auto_reply,
                seed: self.seed,
                ..CoreOptions::default()
            },
            listen: SocketAddr::new(self.listen, self.port),
            dcs: dcs.places(self.listen),
            advertise: self.advertise,
            control: Some(SocketAddr::new(self.control_listen, self.control_port)),
            control_token,
            fixtures: fixtures.unwrap_or_default(),
            ..ServerOptions::default()
        })
    }
}

/// The address of a host, since the lists of DCs that clients get hold nothing else.
fn resolved(host: &str) -> Result<IpAddr, String> {
    let addresses = (host, 0).to_socket_addrs();
    let mut addresses = addresses.map_err(|error| format!("{host}: {error}"))?;
    let first = addresses
        .next()
        .ok_or_else(|| format!("{host} has no address"))?;
    Ok(first.ip())
}

/// The server's log goes to stderr; `HELIOGRAM_LOG=debug` shows more.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HELIOGRAM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// Stdin has come to its end: whoever held the other side has closed it, or is gone.
async fn orphaned() {
    let (tell, told) = tokio::sync::oneshot::channel();
    // A thread of its own, since a runtime waits for its blocking reads before it ends.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = tell.send(());
    });
    let _ = told.await;
}

/// Ctrl-C, or what `kill` and service managers send.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
