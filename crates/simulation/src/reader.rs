//! A second device of a person, which reads what happens, and crashes now and then.
//!
//! It deals with one update after the other and takes a moment for each. When it crashes it is in the middle of one, and
//! nothing is left of it but its storage. The next one goes on from there: so that each update is dealt with, the client must
//! save how far it has come when an update has been dealt with, not when it comes. It may be given some again that
//! were fetched together; within a life, none comes twice.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use heliogram::{ClientOptions, Storage as _, StringSession, TelegramClient, Update};
use heliogram_campaigns::Dice;
use heliogram_campaigns::letters::{Friend, Seen};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::Failure;
use crate::life::Life;
use crate::weather::between;

/// A device that reads.
pub(crate) struct Reader {
    read: Arc<Mutex<Read>>,
    task: JoinHandle<Result<(), Failure>>,
}

/// What was dealt with.
#[derive(Default)]
pub(crate) struct Read {
    /// New messages, in the order in which they came: in which life, number and text.
    new: Vec<(usize, i32, String)>,
    /// The texts after edits.
    edited: BTreeMap<i32, String>,
    /// Messages that are gone, and in which life that was told.
    deleted: BTreeSet<(i32, usize)>,
    /// What should not come.
    odd: Vec<String>,
    crashes: usize,
    /// There will be no further crash.
    calm: bool,
}

impl Reader {
    /// Connects, while the weather is good, and reads from now on.
    pub(crate) async fn new(
        session: StringSession,
        options: ClientOptions,
        dice: Dice,
    ) -> Result<Self, Failure> {
        let read = Arc::new(Mutex::new(Read::default()));
        let file = Life::default();
        let client = born(&session, &options, &file);
        client.connect().await?;
        let user = Friend::who_is(&client).await?.id;
        let updates = client.updates();
        // From the moment that the state is known nothing may be missed.
        while file.update_state(user)?.is_none() {
            sleep(Duration::from_millis(100)).await;
        }
        file.end();
        drop((updates, client));
        let living = run(session, options, dice, user, file, Arc::clone(&read));
        let task = tokio::spawn(living);
        Ok(Self { read, task })
    }

    /// Lets it live: what does not come by itself is not to be found by coming back.
    pub(crate) fn calm(&self) {
        lock(&self.read).calm = true;
    }

    /// Waits until it has dealt with these texts; false when it takes too long.
    pub(crate) async fn has_read(&self, texts: &[&str], patience: Duration) -> bool {
        let until = Instant::now() + patience;
        loop {
            let all = {
                let read = lock(&self.read);
                let has = |text: &&str| read.new.iter().any(|(_, _, known)| known == text);
                texts.iter().all(has)
            };
            if all || Instant::now() > until {
                return all;
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Ends it; gives what it has read.
    pub(crate) async fn close(self) -> Result<Read, Failure> {
        self.task.abort();
        match self.task.await {
            Ok(Err(error)) => return Err(error),
            Ok(Ok(())) => return Err("the stream of updates has ended".into()),
            Err(_) => {}
        }
        Ok(std::mem::take(&mut *lock(&self.read)))
    }
}

/// The program at its start.
fn born(session: &StringSession, options: &ClientOptions, storage: &Life) -> TelegramClient {
    let options = ClientOptions {
        storage: Arc::new(storage.clone()),
        ..options.clone()
    };
    TelegramClient::new(session.clone(), 1, "", options)
}

/// Lives one life after the other.
async fn run(
    session: StringSession,
    options: ClientOptions,
    mut dice: Dice,
    user: i64,
    mut storage: Life,
    read: Arc<Mutex<Read>>,
) -> Result<(), Failure> {
    loop {
        let lifetime = between(&mut dice, 10_000, 120_000);
        storage = storage.next();
        let client = born(&session, &options, &storage);
        let life = async {
            while client.connect().await.is_err() {
                sleep(Duration::from_secs(1)).await;
            }
            let mut updates = client.updates();
            while let Some(update) = updates.next().await {
                sleep(between(&mut dice, 1, 60)).await;
                lock(&read).deal_with(user, update);
            }
        };
        let mut life = pin!(life);
        loop {
            if timeout(lifetime, &mut life).await.is_ok() {
                return Ok(());
            }
            if !lock(&read).calm {
                break;
            }
        }
        storage.end();
        lock(&read).crashes += 1;
        tracing::debug!(user, state = ?storage.update_state(user)?, "crashed");
    }
}

impl Read {
    fn deal_with(&mut self, user: i64, update: Update) {
        tracing::debug!(user, life = self.crashes, ?update, "dealt with");
        match update {
            Update::NewMessage(message) => {
                let text = message.text().to_owned();
                self.new.push((self.crashes, message.id(), text));
            }
            Update::MessageEdited(message) => {
                self.edited.insert(message.id(), message.text().to_owned());
            }
            Update::MessageDeleted(deleted) => {
                for id in deleted.ids {
                    if !self.deleted.insert((id, self.crashes)) {
                        self.odd
                            .push(format!("told twice that message {id} is gone"));
                    }
                }
            }
            Update::Lost(lost) => self.odd.push(lost.to_string()),
            Update::Unreadable(update) => self.odd.push(format!("{update:?}")),
            _ => {}
        }
    }

    /// How often it crashed.
    pub(crate) fn crashes(&self) -> usize {
        self.crashes
    }

    /// Compares with what is in the box at the end, and with how many messages were taken out of it.
    pub(crate) fn check(&self, box_: &[Seen], taken_back: usize) -> Result<(), Failure> {
        if let Some(odd) = self.odd.first() {
            return Err(odd.clone().into());
        }
        let same_life = self.new.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        if let Some(pair) = same_life.into_iter().find(|pair| pair[0].1 >= pair[1].1) {
            return Err(format!("{:?} was told before {:?}", pair[0], pair[1]).into());
        }
        let new = self.new.iter().map(|(_, id, text)| (*id, text));
        let new: BTreeMap<i32, &String> = new.collect();
        let deleted: BTreeSet<i32> = self.deleted.iter().map(|(id, _)| *id).collect();
        for message in box_ {
            let Some(text) = new.get(&message.id) else {
                return Err(format!("{message:?} was not told").into());
            };
            let text = self.edited.get(&message.id).unwrap_or(*text);
            if *text != message.text {
                return Err(format!("{message:?} was told as {text:?}").into());
            }
        }
        if deleted.len() != taken_back {
            let told = deleted.len();
            return Err(format!("{told} messages are told to be gone of {taken_back}").into());
        }
        let here = |id: &&i32| box_.iter().any(|message| message.id == **id);
        let unexplained = |id: &&i32| !here(id) && !deleted.contains(*id);
        match new.keys().find(unexplained) {
            Some(id) => Err(format!("message {id} was told and is not there").into()),
            None => Ok(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
