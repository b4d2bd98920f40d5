//! Calls that wait for somebody else's: who pressed a button waits for the bot's answer.
//!
//! A handler cannot wait, since it holds a transaction. It raises [`Raise::Wait`](crate::cx::Raise::Wait) with what it
//! waits for; what it has written is committed, and it runs again when that has come or the patience is over.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::core::lock;

/// How long a call waits. Real time: what it waits for is a program.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Who waits for what.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<HashMap<i64, Vec<oneshot::Sender<()>>>>);

impl Waiting {
    /// Resolves when what bears this number comes.
    pub(crate) fn for_number(&self, number: i64) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = lock(&self.0);
        // Those whose patience is over have gone without saying so.
        waiting.retain(|_, senders| {
            senders.retain(|sender| !sender.is_closed());
            !senders.is_empty()
        });
        waiting.entry(number).or_default().push(sender);
        receiver
    }

    /// It has come, and is committed.
    pub(crate) fn wake(&self, number: i64) {
        for sender in lock(&self.0).remove(&number).into_iter().flatten() {
            // Whoever waited may have gone.
            let _ = sender.send(());
        }
    }
}
