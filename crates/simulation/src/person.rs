//! Somebody with an account and a client, who writes to the others at random and remembers what was answered.

use std::time::Duration;

use heliogram::api::messages;
use heliogram::{ClientOptions, InvokeError, Method, StringSession, TelegramClient};
use heliogram_campaigns::Dice;
use heliogram_campaigns::letters::{self, Friend, Sent, text_message};
use tokio::time::{sleep, timeout};

use crate::Failure;
use crate::weather::between;

/// One person of a run.
pub(crate) struct Person {
    pub(crate) number: usize,
    pub(crate) myself: Friend,
    pub(crate) client: TelegramClient,
    dice: Dice,
    /// What this person has written, in the order of the answers.
    pub(crate) letters: Vec<Letter>,
    /// How many calls were made.
    pub(crate) calls: usize,
}

/// A message, as its sender remembers it.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// Whom it is for.
    pub(crate) to: Friend,
    /// As it is after the last answered edit.
    pub(crate) text: String,
    /// In the sender's box.
    pub(crate) id: i32,
    /// Letters of one round were on their way at the same time.
    pub(crate) round: usize,
    /// Whether it was taken back from both.
    pub(crate) deleted: bool,
}

impl Person {
    /// Connects, while the weather is good.
    pub(crate) async fn new(
        number: usize,
        session: StringSession,
        options: ClientOptions,
        dice: Dice,
    ) -> Result<Self, Failure> {
        let client = TelegramClient::new(session, 1, "", options);
        client.connect().await?;
        let myself = Friend::who_is(&client).await?;
        Ok(Self {
            number,
            myself,
            client,
            dice,
            letters: Vec::new(),
            calls: 0,
        })
    }

    /// Writes, edits, takes back, reads and looks for so many rounds, with pauses.
    pub(crate) async fn live(&mut self, friends: &[Friend], rounds: usize) -> Result<(), Failure> {
        let others: Vec<Friend> = friends
            .iter()
            .copied()
            .filter(|friend| *friend != self.myself)
            .collect();
        for round in 0..rounds {
            let pause = between(&mut self.dice, 1, 9_000);
            sleep(pause).await;
            let mut dice = self.dice.split();
            let friend = *dice.pick(&others);
            let done = match dice.below(10) {
                0 => self.edit(&mut dice).await,
                1 => self.take_back(&mut dice).await,
                2 => self.read(friend).await,
                3 => self.look_at(friend).await,
                _ => self.write(friend, round, &mut dice).await,
            };
            done.map_err(|error| format!("person {}, round {round}: {error}", self.number))?;
        }
        Ok(())
    }

    /// Sends one to three texts at the same time.
    async fn write(
        &mut self,
        friend: Friend,
        round: usize,
        dice: &mut Dice,
    ) -> Result<(), Failure> {
        let count = 1 + dice.below(3);
        let calls: Vec<messages::SendMessage> = (0..count)
            .map(|letter| {
                let text = format!("{} to {}, {round}.{letter}", self.myself.id, friend.id);
                text_message(friend.peer(), text, dice.long())
            })
            .collect();
        let patience = (dice.below(4) == 0).then(|| between(dice, 1_000, 30_000));
        let client = &self.client;
        let at_once = calls.iter().map(async |call| {
            // Who does not want to wait sends the same again: the same random_id.
            if let Some(patience) = patience
                && let Ok(sent) = timeout(patience, invoke(client, call)).await
            {
                return sent;
            }
            invoke(client, call).await
        });
        for (call, answer) in calls.iter().zip(join_all(at_once).await) {
            self.calls += 1;
            let answer = answer?;
            self.letters.push(Letter {
                to: friend,
                text: call.message.clone(),
                id: Sent::read(&answer).ok_or("no id in the answer")?.id,
                round,
                deleted: false,
            });
        }
        Ok(())
    }

    /// Writes to each once.
    pub(crate) async fn write_to_all(&mut self, friends: &[Friend]) -> Result<(), Failure> {
        let mut dice = self.dice.split();
        let myself = self.myself;
        for friend in friends.iter().filter(|friend| **friend != myself) {
            self.write(*friend, usize::MAX, &mut dice).await?;
        }
        Ok(())
    }

    /// What was written last.
    pub(crate) fn last_round(&self) -> impl Iterator<Item = &Letter> {
        let round = self.letters.last().map(|letter| letter.round);
        self.letters
            .iter()
            .filter(move |letter| Some(letter.round) == round)
    }

    async fn edit(&mut self, dice: &mut Dice) -> Result<(), Failure> {
        let Some(at) = self.some_letter(dice) else {
            return Ok(());
        };
        let text = format!("{}, edited", self.letters[at].text);
        self.calls += 1;
        let letter = &self.letters[at];
        let call = letters::edit(letter.to.peer(), letter.id, text.clone());
        invoke(&self.client, &call).await?;
        self.letters[at].text = text;
        Ok(())
    }

    async fn take_back(&mut self, dice: &mut Dice) -> Result<(), Failure> {
        let Some(at) = self.some_letter(dice) else {
            return Ok(());
        };
        self.calls += 1;
        let call = messages::DeleteMessages {
            revoke: true,
            id: vec![self.letters[at].id],
        };
        invoke(&self.client, &call).await?;
        self.letters[at].deleted = true;
        Ok(())
    }

    async fn read(&mut self, friend: Friend) -> Result<(), Failure> {
        self.calls += 1;
        let call = messages::ReadHistory {
            peer: friend.peer(),
            max_id: 0,
        };
        invoke(&self.client, &call).await?;
        Ok(())
    }

    /// What one has written oneself is there at once.
    async fn look_at(&mut self, friend: Friend) -> Result<(), Failure> {
        self.calls += 1;
        let call = letters::history(friend.peer(), 0);
        let found = letters::of(invoke(&self.client, &call).await?)?;
        let last = self.letters.iter().rev();
        let mut last = last.filter(|letter| letter.to == friend && !letter.deleted);
        match last.next() {
            Some(letter) if !found.iter().any(|found| found.text == letter.text) => {
                Err(format!("{:?} was answered and is not there", letter.text).into())
            }
            _ => Ok(()),
        }
    }

    fn some_letter(&self, dice: &mut Dice) -> Option<usize> {
        let here: Vec<usize> = (0..self.letters.len())
            .filter(|at| !self.letters[*at].deleted)
            .collect();
        (!here.is_empty()).then(|| *dice.pick(&here))
    }
}

/// Calls, and takes nothing but a result.
pub(crate) async fn invoke<M: Method>(
    client: &TelegramClient,
    call: &M,
) -> Result<M::Response, Failure>
where
    InvokeError<M::Error>: std::fmt::Display,
{
    match timeout(PATIENCE, client.invoke(call)).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(format!("{}: {error}", M::NAME).into()),
        Err(_) => Err(format!("{}: no answer in {PATIENCE:?}", M::NAME).into()),
    }
}

/// All results, in order; everything runs at the same time.
async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|cx| {
        let mut open = false;
        for (future, result) in &mut futures {
            if result.is_none() {
                match future.as_mut().poll(cx) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    futures
        .into_iter()
        .filter_map(|(_, result)| result)
        .collect()
}

/// Longer than any spell of bad weather.
const PATIENCE: Duration = Duration::from_secs(600);

impl std::fmt::Display for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "person {}", self.number)
    }
}
