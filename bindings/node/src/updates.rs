//! What happens to the account, on its way to JavaScript.
//!
//! Updates go through the channel under the number of a subscription, those that wait together at once. The next ones are
//! asked for when JavaScript says that it has taken these: so nothing piles up in the channel, a slow program
//! makes the client fetch later (see the library's `updates`), and what was not taken is not counted as seen.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use heliogram::{
    Entities, Entity, Updates,
    events::{Given, Lost, UnreadableEvent},
};
use heliogram_tl::{Encode, reflect::Type};
use napi_derive::napi;
use tokio::{sync::Notify, task::AbortHandle};

use crate::{
    client::Client,
    delivery::{Channel, What},
    failure,
    js::{Env, Value},
    runtime,
    tl::{Shapes, read_whole},
};

/// One thing that happened.
pub(crate) enum Told {
    /// An update, and whom it speaks of; none when they are those of the update before.
    Update(Bytes, Option<Vec<Bytes>>),
    /// Something is not told, and why: `lost` or `unreadable`.
    Missing(&'static str, String),
}

/// Whether a client's updates are being read.
#[derive(Default)]
pub(crate) struct Following(Mutex<Option<Subscription>>);

struct Subscription {
    taken: Arc<Notify>,
    task: AbortHandle,
}

impl Following {
    fn replace(&self, subscription: Option<Subscription>) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(former) = std::mem::replace(&mut *current, subscription) {
            former.task.abort();
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.replace(None);
    }
}

#[napi]
impl Client {
    /// Begins to tell what happens, under this number: lists, as [`list`] makes them, and nothing at the end. It begins with
    /// what happens from now on, also when the client is not connected yet.
    #[napi]
    pub fn begin_updates(&self, subscription: u32) {
        let taken = Arc::new(Notify::new());
        let updates = self.client.updates();
        let telling = tell(
            updates,
            self.channel.clone(),
            subscription,
            Arc::clone(&taken),
        );
        let task = runtime::handle().spawn(telling).abort_handle();
        self.following.replace(Some(Subscription { taken, task }));
    }

    /// JavaScript has taken what it was told last, and wants more.
    #[napi]
    pub fn updates_taken(&self) {
        let current = self.following.0.lock();
        if let Some(current) = &*current.unwrap_or_else(PoisonError::into_inner) {
            current.taken.notify_one();
        }
    }

    /// Ends it; nothing more is told under that number.
    #[napi]
    pub fn end_updates(&self) {
        self.following.replace(None);
    }
}

async fn tell(mut updates: Updates, channel: Channel, subscription: u32, taken: Arc<Notify>) {
    while let Some(given) = updates.next_given(TOGETHER).await {
        channel.send(subscription, What::Updates(told(given)));
        taken.notified().await;
    }
    channel.send(subscription, What::Nothing);
}

fn told(given: Vec<Given>) -> Vec<Told> {
    let mut company: Option<Arc<Entities>> = None;
    let told = given.into_iter().map(|given| match given {
        Given::Update(update, entities) => {
            let same = company
                .as_ref()
                .is_some_and(|former| Arc::ptr_eq(former, &entities));
            let with = (!same).then(|| entities.all().iter().map(Entity::to_bytes).collect());
            let read = update.to_bytes().and_then(|update| {
                let with: Option<Result<Vec<_>, _>> = with;
                let with = with.transpose()?;
                let with = with.map(|with| with.into_iter().map(Bytes::from).collect());
                Ok(Told::Update(update.into(), with))
            });
            company = Some(entities);
            read.unwrap_or_else(|error| Told::Missing("unreadable", error.to_string()))
        }
        Given::Unreadable(unreadable) => missing_unreadable(&unreadable),
        Given::Lost(lost) => missing_lost(lost),
    });
    told.collect()
}

fn missing_unreadable(unreadable: &UnreadableEvent) -> Told {
    Told::Missing("unreadable", unreadable.to_string())
}

fn missing_lost(lost: Lost) -> Told {
    Told::Missing("lost", lost.to_string())
}

/// What JavaScript is given: of each update `[update, entities]`, the entities null when they are those of the one
/// before; of what is missing `[null, kind, why]`.
pub(crate) fn list<'call>(
    env: Env<'call>,
    shapes: &Shapes,
    told: Vec<Told>,
) -> napi::Result<Value<'call>> {
    let list = env.array(told.len()).map_err(failure::pending)?;
    for (index, told) in (0..).zip(told) {
        let entry = env.scoped(|| entry(env, shapes, told));
        let entry = entry.map_err(|Stop(error)| error)?;
        env.set_element(list, index, entry)
            .map_err(failure::pending)?;
    }
    Ok(list)
}

fn entry<'call>(env: Env<'call>, shapes: &Shapes, told: Told) -> Result<Value<'call>, Stop> {
    let object = |bytes: &Bytes| read_whole(env, shapes, bytes, Type::Object);
    let fields = match told {
        Told::Update(update, entities) => {
            let entities = match entities {
                None => env.null()?,
                Some(entities) => {
                    let list = env.array(entities.len())?;
                    for (index, entity) in (0..).zip(&entities) {
                        env.set_element(list, index, object(entity)?)?;
                    }
                    list
                }
            };
            vec![object(&update)?, entities]
        }
        Told::Missing(kind, why) => vec![
            env.null()?,
            env.string(kind.as_bytes())?,
            env.string(why.as_bytes())?,
        ],
    };
    let entry = env.array(fields.len())?;
    for (index, field) in (0..).zip(fields) {
        env.set_element(entry, index, field)?;
    }
    Ok(entry)
}

/// Why there is no entry.
struct Stop(napi::Error);

impl From<crate::js::Refused> for Stop {
    fn from(refused: crate::js::Refused) -> Self {
        Self(failure::pending(refused))
    }
}

impl From<napi::Error> for Stop {
    fn from(error: napi::Error) -> Self {
        Self(error)
    }
}

/// How many updates are told at once at most: as many as the library keeps ahead for a reader.
const TOGETHER: usize = 64;
