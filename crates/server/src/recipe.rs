//! Programs that run as they are, for a server that is running.
//!
//! Each library is pointed at a server of one's own in its own way, and some of these ways are hard to
//! find. The programs say what is needed, with address, key and a session filled in. `heliogram recipe` prints
//! them, the dashboard shows them.

use heliogram::SessionFormat;
use serde_json::json;

use crate::identity::PublicIdentity;

/// A client library that others wrote, with a program for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Library {
    /// JavaScript, npm package `telegram`.
    GramJs,
    /// JavaScript, npm package `teleproto`.
    Teleproto,
    /// Python, PyPI package `Telethon`.
    Telethon,
}

/// What is filled in.
#[derive(Clone, Copy)]
pub struct Recipe<'a> {
    /// The library the program uses.
    pub library: Library,
    /// Where the server listens for the account's DC: `127.0.0.1:10443`.
    pub address: &'a str,
    /// That DC.
    pub dc_id: i32,
    /// The server's key.
    pub identity: &'a PublicIdentity,
    /// The account's number.
    pub phone: &'a str,
    /// A session of the account, in [`Library::format`].
    pub session: &'a str,
}

impl Library {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::GramJs, Self::Teleproto, Self::Telethon];

    /// The name to ask for it by: `gramjs`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GramJs => "gramjs",
            Self::Teleproto => "teleproto",
            Self::Telethon => "telethon",
        }
    }

    /// The name it calls itself: `GramJS`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::GramJs => "GramJS",
            Self::Teleproto => "teleproto",
            Self::Telethon => "Telethon",
        }
    }

    /// The package to install.
    #[must_use]
    pub fn package(self) -> &'static str {
        match self {
            Self::GramJs => "telegram",
            Self::Teleproto => "teleproto",
            Self::Telethon => "Telethon",
        }
    }

    /// The version of the package that the program was tried with.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Self::GramJs => "2.26.22",
            Self::Teleproto => "1.229.0",
            Self::Telethon => "1.45.0",
        }
    }

    /// The format of the session strings it loads.
    #[must_use]
    pub fn format(self) -> SessionFormat {
        match self {
            Self::GramJs | Self::Teleproto => SessionFormat::GramJs,
            Self::Telethon => SessionFormat::Telethon,
        }
    }

    fn template(self) -> &'static str {
        match self {
            Self::GramJs | Self::Teleproto => include_str!("recipe/program.js"),
            Self::Telethon => include_str!("recipe/program.py"),
        }
    }
}

impl Recipe<'_> {
    /// The program.
    #[must_use]
    pub fn program(&self) -> String {
        let library = self.library;
        let (host, port) = self.address.rsplit_once(':').unwrap_or((self.address, ""));
        let quoted = |text: &str| json!(text).to_string();
        let values = [
            ("name", library.name()),
            ("library", library.title()),
            ("package", library.package()),
            ("version", library.version()),
            ("address", self.address),
            ("dc_id", &self.dc_id.to_string()),
            ("host", &quoted(host.trim_matches(['[', ']']))),
            ("port", port),
            ("phone", &crate::phone::digits(self.phone)),
            ("session", &quoted(self.session)),
            ("rsa_pem", &quoted(&self.identity.pem)),
            (
                "rsa_fingerprint",
                &quoted(&self.identity.fingerprint.to_string()),
            ),
            ("rsa_n", &quoted(&self.identity.modulus)),
            ("rsa_e", &self.identity.exponent),
        ];
        let mut text = library.template().to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{{{name}}}}}"), value);
        }
        text
    }
}

impl std::fmt::Debug for Recipe<'_> {
    /// Without the session.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recipe")
            .field("library", &self.library)
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_no_place_that_stays_unfilled() {
        let identity = PublicIdentity {
            pem: "-----BEGIN\n".to_owned(),
            fingerprint: -1,
            modulus: "1".to_owned(),
            exponent: "65537".to_owned(),
        };
        for library in Library::ALL {
            let program = Recipe {
                library,
                address: "[::1]:10443",
                dc_id: 2,
                identity: &identity,
                phone: "+999 662",
                session: "1",
            }
            .program();
            assert!(!program.contains("{{"), "{program}");
            assert!(
                program.contains("\"::1\"") && program.contains("10443"),
                "{program}"
            );
        }
    }
}
