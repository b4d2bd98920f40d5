//! Client and server in one process, over a network in memory that is as bad as a seed says, on virtual time.
//!
//! Real [`TelegramClient`](heliogram::TelegramClient)s of three to eight people, logged in by minted sessions, write,
//! edit, take back and read at random. Between them and a real server with a real store stands a network
//! (`network.rs`, `line.rs`) whose lines are slow, break in the middle of a frame or go silent; everybody is cut
//! off for a while; the server stops and starts again from its store (`weather.rs`). No outage is longer than what
//! the library promises to get over. So at the end, when the sky has cleared (`verdict.rs`):
//!
//! * **every** call has had its result, and none an error;
//! * every effect is in the store exactly once, in order, and nothing else is;
//! * both sides of each chat have the same, and the lists of chats say what is in them;
//! * a second device of each person, which only reads and crashes now and then (`reader.rs`), has been given each new
//!   message, edit and deletion exactly once and in order.
//!
//! That this finds something is proven by planted bugs: patches of client and server, each of which must make it fail.
//!
//! The clock is virtual (`virtual_time.rs`): minutes of bad weather pass in a second. A seed decides who does what when,
//! and what becomes of each connection; tokio's choices and the cryptography's random numbers are not among it, so that
//! a seed goes nearly, not exactly, the same way each time.

mod house;
mod life;
mod line;
mod network;
mod person;
mod reader;
mod verdict;
mod virtual_time;
mod weather;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use heliogram::{ClientOptions, StringSession};
use heliogram_campaigns::Dice;
pub use heliogram_campaigns::Failure;
use heliogram_campaigns::letters::Friend;
use heliogram_server::NewUser;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use self::house::House;
use self::network::Network;
use self::person::{Letter, Person};
use self::reader::{Read, Reader};
use self::virtual_time::Busy;
use self::weather::Blow;

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many people there were.
    pub people: usize,
    /// Calls that were made; all had a result.
    pub calls: usize,
    /// Messages that are there at the end.
    pub messages: usize,
    /// How often the server was stopped and started again.
    pub restarts: usize,
    /// How often a reading client crashed and began again from its storage.
    pub crashes: usize,
    /// How much time passed for those in it.
    pub lasted: Duration,
}

/// Lives through what this seed says.
///
/// # Errors
/// With what does not hold.
pub fn run(seed: u64) -> Result<Outcome, Failure> {
    let busy = Busy::default();
    let runtime = virtual_time::runtime(&busy)?;
    let outcome = runtime.block_on(async {
        match timeout(LONGEST, live(seed, &busy)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(format!("not over after {LONGEST:?}").into()),
        }
    });
    busy.set(None);
    runtime.shutdown_timeout(Duration::from_secs(5));
    outcome
}

/// Lives through many, as many at once as the machine has threads; tells of each as it is over.
pub fn run_all(
    seeds: std::ops::Range<u64>,
    over: impl Fn(u64, &Result<Outcome, Failure>, Duration) + Sync,
) {
    let next = AtomicU64::new(seeds.start);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !seeds.contains(&seed) {
                        break;
                    }
                    let began = std::time::Instant::now();
                    over(seed, &run(seed), began.elapsed());
                }
            });
        }
    });
}

async fn live(seed: u64, busy: &Busy) -> Result<Outcome, Failure> {
    let began = Instant::now();
    let mut dice = Dice::new(seed);
    let house = Arc::new(House::new(seed, busy.clone())?);
    house.start().await;
    let network = Network::new(Arc::clone(&house));
    let (mut people, mut readers) = (Vec::new(), Vec::new());
    for number in 0..3 + dice.below(6) {
        let phone = format!("99966210{number:02}");
        let user = NewUser {
            phone: phone.clone(),
            first_name: format!("Person {number}"),
            ..NewUser::default()
        };
        let core = house.core().ok_or("the server does not run")?;
        core.create_user(user).await?;
        let mut devices = Vec::new();
        for device in [1, 101] {
            let way = network.way(number as u8 + device, dice.split());
            devices.push(device_of(&phone, &house, way).await?);
        }
        let [writes, reads] = [devices.remove(0), devices.remove(0)];
        people.push(Person::new(number, writes.0, writes.1, dice.split()).await?);
        readers.push(Reader::new(reads.0, reads.1, dice.split()).await?);
    }
    let friends: Vec<_> = people.iter().map(|person| person.myself).collect();
    let rounds = 12 + dice.below(12);

    network.set_bad(true);
    network.cut();
    let mut living = JoinSet::new();
    for mut person in people.drain(..) {
        let friends = friends.clone();
        living.spawn(async move {
            let lived = person.live(&friends, rounds).await;
            (person, lived)
        });
    }
    let mut restarts = 0;
    for (pause, blow) in weather::blows(&mut dice) {
        sleep(pause).await;
        match blow {
            Blow::Restart(pause) => {
                house.stop().await;
                sleep(pause).await;
                house.start().await;
                restarts += 1;
            }
            Blow::Outage(pause) => {
                network.set_outage(true);
                sleep(pause).await;
                network.set_outage(false);
            }
            Blow::Cut => network.cut(),
        }
    }
    let mut failed = Ok(());
    while let Some(ended) = living.join_next().await {
        let (person, lived) = ended?;
        failed = failed.and(lived);
        people.push(person);
    }
    failed?;
    people.sort_by_key(|person| person.number);
    network.set_bad(false);
    network.cut();
    roll_call(&mut people, &friends, &readers).await?;
    let mut read = Vec::new();
    for reader in readers {
        read.push(reader.close().await?);
    }
    let messages = verdict::check(&people, &read).await?;
    for person in &people {
        person.client.disconnect().await;
    }
    house.stop().await;
    Ok(Outcome {
        people: people.len(),
        calls: people.iter().map(|person| person.calls).sum(),
        messages,
        restarts,
        crashes: read.iter().map(Read::crashes).sum(),
        lasted: began.elapsed(),
    })
}

/// When the sky is clear everybody writes to everybody once more, and all devices hear of it at once: connections that were
/// made again are as good as the first ones.
async fn roll_call(
    people: &mut [Person],
    friends: &[Friend],
    readers: &[Reader],
) -> Result<(), Failure> {
    for reader in readers {
        reader.calm();
    }
    sleep(CALM).await;
    for person in people.iter_mut() {
        person.write_to_all(friends).await?;
    }
    for (person, reader) in people.iter().zip(readers) {
        let last = people.iter().flat_map(|writer| {
            let theirs = move |letter: &&Letter| {
                writer.myself == person.myself || letter.to == person.myself
            };
            writer.last_round().filter(theirs)
        });
        let last: Vec<&str> = last.map(|letter| &*letter.text).collect();
        if !reader.has_read(&last, CALM).await {
            return Err(format!("the other device of {person} is not told of {last:?}").into());
        }
    }
    Ok(())
}

/// A session of this number, and the options of its client.
async fn device_of(
    phone: &str,
    house: &House,
    way: Network,
) -> Result<(StringSession, ClientOptions), Failure> {
    let core = house.core().ok_or("the server does not run")?;
    let minted = core.mint_key(phone, true).await?;
    let options = house.with(|server| server.client_options());
    let options = ClientOptions {
        dial: Some(Arc::new(way)),
        retry_delay: Duration::from_millis(300),
        ..options.ok_or("the server does not run")?
    };
    let session = StringSession::with_key(2, "127.0.0.1", 443, minted.key);
    Ok((session, options))
}

impl Outcome {
    /// Counts another run in.
    pub fn add(&mut self, other: &Self) {
        self.people += other.people;
        self.calls += other.calls;
        self.messages += other.messages;
        self.restarts += other.restarts;
        self.crashes += other.crashes;
        self.lasted += other.lasted;
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} people, {} calls, {} messages, {} restarts of the server, {} crashes of clients in {:.0?}",
            self.people, self.calls, self.messages, self.restarts, self.crashes, self.lasted
        )
    }
}

/// Longer than any line that is slow, and shorter than a client waits before it asks whether it missed something.
const CALM: Duration = Duration::from_secs(60);
/// A run that is not over by then hangs.
const LONGEST: Duration = Duration::from_secs(3_600);
