//! `heliogram recipe LIBRARY`: a program that runs as it is, for the server that is running.
//!
//! Each library is pointed at a server of one's own in its own way, and some of these ways are hard to
//! find. The programs say what is needed, with address, key and a fresh session filled in.

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::running::{Format, ReadyFile};

/// Which library, and as whom.
#[derive(Args)]
pub(crate) struct Recipe {
    /// The library the program uses
    library: Library,
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
pub(crate) enum Library {
    /// JavaScript, npm package `telegram`
    Gramjs,
    /// JavaScript, npm package `teleproto`
    Teleproto,
    /// Python, PyPI package `Telethon`
    Telethon,
}

/// What differs between libraries.
struct Facts {
    name: &'static str,
    library: &'static str,
    package: &'static str,
    /// The version the program was tried with.
    version: &'static str,
    format: Format,
    template: &'static str,
}

impl Recipe {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let facts = self.library.facts();
        let server = self.ready.find()?;
        let session = server.control.session(&self.phone, facts.format)?;
        let (host, port) = server.host_and_port()?;
        let quoted = |text: &str| json!(text).to_string();
        let phone = self.phone.trim_start_matches('+');
        let program = fill(
            facts.template,
            &[
                ("name", facts.name),
                ("library", facts.library),
                ("package", facts.package),
                ("version", facts.version),
                ("address", &server.mtproto),
                ("dc_id", &server.dc_id.to_string()),
                ("host", &quoted(host)),
                ("port", &port.to_string()),
                ("phone", phone),
                ("session", &quoted(&session)),
                ("rsa_pem", &quoted(&server.rsa_pem)),
                ("rsa_fingerprint", &quoted(&server.rsa_fingerprint)),
                ("rsa_n", &quoted(&server.rsa_n)),
                ("rsa_e", &server.rsa_e.to_string()),
            ],
        );
        if self.json {
            output::json(&json!({
                "library": facts.name,
                "package": facts.package,
                "version": facts.version,
                "phone": phone,
                "session": session,
                "program": program,
            }))
        } else {
            output::text(&program)
        }
    }
}

impl Library {
    fn facts(self) -> Facts {
        let javascript = include_str!("recipe/program.js");
        match self {
            Self::Gramjs => Facts {
                name: "gramjs",
                library: "GramJS",
                package: "telegram",
                version: "2.26.22",
                format: Format::Gramjs,
                template: javascript,
            },
            Self::Teleproto => Facts {
                name: "teleproto",
                library: "teleproto",
                package: "teleproto",
                version: "1.229.0",
                format: Format::Gramjs,
                template: javascript,
            },
            Self::Telethon => Facts {
                name: "telethon",
                library: "Telethon",
                package: "Telethon",
                version: "1.45.0",
                format: Format::Telethon,
                template: include_str!("recipe/program.py"),
            },
        }
    }
}

/// The template with each `{{name}}` replaced.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    text
}

/// One of the numbers that Telegram's test servers keep for testing, so that nobody owns it.
const DEFAULT_PHONE: &str = "9996620001";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_no_place_that_stays_unfilled() {
        let names = [
            "name",
            "library",
            "package",
            "version",
            "address",
            "dc_id",
            "host",
            "port",
            "phone",
            "session",
            "rsa_pem",
            "rsa_fingerprint",
            "rsa_n",
            "rsa_e",
        ];
        for library in Library::value_variants() {
            let filled = fill(library.facts().template, &names.map(|name| (name, "1")));
            assert!(!filled.contains("{{"), "{filled}");
        }
    }
}
