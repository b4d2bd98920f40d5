//! As whom the commands about chats and files run, and what they keep between runs.
//!
//! A peer is addressed by an access hash that the server hands out when it is met, so what was met is kept in
//! a file beside the session, and with it how far `listen` has come. Each login has a file of its own, named for its
//! key; there is no secret in it.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use heliogram::{
    ClientOptions, FileError, MessageError, PeerError, SqliteStorage, StringSession, TelegramClient,
};

use crate::connect::{self, Connect};
use crate::failure::Failure;

/// Where to connect, as whom, and where to keep what was met.
#[derive(Args)]
pub(crate) struct Account {
    #[command(flatten)]
    connect: Connect,
    /// Where peers that were met, and how far `listen` has come, are kept; without it a file for each
    /// login in $XDG_STATE_HOME/heliogram or ~/.local/state/heliogram
    #[arg(
        long,
        env = "HELIOGRAM_STATE",
        hide_env_values = true,
        value_name = "FILE",
        help_heading = "Connection"
    )]
    state: Option<PathBuf>,
}

impl Account {
    /// A client that is connected and logged in.
    pub(crate) async fn client(&self) -> Result<TelegramClient, Failure> {
        let session = self.connect.session()?;
        if session.auth_key().is_none() {
            return Err(Failure::usage("this needs an account, and there is no --session").hint(
                "`heliogram sessions --phone NUMBER` prints one of the running server; give it by --session or HELIOGRAM_SESSION",
            ));
        }
        let mut options = ClientOptions::default();
        if let Some(file) = self.file(&session)? {
            let storage = SqliteStorage::open(file).map_err(|error| {
                Failure::usage(said(&error)).hint("--state FILE chooses another one")
            })?;
            options.storage = Arc::new(storage);
        }
        self.connect.client_with(options).await
    }

    /// The file; none on a machine that says nowhere where such files belong.
    fn file(&self, session: &StringSession) -> Result<Option<PathBuf>, Failure> {
        if let Some(file) = &self.state {
            return Ok(Some(file.clone()));
        }
        let absolute = |name| {
            let path = std::env::var_os(name).map(PathBuf::from);
            path.filter(|path| path.is_absolute())
        };
        let base = absolute("XDG_STATE_HOME")
            .or_else(|| Some(absolute("HOME")?.join(".local/state")))
            .or_else(|| absolute("LOCALAPPDATA"));
        let (Some(base), Some(key)) = (base, session.auth_key()) else {
            return Ok(None);
        };
        let folder = base.join("heliogram");
        std::fs::create_dir_all(&folder).map_err(|error| {
            Failure::usage(format!("cannot make {}: {error}", folder.display()))
                .hint("--state FILE chooses another place")
        })?;
        Ok(Some(folder.join(format!("{}.sqlite", key.id()))))
    }
}

/// What a peer that cannot be addressed means for whoever runs the program.
pub(crate) fn peer_failed(error: PeerError) -> Failure {
    match error {
        PeerError::Call(error) => connect::failed(error),
        PeerError::Unclear(_) => Failure::usage(error.to_string()),
        other => Failure::failed(said(&other)),
    }
}

/// The same of a message that was not sent or read.
pub(crate) fn message_failed(error: MessageError) -> Failure {
    match error {
        MessageError::Call(error) => connect::failed(error),
        MessageError::Peer(error) => peer_failed(error),
        other => Failure::failed(said(&other)),
    }
}

/// The same of a file.
pub(crate) fn file_failed(error: FileError) -> Failure {
    match error {
        FileError::Call(error) => connect::failed(error),
        FileError::Peer(error) => peer_failed(error),
        FileError::Message(error) => message_failed(error),
        FileError::File { .. } | FileError::Empty(_) | FileError::TooLarge { .. } => {
            Failure::usage(said(&error))
        }
        other => Failure::failed(said(&other)),
    }
}

/// An error with its causes.
fn said(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !said.contains(&next) {
            said.push_str(": ");
            said.push_str(&next);
        }
        cause = error.source();
    }
    said
}
