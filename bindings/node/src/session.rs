//! Session strings.

use heliogram::StringSession;

use crate::failure;

/// Reads a session string of any format that the library knows; an empty one is a new session.
pub(crate) fn parse(text: &str) -> napi::Result<StringSession> {
    StringSession::new(text).map_err(|error| failure::argument(&format!("session: {error}")))
}
