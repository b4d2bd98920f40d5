//! Functions that are called for events.
//!
//! A handler is a reader of its own, with a task of its own for as long as the client is connected. The function itself is
//! kept with the client, so that it is there again after the next `connect`.

use std::{
    any::Any,
    fmt,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{Arc, Weak},
};

use tokio::{runtime::Handle, task::JoinHandle, task_local};

use super::{
    Hub,
    readers::{Readers, Reading},
};
use crate::{
    TelegramClient,
    client::WeakClient,
    events::{EventBuilder, Given},
};

/// A handler that was [added](TelegramClient::add_event_handler). It stays when this is dropped.
#[derive(Clone)]
pub struct EventHandler {
    id: u64,
    hub: Weak<Hub>,
}

impl EventHandler {
    pub(super) fn new(id: u64, hub: Weak<Hub>) -> Self {
        Self { id, hub }
    }

    /// Takes the handler away. A call of it that is running comes to its end.
    pub fn remove(&self) {
        if let Some(hub) = self.hub.upgrade() {
            hub.tasks().handlers.remove(self.id);
        }
    }
}

impl fmt::Debug for EventHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventHandler({})", self.id)
    }
}

/// What a handler may return: nothing, or a result whose error is logged.
pub trait Outcome {
    /// The error, if it is one.
    fn error(self) -> Option<String>;
}

impl Outcome for () {
    fn error(self) -> Option<String> {
        None
    }
}

impl<T, E: fmt::Display> Outcome for Result<T, E> {
    fn error(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// All handlers of a client.
#[derive(Default)]
pub(super) struct Handlers {
    next: u64,
    all: Vec<Registered>,
}

struct Registered {
    id: u64,
    function: Arc<Function>,
    task: Option<JoinHandle<()>>,
}

/// The call for an event, if it is one of those that the handler wants.
type Function = dyn Fn(Given, TelegramClient) -> Option<Called> + Send + Sync;
type Called = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

impl Handlers {
    pub(super) fn add<B, H, F>(&mut self, handler: H, events: B) -> u64
    where
        B: EventBuilder,
        H: Fn(B::Event) -> F + Send + Sync + 'static,
        F: Future<Output: Outcome> + Send + 'static,
    {
        let function = move |given, client| {
            let event = events.build(given, &client)?;
            let called = handler(event);
            let called: Called = Box::pin(async move { called.await.error() });
            Some(called)
        };
        let id = self.next;
        self.next += 1;
        self.all.push(Registered {
            id,
            function: Arc::new(function),
            task: None,
        });
        id
    }

    /// Starts the tasks of those that have none.
    pub(super) fn start(&mut self, runtime: &Handle, readers: &Arc<Readers>, client: &WeakClient) {
        for handler in &mut self.all {
            if handler.task.is_none() {
                let reading = readers.register();
                let function = Arc::clone(&handler.function);
                let running = run(handler.id, reading, function, client.clone());
                handler.task = Some(runtime.spawn(running));
            }
        }
    }

    fn remove(&mut self, id: u64) {
        let mut removed = self.all.extract_if(.., |handler| handler.id == id);
        // Whoever removes the handler from inside it wants the call to end well.
        if let Some(task) = removed.next().and_then(|handler| handler.task)
            && !is_current(id)
        {
            task.abort();
        }
    }

    /// The tasks that run, but for the one that asks.
    pub(super) fn stop(&mut self) -> Vec<JoinHandle<()>> {
        let running = self.all.iter_mut();
        let running = running.filter_map(|handler| Some((handler.id, handler.task.take()?)));
        running
            .filter(|(id, _)| !is_current(*id))
            .map(|(_, task)| task)
            .collect()
    }

    /// The tasks end by themselves, when their readers do.
    pub(super) fn leave(&mut self) {
        for handler in &mut self.all {
            handler.task = None;
        }
    }
}

task_local! {
    /// The handler that is being called.
    static CURRENT: u64;
}

fn is_current(id: u64) -> bool {
    CURRENT.try_with(|current| *current == id).unwrap_or(false)
}

async fn run(id: u64, mut reading: Reading, function: Arc<Function>, client: WeakClient) {
    while let Some(given) = reading.next().await {
        let Some(client) = client.upgrade() else {
            return;
        };
        let called = AssertUnwindSafe(|| function(given, client));
        let outcome = match catch_unwind(called) {
            Ok(None) => Ok(None),
            Ok(Some(called)) => CURRENT.scope(id, to_its_end(called)).await,
            Err(panic) => Err(panic),
        };
        match outcome {
            Ok(None) => {}
            Ok(Some(error)) => tracing::error!(%error, "a handler of updates failed"),
            Err(panic) => {
                tracing::error!(panic = said(&*panic), "a handler of updates panicked");
            }
        }
    }
}

/// A panic costs one event and not the handler.
async fn to_its_end(mut called: Called) -> Result<Option<String>, Box<dyn Any + Send>> {
    poll_fn(move |cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| called.as_mut().poll(cx)));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    })
    .await
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("with something else than a text")
}
