//! `kill -9` at any moment loses nothing that was answered.
//!
//! Several people log in, ask for deletions, confirm codes and log out over the client library, each keeping
//! a ledger of what the server has answered (`kill/person.rs`). At a random moment the process is killed, started again
//! on the same directory, and asked about everything in the ledgers. A call that was under way
//! may have had its effect or not; a call that was answered must have had it. One more client
//! repeats calls under their old numbers and must get the very answers it got before.

mod person;
mod repeater;

use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;

use self::person::Person;
use self::repeater::Repeater;
use crate::program::{Folder, Program};
use crate::{Dice, Failure};

/// What came of it.
pub struct Survived {
    /// How often the server was killed.
    pub kills: usize,
    /// Answers that were compared afterwards.
    pub answers: usize,
    /// Steps that were under way when the server was killed.
    pub interrupted: usize,
    /// Calls whose stored answers were asked for again.
    pub repeated: usize,
    /// Stories lived to their end.
    pub stories: usize,
}

/// Kills the server so often, a few people at a time living their stories.
///
/// # Errors
/// With what was lost.
pub async fn run(
    binary: &Path,
    kills: usize,
    seed: u64,
    progress: impl Fn(&str),
) -> Result<Survived, Failure> {
    let mut dice = Dice::new(seed);
    let data = Folder::new()?;
    let mut program = Program::start(binary, Some(data.path())).await?;
    let mut unborn = create(&program, kills * 2 + person::AT_ONCE).await?;
    let mut people = Vec::new();
    let mut repeater = Repeater::new(&program.target, person::PHONE_OF_REPEATER).await?;
    let mut done: Vec<Person> = Vec::new();
    let mut survived = Survived {
        kills,
        answers: 0,
        interrupted: 0,
        repeated: 0,
        stories: 0,
    };
    for kill in 0..kills {
        let born = (person::AT_ONCE - people.len().min(person::AT_ONCE)).min(unborn.len());
        people.extend(unborn.drain(..born));
        let mut running = JoinSet::new();
        for mut person in people.drain(..) {
            let target = program.target.clone();
            running.spawn(async move {
                let lived = person.live(&target).await;
                (person, lived)
            });
        }
        let target = program.target.clone();
        let repeating = tokio::spawn(async move {
            repeater.call_on(&target).await;
            repeater
        });
        let after = Duration::from_millis(20 + dice.below(1_500) as u64);
        tokio::time::sleep(after).await;
        program.kill().await?;
        while let Some(ended) = running.join_next().await {
            let (person, lived) = ended?;
            lived?;
            people.push(person);
        }
        repeater = repeating.await?;

        program = Program::start(binary, Some(data.path())).await?;
        let mut checking = JoinSet::new();
        // Those whose stories are over must not be forgotten either.
        let some_done = done.len().saturating_sub(4);
        for mut person in people.drain(..).chain(done.split_off(some_done)) {
            let target = program.target.clone();
            checking.spawn(async move {
                let checked = person.check(&target).await;
                (person, checked)
            });
        }
        while let Some(ended) = checking.join_next().await {
            let (person, checked) = ended?;
            let (answers, interrupted) = checked
                .map_err(|error| format!("kill {kill} after {after:?}, {person}: {error}"))?;
            survived.answers += answers;
            survived.interrupted += interrupted;
            if person.is_done() {
                done.push(person);
            } else {
                people.push(person);
            }
        }
        survived.repeated += repeater
            .check(&program.target)
            .await
            .map_err(|error| format!("kill {kill} after {after:?}, repeated calls: {error}"))?;
        progress(&format!(
            "kill {} after {after:?}: {} answers held, {} repeated",
            kill + 1,
            survived.answers,
            survived.repeated
        ));
    }
    for person in &mut done {
        let (answers, _) = person.check(&program.target).await?;
        survived.answers += answers;
    }
    survived.stories = done.len();
    program.kill().await?;
    Ok(survived)
}

/// People whose passwords are older than a week, so that they protect their accounts.
async fn create(program: &Program, count: usize) -> Result<Vec<Person>, Failure> {
    let mut people = Vec::new();
    for number in 0..count {
        let person = Person::new(number);
        let created = program.target.create_user(&person.phone, person::PASSWORD);
        created.await?;
        people.push(person);
    }
    let repeater = person::PHONE_OF_REPEATER;
    let created = program.target.create_user(repeater, person::PASSWORD);
    created.await?;
    program.target.advance_clock(EIGHT_DAYS).await?;
    Ok(people)
}

const EIGHT_DAYS: i64 = 8 * 86_400;

impl std::fmt::Display for Survived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} kills: {} answers compared and none lost, {} steps interrupted, {} stored answers given again, {} stories to the end",
            self.kills, self.answers, self.interrupted, self.repeated, self.stories
        )
    }
}
