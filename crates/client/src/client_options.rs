//! What a client can be told, with what it does when it is told nothing.

use std::{sync::Arc, time::Duration};

use heliogram_net::{Dial, Transport};

use crate::{MemoryStorage, Network, Storage};

/// The settings of a [`TelegramClient`](crate::TelegramClient), in GramJS's names where it has
/// them.
///
/// ```
/// use heliogram::{ClientOptions, Network};
///
/// let options = ClientOptions {
///     network: Network::test(),
///     device_model: "my server".into(),
///     ..ClientOptions::default()
/// };
/// assert_eq!(options.request_retries, 5);
/// ```
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Which servers. Default: Telegram's production over IPv4, as GramJS.
    pub network: Network,
    /// What makes the connections: a proxy, a tunnel, a network in memory. Default: none, TCP.
    pub dial: Option<Arc<dyn Dial>>,
    /// How packets are framed. Default: abridged, one byte of overhead for most packets, and in
    /// the clear; obfuscate where a network filters MTProto.
    pub transport: Transport,
    /// How long one attempt may take to connect, and to answer each step of a key exchange. Default: 10 s,
    /// as GramJS: longer than a slow mobile network takes.
    pub timeout: Duration,
    /// How often `connect` tries again before it gives up with the last error. Default: 5. GramJS's
    /// documentation says 5 too, its code tries for ever and hangs when the address is wrong.
    pub connection_retries: u32,
    /// How often a connection that was there and broke is tried again before calls fail. Default: no
    /// limit: a program that runs for months must survive a network that is gone for a night.
    pub reconnect_retries: Option<u32>,
    /// The wait before the second attempt to connect; each further one doubles it, up to 60 s, and a random
    /// part of at most half is taken off, so that a thousand clients do not come back
    /// at the same moment. Default: 1 s, as GramJS.
    pub retry_delay: Duration,
    /// How often a call is repeated after flood waits, migrations and failures inside the server, before its
    /// error is returned. Default: 5, as GramJS.
    pub request_retries: u32,
    /// How often a connection to another DC, for a file or a call there, is tried again before the call fails. Default:
    /// 5, as GramJS.
    pub download_retries: u32,
    /// The longest flood wait that is slept; a longer one is an error that says how long. Default: 60 s,
    /// inclusive, as GramJS. A client can be told another one later:
    /// [`set_flood_sleep_threshold`](crate::TelegramClient::set_flood_sleep_threshold).
    pub flood_sleep_threshold: Duration,
    /// How the session is called in the account's list of devices. Default: the operating system.
    pub device_model: String,
    /// The system's version, for the same list. Default: the processor architecture; Rust knows no
    /// release of the system.
    pub system_version: String,
    /// The version of your program, for the same list. Default: "1.0", as GramJS.
    pub app_version: String,
    /// The language of texts that the server sends. Default: "en".
    pub lang_code: String,
    /// The language of the system. Default: "en".
    pub system_lang_code: String,
    /// The language pack. Default: empty, which all but official apps have to leave it.
    pub lang_pack: String,
    /// How many connections a file of more than 10 MiB is sent or fetched over, beside the home's. Default: 3; Telegram
    /// gives each its own share of bandwidth, and ciphering takes more than one processor.
    pub transfer_connections: usize,
    /// How many objects of updates wait for readers before further ones are not kept but fetched later. Default: 1024,
    /// a few hundred kilobytes at most times, and never more than 16 MiB.
    pub updates_buffer: usize,
    /// How long the server may say nothing, while somebody reads updates, before the client asks whether it has missed
    /// something. Default: 5 minutes, 288 small calls in a silent day. None to trust that silence is silence.
    pub updates_watchdog: Option<Duration>,
    /// Whether readers of updates are first given what happened since the state in `storage` was saved. Default:
    /// yes. Otherwise they begin with what happens from now on, as in GramJS.
    pub catch_up: bool,
    /// Where peers that were met and the state of updates are kept. Default: in memory, until the end of the
    /// process. Two clients of one account must not share one, since each comes through the updates in its own time.
    pub storage: Arc<dyn Storage>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            network: Network::production(),
            dial: None,
            transport: Transport::default(),
            timeout: Duration::from_secs(10),
            connection_retries: 5,
            reconnect_retries: None,
            retry_delay: Duration::from_secs(1),
            request_retries: 5,
            download_retries: 5,
            flood_sleep_threshold: Duration::from_secs(60),
            device_model: std::env::consts::OS.into(),
            system_version: std::env::consts::ARCH.into(),
            app_version: "1.0".into(),
            lang_code: "en".into(),
            system_lang_code: "en".into(),
            lang_pack: String::new(),
            transfer_connections: 3,
            updates_buffer: 1024,
            updates_watchdog: Some(Duration::from_secs(300)),
            catch_up: true,
            storage: Arc::new(MemoryStorage::default()),
        }
    }
}
