//! An account in a string: the data centre, its address and the authorization key.
//!
//! Nothing more is needed to be logged in, so whoever has the string has the account. Two
//! libraries share the idea and the leading `1`, and differ in what follows, in base64:
//!
//! ```text
//! GramJS     dc u8 | length i16 | address text | port i16 | key [256]     standard alphabet
//! Telethon   dc u8 | address [4] or [16]       | port u16 | key [256]     url-safe alphabet
//! ```
//!
//! All numbers are big-endian. Both are read, and both can be written; our own format is
//! GramJS's, because it can hold a host name. They are told apart by their lengths: 261 and
//! the address text is GramJS's; 263 and 275 are Telethon's.
//!
//! Strings of Pyrogram and mtcute begin with another character; they are read and written too: `pyrogram.rs`, `mtcute.rs`.

mod format;
mod mtcute;
mod pyrogram;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE},
};
use heliogram_crypto::auth_key::{AUTH_KEY_LEN, AuthKey};
use zeroize::Zeroizing;

pub use format::{SessionDetails, SessionFormat, SessionUser, UnknownSessionFormat};

/// A session as GramJS users know it: made from a saved string, or from `""` for a new login.
///
/// ```
/// use heliogram::StringSession;
///
/// let new = StringSession::new("")?;
/// assert_eq!(new.dc_id(), 4);
/// assert_eq!(new.address(), "149.154.167.91");
/// assert_eq!(new.save(), "", "nothing to save before there is a key");
/// # Ok::<(), heliogram::StringSessionError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct StringSession {
    dc_id: u8,
    address: String,
    port: u16,
    auth_key: Option<AuthKey>,
}

/// Why a string is not a session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StringSessionError {
    /// The first character is not the version `1`, and the rest is nobody else's string.
    #[error(
        "a session string of {length} characters that does not begin with 1, as GramJS's and Telethon's do, and is none of Pyrogram 2 or mtcute{}",
        family(*length)
    )]
    Version {
        /// The characters given.
        length: usize,
    },
    /// What follows the version is not base64.
    #[error(
        "a session string of {length} characters that is not base64 after the leading 1; copy it again, whole and without line breaks"
    )]
    Base64 {
        /// The characters given.
        length: usize,
    },
    /// The length fits neither library.
    #[error(
        "a session string of {length} characters ({bytes} bytes) is neither GramJS's nor Telethon's: expected 261 bytes and the address, 263 or 275; was it cut?"
    )]
    Length {
        /// The characters given.
        length: usize,
        /// The bytes they decode to.
        bytes: usize,
    },
    /// A GramJS string whose address is not text.
    #[error("the address in the session string is not UTF-8; the string is damaged")]
    Address,
}

impl StringSession {
    /// Reads a string that GramJS, Telethon, Pyrogram, mtcute or we saved. Empty: a new session in production
    /// data centre 4, where GramJS begins too.
    ///
    /// # Errors
    /// When the string is of another library or was cut; the error names its length and never
    /// shows the string.
    pub fn new(saved: &str) -> Result<Self, StringSessionError> {
        let saved = saved.trim();
        if saved.is_empty() {
            return Ok(Self::empty(DEFAULT_DC, DEFAULT_ADDRESS, DEFAULT_PORT));
        }
        let length = saved.chars().count();
        let Some(digits) = saved.strip_prefix(VERSION) else {
            let data = decode_base64(saved);
            let other = data
                .and_then(|data| Self::from_pyrogram(&data).or_else(|| Self::from_mtcute(&data)));
            return other.ok_or(StringSessionError::Version { length });
        };
        let data = decode_base64(digits).ok_or(StringSessionError::Base64 { length })?;
        Self::from_data(&data).unwrap_or(Err(StringSessionError::Length {
            length,
            bytes: data.len(),
        }))
    }

    /// A session without a key at a server of one's own choice.
    #[must_use]
    pub fn empty(dc_id: u8, address: &str, port: u16) -> Self {
        Self {
            dc_id,
            address: address.to_owned(),
            port,
            auth_key: None,
        }
    }

    /// A session from its parts.
    #[must_use]
    pub fn with_key(dc_id: u8, address: &str, port: u16, auth_key: AuthKey) -> Self {
        Self {
            auth_key: Some(auth_key),
            ..Self::empty(dc_id, address, port)
        }
    }

    /// The number of the data centre, 1 to 5 on Telegram.
    #[must_use]
    pub fn dc_id(&self) -> u8 {
        self.dc_id
    }

    /// The data centre's address: an IP address or a host name.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The data centre's port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authorization key, when there is one. A secret.
    #[must_use]
    pub fn auth_key(&self) -> Option<&AuthKey> {
        self.auth_key.as_ref()
    }

    /// The string to keep for the next run: our own format, which is that of GramJS
    /// ([`StringSession::to_gramjs`]).
    #[must_use]
    pub fn save(&self) -> String {
        self.to_gramjs()
    }

    /// The string as GramJS saves it; empty without a key or an address, as there.
    #[must_use]
    pub fn to_gramjs(&self) -> String {
        let address = self.address.as_bytes();
        let (Some(key), Ok(length @ 1..)) = (&self.auth_key, i16::try_from(address.len())) else {
            return String::new();
        };
        let mut data = Zeroizing::new(Vec::with_capacity(GRAMJS_FIXED + address.len()));
        data.push(self.dc_id);
        data.extend_from_slice(&length.to_be_bytes());
        data.extend_from_slice(address);
        data.extend_from_slice(&self.port.to_be_bytes());
        data.extend_from_slice(key.as_bytes());
        format!("{VERSION}{}", BASE64_STANDARD.encode(&*data))
    }

    /// The string as Telethon saves it; none without a key, or when the address is a host
    /// name, which that format cannot hold.
    #[must_use]
    pub fn to_telethon(&self) -> Option<String> {
        let key = self.auth_key.as_ref()?;
        let mut data = Zeroizing::new(Vec::with_capacity(TELETHON_V6));
        data.push(self.dc_id);
        match IpAddr::from_str(&self.address).ok()? {
            IpAddr::V4(ip) => data.extend_from_slice(&ip.octets()),
            IpAddr::V6(ip) => data.extend_from_slice(&ip.octets()),
        }
        data.extend_from_slice(&self.port.to_be_bytes());
        data.extend_from_slice(key.as_bytes());
        Some(format!("{VERSION}{}", BASE64_URL_SAFE.encode(&*data)))
    }

    /// Reads the decoded bytes; none when their length is that of neither format.
    fn from_data(data: &[u8]) -> Option<Result<Self, StringSessionError>> {
        let (&dc_id, rest) = data.split_first()?;
        let (length, text) = rest.split_first_chunk()?;
        let length = i16::from_be_bytes(*length);
        if data.len().checked_sub(GRAMJS_FIXED) == usize::try_from(length).ok() {
            let (address, rest) = text.split_at_checked(length.try_into().ok()?)?;
            let address = match str::from_utf8(address) {
                Ok(address) => address.to_owned(),
                Err(_) => return Some(Err(StringSessionError::Address)),
            };
            return Self::with_tail(dc_id, address, rest).map(Ok);
        }
        let (address, rest) = match data.len() {
            TELETHON_V4 => {
                let (ip, rest) = rest.split_first_chunk::<4>()?;
                (Ipv4Addr::from(*ip).to_string(), rest)
            }
            TELETHON_V6 => {
                let (ip, rest) = rest.split_first_chunk::<16>()?;
                (Ipv6Addr::from(*ip).to_string(), rest)
            }
            _ => return None,
        };
        Self::with_tail(dc_id, address, rest).map(Ok)
    }

    /// Port and key, which both formats end with.
    fn with_tail(dc_id: u8, address: String, tail: &[u8]) -> Option<Self> {
        let (port, key) = tail.split_first_chunk()?;
        let key: [u8; AUTH_KEY_LEN] = key.try_into().ok()?;
        Some(Self {
            dc_id,
            address,
            // GramJS writes a signed number and reads ports above 32767 as negative ones; the
            // bits are the same.
            port: u16::from_be_bytes(*port),
            auth_key: Some(AuthKey::new(key)),
        })
    }
}

impl FromStr for StringSession {
    type Err = StringSessionError;

    fn from_str(saved: &str) -> Result<Self, StringSessionError> {
        Self::new(saved)
    }
}

impl fmt::Debug for StringSession {
    /// Where it leads and the key's id; never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StringSession")
            .field("dc_id", &self.dc_id)
            .field("address", &self.address)
            .field("port", &self.port)
            .field("auth_key", &self.auth_key)
            .finish()
    }
}

/// Whose strings have this length, as the end of an error's sentence.
fn family(length: usize) -> &'static str {
    match length {
        351 | 356 => "; this is the length of an old Pyrogram string: have Pyrogram 2 save it anew",
        362 => {
            "; this is the length of a Pyrogram string, but it names no data centre of Telegram's"
        }
        _ => "",
    }
}

/// Either alphabet, padded or not, as the loaders of both libraries accept it.
fn decode_base64(digits: &str) -> Option<Zeroizing<Vec<u8>>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let mut standard = Zeroizing::new(Vec::with_capacity(digits.len()));
    standard.extend(digits.bytes().map(|digit| match digit {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }));
    LENIENT.decode(&*standard).ok().map(Zeroizing::new)
}

const VERSION: char = '1';
/// Everything in a GramJS string but the address: dc, length, port and key.
const GRAMJS_FIXED: usize = 1 + 2 + 2 + AUTH_KEY_LEN;
const TELETHON_V4: usize = 1 + 4 + 2 + AUTH_KEY_LEN;
const TELETHON_V6: usize = 1 + 16 + 2 + AUTH_KEY_LEN;
/// Where GramJS begins; its port is 80.
const DEFAULT_DC: u8 = 4;
const DEFAULT_ADDRESS: &str = "149.154.167.91";
const DEFAULT_PORT: u16 = 80;

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> AuthKey {
        AuthKey::new(std::array::from_fn(|i| i as u8))
    }

    #[test]
    fn gramjs_string_comes_back_and_has_the_known_length() {
        let session = StringSession::with_key(4, "149.154.167.91", 80, key());
        let saved = session.to_gramjs();
        assert_eq!(saved.len(), 369);
        assert!(saved.starts_with("1BAAOMTQ5LjE1NC4xNjcuOTEAUAAB"));
        assert_eq!(StringSession::new(&saved).unwrap(), session);
    }

    #[test]
    fn gramjs_string_may_hold_a_host_name_and_a_high_port() {
        let session = StringSession::with_key(2, "vesta.web.telegram.org", 51_413, key());
        assert_eq!(StringSession::new(&session.to_gramjs()).unwrap(), session);
        assert_eq!(session.to_telethon(), None);
    }

    #[test]
    fn telethon_strings_come_back_in_both_lengths() {
        for (address, length) in [("149.154.167.51", 353), ("2001:67c:4e8:f002::a", 369)] {
            let session = StringSession::with_key(2, address, 443, key());
            let saved = session.to_telethon().unwrap();
            assert_eq!(saved.len(), length);
            assert_eq!(StringSession::new(&saved).unwrap(), session);
        }
    }

    #[test]
    fn a_gramjs_string_as_long_as_a_telethon_one_is_still_gramjs() {
        // 261 + 14 is also the length of Telethon's IPv6 form.
        let session = StringSession::with_key(4, "149.154.167.91", 80, key());
        assert_eq!(GRAMJS_FIXED + session.address().len(), TELETHON_V6);
        let read = StringSession::new(&session.to_gramjs()).unwrap();
        assert_eq!(read.address(), "149.154.167.91");
    }

    #[test]
    fn either_alphabet_and_missing_padding_are_read() {
        let session = StringSession::with_key(2, "127.0.0.1", 9000, AuthKey::new([0xfb; 256]));
        let standard = session.to_gramjs();
        let url_safe = standard.replace('+', "-").replace('/', "_");
        assert_ne!(standard, url_safe);
        assert_eq!(StringSession::new(&url_safe).unwrap(), session);
        assert_eq!(
            StringSession::new(standard.trim_end_matches('=')).unwrap(),
            session
        );
    }

    #[test]
    fn other_strings_are_refused_by_their_length_without_showing_them() {
        let mut saved = StringSession::with_key(4, "149.154.167.91", 80, key()).to_gramjs();
        saved.truncate(saved.len() - 4);
        let cut = StringSession::new(&saved).unwrap_err();
        assert_eq!(
            cut,
            StringSessionError::Length {
                length: 365,
                bytes: 273 // the four characters stand for two bytes and padding
            }
        );
        assert!(!cut.to_string().contains("MTQ5"));
        let pyrogram = StringSession::new(&"B".repeat(362)).unwrap_err();
        assert!(pyrogram.to_string().contains("362 characters"));
        assert!(pyrogram.to_string().contains("Pyrogram"));
        assert_eq!(
            StringSession::new("1!").unwrap_err(),
            StringSessionError::Base64 { length: 2 }
        );
        assert_eq!(
            StringSession::new("1").unwrap_err(),
            StringSessionError::Length {
                length: 1,
                bytes: 0
            }
        );
    }

    #[test]
    fn debug_shows_the_key_id_only() {
        let shown = format!("{:?}", StringSession::with_key(2, "127.0.0.1", 80, key()));
        assert!(shown.contains(&key().id().to_string()));
        assert!(!shown.contains("1, 2, 3"), "{shown}");
    }
}
