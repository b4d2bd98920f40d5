//! The business clock in a test's hands.

use std::time::Duration;

use super::setup::Setup;
use crate::clock::ClockReading;
use crate::core::Core;

/// The business clock of a world: codes, deletions, flood waits and dates of messages follow it.
#[derive(Clone, Debug)]
pub struct TestClock {
    core: Core,
}

impl TestClock {
    pub(super) fn new(core: Core) -> Self {
        Self { core }
    }

    /// What it shows, in unix seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.core.clock().now
    }

    /// Moves it forward, by whole seconds. What falls due on the way happens before this returns, in order and
    /// each at its own moment.
    ///
    /// # Panics
    /// When that leads beyond what dates on the wire can say.
    #[track_caller]
    pub fn advance(&self, by: Duration) -> impl Future<Output = ClockReading> + Send + use<> {
        let setup = Setup::here("another time");
        let core = self.core.clone();
        async move {
            let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
            setup.expect(core.advance_clock(seconds).await)
        }
    }

    /// Sets it to a moment, in unix seconds: forward, or, as long as nobody lives in the world, to any since 2000.
    ///
    /// # Panics
    /// When the moment is past or beyond what dates can say.
    #[track_caller]
    pub fn set(&self, unix: i64) -> impl Future<Output = ClockReading> + Send + use<> {
        let setup = Setup::here("another time");
        let core = self.core.clone();
        async move { setup.expect(core.set_clock_to(unix).await) }
    }

    /// Lets it stand still; it can be advanced all the same.
    ///
    /// # Panics
    /// While a client waits as `FLOOD_WAIT_n` told it to, since it would wait in vain.
    #[track_caller]
    pub fn freeze(&self) -> impl Future<Output = ClockReading> + Send + use<> {
        let setup = Setup::here("a clock that stands still");
        let core = self.core.clone();
        async move { setup.expect(core.freeze_clock().await) }
    }

    /// Lets it go on from where it stands.
    ///
    /// # Panics
    /// When the server has stopped.
    #[track_caller]
    pub fn unfreeze(&self) -> impl Future<Output = ClockReading> + Send + use<> {
        let setup = Setup::here("a clock that runs");
        let core = self.core.clone();
        async move { setup.expect(core.unfreeze_clock().await) }
    }
}
