//! Updates: what happens to the account, in order and without holes.
//!
//! A server sends what happens as it happens, over a network that loses, repeats and reorders. The numbers on
//! updates ([`place`]) tell what is missing; [`sequence`] puts them into order and says what to fetch. One task
//! per client ([`pump`]) carries that out for as long as somebody reads, and costs nothing before.
//!
//! **What a reader can rely on.** Every numbered update is given once, in the order of its sequence, however the
//! network behaves; after a restart, what had not been finished is given again ([`readers`]). A slow reader
//! makes the client stop taking what comes ([`inbox`]) and fetch it later. What cannot be had at all is told as
//! [`Lost`](crate::events::Lost), never passed over.
//!
//! When nothing was heard for a while, the client asks the server for its state and compares: a stream that stands still
//! without anybody noticing is the complaint that users of all such libraries share.
//!
//! `core.telegram.org/api/updates`.

mod answers;
mod difference;
mod handlers;
mod inbox;
mod place;
mod pump;
mod readers;
mod sequence;
mod short;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use heliogram_net::client::Listener;
use tokio::task::JoinHandle;

pub use handlers::{EventHandler, Outcome};

use self::{
    handlers::Handlers,
    inbox::Inbox,
    pump::Pump,
    readers::{Readers, Reading},
};
use crate::{
    ClientOptions, TelegramClient, Update,
    client::WeakClient,
    events::{EventBuilder, Given},
};

/// What happens to the account, one after the other; from [`TelegramClient::updates`].
///
/// It begins with what happens from now on; with what happened since the last reader stopped, when that is known
/// ([`ClientOptions::storage`]). Asking for the next update says that the one before has been dealt with: its state is saved. So
/// does dropping the stream; a program that dies in between is given the update again.
/// Whoever reads slowly holds up all other readers and handlers, and makes nothing disappear.
pub struct Updates {
    reading: Reading,
    client: WeakClient,
}

impl Updates {
    /// The next one; none when the client was disconnected or dropped, or has given up its connection.
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Update> {
        let given = self.reading.next().await?;
        Some(Update::new(given, &self.client.upgrade()?))
    }

    /// The next ones that are here, at most `most`, as the server sent them; waits for one. For bindings to other languages,
    /// which make events of their own of them.
    ///
    /// Asking for more says that all of these have been dealt with.
    pub async fn next_given(&mut self, most: usize) -> Option<Vec<Given>> {
        let mut given = vec![self.reading.next().await?];
        while given.len() < most
            && let Some(ready) = self.reading.ready()
        {
            given.push(ready);
        }
        Some(given)
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").finish_non_exhaustive()
    }
}

impl TelegramClient {
    /// What happens to the account, as a stream. Every stream and every handler gets every update.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) {
    /// use heliogram::Update;
    ///
    /// let mut updates = client.updates();
    /// while let Some(update) = updates.next().await {
    ///     match update {
    ///         Update::NewMessage(message) => println!("{}", message.text()),
    ///         Update::Lost(lost) => eprintln!("{lost}"),
    ///         _ => {}
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// What calls of this client have caused is in their answers, and comes here only when it has to be fetched.
    #[must_use]
    pub fn updates(&self) -> Updates {
        let reading = self.hub().register();
        self.run_updates();
        Updates {
            reading,
            client: self.downgrade(),
        }
    }

    /// Calls a function for every event of a kind: `add_event_handler(handler, NewMessage::new().incoming())`.
    ///
    /// A handler is called for one event at a time, in order; different handlers do not wait for each other. What should
    /// not hold up the next event belongs into a task of its own. An error that it returns is logged, and so is
    /// a panic; the next event comes all the same. It stays when the client disconnects and connects again.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) {
    /// use heliogram::{Message, events::NewMessage};
    ///
    /// client.add_event_handler(
    ///     async |message: Message| println!("{}", message.text()),
    ///     NewMessage::new(),
    /// );
    /// # }
    /// ```
    ///
    /// The event brings the client along. A handler that holds a clone of its own keeps the client alive until it
    /// [disconnects](TelegramClient::disconnect).
    pub fn add_event_handler<B, H, F>(&self, handler: H, events: B) -> EventHandler
    where
        B: EventBuilder,
        H: Fn(B::Event) -> F + Send + Sync + 'static,
        F: Future<Output: Outcome> + Send + 'static,
    {
        let hub = self.hub();
        let id = hub.tasks().handlers.add(handler, events);
        self.run_updates();
        EventHandler::new(id, Arc::downgrade(hub))
    }

    /// Starts what is not running: the task that fetches, and those of handlers.
    pub(crate) fn run_updates(&self) {
        let Some(runtime) = self.runtime() else {
            return;
        };
        let hub = self.hub();
        let mut tasks = hub.tasks();
        let weak = self.downgrade();
        tasks.handlers.start(&runtime, &hub.readers, &weak);
        if hub.readers.is_empty() || tasks.pump.is_some() {
            return;
        }
        hub.inbox.open(true);
        let pump = Pump {
            client: self.without_life(),
            hub: Arc::clone(hub),
        };
        tasks.pump = Some(runtime.spawn(pump.run()));
    }
}

/// The part of a client that has to do with updates.
pub(crate) struct Hub {
    inbox: Arc<Inbox>,
    readers: Arc<Readers>,
    tasks: Mutex<Tasks>,
}

#[derive(Default)]
struct Tasks {
    pump: Option<JoinHandle<()>>,
    handlers: Handlers,
}

impl Hub {
    pub(crate) fn new(options: &ClientOptions) -> Self {
        Self {
            inbox: Arc::new(Inbox::new(options.updates_buffer)),
            readers: Arc::new(Readers::new(Arc::clone(&options.storage))),
            tasks: Mutex::default(),
        }
    }

    /// A new reader. Nothing that comes from now on is missed.
    fn register(&self) -> Reading {
        // Held, so that the task does not end for want of readers meanwhile.
        let _tasks = self.tasks();
        self.inbox.open(true);
        self.readers.register()
    }

    /// What hears the connection to the home DC.
    pub(crate) fn listener(&self) -> Arc<dyn Listener> {
        Arc::clone(&self.inbox) as _
    }

    /// A call was answered.
    pub(crate) fn answered(&self, request: &Bytes, answer: &Bytes) {
        if self.inbox.is_open()
            && let Some(arrival) = answers::arrival(request, answer)
        {
            self.inbox.put(arrival);
        }
    }

    /// Ends all tasks, and waits until they have ended, but for a handler that asks for this itself.
    pub(crate) async fn stop(&self) {
        for task in self.abort() {
            let _ = task.await;
        }
    }

    /// Ends all tasks, soon.
    pub(crate) fn abort(&self) -> Vec<JoinHandle<()>> {
        let mut tasks = self.tasks();
        let mut ending = tasks.handlers.stop();
        ending.extend(tasks.pump.take());
        for task in &ending {
            task.abort();
        }
        self.readers.close();
        self.inbox.open(false);
        ending
    }

    /// Whether the pump may end: nobody reads. Or it must, since there is no connection.
    fn may_end(&self, given_up: bool) -> bool {
        let mut tasks = self.tasks();
        if given_up {
            self.readers.close();
            tasks.handlers.leave();
        } else if !self.readers.is_empty() {
            return false;
        }
        tasks.pump = None;
        self.inbox.open(false);
        true
    }

    fn tasks(&self) -> MutexGuard<'_, Tasks> {
        // A panic elsewhere cannot leave these fields half set.
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
