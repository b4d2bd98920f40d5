//! The `heliogram` program.

mod describe;
mod descriptions;
mod example;
mod failure;
mod fields;
mod invoke;
mod lookup;
mod output;
mod recipe;
mod running;
mod sessions;
mod spelling;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The Telegram API, both ends of the wire.
#[derive(Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Call a method
    Invoke(invoke::Invoke),
    /// Explain a method, constructor, type or error
    Describe(describe::Describe),
    /// Print a program in another library for the running server
    Recipe(recipe::Recipe),
    /// Print a session string for the running server
    Sessions(sessions::Sessions),
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 the call or a check failed; 2 the command line is wrong; 3 no server answers.
Data goes to stdout and everything else to stderr. NO_COLOR=1 turns colours off.";

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Invoke(invoke) => invoke.run(),
        Command::Describe(describe) => describe.run(),
        Command::Recipe(recipe) => recipe.run(),
        Command::Sessions(sessions) => sessions.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
