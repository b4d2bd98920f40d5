//! The demo, again and again.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use tokio::process::Command;

use crate::program::Folder;
use crate::{Failure, median, percentile};

/// Runs `heliogram demo` so often; gives the seconds of each run.
///
/// # Errors
/// When one fails or takes 3 s or more.
pub async fn run(binary: &Path, times: usize, progress: impl Fn(usize)) -> Result<String, Failure> {
    let folder = Folder::new()?;
    let mut seconds = Vec::new();
    for run in 0..times {
        let began = Instant::now();
        let output = Command::new(binary)
            .arg("demo")
            .env("XDG_RUNTIME_DIR", folder.path())
            .stdin(Stdio::null())
            .output()
            .await?;
        let took = began.elapsed().as_secs_f64();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("run {run} ended with {}: {said}", output.status).into());
        }
        if took >= 3.0 {
            return Err(format!("run {run} took {took:.1} s, not under 3").into());
        }
        seconds.push(took);
        if run % 10 == 9 {
            progress(run + 1);
        }
    }
    Ok(format!(
        "{times} runs in a row passed: median {:.2} s, longest {:.2} s",
        median(&seconds),
        percentile(&seconds, 100)
    ))
}
