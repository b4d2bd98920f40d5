//! The program itself, in a process of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::{Failure, Target};

/// A running `heliogram serve`; killed when dropped.
pub struct Program {
    child: Child,
    /// Where it listens.
    pub target: Target,
    /// From the start of the process until its ready file was there.
    pub ready_after: Duration,
    log: PathBuf,
    _folder: Folder,
}

impl Program {
    /// Starts the program and waits until it listens.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(binary: &Path, data: Option<&Path>) -> Result<Self, Failure> {
        let folder = Folder::new()?;
        let (ready, log) = (folder.0.join("ready"), folder.0.join("log"));
        let mut command = Command::new(binary);
        command
            .args([
                "serve",
                "--port",
                "0",
                "--control-port",
                "0",
                "--ready-json",
            ])
            .arg(&ready)
            // The file by which other commands find a server is not for one on trial.
            .env("XDG_RUNTIME_DIR", &folder.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?)
            .kill_on_drop(true);
        if let Some(data) = data {
            command.arg("--data").arg(data);
        }
        let began = Instant::now();
        let mut child = command.spawn()?;
        let text = loop {
            if let Ok(text) = std::fs::read_to_string(&ready) {
                break text;
            }
            if let Some(ended) = child.try_wait()? {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("the server ended with {ended}: {said}").into());
            }
            if began.elapsed() > Duration::from_secs(30) {
                return Err("the server was not ready within 30 s".into());
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        };
        Ok(Self {
            ready_after: began.elapsed(),
            target: Target::from_ready(&text)?,
            child,
            log,
            _folder: folder,
        })
    }

    /// `kill -9`, and waits until the process is gone.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub async fn kill(mut self) -> Result<(), Failure> {
        self.child.kill().await?;
        self.check_log()
    }

    /// What the process keeps in memory, in KiB, as the kernel counts it (VmRSS).
    ///
    /// # Errors
    /// When the process is gone, or this is not Linux.
    pub fn resident_kib(&self) -> Result<u64, Failure> {
        let id = self.child.id().ok_or("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or("no VmRSS")?.parse()?)
    }

    /// Fails when the log tells of a panic.
    ///
    /// # Errors
    /// With the panic.
    pub fn check_log(&self) -> Result<(), Failure> {
        let log = std::fs::read_to_string(&self.log)?;
        match log.lines().position(|line| line.contains("panicked")) {
            None => Ok(()),
            Some(at) => {
                let around: Vec<&str> = log.lines().skip(at).take(3).collect();
                Err(format!("the server panicked: {}", around.join(" | ")).into())
            }
        }
    }
}

/// A folder that is gone with its value.
pub struct Folder(PathBuf);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Folder {
    /// A new, empty one.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> Result<Self, Failure> {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("heliogram-trial-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
