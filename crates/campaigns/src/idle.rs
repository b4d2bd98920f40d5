//! What an idle connection costs the server.

use std::path::Path;
use std::time::Duration;

use heliogram::{Transport, api};
use tokio::task::JoinSet;

use crate::clients::greeted;
use crate::program::{Folder, Program};
use crate::{Failure, Raw, Target};

/// The figure, and what it is made of.
pub struct Idle {
    /// Connections that were open.
    pub connections: usize,
    /// Resident memory before, in KiB.
    pub before: u64,
    /// Resident memory with them, in KiB.
    pub with: u64,
}

/// Opens connections, each with a key of its own and one call answered and
/// acknowledged, leaves them alone, and compares the
/// server's resident memory.
///
/// Before the first measurement some connections were opened and closed, so that what is made once (threads,
/// statements, caches) is not counted.
///
/// # Errors
/// When a connection fails.
pub async fn run(binary: &Path, connections: usize) -> Result<Idle, Failure> {
    let data = Folder::new()?;
    let program = Program::start(binary, Some(data.path())).await?;
    drop(open(&program.target, 200).await?);
    // The threads of the arithmetic end when they have had nothing to do for ten seconds.
    tokio::time::sleep(SETTLE).await;
    let before = program.resident_kib()?;
    let mut opened = open(&program.target, connections).await?;
    tokio::time::sleep(SETTLE).await;
    let with = program.resident_kib()?;
    for raw in &mut opened {
        raw.ping().await?;
    }
    program.kill().await?;
    Ok(Idle {
        connections,
        before,
        with,
    })
}

impl Idle {
    /// Bytes of resident memory per connection.
    #[must_use]
    pub fn each(&self) -> u64 {
        self.with.saturating_sub(self.before) * 1024 / self.connections as u64
    }

    /// Fails above 4 KiB.
    ///
    /// # Errors
    /// With the figure.
    pub fn check(&self) -> Result<(), Failure> {
        match self.each() {
            0..=4096 => Ok(()),
            each => Err(format!("an idle connection costs {each} bytes, more than 4096").into()),
        }
    }
}

impl std::fmt::Display for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} bytes for each of {} idle connections (VmRSS {} KiB before, {} KiB with them)",
            self.each(),
            self.connections,
            self.before,
            self.with
        )
    }
}

async fn open(target: &Target, count: usize) -> Result<Vec<Raw>, Failure> {
    let mut running = JoinSet::new();
    let mut opened = Vec::new();
    while opened.len() < count {
        while running.len() < AT_ONCE && opened.len() + running.len() < count {
            let target = target.clone();
            running.spawn(async move {
                let mut raw = Raw::exchange(&target, Transport::default()).await?;
                let body = greeted(&api::help::GetConfig {})?;
                let call = raw.send(&body)?;
                raw.answer_to(call, &body).await??;
                raw.acknowledge()?;
                Ok::<_, Failure>(raw)
            });
        }
        if let Some(done) = running.join_next().await {
            opened.push(done??);
        }
    }
    Ok(opened)
}

const AT_ONCE: usize = 4;
const SETTLE: Duration = Duration::from_secs(12);
