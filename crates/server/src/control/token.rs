//! The token that lets other machines, and who logs in on the dashboard, use the control API.

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

/// The cookie that the dashboard's login sets, `HttpOnly` and `SameSite=Strict`.
pub(crate) const COOKIE: &str = "heliogram_token";

const LENGTH: std::ops::RangeInclusive<usize> = 16..=512;

/// A shared secret: 16 to 512 characters that go into a header and a cookie as they are.
#[derive(Clone, PartialEq, Eq)]
pub struct ControlToken(String);

/// Why something is no token. It does not say what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It could be guessed, or does not fit into a header.
    #[error("a control token has 16 to 512 characters, and this one has {0}")]
    Length(usize),
    /// It could not be sent.
    #[error(
        "a control token is made of letters, digits and - . _ ~ + / =, and this one has others"
    )]
    Character,
}

impl ControlToken {
    /// Takes a secret that somebody chose.
    ///
    /// # Errors
    /// When it is too short to be safe, or cannot be sent.
    pub fn new(token: impl Into<String>) -> Result<Self, TokenError> {
        let token = token.into();
        if !LENGTH.contains(&token.len()) {
            return Err(TokenError::Length(token.chars().count()));
        }
        // RFC 6750, 2.1, "b64token"; all of them may stand in a cookie.
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        match token.chars().all(allowed) {
            true => Ok(Self(token)),
            false => Err(TokenError::Character),
        }
    }

    /// Whether this is the token. How long it takes depends on the length of what was sent and on nothing else.
    pub(crate) fn is(&self, sent: &str) -> bool {
        self.0.as_bytes().ct_eq(sent.as_bytes()).into()
    }

    /// Whether a request carries it, as `Authorization: Bearer` or in the dashboard's cookie.
    pub(crate) fn is_in(&self, headers: &HeaderMap) -> bool {
        match headers.get(header::AUTHORIZATION) {
            Some(said) => bearer(said.as_bytes()).is_some_and(|sent| self.is(sent)),
            None => headers
                .get_all(header::COOKIE)
                .iter()
                .filter_map(|line| line.to_str().ok())
                .flat_map(|line| line.split(';'))
                .filter_map(|pair| pair.trim().split_once('='))
                .any(|(name, value)| name == COOKIE && self.is(value)),
        }
    }
}

fn bearer(said: &[u8]) -> Option<&str> {
    let (scheme, sent) = std::str::from_utf8(said).ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| sent.trim_start_matches(' '))
}

impl std::str::FromStr for ControlToken {
    type Err = TokenError;

    fn from_str(token: &str) -> Result<Self, TokenError> {
        Self::new(token)
    }
}

impl std::fmt::Debug for ControlToken {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ControlToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "correct-horse-battery";

    fn carries(name: header::HeaderName, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        ControlToken::new(SECRET).unwrap().is_in(&headers)
    }

    #[test]
    fn a_token_is_long_enough_and_fits_into_a_header() {
        assert_eq!(ControlToken::new("short"), Err(TokenError::Length(5)));
        assert_eq!(
            ControlToken::new("a token with blanks in it"),
            Err(TokenError::Character)
        );
        assert_eq!(
            ControlToken::new("sixteen-letters; Path=/"),
            Err(TokenError::Character)
        );
        assert!(ControlToken::new(SECRET).is_ok());
    }

    #[test]
    fn only_the_whole_token_is_the_token() {
        use header::{AUTHORIZATION, COOKIE};
        assert!(carries(AUTHORIZATION, "Bearer correct-horse-battery"));
        assert!(carries(AUTHORIZATION, "bearer  correct-horse-battery"));
        assert!(carries(
            COOKIE,
            "a=b; heliogram_token=correct-horse-battery"
        ));
        for wrong in [
            "Bearer correct-horse-batter",
            "Bearer correct-horse-battery1",
            "Bearer Correct-horse-battery",
            "Bearer ",
            "Basic correct-horse-battery",
            "correct-horse-battery",
        ] {
            assert!(!carries(AUTHORIZATION, wrong), "{wrong}");
        }
        for wrong in [
            "heliogram_token=",
            "heliogram_token=wrong",
            "token=correct-horse-battery",
        ] {
            assert!(!carries(COOKIE, wrong), "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_not_shown() {
        let token = ControlToken::new(SECRET).unwrap();
        assert!(!format!("{token:?}").contains(SECRET));
    }
}
