//! The `heliogram` program.

mod account;
mod confirm_phone;
mod connect;
mod coverage;
mod demo;
mod describe;
mod descriptions;
mod dialogs;
mod diff;
mod download;
mod example;
mod failure;
mod fields;
mod health;
mod history;
mod input;
mod invoke;
mod listen;
mod lookup;
mod output;
mod progress;
mod recipe;
mod replay;
mod running;
mod send;
mod serve;
mod sessions;
mod show;
mod upload;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// The Telegram API, both ends of the wire.
#[derive(Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play the story of account.sendConfirmPhoneCode between real clients and a real server
    Demo(demo::Demo),
    /// Run a Telegram server on this machine
    Serve(serve::Serve),
    /// Call a method
    Invoke(invoke::Invoke),
    /// Write a message
    Send(send::Send),
    /// Print what was written in a chat
    History(history::History),
    /// List the chats of the account
    Dialogs(dialogs::Dialogs),
    /// Send files
    Upload(upload::Upload),
    /// Fetch the file of a message
    Download(download::Download),
    /// Print what happens to the account, as it happens
    Listen(listen::Listen),
    /// Stop the deletion of an account, with the link from the notice
    ConfirmPhone(confirm_phone::ConfirmPhone),
    /// Explain a method, constructor, type or error
    Describe(describe::Describe),
    /// Show what changed between two layers of the API
    Diff(diff::Diff),
    /// Print a program in another library for the running server
    Recipe(recipe::Recipe),
    /// List which methods the server answers, and how well
    Coverage(coverage::List),
    /// Send the calls of a journal to a server, and compare the answers
    Replay(replay::Replay),
    /// Print a session string for the running server
    Sessions(sessions::Sessions),
    /// Ask a server whether it is up
    Health(health::Health),
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 the call or a check failed; 2 the command line is wrong; 3 no server answers.
Data goes to stdout and everything else to stderr. NO_COLOR=1 turns colours off.";

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(serve) => return serve.run().unwrap_or_else(|failure| failure.report()),
        Command::Demo(demo) => demo.run(),
        Command::Invoke(invoke) => connected(invoke.run()),
        Command::Send(send) => connected(send.run()),
        Command::History(history) => connected(history.run()),
        Command::Dialogs(dialogs) => connected(dialogs.run()),
        Command::Upload(upload) => on_all_processors(upload.run()),
        Command::Download(download) => on_all_processors(download.run()),
        Command::Listen(listen) => connected(listen.run()),
        Command::ConfirmPhone(confirm) => connected(confirm.run()),
        Command::Describe(describe) => describe.run(),
        Command::Diff(diff) => diff.run(),
        Command::Recipe(recipe) => recipe.run(),
        Command::Coverage(list) => list.run(),
        Command::Replay(replay) => connected(replay.run()),
        Command::Sessions(sessions) => sessions.run(),
        Command::Health(health) => health.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Runs what ciphers much.
fn on_all_processors(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {error}")))?
        .block_on(work)
}

/// Runs what waits for a network: one thread is plenty for one call.
fn connected(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start: {error}")))?
        .block_on(work)
}
