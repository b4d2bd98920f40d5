//! The server on trial.

use std::net::SocketAddr;
use std::sync::Arc;

use heliogram::{Address, AuthKey, ClientOptions, Network, StringSession, TelegramClient};
use heliogram_crypto::rsa::RsaPublicKey;

use crate::Failure;

/// Where a server is, and the key it is known by.
#[derive(Clone)]
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its public key.
    pub keys: Arc<[RsaPublicKey]>,
    /// Where its control API listens.
    pub control: Option<SocketAddr>,
    network: Network,
}

impl Target {
    /// A server in this process.
    ///
    /// # Errors
    /// When the key is not one.
    pub fn new(
        address: SocketAddr,
        rsa_pem: &str,
        control: Option<SocketAddr>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            address,
            keys: [RsaPublicKey::from_pem(rsa_pem)?].into(),
            control,
            network: Network::own(2, &address.to_string(), rsa_pem)?,
        })
    }

    /// A server that wrote this ready file.
    ///
    /// # Errors
    /// When the text lacks something.
    pub fn from_ready(text: &str) -> Result<Self, Failure> {
        let ready: serde_json::Value = serde_json::from_str(text)?;
        let field = |name: &str| ready[name].as_str().ok_or(format!("no {name}"));
        let control = field("control")?.trim_start_matches("http://").parse().ok();
        Self::new(field("mtproto")?.parse()?, field("rsa_pem")?, control)
    }

    /// For dialling.
    #[must_use]
    pub fn dialled(&self) -> Address {
        Address::new(self.address.ip().to_string(), self.address.port())
    }

    /// A client without a key.
    #[must_use]
    pub fn client(&self) -> TelegramClient {
        self.client_with(None)
    }

    /// A client with a key of an earlier run, which does not try again when the connection
    /// breaks: a trial wants to know.
    #[must_use]
    pub fn client_with(&self, key: Option<AuthKey>) -> TelegramClient {
        let (host, port) = (self.address.ip().to_string(), self.address.port());
        let session = match key {
            Some(key) => StringSession::with_key(2, &host, port, key),
            None => StringSession::empty(2, &host, port),
        };
        let options = ClientOptions {
            network: self.network.clone(),
            connection_retries: 0,
            reconnect_retries: Some(0),
            request_retries: 0,
            flood_sleep_threshold: std::time::Duration::ZERO,
            ..ClientOptions::default()
        };
        TelegramClient::new(session, 12345, "0123456789abcdef", options)
    }
}
