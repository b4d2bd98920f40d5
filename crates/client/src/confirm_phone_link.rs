//! The link by which the owner of an account stops its deletion.
//!
//! When someone asks to delete an account without knowing its password, Telegram waits seven
//! days and sends the owner a link. The link's hash goes to `account.sendConfirmPhoneCode`, which
//! sends a code by SMS; the code goes to `account.confirmPhone`, and the deletion is cancelled.
//!
//! ```text
//! https://t.me/confirmphone?phone=P&hash=H     also http://, or no scheme; telegram.me, telegram.dog
//! tg://confirmphone?phone=P&hash=H             also tg:confirmphone?...
//! ```
//!
//! `core.telegram.org/api/links`, "Phone confirmation links"; `core.telegram.org/api/account-deletion`.
//! The rules are those of TDLib: percent-encoding is undone first; then `phone` is 1 to 32 digits
//! without `+`, and `hash` 1 to 32 hex digits; their order is free and a fragment is ignored.

use std::{fmt, str::FromStr};

/// A phone confirmation link, taken apart.
///
/// ```
/// use heliogram::ConfirmPhoneLink;
///
/// let link = ConfirmPhoneLink::parse("tg://confirmphone?hash=abc%30ef&phone=9996621234")?;
/// assert_eq!(link.phone, "9996621234");
/// assert_eq!(link.hash, "abc0ef");
/// # Ok::<(), heliogram::ConfirmPhoneLinkError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ConfirmPhoneLink {
    /// The phone number of the account, digits only: which of several accounts to use.
    pub phone: String,
    /// What `account.sendConfirmPhoneCode` wants.
    pub hash: String,
}

/// What is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmPhoneLinkError {
    /// Neither `tg:` nor a web address.
    #[error(
        "{scheme}: is not a scheme of Telegram links; expected https://t.me/confirmphone?… or tg://confirmphone?…"
    )]
    Scheme {
        /// What stands before the colon.
        scheme: String,
    },
    /// A web address elsewhere.
    #[error("{host:?} is not a host of Telegram links; expected t.me, telegram.me or telegram.dog")]
    Host {
        /// The host of the link.
        host: String,
    },
    /// A Telegram link to something else.
    #[error("this link leads to {path:?}, not to confirmphone")]
    Path {
        /// The path of the link, without the leading slash.
        path: String,
    },
    /// No `phone=` in the link, or nothing after it.
    #[error("the link has no phone number (phone=…); copy it again, whole")]
    NoPhone,
    /// The phone number is longer than 32 digits.
    #[error("the phone number in the link has {0} characters, at most 32 are possible")]
    PhoneLength(usize),
    /// A character that is not an ASCII digit.
    #[error("the phone number in the link holds {0:?}; it has digits only, without +")]
    PhoneDigit(char),
    /// No `hash=` in the link, or nothing after it.
    #[error("the link has no hash (hash=…); copy it again, whole")]
    NoHash,
    /// The hash is longer than 32 characters.
    #[error("the hash in the link has {0} characters, at most 32 are possible")]
    HashLength(usize),
    /// A character that is not a hex digit.
    #[error("the hash in the link holds {0:?}; it has hex digits only (0-9, a-f)")]
    HashDigit(char),
}

impl ConfirmPhoneLink {
    /// Reads a link in any of its forms.
    ///
    /// # Errors
    /// What is wrong: another scheme, host or path, or which parameter is missing or holds what.
    pub fn parse(link: &str) -> Result<Self, ConfirmPhoneLinkError> {
        Self::parse_with_prefix(link, "")
    }

    /// Like [`ConfirmPhoneLink::parse`], and accepts the server's own `config.me_url_prefix`
    /// (`https://example.org/`) as well.
    ///
    /// # Errors
    /// Those of [`ConfirmPhoneLink::parse`].
    pub fn parse_with_prefix(
        link: &str,
        me_url_prefix: &str,
    ) -> Result<Self, ConfirmPhoneLinkError> {
        let link = link.trim();
        let link = link.split_once('#').map_or(link, |(before, _)| before);
        let (address, query) = link.split_once('?').unwrap_or((link, ""));
        match scheme(address) {
            None => check_web(address, me_url_prefix)?,
            Some((scheme, rest)) => {
                let rest = rest.strip_prefix("//").unwrap_or(rest);
                match scheme.as_str() {
                    "http" | "https" => check_web(rest, me_url_prefix)?,
                    // `tg:confirmphone` and `tg://confirmphone` are the same; more path is not.
                    "tg" => check_path(rest, rest.strip_suffix('/').unwrap_or(rest))?,
                    _ => return Err(ConfirmPhoneLinkError::Scheme { scheme }),
                }
            }
        }
        Ok(Self {
            phone: phone(query)?,
            hash: hash(query)?,
        })
    }
}

impl fmt::Display for ConfirmPhoneLink {
    /// The `https://t.me` form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { phone, hash } = self;
        write!(f, "https://t.me/confirmphone?phone={phone}&hash={hash}")
    }
}

impl FromStr for ConfirmPhoneLink {
    type Err = ConfirmPhoneLinkError;

    fn from_str(link: &str) -> Result<Self, ConfirmPhoneLinkError> {
        Self::parse(link)
    }
}

/// The scheme in lower case, and what follows its colon. A port is not a scheme.
fn scheme(address: &str) -> Option<(String, &str)> {
    let (before, rest) = address.split_once(':')?;
    let scheme = before.to_ascii_lowercase();
    (scheme == "tg" || rest.starts_with("//")).then_some((scheme, rest))
}

fn check_web(address: &str, me_url_prefix: &str) -> Result<(), ConfirmPhoneLinkError> {
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let bare = [":80", ":443"]
        .into_iter()
        .find_map(|port| host.strip_suffix(port))
        .unwrap_or(host);
    let own = without_scheme(me_url_prefix).trim_end_matches('/');
    let known = HOSTS.iter().any(|known| bare.eq_ignore_ascii_case(known))
        || (!own.is_empty() && (host.eq_ignore_ascii_case(own) || bare.eq_ignore_ascii_case(own)));
    if !known {
        return Err(ConfirmPhoneLinkError::Host {
            host: host.to_owned(),
        });
    }
    // Whatever follows `confirmphone/` is tolerated in this form.
    check_path(path, path.split_once('/').map_or(path, |(first, _)| first))
}

fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

fn check_path(path: &str, first: &str) -> Result<(), ConfirmPhoneLinkError> {
    if percent_decoded(first) == "confirmphone" {
        Ok(())
    } else {
        Err(ConfirmPhoneLinkError::Path {
            path: path.to_owned(),
        })
    }
}

fn phone(query: &str) -> Result<String, ConfirmPhoneLinkError> {
    let phone = parameter(query, "phone").ok_or(ConfirmPhoneLinkError::NoPhone)?;
    match phone.chars().find(|digit| !digit.is_ascii_digit()) {
        Some(other) => Err(ConfirmPhoneLinkError::PhoneDigit(other)),
        None if phone.len() > MAX_LEN => Err(ConfirmPhoneLinkError::PhoneLength(phone.len())),
        None => Ok(phone),
    }
}

fn hash(query: &str) -> Result<String, ConfirmPhoneLinkError> {
    let hash = parameter(query, "hash").ok_or(ConfirmPhoneLinkError::NoHash)?;
    match hash.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        Some(other) => Err(ConfirmPhoneLinkError::HashDigit(other)),
        None if hash.len() > MAX_LEN => Err(ConfirmPhoneLinkError::HashLength(hash.len())),
        None => Ok(hash),
    }
}

/// The first parameter of this name, decoded; none when it is missing or empty.
fn parameter(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| percent_decoded(key) == name)
        .map(|(_, value)| percent_decoded(value))
        .filter(|value| !value.is_empty())
}

/// Undoes percent-encoding. A percent sign that encodes nothing stays, and bytes that are
/// not UTF-8 become U+FFFD: both are then refused as digits.
fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let encoded = after.first_chunk::<2>().filter(|_| first == b'%');
        match encoded.and_then(|[high, low]| Some(hex_value(*high)? << 4 | hex_value(*low)?)) {
            Some(byte) => {
                decoded.push(byte);
                rest = &after[2..];
            }
            None => {
                decoded.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];
const MAX_LEN: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: &str, expected: Result<(&str, &str), ConfirmPhoneLinkError>) {
        let parsed = ConfirmPhoneLink::parse(link);
        let expected = expected.map(|(phone, hash)| ConfirmPhoneLink {
            phone: phone.into(),
            hash: hash.into(),
        });
        assert_eq!(parsed, expected, "{link}");
    }

    #[test]
    fn every_documented_form_is_read() {
        for address in [
            "t.me/confirmphone",
            "http://t.me/confirmphone",
            "https://t.me/confirmphone",
            "HTTPS://T.me/confirmphone",
            "https://t.me:443/confirmphone",
            "https://telegram.me/confirmphone",
            "telegram.dog/confirmphone",
            "https://t.me/confirmphone/",
            "https://t.me/confirmphone/more/of/it",
            "tg://confirmphone",
            "tg:confirmphone",
            "TG://confirmphone",
            "tg://confirmphone/",
            "https://t.me/%63onfirmphone",
        ] {
            for query in [
                "phone=123456789&hash=abc0ef",
                "hash=abc0ef&phone=123456789",
                "x=1&phone=123456789&y&hash=abc0ef#fragment?phone=5",
                "phone=123456789&hash=abc%30ef",
                "phone=12345%36789&h%61sh=abc0ef",
                "phone=123456789&hash=abc0ef&phone=5&hash=5",
            ] {
                check(&format!("{address}?{query}"), Ok(("123456789", "abc0ef")));
            }
        }
    }

    #[test]
    fn limits_are_32_characters() {
        let (phone, hash) = ("1".repeat(32), "aF0".repeat(11));
        let link = format!("tg:confirmphone?phone={phone}&hash={}", &hash[..32]);
        check(&link, Ok((&phone, &hash[..32])));
        let long = format!("tg:confirmphone?phone={phone}&hash={hash}");
        check(&long, Err(ConfirmPhoneLinkError::HashLength(33)));
        let long = format!("tg:confirmphone?phone={phone}1&hash=a");
        check(&long, Err(ConfirmPhoneLinkError::PhoneLength(33)));
    }

    #[test]
    fn each_wrong_part_has_its_own_error() {
        use ConfirmPhoneLinkError as E;
        let path = |path: &str| Err(E::Path { path: path.into() });
        let host = |host: &str| Err(E::Host { host: host.into() });
        for (link, expected) in [
            (
                "t.me/confirmphone?phone=1&hash=abc%2Fef",
                Err(E::HashDigit('/')),
            ),
            ("t.me/confirmphone?phone=1&hash=", Err(E::NoHash)),
            ("t.me/confirmphone?phone=1", Err(E::NoHash)),
            ("t.me/confirmphone?phone=1&Hash=a", Err(E::NoHash)),
            ("t.me/confirmphone?phone=&hash=a", Err(E::NoPhone)),
            ("t.me/confirmphone?hash=a", Err(E::NoPhone)),
            ("t.me/confirmphone", Err(E::NoPhone)),
            (
                "t.me/confirmphone?phone=+123456789&hash=a",
                Err(E::PhoneDigit('+')),
            ),
            (
                "t.me/confirmphone?phone=%2B123456789&hash=a",
                Err(E::PhoneDigit('+')),
            ),
            ("t.me/confirmphone?phone=1%&hash=a", Err(E::PhoneDigit('%'))),
            (
                "t.me/confirmphone?phone=1%ff&hash=a",
                Err(E::PhoneDigit('\u{fffd}')),
            ),
            (
                "t.me/confirmphone?phone=\u{661}&hash=a",
                Err(E::PhoneDigit('\u{661}')),
            ),
            ("t.me/confirmphone?phone=1&hash=g", Err(E::HashDigit('g'))),
            ("t.me/joinchat?phone=1&hash=a", path("joinchat")),
            ("t.me/?phone=1&hash=a", path("")),
            (
                "tg://confirmphone/more?phone=1&hash=a",
                path("confirmphone/more"),
            ),
            ("tg:resolve?domain=confirmphone", path("resolve")),
            (
                "confirmphone.t.me/?phone=1&hash=a",
                host("confirmphone.t.me"),
            ),
            (
                "https://example.org/confirmphone?phone=1&hash=a",
                host("example.org"),
            ),
            (
                "https://t.me:8080/confirmphone?phone=1&hash=a",
                host("t.me:8080"),
            ),
            ("", host("")),
            ("B5", host("B5")),
        ] {
            check(link, expected);
        }
    }

    #[test]
    fn another_scheme_is_named() {
        assert_eq!(
            ConfirmPhoneLink::parse("ftp://t.me/confirmphone?phone=1&hash=a"),
            Err(ConfirmPhoneLinkError::Scheme {
                scheme: "ftp".into()
            })
        );
    }

    #[test]
    fn the_prefix_of_the_servers_config_counts_as_a_host() {
        let link = "http://localhost:8080/confirmphone?phone=1&hash=a";
        assert!(ConfirmPhoneLink::parse(link).is_err());
        assert!(ConfirmPhoneLink::parse_with_prefix(link, "http://localhost:8080/").is_ok());
        assert!(ConfirmPhoneLink::parse_with_prefix(link, "https://t.me/").is_err());
    }

    #[test]
    fn what_is_displayed_is_read_again() {
        let link = ConfirmPhoneLink::parse("tg:confirmphone?phone=42&hash=aB").unwrap();
        assert_eq!(
            link.to_string(),
            "https://t.me/confirmphone?phone=42&hash=aB"
        );
        assert_eq!(link.to_string().parse(), Ok(link));
    }
}
