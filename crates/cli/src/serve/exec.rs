//! `serve --exec "npm test"`: a command that finds the server in its environment.

use std::process::ExitCode;

use heliogram_server::Server;
use serde_json::Value as Json;
use tokio::process::Command;

use super::announce;
use crate::failure::Failure;

/// Runs the command and gives its exit code.
pub(super) async fn run(command: &str, server: &Server, ready: &Json) -> Result<ExitCode, Failure> {
    let file = std::env::temp_dir().join(format!("heliogram-ready-{}.json", std::process::id()));
    announce::write(&file, ready)?;
    let identity = server.identity();
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let status = Command::new(shell)
        .args([flag, command])
        .env("HELIOGRAM_READY", &file)
        .env("HELIOGRAM_MTPROTO", server.address().to_string())
        .env("HELIOGRAM_DC", server.dc_id().to_string())
        .env("HELIOGRAM_CONTROL", announce::control(server))
        .env("HELIOGRAM_RSA_PEM", &identity.pem)
        .env(
            "HELIOGRAM_RSA_FINGERPRINT",
            identity.fingerprint.to_string(),
        )
        .status()
        .await;
    // The file is in the temporary folder; leaving it behind would do no harm.
    let _ = std::fs::remove_file(&file);
    let status =
        status.map_err(|error| Failure::usage(format!("cannot run `{command}`: {error}")))?;
    Ok(match status.code() {
        Some(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        // Ended by a signal.
        None => ExitCode::FAILURE,
    })
}
