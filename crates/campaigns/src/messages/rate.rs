//! How many messages per second are sent by several people at once, each in the store before its sender hears so.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use heliogram::api::updates;
use tokio::task::JoinSet;

use super::{Writer, writers};
use crate::letters::{Sent, text_message};
use crate::program::{Folder, Program};
use crate::{Dice, Failure};

/// What was measured.
pub struct Rate {
    /// Messages that were answered, per second.
    pub per_second: f64,
    /// All of them.
    pub messages: u64,
    /// What the server kept in memory before, and at the end.
    pub resident_kib: (u64, u64),
}

/// Lets people write to each other for so long.
///
/// # Errors
/// When a call fails, or a message that was answered is not counted.
pub async fn rate(binary: &Path, each: Duration) -> Result<Rate, Failure> {
    let data = Folder::new()?;
    let program = Program::start(binary, Some(data.path())).await?;
    let people = writers(&program, PEOPLE).await?;
    let friends: Vec<_> = people.iter().map(|person| person.myself).collect();
    let before = program.resident_kib()?;
    let (over, sent) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let mut clients = Vec::new();
    for Writer { key, .. } in &people {
        let client = program.target.client_with(Some(key.clone()));
        client.connect().await?;
        clients.push(client);
    }
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for (number, client) in clients.iter().enumerate() {
        for lane in 0..AT_ONCE {
            let (client, over, sent) = (client.clone(), Arc::clone(&over), Arc::clone(&sent));
            let mut dice = Dice::new((number * AT_ONCE + lane) as u64);
            let to = friends[(number + 1 + lane % (PEOPLE - 1)) % PEOPLE];
            tasks.spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let text = "A message as people write them, of some sixty characters.";
                    let call = text_message(to.peer(), text.to_owned(), dice.long());
                    let answer = client.invoke(&call).await?;
                    Sent::read(&answer).ok_or("no id in the answer")?;
                    sent.fetch_add(1, Ordering::Relaxed);
                }
                Ok::<_, Failure>(())
            });
        }
    }
    tokio::time::sleep(each).await;
    let per_second = sent.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let resident_kib = (before, program.resident_kib()?);
    // Each message moves two accounts on by one.
    let mut moved = 0;
    for client in &clients {
        moved += client.invoke(&updates::GetState {}).await?.pts as u64;
        client.disconnect().await;
    }
    let messages = sent.load(Ordering::Relaxed);
    program.kill().await?;
    if moved < 2 * messages {
        return Err(format!("{messages} answers, and pts moved by {moved}").into());
    }
    Ok(Rate {
        per_second,
        messages,
        resident_kib,
    })
}

impl Rate {
    /// Fails when it is less than promised.
    ///
    /// # Errors
    /// With what it is.
    pub fn check(&self) -> Result<(), Failure> {
        if self.per_second < PROMISED {
            return Err(format!("{self}; {PROMISED} are promised").into());
        }
        Ok(())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = self.resident_kib;
        write!(
            f,
            "{:.0} messages per second by {PEOPLE} people with {AT_ONCE} at once each, {} in all; VmRSS {before} KiB before and {after} KiB after",
            self.per_second, self.messages
        )
    }
}

const PEOPLE: usize = 8;
const AT_ONCE: usize = 32;
const PROMISED: f64 = 5_000.0;
