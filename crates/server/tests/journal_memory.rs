//! The journal's bound is one of memory. A program of its own, so that nothing else allocates meanwhile.
//!
//! What is measured is the memory that the process holds, as the system counts it, before the calls and after them. Calls
//! are slices of packets that are far larger, as a client with containers sends them.

#![cfg(target_os = "linux")]

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKey;
use heliogram_server::{Call, Core, CoreOptions, Filter, KeyKind, KnownKey};
use heliogram_tl::Encode as _;
use heliogram_tl::api::help;
use heliogram_tl::api::messages::GetAllStickers;
use tokio::task::JoinSet;

const CALLS: u64 = 100_000;
const CALLERS: u64 = 50;
const BOUND: usize = 16 << 20;
/// The allocator keeps some of what was given back, and pages are held whole.
const SLACK: usize = 4 << 20;

#[tokio::test]
async fn a_journal_of_100_000_calls_stays_within_its_bound() {
    // What the store and the runtime take is taken before.
    call_often(&core(0), CALLS / 10).await;
    let core = core(BOUND);
    let before = resident();
    call_often(&core, CALLS).await;
    let grown = resident().saturating_sub(before);

    let journal = core.journal();
    assert_eq!(journal.newest(), CALLS);
    let kept = journal.count(&Filter::default()).unwrap();
    let charged = journal.bytes();
    println!("{kept} calls kept, charged {charged} bytes; held {grown} more than before");
    assert!(
        charged <= BOUND && charged > BOUND - (64 << 10),
        "{charged}"
    );
    assert!((10_000..100_000).contains(&kept), "{kept}");
    assert!(
        grown <= BOUND + SLACK,
        "{grown} bytes for a bound of {BOUND}"
    );
    // The bound is not wasted either: what is charged is really there.
    assert!(grown >= BOUND / 2, "{grown} bytes for a bound of {BOUND}");
}

fn core(journal_bytes: usize) -> Core {
    let core = Core::open(CoreOptions {
        journal_bytes,
        ..CoreOptions::default()
    });
    let core = core.unwrap();
    let key = KnownKey {
        key: AuthKey::new([7; 256]),
        salt: 1,
        kind: KeyKind::Permanent,
        bound_to: None,
        dc_id: 2,
    };
    core.add_auth_key(&key).unwrap();
    core
}

/// Makes so many calls, by many callers at once: the store then has several to a commit.
async fn call_often(core: &Core, times: u64) {
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let core = core.clone();
        callers.spawn(async move {
            for number in (caller..times).step_by(CALLERS as usize) {
                core.call(call(number)).await;
            }
        });
    }
    callers.join_all().await;
}

/// One in ten reaches a handler, one has none, and the rest cannot be read.
fn call(number: u64) -> Call {
    let query = match number % 10 {
        0 => help::GetAppConfig { hash: 7 }.to_bytes().unwrap(),
        1 => GetAllStickers { hash: 7 }.to_bytes().unwrap(),
        _ => vec![0xff; 300],
    };
    let mut packet = vec![0xff; 16 << 10];
    packet[64..64 + query.len()].copy_from_slice(&query);
    Call {
        key: AuthKey::new([7; 256]).id(),
        session_id: 1,
        msg_id: (number as i64 + 1) << 2,
        body: Bytes::from(packet).slice(64..64 + query.len()),
        wire_now: 1_800_000_000,
        connection: 1,
        dc_id: 2,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
    }
}

/// Bytes of memory that the process holds.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes.unwrap().trim().parse::<usize>().unwrap() << 10
}
