//! Where a test asked for something, so that a panic can say it.

use std::fmt::Display;
use std::panic::Location;

/// Remembers the caller, since an `async fn` cannot: it runs when it is polled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    what: &'static str,
    at: &'static Location<'static>,
}

impl Setup {
    #[track_caller]
    pub(super) fn here(what: &'static str) -> Self {
        Self {
            what,
            at: Location::caller(),
        }
    }

    pub(super) fn expect<T, E: Display>(self, result: Result<T, E>) -> T {
        match result {
            Ok(value) => value,
            Err(error) => self.fail(&error.to_string()),
        }
    }

    pub(super) fn check(self, holds: bool, why: impl FnOnce() -> String) {
        if !holds {
            self.fail(&why());
        }
    }

    pub(super) fn fail(self, why: &str) -> ! {
        panic!("{} wanted at {}: {why}", self.what, self.at)
    }
}
