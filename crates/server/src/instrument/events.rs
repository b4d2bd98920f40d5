//! What happens in a world, as it happens, for whoever watches.
//!
//! Events say that something changed and where to look, not what it is now: whoever watches reads it then. What a
//! transaction did is told after its commit, and what it undid is never told. Nobody is waited for: a watcher who
//! is too far behind is told that it missed some (`RecvError::Lagged`) and should look at everything again.

use std::time::Duration;

use serde::Serialize;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::Instant;

/// How many events a slow watcher may be behind before it misses some.
const BEHIND: usize = 1024;

/// Something that happened. In JSON `{"event": "inbox", "of": "9996620001"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", content = "of", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A call was answered; its number in the journal.
    Call(u64),
    /// Something reached this number.
    Inbox(String),
    /// An account was made, changed or deleted, or somebody logged in to it or out.
    User(i64),
    /// The business clock was set.
    Clock,
    /// Rules or faults were made or removed.
    Script,
    /// Everything is new: the world was reset, or a snapshot restored.
    Reset,
}

/// Where events come out. Cloning gives another handle to the same.
#[derive(Clone, Debug)]
pub struct Events(broadcast::Sender<Event>);

impl Event {
    /// What happened, without to whom: `inbox`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Inbox(_) => "inbox",
            Self::User(_) => "user",
            Self::Clock => "clock",
            Self::Script => "script",
            Self::Reset => "reset",
        }
    }
}

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }
}

impl Events {
    /// Events from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    /// Looks for something until it is there: at once, and again after each event that `matters`. None when it
    /// was not there in time.
    ///
    /// # Errors
    /// That of the first look that failed.
    pub async fn wait_for<T, E, F>(
        &self,
        timeout: Duration,
        matters: impl Fn(&Event) -> bool,
        mut look: impl FnMut() -> F,
    ) -> Result<Option<T>, E>
    where
        F: Future<Output = Result<Option<T>, E>>,
    {
        let deadline = deadline(timeout);
        // Before the first look, so that nothing happens between the two.
        let mut events = self.subscribe();
        loop {
            if let Some(found) = look().await? {
                return Ok(Some(found));
            }
            loop {
                match tokio::time::timeout_at(deadline, events.recv()).await {
                    Ok(Ok(event)) if matters(&event) => break,
                    Ok(Ok(_)) => {}
                    Ok(Err(RecvError::Lagged(_))) => break,
                    Ok(Err(RecvError::Closed)) | Err(_) => return Ok(None),
                }
            }
        }
    }

    pub(crate) fn publish(&self, event: Event) {
        // Nobody may be watching.
        let _ = self.0.send(event);
    }
}

/// When a wait is over; a century from now when somebody means for ever.
pub(super) fn deadline(timeout: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(timeout.min(FOR_EVER)).unwrap_or(now)
}

const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 86_400);
