//! A world that begins anew, is kept, and is brought back.
//!
//! What is replaced is all that the world holds: accounts, keys, codes, messages, inboxes, the clock, and where the
//! randomness of its seed is. It happens in one transaction between two calls. The instrument stays out of it: a
//! snapshot has no journal, rules or faults, restoring one leaves them as they are, and only a reset
//! clears them.
//!
//! Files of at most 8 MiB are in a snapshot with their bytes. Larger ones are named there by their content, and are found
//! again by the world that the snapshot was taken of, until its process ends. Unfinished uploads are in no snapshot.

use crate::clock::Clock;
use crate::core::{Core, lock};
use crate::files::{ContentHash, Files};
use crate::instrument::Event;
use crate::operations::OperationError;
use crate::push::{Push, PushKind};
use crate::randomness::{Position, Randomness};
use crate::store::SchemaError;
use crate::store::image::{Image, ImageError};
use crate::writer::Turn;

/// The largest file that a snapshot holds, in bytes: a snapshot is in memory when it is made and when it is read.
const CARRIED: u64 = 8 << 20;

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
        let image = image.await?;
        let core = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            load(&image, &core.shared().files)?;
            Ok(image.into_bytes()?)
        });
        written.await.map_err(|_| OperationError::Stopped)?
    }

    /// Brings back what [`Self::snapshot`] gave, of this world or another, of this version or an older one. The clock
    /// goes on from the moment of the snapshot, and sessions whose keys are in it go on working.
    ///
    /// # Errors
    /// When it is no such file or of a newer version; all is then as before.
    pub async fn restore(&self, snapshot: Vec<u8>) -> Result<(), OperationError> {
        let core = self.clone();
        let read = tokio::task::spawn_blocking(move || {
            let image = Image::read(snapshot).map_err(|error: ImageError| {
                OperationError::invalid("snapshot", error.to_string())
            })?;
            unload(&image, &core.shared().files)?;
            Ok::<_, OperationError>(image)
        });
        let image = read.await.map_err(|_| OperationError::Stopped)??;
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
        .await?;
        self.forget_files().await
    }

    /// Forgets uploads, and the files that are no longer anybody's.
    async fn forget_files(&self) -> Result<(), OperationError> {
        let wanted = self.read(|tx| tx.files().contents()).await?;
        let core = self.clone();
        let forgotten = tokio::task::spawn_blocking(move || {
            let files = &core.shared().files;
            files.forget_uploads()?;
            files.retain(&wanted.into_iter().map(|(content, _)| content).collect())
        });
        if let Err(error) = forgotten.await.map_err(|_| OperationError::Stopped)? {
            tracing::warn!(%error, "files that nobody refers to stay until the next start");
        }
        Ok(())
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

/// Puts the bytes of files into a snapshot. One that is too large stays, and can be found by its name here.
fn load(image: &Image, files: &Files) -> Result<(), OperationError> {
    for (content, size) in image.tx().files().contents()? {
        if size > CARRIED {
            files.name_in_snapshot(content);
            continue;
        }
        match files.read(content, 0, size as usize) {
            Ok(bytes) => image.tx().files().carry(content, &bytes)?,
            Err(error) => tracing::warn!(%content, %error, "a file is not in the snapshot"),
        }
    }
    Ok(())
}

/// Takes the bytes of files out of a snapshot.
fn unload(image: &Image, files: &Files) -> Result<(), OperationError> {
    let unloaded = image.tx().files().unload(|content, bytes| {
        if content != ContentHash::of(bytes) {
            return Err(std::io::Error::other(format!(
                "the file {content} is damaged"
            )));
        }
        files.write(content, bytes)
    })?;
    unloaded.map_err(|error| OperationError::invalid("snapshot", error.to_string()))
}

fn unmade(error: SchemaError) -> OperationError {
    match error {
        SchemaError::Store(error) => error.into(),
        SchemaError::Newer(_) => unreachable!("it was made just now"),
    }
}
