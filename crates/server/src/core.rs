//! The server without its sockets.
//!
//! A [`Core`] owns the store, the clock and the writing thread, and answers calls: bytes in,
//! bytes out. The gateway speaks MTProto and hands over what it deciphers; the control API and tests call the
//! operations in `operations.rs`. All three see the same world.
//!
//! The walk of a call: wrappers are peeled off (`wrappers.rs`), the query is decoded and found in the
//! table (`dispatch.rs`), what is heavy is computed (`password.rs`), and then it runs in a
//! transaction (`perform.rs`): on a reading connection right here when it changes nothing, otherwise
//! on the writing thread (`writer.rs`).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_tl::RpcError;
use rusqlite::Connection;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::clock::{Clock, FloodWait, WireClock};
use crate::cx::{News, Scope};
use crate::deadlines;
use crate::files::Files;
use crate::fixtures::Fixtures;
use crate::instrument::{AutoReply, Events, Faults, Instrument, Journal, Rules, WireFault};
use crate::operations::OperationError;
use crate::push::{Push, PushKind};
use crate::randomness::Randomness;
use crate::store::{NEWEST, SchemaError, Store, StoreError, Tx};
use crate::waiting::Waiting;
use crate::writer::{self, Done, Job, Turn};

pub use crate::keys::{KeyKind, KnownKey};
pub use crate::options::{CoreOptions, Limits};

/// A call as it came out of the envelope.
#[derive(Clone, Debug)]
pub struct Call {
    /// The key on the envelope; may be a temporary one.
    pub key: AuthKeyId,
    /// The session.
    pub session_id: i64,
    /// Names the call within its session.
    pub msg_id: i64,
    /// The query with its wrappers.
    pub body: Bytes,
    /// Wire time, unix seconds.
    pub wire_now: i64,
    /// Which connection it came over, for the log and the journal.
    pub connection: u64,
    /// The DC that the connection is to.
    pub dc_id: i32,
    /// Where from.
    pub address: IpAddr,
}

/// The answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The result object in the caller's layer, or the error for an `rpc_error`.
    pub body: Result<Bytes, RpcError>,
    /// The name of the method, for logs and the journal; none when there is no such method.
    pub method: Option<&'static str>,
    /// The caller wants no updates on this session (`invokeWithoutUpdates`).
    pub without_updates: bool,
    /// What is to be done to the connection, when a fault wants it.
    pub wire: Option<WireFault>,
}

/// Why a core does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The data directory cannot be made.
    #[error("the data directory {} cannot be used: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database cannot be opened.
    #[error("the store cannot be opened; is another server using it? ({0})")]
    Store(#[from] rusqlite::Error),
    /// The database was made by a newer version of this program.
    #[error(
        "the store in {} was made by a newer version of heliogram: its tables are of version {found}, those known here of \
         {known}; use that version, or another directory",
        path.display()
    )]
    Newer {
        /// The data directory.
        path: PathBuf,
        /// The version of its tables.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// A DC that does not exist.
    #[error("dc_id {0} is not one of 1 to 5")]
    DcId(i32),
    /// The writing thread does not start.
    #[error("the writing thread does not start: {0}")]
    Thread(std::io::Error),
}

/// The server without its sockets. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    store: Store,
    jobs: Mutex<Option<Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    readers: Mutex<Vec<Connection>>,
}

/// What both the callers and the writing thread use.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) random: Randomness,
    pub(crate) files: Files,
    /// Business time of the next deadline.
    pub(crate) next_deadline: AtomicI64,
    clock: RwLock<Clock>,
    subscribers: Mutex<Vec<UnboundedSender<Push>>>,
    /// How many calls of each method had a result.
    answered: Mutex<BTreeMap<&'static str, u64>>,
    pub(crate) instrument: Instrument,
    pub(crate) flood_wait: FloodWait,
    pub(crate) waiting: Waiting,
    /// What the world begins with each time.
    pub(crate) fixtures: Mutex<Fixtures>,
    /// How often everything became new: what is cached of an earlier time is stale.
    epoch: AtomicU64,
}

/// What handlers know of the options.
pub(crate) struct Settings {
    pub(crate) world: String,
    pub(crate) seed: Option<u64>,
    pub(crate) dc_id: i32,
    pub(crate) test_mode: bool,
    pub(crate) account_ttl_days: i64,
    pub(crate) limits: Limits,
    pub(crate) wire_clock: WireClock,
    /// Where clients reach each DC.
    addresses: RwLock<BTreeMap<i32, SocketAddr>>,
}

impl Core {
    /// Opens the store and starts the writing thread.
    ///
    /// # Errors
    /// When the store cannot be opened or an option makes no sense.
    pub fn open(options: CoreOptions) -> Result<Self, OpenError> {
        if !(1..=5).contains(&options.dc_id) {
            return Err(OpenError::DcId(options.dc_id));
        }
        let store = Store::new(options.data.as_deref(), options.fsync).map_err(|source| {
            OpenError::Directory {
                path: options.data.clone().unwrap_or_default(),
                source,
            }
        })?;
        let opened = store.writer().map_err(|error| match error {
            SchemaError::Store(error) => OpenError::Store(error),
            SchemaError::Newer(found) => OpenError::Newer {
                path: options.data.clone().unwrap_or_default(),
                found,
                known: NEWEST,
            },
        });
        let (connection, is_new) = opened?;
        let tx = Tx::new(&connection);
        let contents = tx.files().contents()?;
        let wanted = contents.into_iter().map(|(content, _)| content).collect();
        let files = Files::open(options.data.as_deref(), options.fsync)
            .and_then(|files| files.retain(&wanted).map(|()| files))
            .map_err(|source| OpenError::Directory {
                path: options.data.clone().unwrap_or_default(),
                source,
            })?;
        let random = Randomness::new(options.seed);
        if is_new {
            let clock = Clock::at_the_beginning(options.seed);
            tx.set_clock(clock.shift, clock.frozen)?;
        } else if let Some(position) = tx.randomness()?.filter(|it| Some(it.seed) == options.seed) {
            random.resume(position);
        }
        let (shift, frozen) = tx.clock()?;
        let events = Events::default();
        let shared = Arc::new(Shared {
            settings: Settings {
                world: options.world,
                seed: options.seed,
                dc_id: options.dc_id,
                test_mode: options.test_mode,
                account_ttl_days: options.account_ttl_days,
                limits: options.limits,
                wire_clock: options.wire_clock,
                addresses: RwLock::default(),
            },
            random,
            files,
            next_deadline: AtomicI64::new(deadlines::next(tx)?),
            clock: RwLock::new(Clock { shift, frozen }),
            subscribers: Mutex::default(),
            answered: Mutex::default(),
            instrument: Instrument {
                journal: Journal::new(options.journal_bytes, events.clone()),
                rules: Rules::new(options.seed.unwrap_or_default(), events.clone()),
                faults: Faults::new(options.seed.unwrap_or_default(), events.clone()),
                auto_reply: options
                    .auto_reply
                    .then(|| AutoReply::new(options.seed.unwrap_or_default(), options.dc_id)),
                events,
            },
            flood_wait: FloodWait::default(),
            waiting: Waiting::default(),
            fixtures: Mutex::default(),
            epoch: AtomicU64::new(0),
        });
        let (jobs, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("heliogram-writer".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || writer::run(connection, &queue, &shared)
            })
            .map_err(OpenError::Thread)?;
        Ok(Self(Arc::new(Inner {
            shared,
            store,
            jobs: Mutex::new(Some(jobs)),
            thread: Mutex::new(Some(thread)),
            readers: Mutex::default(),
        })))
    }

    /// News for sessions from now on. Drop the receiver to unsubscribe.
    #[must_use]
    pub fn subscribe(&self) -> UnboundedReceiver<Push> {
        let (sender, receiver) = unbounded_channel();
        lock(&self.0.shared.subscribers).push(sender);
        receiver
    }

    /// Says where clients reach a DC, once it listens.
    pub fn set_address(&self, dc_id: i32, address: SocketAddr) {
        let places = &self.0.shared.settings.addresses;
        let mut places = places.write().unwrap_or_else(PoisonError::into_inner);
        places.insert(dc_id, address);
    }

    /// Where clients reach each DC, by its number.
    #[must_use]
    pub fn addresses(&self) -> BTreeMap<i32, SocketAddr> {
        self.0.shared.settings.addresses()
    }

    /// The DC that new accounts live on.
    #[must_use]
    pub fn dc_id(&self) -> i32 {
        self.0.shared.settings.dc_id
    }

    /// Every call and its answer.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.0.shared.instrument.journal
    }

    /// Answers scripted from outside.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.0.shared.instrument.rules
    }

    /// Faults on purpose.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.0.shared.instrument.faults
    }

    /// What happens, as it happens.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.0.shared.instrument.events
    }

    /// How many calls of each method have had a result since the start.
    #[must_use]
    pub fn answered(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.0.shared.answered).clone()
    }

    /// Returns when all that is under way on the writing thread is done, and who asked for it knows. For a simulation that
    /// drives the time itself and must not do so meanwhile.
    pub fn settle(&self) {
        // One that has stopped has nothing left to do.
        let _ = self.write_blocking(|_| Ok(()));
    }

    /// Finishes what is under way and closes the store. Calls that come later fail.
    pub fn stop(self) {
        self.0.close();
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0.shared
    }

    /// How often everything became new: what is cached of the store in an earlier epoch is stale.
    pub(crate) fn epoch(&self) -> u64 {
        self.0.shared.epoch.load(Ordering::Acquire)
    }

    pub(crate) fn has_readers(&self) -> bool {
        self.0.store.has_readers()
    }

    /// Runs something on a reading connection, on this thread. Only for a store that has readers.
    pub(crate) fn on_reader<T>(
        &self,
        run: impl FnOnce(Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let pooled = lock(&self.0.readers).pop();
        let mut connection = match pooled {
            Some(connection) => connection,
            None => self.0.store.reader()?,
        };
        let result = (|| {
            let transaction = connection.transaction()?;
            run(Tx::new(&transaction))
        })();
        lock(&self.0.readers).push(connection);
        result
    }

    /// Reads, wherever that is possible.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, OperationError> {
        if self.has_readers() {
            return self.on_reader(run).map_err(OperationError::from);
        }
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| Ok(run(turn.scope.tx)?))
            .await
    }

    /// Runs something on the writing thread and waits until it is committed. An error undoes it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        wire_now: i64,
        run: impl FnOnce(&mut Turn<'_>) -> Result<T, OperationError> + Send + 'static,
    ) -> Result<T, OperationError> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.0.submit(wire_now, run, move |result| {
            // Whoever asked may have gone; the work is done all the same.
            let _ = sender.send(result);
        })?;
        receiver.await.map_err(|_| OperationError::Stopped)?
    }

    /// The same for callers that cannot wait asynchronously; a commit takes well under a millisecond.
    pub(crate) fn write_blocking<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Turn<'_>) -> Result<T, OperationError> + Send + 'static,
    ) -> Result<T, OperationError> {
        let (sender, receiver) = channel();
        let wire_now = self.shared().settings.wire_clock.now();
        self.0.submit(wire_now, run, move |result| {
            let _ = sender.send(result);
        })?;
        receiver.recv().map_err(|_| OperationError::Stopped)?
    }
}

impl Inner {
    fn submit<T: Send + 'static>(
        &self,
        wire_now: i64,
        run: impl FnOnce(&mut Turn<'_>) -> Result<T, OperationError> + Send + 'static,
        deliver: impl FnOnce(Result<T, OperationError>) + Send + 'static,
    ) -> Result<(), OperationError> {
        let job = Job {
            wire_now,
            run: Box::new(move |turn| {
                let result = run(turn);
                Done {
                    keep: result.is_ok(),
                    after: Box::new(move |committed| {
                        deliver(if committed {
                            result
                        } else {
                            Err(OperationError::NotCommitted)
                        });
                    }),
                }
            }),
        };
        let jobs = lock(&self.jobs);
        let jobs = jobs.as_ref().ok_or(OperationError::Stopped)?;
        jobs.send(job).map_err(|_| OperationError::Stopped)
    }

    fn close(&self) {
        drop(lock(&self.jobs).take());
        // No key is known any more.
        self.shared.epoch.fetch_add(1, Ordering::AcqRel);
        if let Some(thread) = lock(&self.thread).take() {
            // A panic of the thread has been logged where it happened.
            let _ = thread.join();
        }
        lock(&self.readers).clear();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    pub(crate) fn clock(&self) -> Clock {
        *self.clock.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_clock(&self, clock: Clock) {
        *self.clock.write().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// What was counted and noted in memory begins anew.
    pub(crate) fn forget(&self) {
        self.flood_wait.forget();
        self.instrument.journal.clear();
        self.instrument.rules.begin_anew();
        self.instrument.faults.begin_anew();
        lock(&self.answered).clear();
    }

    pub(crate) fn count_answer(&self, method: &'static str) {
        *lock(&self.answered).entry(method).or_default() += 1;
    }

    pub(crate) fn publish(&self, news: News) {
        if news
            .pushes
            .iter()
            .any(|push| push.kind == PushKind::Renewed)
        {
            // Before anybody hears of it, so that whoever does finds no old key.
            self.epoch.fetch_add(1, Ordering::AcqRel);
        }
        if !news.pushes.is_empty() {
            let pushes = self.instrument.faults.bend(news.pushes);
            let mut subscribers = lock(&self.subscribers);
            for push in pushes {
                subscribers.retain(|subscriber| subscriber.send(push.clone()).is_ok());
            }
        }
        for event in news.events {
            self.instrument.events.publish(event);
        }
        for number in news.came {
            self.waiting.wake(number);
        }
    }

    pub(crate) fn scope<'a>(&'a self, tx: Tx<'a>, now: i64) -> Scope<'a> {
        Scope {
            tx,
            now,
            random: &self.random,
            settings: &self.settings,
            news: News::default(),
        }
    }
}

impl Settings {
    pub(crate) fn addresses(&self) -> BTreeMap<i32, SocketAddr> {
        let addresses = self.addresses.read();
        addresses.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Core(..)")
    }
}

/// A thread that panicked leaves what these locks guard whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
