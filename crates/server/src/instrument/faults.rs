//! Faults on purpose: what goes wrong between a client and the real servers, when a test wants it to.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::trigger::Counter;
use super::{Asked, Script, Trigger};

/// A fault to be made.
#[derive(Clone, Debug)]
pub struct NewFault {
    /// When it strikes.
    pub when: Trigger,
}

/// A fault in force.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Names it.
    pub id: u64,
    /// As it was made.
    pub fault: NewFault,
    /// How often it struck.
    pub struck: u64,
}

/// What is done to a connection instead of, or besides, answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireFault {
    /// The answer is never sent.
    DropReply,
    /// The connection is closed after this long.
    CloseAfter(Duration),
}

/// The faults of a world.
#[derive(Default)]
pub struct Faults(Mutex<Vec<(Fault, Counter)>>);

impl Faults {
    pub(crate) fn is_empty(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    pub(crate) fn apply(&self, asked: &Asked<'_>, script: &mut Script) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (fault, counter) in faults.iter_mut() {
            if counter.acts(asked) {
                fault.struck += 1;
                script.wire = Some(WireFault::DropReply);
            }
        }
    }
}
