//! `cargo xtask interop`: the clients of `interop/`, installed and driven against our server.
//!
//! What is done there is told in `interop/README.md`. This task adds what a fresh clone lacks: it
//! installs the clients, and builds the program and our npm package unless the arguments name a program with `--heliogram`.
//! All arguments go to `interop/run.py`.

use std::process::{self, Command};

use crate::repository::path;

/// Runs the scenarios. When some failed the process ends here, so that their count stays the last line.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    succeed(&mut Command::new(path("interop/install.sh")))?;
    let named = arguments
        .iter()
        .any(|argument| argument.starts_with("--heliogram"));
    if !named {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        succeed(
            build
                .args(["build", "--package", "heliogram-cli", "--bin", "heliogram"])
                .args(["--package", "heliogram", "--examples"])
                .current_dir(path("")),
        )?;
        let build = path("bindings/node/scripts/build.mjs");
        succeed(Command::new("node").arg(build).arg("--debug"))?;
    }
    let mut scenarios = Command::new("python3");
    scenarios.arg(path("interop/run.py")).args(arguments);
    if !named {
        scenarios
            .arg("--heliogram")
            .arg(path("target/debug/heliogram"));
    }
    let status = scenarios
        .status()
        .map_err(|error| format!("cannot start python3: {error}"))?;
    match status.code() {
        Some(0) => Ok(()),
        code => process::exit(code.unwrap_or(1)),
    }
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("cannot start {name}: {error}")),
    }
}
