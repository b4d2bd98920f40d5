//! The journal in a test's hands.

use std::time::Duration;

use super::setup::Setup;
use crate::core::Core;
use crate::instrument::{Entry, Filter, Journal};

/// The calls that a world has answered.
#[derive(Clone, Debug)]
pub struct TestCalls {
    core: Core,
}

impl TestCalls {
    pub(super) fn new(core: Core) -> Self {
        Self { core }
    }

    /// Those of a method, or what else a [`Filter`] lets through, oldest first.
    ///
    /// # Panics
    /// When there is no such method or field.
    #[must_use]
    #[track_caller]
    pub fn of(&self, filter: impl Into<Filter>) -> Vec<Entry> {
        Setup::here("calls").expect(self.journal().read(&filter.into()))
    }

    /// The first of them: one that was there already, or the next that comes.
    ///
    /// # Panics
    /// When none has come in time, or there is no such method or field.
    #[track_caller]
    pub fn wait<F: Into<Filter>>(
        &self,
        filter: F,
        timeout: Duration,
    ) -> impl Future<Output = Entry> + Send + use<F> {
        let (setup, filter) = (Setup::here("a call"), filter.into());
        let core = self.core.clone();
        async move {
            let found = core.journal().wait(&filter, timeout).await;
            match setup.expect(found) {
                Some(entry) => entry,
                None => {
                    let name = filter.method.as_deref().unwrap_or("any method");
                    setup.fail(&format!("none of {name} has come within {timeout:?}"))
                }
            }
        }
    }

    /// Forgets them.
    pub fn clear(&self) {
        self.journal().clear();
    }

    /// All that the journal can do.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        self.core.journal()
    }
}
