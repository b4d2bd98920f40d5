//! A world that begins anew, is kept, and is brought back.
//!
//! What is replaced is all that the world holds: accounts, keys, codes, messages, inboxes, the clock, and where the
//! randomness of its seed is. It happens in one transaction between two calls. The instrument stays out of it: a
//! snapshot has no journal, rules or faults, restoring one leaves them as they are, and only a reset
//! clears them.

use crate::clock::Clock;
use crate::core::{Core, lock};
use crate::instrument::Event;
use crate::operations::OperationError;
use crate::push::{Push, PushKind};
use crate::randomness::{Position, Randomness};
use crate::store::SchemaError;
use crate::store::image::{Image, ImageError};
use crate::writer::Turn;

impl Core {
    /// Lets the world begin anew: nobody lives there but whom its fixtures name, the clock and the randomness of the
    /// seed are as at the start, journal, rules and faults are empty, and no key is known any more.
    ///
    /// # Errors
    /// When the fixtures cannot be applied, or the store fails; all is then as before.
    pub async fn reset(&self) -> Result<(), OperationError> {
        let seed = self.shared().settings.seed;
        let fixtures = lock(&self.shared().fixtures).clone();
        let prepared = tokio::task::spawn_blocking(move || {
            let random = Randomness::new(seed);
            let users = fixtures.prepare(&random, &[])?;
            let image = Image::empty().map_err(unmade)?;
            let beginning = Clock::at_the_beginning(seed);
            image.tx().set_clock(beginning.shift, beginning.frozen)?;
            if let Some(position) = random.position() {
                image.tx().set_randomness(position)?;
            }
            Ok::<_, OperationError>((image, users))
        });
        let (image, users) = prepared.await.map_err(|_| OperationError::Stopped)??;
        let core = self.clone();
        self.replace(image, move |turn| {
            for user in users {
                user.make(&mut turn.scope)?;
            }
            core.shared().forget();
            Ok(())
        })
        .await
    }

    /// All that the world holds, as a SQLite file, secrets included.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn snapshot(&self) -> Result<Vec<u8>, OperationError> {
        let core = self.clone();
        let image = self.read(move |tx| {
            let shared = core.shared();
            let image = match Image::of(tx) {
                Ok(image) => image,
                Err(SchemaError::Store(error)) => return Err(error),
                Err(SchemaError::Newer(_)) => unreachable!("it was made just now"),
            };
            if let Some(position) = shared.random.position() {
                image.tx().set_randomness(position)?;
            }
            let now = shared.clock().business(shared.settings.wire_clock.now());
            image.tx().set_moment(Some(now))?;
            Ok(image)
        });
        Ok(image.await?.into_bytes()?)
    }

    /// Brings back what [`Self::snapshot`] gave, of this world or another, of this version or an older one. The clock
    /// goes on from the moment of the snapshot, and sessions whose keys are in it go on working.
    ///
    /// # Errors
    /// When it is no such file or of a newer version; all is then as before.
    pub async fn restore(&self, snapshot: Vec<u8>) -> Result<(), OperationError> {
        let read = tokio::task::spawn_blocking(move || Image::read(snapshot));
        let image = read.await.map_err(|_| OperationError::Stopped)?;
        let image = image
            .map_err(|error: ImageError| OperationError::invalid("snapshot", error.to_string()))?;
        self.replace(image, |_| Ok(())).await
    }

    /// Puts an image in the place of all that is there, and then does something more in the same transaction.
    async fn replace(
        &self,
        image: Image,
        then: impl FnOnce(&mut Turn<'_>) -> Result<(), OperationError> + Send + 'static,
    ) -> Result<(), OperationError> {
        let wire_now = self.shared().settings.wire_clock.now();
        let core = self.clone();
        self.write(wire_now, move |turn| {
            let random = &core.shared().random;
            let before = random.position();
            let replaced = put(turn, &image, random).and_then(|()| then(turn));
            if let (Err(_), Some(before)) = (&replaced, before) {
                random.resume(before);
            }
            replaced
        })
        .await
    }
}

fn put(turn: &mut Turn<'_>, image: &Image, random: &Randomness) -> Result<(), OperationError> {
    let tx = turn.scope.tx;
    image.put_into(tx)?;
    let (shift, frozen) = tx.clock()?;
    let shift = match tx.moment()? {
        Some(moment) => moment - turn.wire_now,
        None => shift,
    };
    tx.set_moment(None)?;
    tx.set_clock(shift, frozen)?;
    turn.clock = Clock { shift, frozen };
    turn.scope.now = turn.clock.business(turn.wire_now);
    if let Some(Position { seed, drawn }) = tx.randomness()? {
        random.resume(Position { seed, drawn });
    }
    turn.scope.news.events.push(Event::Reset);
    turn.scope.news.pushes.push(Push {
        user_id: None,
        to: Vec::new(),
        except: None,
        kind: PushKind::Renewed,
    });
    Ok(())
}

fn unmade(error: SchemaError) -> OperationError {
    match error {
        SchemaError::Store(error) => error.into(),
        SchemaError::Newer(_) => unreachable!("it was made just now"),
    }
}
