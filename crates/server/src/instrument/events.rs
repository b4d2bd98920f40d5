//! What happens in a world, as it happens, for whoever watches.

use tokio::sync::broadcast;

/// How many events a slow watcher may be behind before it misses some.
const BEHIND: usize = 1024;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A call was answered; its number in the journal.
    Call(u64),
    /// Something reached this number.
    Inbox(String),
    /// An account was made, changed or deleted.
    User(i64),
    /// The business clock was set.
    Clock,
    /// Rules or faults were made or removed.
    Script,
    /// Everything is new: the world was reset, or a snapshot restored.
    Reset,
}

/// Where events come out.
pub struct Events(broadcast::Sender<Event>);

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

    pub(crate) fn publish(&self, event: Event) {
        // Nobody may be watching.
        let _ = self.0.send(event);
    }
}
