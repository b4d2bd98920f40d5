//! Fetches exact versions of packages from their registries, by name, with their own clients.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A package unpacked on disk.
pub(crate) struct Package {
    /// `crates.io grammers-tl-types 0.11.0`.
    pub(crate) provenance: String,
    folder: PathBuf,
}

impl Package {
    /// Reads one of its files.
    pub(crate) fn read(&self, file: &str) -> Result<String, String> {
        let path = self.folder.join(file);
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    }
}

/// A crate from crates.io.
pub(crate) fn from_crates(name: &str, version: &str) -> Result<Package, String> {
    let work = scratch(&format!("crate-{name}-{version}"))?;
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n{name} = \"={version}\"\n"
    );
    put(&work.join("Cargo.toml"), &manifest)?;
    std::fs::create_dir_all(work.join("src")).map_err(|error| error.to_string())?;
    put(&work.join("src/lib.rs"), "")?;
    let metadata = run(Command::new("cargo")
        .args(["metadata", "--format-version", "1"])
        .current_dir(&work))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let folder = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|package| package["name"] == name)
        .and_then(|package| package["manifest_path"].as_str())
        .and_then(|path| Path::new(path).parent())
        .ok_or_else(|| format!("cargo did not say where {name} {version} is"))?
        .to_owned();
    Ok(Package {
        provenance: format!("crates.io {name} {version}"),
        folder,
    })
}

/// A package from npm; not installed, only fetched and unpacked.
pub(crate) fn from_npm(name: &str, version: &str) -> Result<Package, String> {
    let work = scratch(&format!("npm-{}-{version}", name.replace('/', "-")))?;
    let archive = run(Command::new("npm")
        .args(["pack", "--silent", &format!("{name}@{version}")])
        .current_dir(&work))?;
    run(Command::new("tar")
        .args(["xzf", archive.trim()])
        .current_dir(&work))?;
    Ok(Package {
        provenance: format!("npm {name} {version}"),
        folder: work.join("package"),
    })
}

/// A package from PyPI, as its source; not installed, only fetched and unpacked.
pub(crate) fn from_pypi(name: &str, version: &str) -> Result<Package, String> {
    let work = scratch(&format!("pypi-{name}-{version}"))?;
    let exact = format!("{name}=={version}");
    run(Command::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--no-deps", "--no-binary", ":all:", &exact])
        .current_dir(&work))?;
    run(Command::new("tar")
        .args(["xzf", &format!("{name}-{version}.tar.gz")])
        .current_dir(&work))?;
    Ok(Package {
        provenance: format!("PyPI {name} {version}"),
        folder: work.join(format!("{name}-{version}")),
    })
}

fn scratch(name: &str) -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join("heliogram-schema").join(name);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok(folder)
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "{command:?} failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
