//! Sessions, between JavaScript's classes and the library's client.
//!
//! JavaScript keeps a session where its user wants it (a string, a folder, a class of their own). It gives the parts to the
//! client when it connects, and takes them back when they have changed.

use heliogram::{AuthKey, ClientError, StringSession};
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;

use crate::{
    client::Client,
    delivery::What,
    failure::{self, Failure},
};

/// What a session is made of.
#[napi(object)]
pub struct SessionParts {
    /// The number of the data centre; 0 when nothing has been said.
    pub dc_id: u32,
    /// Its address: an IP address or a host name.
    pub server_address: String,
    /// Its port.
    pub port: u32,
    /// The authorization key, 256 bytes, when there is one.
    pub key: Option<Buffer>,
}

/// Reads a session string of any format that the library knows. It throws when it is none, and says what is wrong without
/// showing it.
#[napi]
pub fn read_session(text: String) -> napi::Result<SessionParts> {
    let read = StringSession::new(&text);
    Ok(parts(
        &read.map_err(|error| failure::argument(&error.to_string()))?,
    ))
}

/// The session string of these parts, in GramJS's format; empty without a key.
#[napi]
pub fn write_session(parts: SessionParts) -> napi::Result<String> {
    Ok(session(parts)?.save())
}

#[napi]
impl Client {
    /// The session as it is now.
    #[napi]
    pub fn session(&self) -> SessionParts {
        parts(&self.client.session())
    }

    /// How often it has changed.
    #[napi(getter)]
    pub fn session_version(&self) -> u32 {
        self.client.session_version() as u32
    }

    /// Takes a session for the next `connect`; false when there is a connection, which keeps its own.
    #[napi]
    pub fn set_session(&self, parts: SessionParts) -> napi::Result<bool> {
        Ok(self.client.set_session(session(parts)?))
    }

    /// Leaves the home DC for another, with a new key there.
    #[napi]
    pub fn switch_dc(&self, call: u32, dc_id: u8) {
        self.run(call, async move |client| {
            let switched: Result<(), ClientError> = client.switch_dc(dc_id).await;
            switched.map_err(|error| Failure::other("connect", error))?;
            Ok(What::Nothing)
        });
    }
}

fn parts(session: &StringSession) -> SessionParts {
    SessionParts {
        dc_id: session.dc_id().into(),
        server_address: session.address().to_owned(),
        port: session.port().into(),
        key: session
            .auth_key()
            .map(|key| Buffer::from(&key.as_bytes()[..])),
    }
}

fn session(parts: SessionParts) -> napi::Result<StringSession> {
    let SessionParts {
        dc_id,
        server_address,
        port,
        key,
    } = parts;
    let wrong = |what: String| failure::argument(&format!("session: {what}"));
    let dc_id = u8::try_from(dc_id).map_err(|_| wrong(format!("there is no DC {dc_id}")))?;
    let port = u16::try_from(port).map_err(|_| wrong(format!("there is no port {port}")))?;
    let Some(key) = key else {
        return match dc_id {
            0 => StringSession::new("").map_err(|error| wrong(error.to_string())),
            _ => Ok(StringSession::empty(dc_id, &server_address, port)),
        };
    };
    let key = <[u8; 256]>::try_from(&key[..])
        .map_err(|_| wrong(format!("an auth key has 256 bytes, not {}", key.len())))?;
    Ok(StringSession::with_key(
        dc_id,
        &server_address,
        port,
        AuthKey::new(key),
    ))
}
