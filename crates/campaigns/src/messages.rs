//! Messages between people: how many per second, what a `kill -9` leaves of them, and how who was away gets them.
//!
//! The server is a process of its own with its store in a directory; the people are clients of the library in this
//! process, over real sockets.

mod gap;
mod kill;
mod rate;

use heliogram::{AuthKey, StringSession};

use crate::letters::Friend;
use crate::program::Program;
use crate::{Failure, Target};

pub use self::gap::{Recovered, gap};
pub use self::kill::{Kept, kill};
pub use self::rate::{Rate, rate};

/// Somebody who writes, by a session that the server made.
struct Writer {
    key: AuthKey,
    myself: Friend,
}

/// So many people.
async fn writers(program: &Program, count: usize) -> Result<Vec<Writer>, Failure> {
    let mut writers = Vec::new();
    for number in 0..count {
        writers.push(Writer::new(&program.target, number).await?);
    }
    Ok(writers)
}

impl Writer {
    async fn new(target: &Target, number: usize) -> Result<Self, Failure> {
        let phone = format!("99966220{number:02}");
        target.create_user(&phone, "").await?;
        let session = StringSession::new(&target.session(&phone).await?)?;
        let key = session
            .auth_key()
            .cloned()
            .ok_or("a session without a key")?;
        let client = target.client_with(Some(key.clone()));
        client.connect().await?;
        let myself = Friend::who_is(&client).await?;
        client.disconnect().await;
        Ok(Self { key, myself })
    }
}
