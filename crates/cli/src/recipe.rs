//! `heliogram recipe LIBRARY`: a program that runs as it is, for the server that is running.

use clap::{Args, ValueEnum};
use heliogram_server::{Library, PublicIdentity};
use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::running::{Format, ReadyFile};

/// Which library, and as whom.
#[derive(Args)]
pub(crate) struct Recipe {
    /// The library the program uses
    library: Named,
    /// The account it is logged in as; made when there is none
    #[arg(long, default_value = DEFAULT_PHONE)]
    phone: String,
    #[command(flatten)]
    ready: ReadyFile,
    /// Print the program and what is filled in as JSON
    #[arg(long)]
    json: bool,
}

/// Client libraries that others wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Named {
    /// JavaScript, npm package `telegram`
    Gramjs,
    /// JavaScript, npm package `teleproto`
    Teleproto,
    /// Python, PyPI package `Telethon`
    Telethon,
}

impl Recipe {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let (library, format) = self.library.facts();
        let server = self.ready.find()?;
        let session = server.control.session(&self.phone, format)?;
        let fingerprint = server.rsa_fingerprint.parse().map_err(|_| {
            Failure::usage("the ready file's `rsa_fingerprint` is not a number".to_owned())
        })?;
        let phone = self.phone.trim_start_matches('+');
        let (dc_id, address) = server.door_of(&session);
        let program = heliogram_server::Recipe {
            library,
            address,
            dc_id,
            identity: &PublicIdentity {
                pem: server.rsa_pem.clone(),
                fingerprint,
                modulus: server.rsa_n.clone(),
                exponent: server.rsa_e.to_string(),
            },
            phone,
            session: &session,
        }
        .program();
        if self.json {
            output::json(&json!({
                "library": library.name(),
                "package": library.package(),
                "version": library.version(),
                "phone": phone,
                "session": session,
                "program": program,
            }))
        } else {
            output::text(&program)
        }
    }
}

impl Named {
    fn facts(self) -> (Library, Format) {
        match self {
            Self::Gramjs => (Library::GramJs, Format::Gramjs),
            Self::Teleproto => (Library::Teleproto, Format::Gramjs),
            Self::Telethon => (Library::Telethon, Format::Telethon),
        }
    }
}

/// One of the numbers that Telegram's test servers keep for testing, so that nobody owns it.
const DEFAULT_PHONE: &str = "9996620001";
