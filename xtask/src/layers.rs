//! `cargo xtask layers`: docs/layers.md, from the tables of the layers.
//!
//! The page is printed by an example of `heliogram-tl`: this program makes that crate's code, so it cannot be built on it.

use std::process::Command;

use crate::repository;

const PAGE: &str = "docs/layers.md";

/// Writes the page.
pub(crate) fn write() -> Result<(), String> {
    repository::write(PAGE, &page()?)
}

/// Fails when the page is not what the tables say.
pub(crate) fn check() -> Result<(), String> {
    if repository::read(PAGE).as_ref() == Ok(&page()?) {
        Ok(())
    } else {
        Err(format!("{PAGE} is stale; run `cargo xtask layers`"))
    }
}

fn page() -> Result<String, String> {
    let output = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "-p",
            "heliogram-tl",
            "--example",
            "layers_page",
        ])
        .current_dir(repository::path(""))
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
