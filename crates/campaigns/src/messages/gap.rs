//! A client that was away gets all that it missed, in order, once, however much it is.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use heliogram::{ClientOptions, MemoryStorage, Storage as _, TelegramClient, Update};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Writer, writers};
use crate::letters::text_message;
use crate::program::{Folder, Program};
use crate::{Dice, Failure, Target};

/// What it took.
pub struct Recovered {
    /// How many updates were missed, and how long it took to get them.
    pub gaps: Vec<(usize, Duration)>,
}

/// Lets a client miss so many messages, each time from where it was.
///
/// # Errors
/// When one is missing, comes twice or out of order, or is reported lost.
pub async fn gap(binary: &Path, gaps: &[usize]) -> Result<Recovered, Failure> {
    let data = Folder::new()?;
    let program = Program::start(binary, Some(data.path())).await?;
    let mut people = writers(&program, WRITERS + 1).await?;
    let reader = people.pop().ok_or("nobody")?;
    let storage = Arc::new(MemoryStorage::default());
    let mut recovered = Vec::new();
    // Before the first there is nothing to come back to.
    read(&program.target, &reader, &storage, 0).await?;
    for missed in gaps {
        write(&program.target, &people, &reader, *missed).await?;
        let began = Instant::now();
        read(&program.target, &reader, &storage, *missed).await?;
        eprintln!("{missed} updates after {:.1?}", began.elapsed());
        recovered.push((*missed, began.elapsed()));
    }
    program.kill().await?;
    Ok(Recovered { gaps: recovered })
}

/// So many texts to the reader, each with a number of its own.
async fn write(
    target: &Target,
    people: &[Writer],
    reader: &Writer,
    count: usize,
) -> Result<(), Failure> {
    let mut clients = Vec::new();
    for person in people {
        let client = target.client_with(Some(person.key.clone()));
        client.connect().await?;
        clients.push(client);
    }
    let mut writing = JoinSet::new();
    for lane in 0..LANES {
        let client = clients[lane % clients.len()].clone();
        let peer = reader.myself.peer();
        let mut dice = Dice::new((count * LANES + lane) as u64);
        writing.spawn(async move {
            for number in (lane..count).step_by(LANES) {
                let call = text_message(peer.clone(), number.to_string(), dice.long());
                client.invoke(&call).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(written) = writing.join_next().await {
        written??;
    }
    for client in clients {
        client.disconnect().await;
    }
    Ok(())
}

/// Reads what comes until it is so much, and a moment longer.
async fn read(
    target: &Target,
    reader: &Writer,
    storage: &Arc<MemoryStorage>,
    expected: usize,
) -> Result<(), Failure> {
    let session = target.client_with(Some(reader.key.clone())).session();
    let options = ClientOptions {
        storage: Arc::clone(storage) as _,
        ..target.client_with(None).options().clone()
    };
    let client = TelegramClient::new(session, 12345, "0123456789abcdef", options);
    client.connect().await?;
    let mut updates = client.updates();
    while storage.update_state(reader.myself.id)?.is_none() {
        sleep(Duration::from_millis(20)).await;
    }
    let (mut numbers, mut last) = (BTreeSet::new(), 0);
    loop {
        let patience = match numbers.len() < expected {
            true => PATIENCE,
            false => MOMENT,
        };
        match timeout(patience, updates.next()).await {
            Ok(Some(Update::NewMessage(message))) => {
                let number: usize = message.text().parse()?;
                if message.id() <= last || !numbers.insert(number) {
                    return Err(format!("message {} after {last}", message.id()).into());
                }
                last = message.id();
            }
            Ok(Some(Update::Lost(lost))) => return Err(lost.to_string().into()),
            Ok(Some(_)) => {}
            Ok(None) => return Err("the updates have ended".into()),
            Err(_) => break,
        }
    }
    drop(updates);
    client.disconnect().await;
    match numbers.len() == expected {
        true => Ok(()),
        false => Err(format!("{} updates of {expected}", numbers.len()).into()),
    }
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gaps: Vec<String> = self
            .gaps
            .iter()
            .map(|(missed, took)| format!("{missed} in {:.1} s", took.as_secs_f64()))
            .collect();
        write!(
            f,
            "all updates recovered, in order and once: {}",
            gaps.join(", ")
        )
    }
}

const WRITERS: usize = 6;
const LANES: usize = 96;
/// How long the next one may take while some are missing.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long is waited for one too many.
const MOMENT: Duration = Duration::from_millis(500);
