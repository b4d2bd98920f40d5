//! The options of a client, from JavaScript's object to the library's.

use std::time::Duration;

use heliogram::{ClientOptions, Network, Transport, TransportKind};
use napi_derive::napi;

use crate::failure;

/// What `new TelegramClient(session, apiId, apiHash, options)` may say; JavaScript has checked the names and kinds, and left out
/// what stays as the library has it.
#[napi(object)]
#[derive(Default)]
pub struct Options {
    /// `production`, `production-ipv6`, `test`, `test-ipv6`, or the text of a ready file.
    pub network: Option<String>,
    /// `abridged`, `intermediate`, `full`.
    pub transport: Option<String>,
    /// Whether packets are made to look like noise.
    pub obfuscated: Option<bool>,
    /// In seconds.
    pub timeout: Option<f64>,
    /// How often connecting is tried again.
    pub connection_retries: Option<u32>,
    /// How often a broken connection is made again; none: without an end.
    pub reconnect_retries: Option<u32>,
    /// In milliseconds.
    pub retry_delay: Option<f64>,
    /// How often a call is repeated.
    pub request_retries: Option<u32>,
    /// How often connecting to another DC is tried again.
    pub download_retries: Option<u32>,
    /// In seconds.
    pub flood_sleep_threshold: Option<f64>,
    /// For the account's list of devices.
    pub device_model: Option<String>,
    /// For the account's list of devices.
    pub system_version: Option<String>,
    /// For the account's list of devices.
    pub app_version: Option<String>,
    /// Of texts from the server.
    pub lang_code: Option<String>,
    /// Of the system.
    pub system_lang_code: Option<String>,
    /// How many connections a large file is carried over.
    pub transfer_connections: Option<u32>,
    /// Whether what was missed is told.
    pub catch_up: Option<bool>,
}

impl Options {
    pub(crate) fn into_client(self) -> napi::Result<ClientOptions> {
        let mut to = ClientOptions::default();
        if let Some(network) = self.network {
            to.network = match network.as_str() {
                "production" => Network::production(),
                "production-ipv6" => Network::production_ipv6(),
                "test" => Network::test(),
                "test-ipv6" => Network::test_ipv6(),
                ready => Network::from_ready_json(ready)
                    .map_err(|error| failure::argument(&format!("network: {error}")))?,
            };
        }
        let kind = match self.transport.as_deref() {
            None | Some("abridged") => TransportKind::Abridged,
            Some("intermediate") => TransportKind::Intermediate,
            Some("full") => TransportKind::Full,
            Some(other) => {
                return Err(failure::argument(&format!(
                    "transport: {other:?} is none of abridged, intermediate, full"
                )));
            }
        };
        to.transport = Transport {
            kind,
            obfuscated: self.obfuscated.unwrap_or(false),
        };
        if let Some(timeout) = self.timeout {
            to.timeout = seconds("timeout", timeout)?;
        }
        if let Some(delay) = self.retry_delay {
            to.retry_delay = seconds("retryDelay", delay / 1000.0)?;
        }
        if let Some(threshold) = self.flood_sleep_threshold {
            to.flood_sleep_threshold = seconds("floodSleepThreshold", threshold)?;
        }
        to.reconnect_retries = self.reconnect_retries;
        set(&mut to.connection_retries, self.connection_retries);
        set(&mut to.request_retries, self.request_retries);
        set(&mut to.download_retries, self.download_retries);
        set(&mut to.device_model, self.device_model);
        set(&mut to.system_version, self.system_version);
        set(&mut to.app_version, self.app_version);
        set(&mut to.lang_code, self.lang_code);
        set(&mut to.system_lang_code, self.system_lang_code);
        set(&mut to.catch_up, self.catch_up);
        if let Some(connections) = self.transfer_connections {
            to.transfer_connections = connections as usize;
        }
        Ok(to)
    }
}

/// A duration from JavaScript's number of seconds.
pub(crate) fn seconds(name: &str, value: f64) -> napi::Result<Duration> {
    Duration::try_from_secs_f64(value)
        .map_err(|error| failure::argument(&format!("{name}: {value}: {error}")))
}

fn set<T>(field: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *field = given;
    }
}
