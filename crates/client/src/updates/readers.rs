//! Who reads updates, what they have been given, and how far the state may be saved.
//!
//! Every update that is given out has a number. A reader that asks for the next one has *taken* the one before. A state
//! is saved when everything that led to it was taken by all readers:
//!
//! ```text
//! given      7      8      9     10
//! moves        pts=40 pts=41  pts=43
//! taken by all      ^ so the saved pts is 40
//! ```
//!
//! So a program that is killed is given again what it had not finished, and never misses anything.

use std::{
    collections::VecDeque,
    mem::discriminant,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::mpsc;

use super::sequence::Move;
use crate::{Storage, UpdateState, events::Given};

/// What a reader is sent.
pub(super) type Numbered = (u64, Given);

/// All readers of a client.
#[derive(Debug)]
pub(super) struct Readers {
    storage: Arc<dyn Storage>,
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    next_reader: u64,
    readers: Vec<Reader>,
    /// The number of the last update that was given out.
    given: u64,
    /// Whose state, and the state as it was saved last.
    saved: Option<(i64, UpdateState)>,
    /// What is not saved yet: changes of the state, with the last update before each.
    moves: VecDeque<(u64, Move)>,
}

#[derive(Debug)]
struct Reader {
    id: u64,
    sender: mpsc::Sender<Numbered>,
    taken: u64,
}

/// One reader's end. It is none any more when this is dropped.
#[derive(Debug)]
pub(super) struct Reading {
    id: u64,
    receiver: mpsc::Receiver<Numbered>,
    readers: Arc<Readers>,
    /// What was given last.
    last: Option<u64>,
}

impl Readers {
    pub(super) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            books: Mutex::default(),
        }
    }

    /// A new reader, who is given what comes from now on.
    pub(super) fn register(self: &Arc<Self>) -> Reading {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let mut books = self.books();
        let id = books.next_reader;
        books.next_reader += 1;
        let taken = books.given;
        books.readers.push(Reader { id, sender, taken });
        Reading {
            id,
            receiver,
            readers: Arc::clone(self),
            last: None,
        }
    }

    /// Tells all readers that nothing comes any more, and forgets them.
    pub(super) fn close(&self) {
        let mut books = self.books();
        books.readers.clear();
        books.moves.clear();
        books.saved = None;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.books().readers.is_empty()
    }

    /// The state of an account as it was saved.
    pub(super) fn begin(&self, account: i64) -> Option<UpdateState> {
        let state = self
            .storage
            .update_state(account)
            .unwrap_or_else(|error| {
                tracing::error!(%error, "the state of updates cannot be read; beginning with the server's");
                None
            });
        let mut books = self.books();
        books.moves.clear();
        books.saved = Some((account, state.clone().unwrap_or_default()));
        state
    }

    /// The number of a new update, and those who are to have it.
    pub(super) fn next(&self) -> (u64, Vec<mpsc::Sender<Numbered>>) {
        let mut books = self.books();
        books.given += 1;
        let senders = books.readers.iter().map(|reader| reader.sender.clone());
        let senders = senders.collect();
        (books.given, senders)
    }

    /// The state changes with everything that was given so far.
    pub(super) fn moved(&self, change: Move) {
        let mut books = self.books();
        let given = books.given;
        let replaces = |former: Move| match (former, change) {
            (Move::Channel(a, _), Move::Channel(b, _)) => a == b,
            (former, change) => discriminant(&former) == discriminant(&change),
        };
        match books.moves.back_mut() {
            Some((at, former)) if *at == given && replaces(*former) => *former = change,
            _ => books.moves.push_back((given, change)),
        }
        self.settle(&mut books);
    }

    fn taken(&self, id: u64, number: u64) {
        let mut books = self.books();
        if let Some(reader) = books.readers.iter_mut().find(|reader| reader.id == id) {
            reader.taken = number;
            self.settle(&mut books);
        }
    }

    fn leave(&self, id: u64) {
        let mut books = self.books();
        self.settle(&mut books);
        books.readers.retain(|reader| reader.id != id);
        // The others may be ahead of the one that left.
        self.settle(&mut books);
    }

    /// Saves what may be saved.
    fn settle(&self, books: &mut Books) {
        let Some(taken) = books.readers.iter().map(|reader| reader.taken).min() else {
            return;
        };
        let Some((account, state)) = books.saved.as_mut() else {
            return;
        };
        let mut changed = false;
        while let Some((_, change)) = books.moves.pop_front_if(|(at, _)| *at <= taken) {
            change.apply_to(state);
            changed = true;
        }
        if changed && let Err(error) = self.storage.save_update_state(*account, state) {
            tracing::error!(%error, "the state of updates cannot be saved; after a restart updates come again");
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        // A panic elsewhere cannot leave the books half written.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    /// The next one; asking for it says that the one before has been dealt with. None when there will be no more.
    pub(super) async fn next(&mut self) -> Option<Given> {
        self.finish();
        let (number, given) = self.receiver.recv().await?;
        self.last = Some(number);
        Some(given)
    }

    /// The next one if it is here already. The one before has *not* been dealt with by that.
    pub(super) fn ready(&mut self) -> Option<Given> {
        let (number, given) = self.receiver.try_recv().ok()?;
        self.last = Some(number);
        Some(given)
    }

    /// All that were given have been dealt with.
    pub(super) fn finish(&mut self) {
        if let Some(last) = self.last.take() {
            self.readers.taken(self.id, last);
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.finish();
        self.readers.leave(self.id);
    }
}

/// How many updates wait for one reader.
const AHEAD: usize = 64;
