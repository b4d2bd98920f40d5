//! A runtime whose clock moves only when nothing is left to be done at the present moment.
//!
//! Everything runs on one thread, in tokio's paused time: when all tasks wait, the clock jumps to the next timer. The one
//! thing that does not run there is the server's writing thread. So before the thread goes to sleep it waits for that
//! one to have nothing left to do: a call costs no virtual time, however busy the machine is, and the same seed goes nearly
//! the same way each time. Only nearly: keys, session ids and paddings are drawn from the system, and tokio chooses at
//! random between two things that are both ready.

use std::sync::{Arc, Mutex, PoisonError};

use heliogram_server::Core;
use tokio::runtime::{Builder, Runtime};

/// The server whose writing thread is waited for, while there is one.
#[derive(Clone, Default)]
pub(crate) struct Busy(Arc<Mutex<Option<Core>>>);

impl Busy {
    /// Waits for this one from now on.
    pub(crate) fn set(&self, core: Option<Core>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = core;
    }

    fn settle(&self) {
        let core = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(core) = &*core {
            core.settle();
        }
    }
}

/// A runtime on virtual time.
pub(crate) fn runtime(busy: &Busy) -> std::io::Result<Runtime> {
    let busy = busy.clone();
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_park(move || busy.settle())
        .build()
}

/// Waits for something while the clock stands still: for threads that [`Busy`] does not know.
pub(crate) async fn at_a_stand<T>(what: impl Future<Output = T>) -> T {
    // Paused time does not pass as long as a blocking task is not over.
    let (over, waiting) = std::sync::mpsc::channel::<()>();
    let anchor = tokio::task::spawn_blocking(move || waiting.recv());
    let done = what.await;
    drop(over);
    let _ = anchor.await;
    done
}
