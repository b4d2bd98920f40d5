//! Calls per second, for orientation: client and server share the machine.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use heliogram::{TelegramClient, Transport, api};
use heliogram_tl::{Encode as _, mtproto};

use crate::program::{Folder, Program};
use crate::{Failure, Raw};

/// Calls per second.
pub struct Throughput {
    /// How many were under way, what was called, and how many per second.
    pub rows: Vec<(usize, &'static str, f64)>,
}

/// Calls for some seconds with one and with 64 under way, over one connection.
///
/// # Errors
/// When a call fails.
pub async fn run(binary: &Path, each: Duration) -> Result<Throughput, Failure> {
    let data = Folder::new()?;
    let program = Program::start(binary, Some(data.path())).await?;
    let mut rows = Vec::new();
    for at_once in [1, 64] {
        let mut raw = Raw::exchange(&program.target, Transport::default()).await?;
        raw.ping().await?;
        rows.push((at_once, "ping", pings(&mut raw, at_once, each).await?));
        let client = program.target.client();
        client.connect().await?;
        rows.push((
            at_once,
            "help.getConfig",
            configs(&client, at_once, each).await?,
        ));
        client.disconnect().await;
    }
    program.kill().await?;
    Ok(Throughput { rows })
}

/// By a client without a session's bookkeeping: the server's share.
async fn pings(raw: &mut Raw, at_once: usize, each: Duration) -> Result<f64, Failure> {
    let ping = mtproto::Ping { ping_id: 1 }.to_bytes()?;
    let began = Instant::now();
    let (mut waiting, mut answered) = (0, 0_u64);
    while began.elapsed() < each {
        while waiting < at_once {
            raw.send(&ping)?;
            waiting += 1;
        }
        for message in raw.receive().await? {
            if message.as_object::<mtproto::Pong>().is_some() {
                waiting -= 1;
                answered += 1;
            }
        }
    }
    while waiting > 0 {
        let pongs = raw.receive().await?;
        waiting -= pongs
            .iter()
            .filter(|message| message.as_object::<mtproto::Pong>().is_some())
            .count();
    }
    Ok(answered as f64 / began.elapsed().as_secs_f64())
}

async fn configs(client: &TelegramClient, at_once: usize, each: Duration) -> Result<f64, Failure> {
    let (over, answered) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let (client, over, answered) = (client.clone(), Arc::clone(&over), Arc::clone(&answered));
        tasks.spawn(async move {
            while !over.load(Ordering::Relaxed) {
                client.invoke(&api::help::GetConfig {}).await?;
                answered.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Failure>(())
        });
    }
    tokio::time::sleep(each).await;
    let rate = answered.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(rate)
}

impl std::fmt::Display for Throughput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|(at_once, what, rate)| format!("{what}, {at_once} at once: {rate:.0}/s"))
            .collect();
        f.write_str(&rows.join("; "))
    }
}
