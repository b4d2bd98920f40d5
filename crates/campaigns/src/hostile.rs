//! Hostile bytes: whatever arrives, the server goes on serving.
//!
//! Bytes that are no MTProto at all, and mutations of what a client would send at each stage of a
//! connection: the first packet, after `req_pq`, after the Diffie-Hellman parameters, inside valid encryption, and
//! during login. Each connection must come to an end, and after each stage a healthy client
//! is served.

mod encrypted;
mod exchange;
mod first_bytes;
mod login;

use std::time::Instant;

use heliogram::api;
use tokio::task::JoinSet;

use crate::{Dice, Failure, Target};

/// A stage of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Random bytes, some behind the beginning of a transport.
    FirstBytes,
    /// `req_pq_multi`, mutated.
    FirstPacket,
    /// `req_DH_params`, mutated, after a good `req_pq_multi`.
    AfterReqPq,
    /// `set_client_DH_params`, mutated, after a good `req_DH_params`.
    AfterDh,
    /// Under a good key: wrong lengths, numbers, salts, sessions, containers, objects.
    Encrypted,
    /// Calls of a login, mutated.
    Login,
}

/// All of them, in the order of a connection.
pub const STAGES: [Stage; 6] = [
    Stage::FirstBytes,
    Stage::FirstPacket,
    Stage::AfterReqPq,
    Stage::AfterDh,
    Stage::Encrypted,
    Stage::Login,
];

/// Sends so many connections through a stage, and asks as a healthy client afterwards.
///
/// # Errors
/// When a connection does not end, or the healthy client is not served.
pub async fn run(
    target: &Target,
    stage: Stage,
    connections: usize,
    seed: u64,
    progress: impl Fn(usize),
) -> Result<(), Failure> {
    let mut dice = Dice::new(seed);
    let known = encrypted::Known::of(target).await?;
    let mut running = JoinSet::new();
    let mut done = 0;
    let mut shown = Instant::now();
    while done < connections {
        while running.len() < AT_ONCE && done + running.len() < connections {
            let (target, known, mut dice) = (target.clone(), known.clone(), dice.split());
            running.spawn(async move { one(&target, stage, &known, &mut dice).await });
        }
        if let Some(ended) = running.join_next().await {
            ended?.map_err(|error| format!("{stage:?}, connection {done}: {error}"))?;
            done += 1;
        }
        if shown.elapsed().as_secs() >= 5 {
            shown = Instant::now();
            progress(done);
        }
    }
    healthy(target)
        .await
        .map_err(|error| format!("after {stage:?} a healthy client fails: {error}").into())
}

/// Makes a key and asks for the config.
///
/// # Errors
/// When that does not work.
pub async fn healthy(target: &Target) -> Result<(), Failure> {
    let client = target.client();
    client.connect().await?;
    client.invoke(&api::help::GetConfig {}).await?;
    client.disconnect().await;
    Ok(())
}

async fn one(
    target: &Target,
    stage: Stage,
    known: &encrypted::Known,
    dice: &mut Dice,
) -> Result<(), Failure> {
    match stage {
        Stage::FirstBytes => first_bytes::one(target, dice).await,
        Stage::FirstPacket => exchange::one(target, 0, dice).await,
        Stage::AfterReqPq => exchange::one(target, 1, dice).await,
        Stage::AfterDh => exchange::one(target, 2, dice).await,
        Stage::Encrypted => encrypted::one(target, known, dice).await,
        Stage::Login => login::one(target, known, dice).await,
    }
}

/// How many connections are open at the same time.
const AT_ONCE: usize = 16;
