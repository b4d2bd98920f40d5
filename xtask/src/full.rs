//! `cargo xtask full [NAME...]`: the long trials, which `cargo test` runs with small numbers only.
//!
//! Builds the program as it is released, runs each trial against it, and writes the result with
//! date and machine into `docs/campaigns.md`. The trials themselves are in `crates/campaigns`.

mod machine;
mod planted;
mod record;

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::repository;

/// Every trial, and what it claims.
const TRIALS: [(&str, &str); 11] = [
    (
        "hostile",
        "10,000 random byte strings at the port, and 10,000 mutations at each stage of a connection, leave the server serving; it does not panic and its memory stays bounded",
    ),
    (
        "kill",
        "kill -9 of `serve --data` at 20 random moments of logins and confirmations loses nothing that was answered, and a repeated call gets its stored answer",
    ),
    (
        "kill-messages",
        "kill -9 of `serve --data` at 20 random moments of a load of messages: what was answered is there once, calls made again with their random_id are there once, pts never goes back, both sides of each chat are equal",
    ),
    (
        "messages",
        "at least 5,000 messages per second between 8 people, each in the store of `serve --data` before its sender hears so, with client and server on this machine",
    ),
    (
        "gap",
        "a client that missed 10, 1,000 and 100,000 messages gets them all, in order and once, when it comes back",
    ),
    (
        "idle",
        "1,000 idle connections, each after a key exchange and one call, cost at most 4 KiB of resident memory each",
    ),
    (
        SIMULATION,
        "over a network in memory that loses, cuts and stalls, with a server that is stopped and started again, every call of 3 to 8 people has its result and its effect exactly once, and both sides of each chat are equal, for 200 seeds",
    ),
    (
        PLANTED,
        "each of the bugs in crates/simulation/planted, planted into client or server, makes the simulation fail",
    ),
    (
        "start",
        "ready within 30 ms on an existing directory and within a second on a new one, RSA key generation included",
    ),
    (
        "demo",
        "the demo passes 50 times in a row, each in under 3 s",
    ),
    (
        "throughput",
        "calls per second with client and server on this machine (a figure, no claim)",
    ),
];

/// Has a program of its own: with virtual time, and with the checks of a debug build.
const SIMULATION: &str = "simulation";
/// Builds the simulation once for each bug.
const PLANTED: &str = "planted";

/// Runs the named trials, or all.
pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    if let Some(unknown) = names
        .iter()
        .find(|name| TRIALS.iter().all(|(known, _)| known != *name))
    {
        let known: Vec<&str> = TRIALS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "there is no trial `{unknown}`; there are {}",
            known.join(", ")
        ));
    }
    build()?;
    let mut failed = Vec::new();
    for (name, claim) in TRIALS {
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        eprintln!("== {name}: {claim}");
        let began = Instant::now();
        match trial(name) {
            Ok(result) => {
                eprintln!("{result}");
                record::write(name, claim, &result, began.elapsed())?;
            }
            Err(error) => {
                eprintln!("FAILED: {error}");
                failed.push(name);
            }
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", failed.join(", ")))
    }
}

fn build() -> Result<(), String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--package", "heliogram-cli"]);
    cargo.args(["--package", "heliogram-campaigns"]);
    cargo.current_dir(repository::path(""));
    let status = cargo.status().map_err(|error| format!("cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("the release build failed".to_owned())
    }
}

/// Runs a trial; its progress is shown as it comes.
fn trial(name: &str) -> Result<String, String> {
    if name == PLANTED {
        return planted::run();
    }
    let built = repository::path("target/release");
    let mut command = Command::new(built.join("heliogram-campaigns"));
    command.arg(built.join("heliogram")).arg(name);
    if name == SIMULATION {
        command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--package", "heliogram-simulation"]);
        command.current_dir(repository::path(""));
    }
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("{name} ended with {}", output.status))
    }
}
