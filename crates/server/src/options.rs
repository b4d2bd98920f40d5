//! How a server is set up.

use std::path::PathBuf;

use crate::clock::WireClock;
#[cfg(doc)]
use crate::core::Core;
use crate::worlds::MAIN;

/// How a [`Core`] is opened.
#[derive(Clone, Debug)]
pub struct CoreOptions {
    /// The directory of the store; none keeps everything in memory.
    pub data: Option<PathBuf>,
    /// The name of the world; keys that are minted from the same seed differ by it.
    pub world: String,
    /// Makes codes, hashes and ids repeatable, for tests. None: the system's generator.
    pub seed: Option<u64>,
    /// The DC this server says it is: 1 to 5. 2, as clients assume for new sessions.
    pub dc_id: i32,
    /// Whether the server is one of the test servers; then `99966XYYYY` numbers have known codes.
    pub test_mode: bool,
    /// Whether a commit survives the death of the machine, not only of the process. Slower.
    pub fsync: bool,
    /// Days without a call after which a new account is deleted. 182, half a year, until the owner sets another.
    pub account_ttl_days: i64,
    /// How often things may be tried, and how much is kept.
    pub limits: Limits,
    /// How many bytes of calls and answers the journal keeps; 0 for no journal. 32 MiB.
    pub journal_bytes: usize,
    /// Whether methods without a handler get the least answer that the schema allows.
    pub auto_reply: bool,
    /// The real time, for what happens without a call.
    pub wire_clock: WireClock,
}

/// How often things may be tried, in business time, and how much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Codes sent to a number for one purpose in an hour; then `FLOOD_WAIT_n`.
    pub codes_per_hour: u32,
    /// Login codes sent to a number in a day; then `PHONE_NUMBER_FLOOD`.
    pub codes_per_day: u32,
    /// Wrong passwords for an account in a day; then `PHONE_PASSWORD_FLOOD` and `FLOOD_WAIT_n`.
    pub passwords_per_day: u32,
    /// How many updates of an account are kept for sessions that are away; one that missed more is told
    /// `updates.differenceTooLong`. At least so many, in pts; they are forgotten in batches.
    pub updates_kept: i32,
}

impl Default for CoreOptions {
    fn default() -> Self {
        Self {
            data: None,
            world: MAIN.to_owned(),
            seed: None,
            dc_id: 2,
            test_mode: false,
            fsync: false,
            account_ttl_days: 182,
            limits: Limits::default(),
            journal_bytes: 32 << 20,
            auto_reply: false,
            wire_clock: WireClock::default(),
        }
    }
}

impl Default for Limits {
    /// 30 codes an hour, 100 a day, 20 wrong passwords a day, a million updates: enough for any honest test.
    fn default() -> Self {
        Self {
            codes_per_hour: 30,
            codes_per_day: 100,
            passwords_per_day: 20,
            updates_kept: 1_000_000,
        }
    }
}
