//! Proof that the simulation finds bugs: each patch in `crates/simulation/planted/` plants one into a copy of the
//! repository, and there the simulation must fail.
//!
//! The first line of a patch says what is wrong. All are planted into the same copy, which is built once: each asks the
//! environment whether it is its turn (`PLANTED=name`). With none, the copy must pass. It stands in `target/planted`, so that
//! a second run builds only what has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::repository;

const PATCHES: &str = "crates/simulation/planted";
/// How many seeds each is given.
const SEEDS: u32 = 20;
/// A bug may make the program turn in circles.
const PATIENCE: Duration = Duration::from_secs(600);

/// Plants all bugs, and lets each have its turn; gives a table of the seeds that found it.
pub(super) fn run() -> Result<String, String> {
    let copy = repository::path("target/planted/tree");
    restore(&copy)?;
    let patches = patches()?;
    plant(&copy, &patches)?;
    build(&copy)?;
    let sound = failing(&copy, "")?;
    if !sound.is_empty() {
        return Err(format!("without a bug, seeds {sound:?} fail"));
    }
    let mut table =
        String::from("\n\n| bug | what is wrong | failing seeds of 1 to 20 |\n|---|---|---|\n");
    for patch in &patches {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(patch).map_err(|error| format!("{name}: {error}"))?;
        let what = text.lines().next().unwrap_or_default();
        let found = failing(&copy, &name)?;
        if found.is_empty() {
            return Err(format!("{name} is not found: {what}"));
        }
        let found = match found.len() as u32 {
            SEEDS => "all".to_owned(),
            _ => found.iter().map(|seed| format!("{seed} ")).collect(),
        };
        eprintln!("{name}: {found}");
        table.push_str(&format!("| {name} | {what} | {} |\n", found.trim()));
    }
    Ok(format!(
        "{} planted bugs, each found; without them {SEEDS} seeds pass{}",
        patches.len(),
        table.trim_end()
    ))
}

/// The bugs, by name.
fn patches() -> Result<Vec<PathBuf>, String> {
    let folder = fs::read_dir(repository::path(PATCHES));
    let mut patches: Vec<PathBuf> = folder
        .map_err(|error| format!("{PATCHES}: {error}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "patch")
        })
        .collect();
    patches.sort();
    Ok(patches)
}

/// The files of the repository.
fn tracked() -> Result<Vec<String>, String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z"])
        .current_dir(repository::path(""));
    let listed = git
        .output()
        .map_err(|error| format!("git ls-files: {error}"))?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    Ok(listed.split_terminator('\0').map(str::to_owned).collect())
}

/// Makes the copy what the repository is; what is the same is not touched, and so not built again.
fn restore(copy: &Path) -> Result<(), String> {
    for file in &tracked()? {
        let (from, to) = (repository::path(file), copy.join(file));
        let failed = |error: std::io::Error| format!("{file}: {error}");
        let wanted = match fs::read(&from) {
            Ok(wanted) => wanted,
            // A link, or a file that was removed and is still listed.
            Err(_) => continue,
        };
        if fs::read(&to).is_ok_and(|found| found == wanted) {
            continue;
        }
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&to, wanted).map_err(failed)?;
    }
    Ok(())
}

fn plant(copy: &Path, patches: &[PathBuf]) -> Result<(), String> {
    let mut git = Command::new("git");
    git.arg("apply").args(patches).current_dir(copy);
    // The copy stands in the repository's own folder and is none of it.
    git.env(
        "GIT_CEILING_DIRECTORIES",
        repository::path("target/planted"),
    );
    match git.status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("the patches in {PATCHES} do not apply any more")),
    }
}

fn build(copy: &Path) -> Result<(), String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "heliogram-simulation"]);
    cargo.env("CARGO_TARGET_DIR", repository::path("target/planted/build"));
    // A bug leaves code that nothing uses.
    cargo
        .env("RUSTFLAGS", "--cap-lints allow")
        .current_dir(copy);
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err("the copy does not build".to_owned()),
    }
}

/// The seeds that fail with this bug.
fn failing(copy: &Path, bug: &str) -> Result<Vec<u32>, String> {
    let program = repository::path("target/planted/build/debug/heliogram-simulation");
    let log = copy.with_extension("log");
    let failed = |error: std::io::Error| format!("the simulation: {error}");
    let mut child = Command::new(program)
        .arg(SEEDS.to_string())
        .env("PLANTED", bug)
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).map_err(failed)?)
        .spawn()
        .map_err(failed)?;
    let began = Instant::now();
    while child.try_wait().map_err(failed)?.is_none() {
        if began.elapsed() > PATIENCE {
            child.kill().and_then(|()| child.wait()).map_err(failed)?;
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let log = fs::read_to_string(&log).map_err(failed)?;
    let passed: Vec<u32> = log
        .lines()
        .filter(|line| !line.contains("FAILED"))
        .filter_map(|line| line.strip_prefix("seed ")?.split(':').next()?.parse().ok())
        .collect();
    Ok((1..=SEEDS).filter(|seed| !passed.contains(seed)).collect())
}
