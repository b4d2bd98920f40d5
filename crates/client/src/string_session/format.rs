//! In whose words a session is written.

use std::fmt;
use std::str::FromStr;

use super::StringSession;

/// The library that a session string is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionFormat {
    /// Our own, which is GramJS's.
    Heliogram,
    /// GramJS and those who kept its format, such as teleproto.
    GramJs,
    /// Telethon.
    Telethon,
    /// Pyrogram 2 and its descendants: Kurigram, Hydrogram and others.
    Pyrogram,
    /// mtcute, in version 3 of its format.
    Mtcute,
}

/// What some formats say of a session besides the address and the key. It cannot be seen from a key, so
/// whoever made the session has to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionDetails {
    /// The application the session was made with; only in Pyrogram's format.
    pub api_id: u32,
    /// Whether the data centre is one of the test servers.
    pub test_mode: bool,
    /// Whose session it is; none when nobody is logged in.
    pub user: Option<SessionUser>,
}

/// Whose session it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionUser {
    /// The account's id.
    pub id: i64,
    /// Whether the account is a bot.
    pub bot: bool,
}

/// There is no session format of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not one of heliogram, gramjs, telethon, pyrogram, mtcute")]
pub struct UnknownSessionFormat(String);

impl SessionFormat {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Heliogram,
        Self::GramJs,
        Self::Telethon,
        Self::Pyrogram,
        Self::Mtcute,
    ];

    /// The name to ask for it by: `gramjs`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Heliogram => "heliogram",
            Self::GramJs => "gramjs",
            Self::Telethon => "telethon",
            Self::Pyrogram => "pyrogram",
            Self::Mtcute => "mtcute",
        }
    }
}

impl StringSession {
    /// The session as that library saves it; none without a key, or when its format cannot hold the address.
    #[must_use]
    pub fn to_format(&self, format: SessionFormat, details: &SessionDetails) -> Option<String> {
        match format {
            SessionFormat::Heliogram => Some(self.save()).filter(|saved| !saved.is_empty()),
            SessionFormat::GramJs => Some(self.to_gramjs()).filter(|saved| !saved.is_empty()),
            SessionFormat::Telethon => self.to_telethon(),
            SessionFormat::Pyrogram => self.to_pyrogram(details),
            SessionFormat::Mtcute => self.to_mtcute(details),
        }
    }
}

impl FromStr for SessionFormat {
    type Err = UnknownSessionFormat;

    fn from_str(name: &str) -> Result<Self, UnknownSessionFormat> {
        let known = Self::ALL.into_iter().find(|format| format.name() == name);
        known.ok_or_else(|| UnknownSessionFormat(name.to_owned()))
    }
}

impl fmt::Display for SessionFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heliogram_crypto::auth_key::AuthKey;

    #[test]
    fn every_format_has_a_name_that_leads_back_to_it() {
        for format in SessionFormat::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let unknown = "tdlib".parse::<SessionFormat>().unwrap_err();
        assert!(unknown.to_string().contains("tdlib"), "{unknown}");
    }

    #[test]
    fn no_format_writes_a_session_without_a_key() {
        let keyless = StringSession::empty(2, "127.0.0.1", 10443);
        let keyed = StringSession::with_key(2, "127.0.0.1", 10443, AuthKey::new([7; 256]));
        for format in SessionFormat::ALL {
            assert_eq!(keyless.to_format(format, &SessionDetails::default()), None);
            assert_ne!(keyed.to_format(format, &SessionDetails::default()), None);
        }
    }
}
