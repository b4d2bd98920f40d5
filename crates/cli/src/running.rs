//! The server that is running on this machine, and how the other commands find it.
//!
//! `heliogram serve` writes where it listens into a file: the one named by `--ready-json`, and
//! always a well-known one in the user's runtime directory. So `heliogram recipe` finds the server
//! that was started last without being told.

mod control;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use heliogram::StringSession;
use serde_json::Value as Json;

use crate::failure::Failure;

pub(crate) use control::Control;

/// Where to find the server's ready file.
#[derive(Args)]
pub(crate) struct ReadyFile {
    /// The file that `heliogram serve --ready-json FILE` wrote; without it the server that was started
    /// last
    #[arg(
        long,
        value_name = "FILE",
        env = "HELIOGRAM_READY",
        hide_env_values = true
    )]
    ready: Option<PathBuf>,
}

/// The formats of session strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// GramJS and teleproto
    Gramjs,
    /// Telethon
    Telethon,
    /// Our own client library
    Heliogram,
}

/// What the ready file says.
pub(crate) struct Running {
    /// `127.0.0.1:9000`
    pub(crate) mtproto: String,
    pub(crate) dc_id: i64,
    /// Where each DC is; servers of an earlier version do not say.
    dcs: BTreeMap<u8, String>,
    pub(crate) rsa_pem: String,
    pub(crate) rsa_fingerprint: String,
    pub(crate) rsa_n: String,
    pub(crate) rsa_e: i64,
    pub(crate) control: Control,
}

impl ReadyFile {
    /// Reads the file.
    pub(crate) fn find(&self) -> Result<Running, Failure> {
        let path = self.ready.clone().unwrap_or_else(well_known);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::unreachable(format!("no server was found: {}: {error}", path.display()))
                .hint(START)
        })?;
        Running::read(&text).map_err(|what| {
            Failure::usage(format!("{} is not a ready file: {what}", path.display()))
        })
    }
}

impl Running {
    /// The DC that a session string is for, and its address there.
    pub(crate) fn door_of(&self, session: &str) -> (i32, &str) {
        let dc = StringSession::new(session).map(|session| session.dc_id());
        match dc.ok().and_then(|dc| Some((dc, self.dcs.get(&dc)?))) {
            Some((dc, address)) => (dc.into(), address),
            None => (self.dc_id as i32, &self.mtproto),
        }
    }

    fn read(text: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let text = |name: &str| {
            let value = json[name].as_str().map(str::to_owned);
            value.ok_or_else(|| format!("`{name}` is missing"))
        };
        let number = |name: &str| {
            json[name]
                .as_i64()
                .ok_or_else(|| format!("`{name}` is missing"))
        };
        Ok(Self {
            mtproto: text("mtproto")?,
            dc_id: number("dc_id")?,
            dcs: serde_json::from_value(json["dcs"].clone()).unwrap_or_default(),
            rsa_pem: text("rsa_pem")?,
            rsa_fingerprint: text("rsa_fingerprint")?,
            rsa_n: text("rsa_n")?,
            rsa_e: number("rsa_e")?,
            control: Control::at(&text("control")?)?,
        })
    }
}

/// The ready file that every server writes: in `$XDG_RUNTIME_DIR/heliogram`, or where there is none in a folder
/// with the user's name in the system's temporary one.
pub(crate) fn well_known() -> PathBuf {
    let folder = match std::env::var_os("XDG_RUNTIME_DIR") {
        Some(folder) if Path::new(&folder).is_absolute() => PathBuf::from(folder).join("heliogram"),
        _ => {
            let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME"));
            let user = user.unwrap_or_else(|_| "user".to_owned());
            std::env::temp_dir().join(format!("heliogram-{}", user.replace(['/', '\\'], "_")))
        }
    };
    folder.join("ready.json")
}

const START: &str =
    "start one with `heliogram serve`, or name the file of one that runs with --ready FILE";
