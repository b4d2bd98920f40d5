//! A connection as its owner sees it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use heliogram_crypto::{auth_key::AuthKey, rsa::RsaPublicKey};
use heliogram_mtproto::exchange::client::Wanted;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{CallFailure, ConnectError, Listener, driver::Driver};
use crate::{Address, Dial, Transport};

/// What a connection needs to know.
pub struct ConnectionConfig {
    /// Whom to call.
    pub address: Address,
    /// What makes the sockets; none for TCP.
    pub dial: Option<Arc<dyn Dial>>,
    /// How packets are framed.
    pub transport: Transport,
    /// The DC in an obfuscated header.
    pub dc: i16,
    /// The key; none to make one.
    pub auth_key: Option<AuthKey>,
    /// The servers' public keys, for making a key.
    pub keys: Arc<[RsaPublicKey]>,
    /// Which key to make.
    pub wanted: Wanted,
    /// The first call of every connection: it tells the server who calls.
    pub greeting: Bytes,
    /// How long connecting, and each step of a key exchange, may take.
    pub timeout: Duration,
    /// How often the first connection is tried again.
    pub connect_retries: u32,
    /// How often a broken connection is tried again; none for no limit.
    pub reconnect_retries: Option<u32>,
    /// The wait before the first further attempt.
    pub retry_delay: Duration,
    /// Who hears what comes unasked; none when nobody wants it.
    pub listener: Option<Arc<dyn Listener>>,
}

/// What is known once a connection is there.
pub struct Greeted {
    /// The key: the given one, or a new one to be kept.
    pub auth_key: AuthKey,
    /// The answer to the greeting.
    pub answer: Bytes,
}

/// A connection that comes back by itself when it breaks.
///
/// One task owns the socket, the session and all timers. It ends, and everything with it, when this value is
/// dropped or closed.
pub struct Connection {
    commands: mpsc::Sender<Command>,
    next_call: AtomicU64,
    lost: Arc<OnceLock<Arc<ConnectError>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What the owner wants of the task.
pub(super) enum Command {
    Call {
        number: u64,
        body: Bytes,
        reply: oneshot::Sender<Result<Bytes, CallFailure>>,
    },
    /// The caller does not wait any more.
    Forget(u64),
    Close,
}

impl Connection {
    /// Connects, makes a key when there is none, and greets the server.
    ///
    /// # Errors
    /// The last attempt's, when attempts are used up; at once, when another would not help.
    pub async fn open(config: ConnectionConfig) -> Result<(Self, Greeted), ConnectError> {
        let (commands, received) = mpsc::channel(COMMANDS);
        let (opened, opening) = oneshot::channel();
        let lost = Arc::new(OnceLock::new());
        let driver = Driver::new(config, received, opened, Arc::clone(&lost));
        let connection = Self {
            commands,
            next_call: AtomicU64::new(0),
            lost,
            task: Mutex::new(Some(tokio::spawn(driver.run()))),
        };
        match opening.await {
            Ok(Ok(greeted)) => Ok((connection, greeted)),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(ConnectError::Session(
                "the task of the connection ended".into(),
            )),
        }
    }

    /// Sends a call, with its wrappers, and waits for what it returns. A call made while the
    /// connection is broken waits for the next one. Dropping the future takes the call back: it is
    /// not sent when it was not, and its answer is not wanted otherwise.
    ///
    /// # Errors
    /// The server's error, or why there is no answer.
    pub async fn call(&self, body: Bytes) -> Result<Bytes, CallFailure> {
        let (reply, answer) = oneshot::channel();
        let number = self.next_call.fetch_add(1, Ordering::Relaxed);
        let command = Command::Call {
            number,
            body,
            reply,
        };
        if self.commands.send(command).await.is_err() {
            return Err(self.gone());
        }
        let mut waiting = Waiting {
            commands: &self.commands,
            number: Some(number),
        };
        let answer = answer.await;
        waiting.number = None;
        // A command that the task did not take before it ended was not sent.
        answer.unwrap_or_else(|_| Err(self.gone()))
    }

    /// Why the connection was given up, if it was.
    #[must_use]
    pub fn lost(&self) -> Option<Arc<ConnectError>> {
        self.lost.get().cloned()
    }

    /// Closes the connection and waits until its task has ended. Calls that wait get an error.
    pub async fn close(&self) {
        // An error means that the task has ended already.
        let _ = self.commands.send(Command::Close).await;
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            let _ = task.await;
        }
    }

    fn gone(&self) -> CallFailure {
        match self.lost() {
            Some(error) => CallFailure::Connect(error),
            None => CallFailure::Closed,
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("lost", &self.lost())
            .finish_non_exhaustive()
    }
}

/// Takes a call back when nobody waits for it any more.
struct Waiting<'a> {
    commands: &'a mpsc::Sender<Command>,
    number: Option<u64>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            // When the channel is full the answer will be dropped where it arrives.
            let _ = self.commands.try_send(Command::Forget(number));
        }
    }
}

/// How many commands wait for the task before callers do.
const COMMANDS: usize = 256;
