//! A phone in a test's hands.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::setup::Setup;
use crate::core::Core;
use crate::inbox::InboxItem;
use crate::phone;

/// What reached a number: texts, calls, mails, and the messages of the service account.
#[derive(Clone, Debug)]
pub struct TestInbox {
    core: Core,
    phone: String,
    taken: Taken,
}

/// The last item of each inbox that a test has taken.
pub(super) type Taken = Arc<Mutex<HashMap<String, i64>>>;

impl TestInbox {
    pub(super) fn new(core: Core, number: &str, taken: Taken) -> Self {
        Self {
            core,
            phone: phone::digits(number),
            taken,
        }
    }

    /// Everything that reached it, newest last.
    ///
    /// # Panics
    /// When the server has stopped.
    #[track_caller]
    pub fn all(&self) -> impl Future<Output = Vec<InboxItem>> + Send + use<> {
        let (setup, inbox) = (Setup::here("an inbox"), self.clone());
        async move { setup.expect(inbox.core.inbox(&inbox.phone).await) }
    }

    /// The oldest that was not taken yet; waits for it when there is none. Each is given once, whichever
    /// `TestInbox` of the number is asked, so that a test reads them in order and misses none.
    ///
    /// # Panics
    /// When nothing has come in time.
    #[track_caller]
    pub fn next(&self, timeout: Duration) -> impl Future<Output = InboxItem> + Send + use<> {
        let (setup, inbox) = (Setup::here("a message"), self.clone());
        async move { inbox.take(timeout, setup, |_| true).await }
    }

    /// The next code, as [`next`](Self::next); what comes before it and holds none is taken too.
    ///
    /// # Panics
    /// When none has come in time.
    #[track_caller]
    pub fn code(&self, timeout: Duration) -> impl Future<Output = String> + Send + use<> {
        let (setup, inbox) = (Setup::here("a code"), self.clone());
        async move {
            let item = inbox.take(timeout, setup, |item| item.code().is_some());
            item.await.code().unwrap_or_default().to_owned()
        }
    }

    async fn take(
        &self,
        timeout: Duration,
        setup: Setup,
        wanted: fn(&InboxItem) -> bool,
    ) -> InboxItem {
        let began = Instant::now();
        loop {
            let left = timeout.saturating_sub(began.elapsed());
            let next = self.core.next_in_inbox(&self.phone, self.last(), left);
            match setup.expect(next.await) {
                Some(item) if self.is_mine(item.id) && wanted(&item) => return item,
                Some(_) => {}
                None => setup.fail(&format!(
                    "none has reached {} within {timeout:?} that was not taken before",
                    self.phone
                )),
            }
        }
    }

    fn last(&self) -> i64 {
        let taken = lock(&self.taken);
        taken.get(&self.phone).copied().unwrap_or_default()
    }

    /// Takes an item, unless another has taken it meanwhile.
    fn is_mine(&self, id: i64) -> bool {
        let mut taken = lock(&self.taken);
        let last = taken.entry(self.phone.clone()).or_default();
        let first = *last < id;
        *last = id.max(*last);
        first
    }
}

/// A test that panicked leaves it whole.
pub(super) fn lock(taken: &Taken) -> MutexGuard<'_, HashMap<String, i64>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}
