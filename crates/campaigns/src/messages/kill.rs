//! `kill -9` under a load of messages.
//!
//! Each person remembers what was answered: the message's number and the pts with it. After a kill the server is
//! started again on its directory. What was answered is there, once and under its number; calls that were under way are
//! made again with their random_id and are there once, too; nobody's pts is behind one that somebody was told; both
//! sides of a chat are equal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::time::Duration;

use heliogram::TelegramClient;
use heliogram::api::{messages::SendMessage, updates};
use tokio::task::JoinSet;

use super::{Writer, writers};
use crate::letters::{self, Friend, Seen, Sent, text_message};
use crate::program::{Folder, Program};
use crate::{Dice, Failure, Target};

/// What came of it.
#[derive(Debug, Default)]
pub struct Kept {
    /// How often the server was killed.
    pub kills: usize,
    /// Messages that were answered; all are there.
    pub answered: usize,
    /// Calls that were under way when the server was killed, and were made again.
    pub interrupted: usize,
    /// Those of them that had been stored already.
    pub stored: usize,
}

/// Somebody who remembers.
struct Person {
    writer: Writer,
    dice: Dice,
    /// What was answered, by text: these are all different.
    answered: BTreeMap<String, Sent>,
    interrupted: Vec<(Friend, SendMessage)>,
    /// The highest pts that was told.
    pts: i32,
    /// Up to which message in each chat all has been compared.
    compared: BTreeMap<i64, i32>,
    /// The own messages that have been found.
    seen: BTreeSet<i32>,
}

/// Kills the server so often at random moments.
///
/// # Errors
/// With what was lost, doubled or went back.
pub async fn kill(
    binary: &Path,
    kills: usize,
    seed: u64,
    progress: impl Fn(&str),
) -> Result<Kept, Failure> {
    let mut dice = Dice::new(seed);
    let data = Folder::new()?;
    let mut program = Program::start(binary, Some(data.path())).await?;
    let writers = writers(&program, PEOPLE).await?;
    let friends: Vec<Friend> = writers.iter().map(|writer| writer.myself).collect();
    let mut people: Vec<Person> = Vec::new();
    for writer in writers {
        people.push(Person::new(writer, dice.split()));
    }
    let mut kept = Kept {
        kills,
        ..Kept::default()
    };
    for kill in 1..=kills {
        let mut writing = JoinSet::new();
        for mut person in people.drain(..) {
            let (target, friends) = (program.target.clone(), friends.clone());
            writing.spawn(async move {
                let written = person.write_on(&target, &friends, kill).await;
                (person, written)
            });
        }
        let after = Duration::from_millis(20 + dice.below(1_500) as u64);
        tokio::time::sleep(after).await;
        program.kill().await?;
        while let Some(ended) = writing.join_next().await {
            let (person, written) = ended?;
            written?;
            people.push(person);
        }
        program = Program::start(binary, Some(data.path())).await?;
        for person in &mut people {
            let checked = person.come_back(&program.target, &mut kept).await;
            checked.map_err(|error| format!("kill {kill} after {after:?}, {person}: {error}"))?;
        }
        let compared = compare(&mut people, &program.target).await;
        compared.map_err(|error| format!("kill {kill} after {after:?}: {error}"))?;
        kept.answered = people.iter().map(|person| person.answered.len()).sum();
        progress(&format!("kill {kill} after {after:?}: {kept}"));
    }
    program.kill().await?;
    Ok(kept)
}

impl Person {
    fn new(writer: Writer, dice: Dice) -> Self {
        Self {
            writer,
            dice,
            answered: BTreeMap::new(),
            interrupted: Vec::new(),
            pts: 0,
            compared: BTreeMap::new(),
            seen: BTreeSet::new(),
        }
    }

    async fn client(&self, target: &Target) -> Result<TelegramClient, Failure> {
        let client = target.client_with(Some(self.writer.key.clone()));
        client.connect().await?;
        Ok(client)
    }

    /// Writes until the server is gone.
    async fn write_on(
        &mut self,
        target: &Target,
        friends: &[Friend],
        kill: usize,
    ) -> Result<(), Failure> {
        let Ok(client) = self.client(target).await else {
            return Ok(());
        };
        let others: Vec<Friend> = friends
            .iter()
            .copied()
            .filter(|friend| *friend != self.writer.myself)
            .collect();
        let mut calls = JoinSet::new();
        let mut number = 0;
        let mut gone = false;
        loop {
            while !gone && calls.len() < AT_ONCE {
                let friend = *self.dice.pick(&others);
                let text = format!(
                    "{} to {}: {kill}.{number}",
                    self.writer.myself.id, friend.id
                );
                number += 1;
                let call = text_message(friend.peer(), text, self.dice.long());
                let client = client.clone();
                calls.spawn(async move { (friend, client.invoke(&call).await, call) });
            }
            let Some(done) = calls.join_next().await else {
                break;
            };
            let (friend, answer, call) = done?;
            match answer {
                Ok(answer) => {
                    let sent = Sent::read(&answer).ok_or("no id in the answer")?;
                    self.note(&call, sent)?;
                }
                // What a server says that is being stopped; here it is only ever killed.
                Err(error) if error.rpc().is_some() => return Err(error.into()),
                Err(_) => {
                    self.interrupted.push((friend, call));
                    gone = true;
                }
            }
        }
        client.disconnect().await;
        Ok(())
    }

    fn note(&mut self, call: &SendMessage, sent: Sent) -> Result<(), Failure> {
        self.pts = self.pts.max(sent.pts);
        match self.answered.insert(call.message.clone(), sent) {
            None => Ok(()),
            Some(_) => Err(format!("{:?} was sent twice", call.message).into()),
        }
    }

    /// Looks where one is, and makes the calls again that had no answer.
    async fn come_back(&mut self, target: &Target, kept: &mut Kept) -> Result<(), Failure> {
        let client = self.client(target).await?;
        let pts = client.invoke(&updates::GetState {}).await?.pts;
        if pts < self.pts {
            return Err(format!("pts {pts} after {} was told", self.pts).into());
        }
        self.pts = pts;
        for (_, call) in std::mem::take(&mut self.interrupted) {
            let answer = client.invoke(&call).await?;
            let sent = Sent::read(&answer).ok_or("no id in the answer")?;
            kept.interrupted += 1;
            kept.stored += usize::from(sent.pts <= pts);
            self.note(&call, sent)?;
        }
        client.disconnect().await;
        Ok(())
    }
}

/// Compares what is new in all chats.
async fn compare(people: &mut [Person], target: &Target) -> Result<(), Failure> {
    let friends: Vec<Friend> = people.iter().map(|person| person.writer.myself).collect();
    let mut chats: BTreeMap<(i64, i64), Vec<(bool, String)>> = BTreeMap::new();
    for person in &mut *people {
        let client = person.client(target).await?;
        let me = person.writer.myself;
        let mut sent = BTreeSet::new();
        for friend in friends.iter().filter(|friend| **friend != me) {
            let seen = newer(&client, *friend, person.compared.get(&friend.id)).await?;
            if let Some(last) = seen.last() {
                person.compared.insert(friend.id, last.id);
            }
            for message in seen.iter().filter(|message| message.out) {
                let known = person.answered.get(&message.text);
                if known.is_none_or(|known| known.id != message.id) || !sent.insert(message.id) {
                    return Err(format!("{person}: {message:?} is remembered as {known:?}").into());
                }
            }
            let seen = seen.into_iter().map(|seen| (seen.out, seen.text)).collect();
            chats.insert((me.id, friend.id), seen);
        }
        let fresh = |sent: &&Sent| !person.seen.contains(&sent.id);
        let missing = person.answered.values().filter(fresh);
        if let Some(missing) = missing.into_iter().find(|it| !sent.contains(&it.id)) {
            return Err(format!("{person}: {missing:?} was answered and is lost").into());
        }
        person.seen.extend(sent);
        client.disconnect().await;
    }
    for ((one, other), here) in &chats {
        let there = chats[&(*other, *one)].iter();
        let there: Vec<_> = there.map(|(out, text)| (!out, text.clone())).collect();
        if *here != there {
            return Err(format!("the sides of {one} and {other} differ").into());
        }
    }
    Ok(())
}

/// What is in a chat above a message, oldest first.
async fn newer(
    client: &TelegramClient,
    friend: Friend,
    above: Option<&i32>,
) -> Result<Vec<Seen>, Failure> {
    let above = above.copied().unwrap_or(0);
    let mut all: Vec<Seen> = Vec::new();
    loop {
        let offset = all.last().map_or(0, |seen| seen.id);
        let page = client
            .invoke(&letters::history(friend.peer(), offset))
            .await?;
        let page = letters::of(page)?;
        let before = all.len();
        all.extend(page.into_iter().filter(|seen| seen.id > above));
        if all.len() == before {
            all.reverse();
            return Ok(all);
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {}", self.writer.myself.id)
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills: {} messages answered and none lost, {} calls under way made again, of which {} were stored already, pts never behind, both sides of each chat equal",
            self.kills, self.answered, self.interrupted, self.stored
        )
    }
}

const PEOPLE: usize = 6;
const AT_ONCE: usize = 8;
