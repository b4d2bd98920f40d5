//! Where things are in this repository.

use std::path::PathBuf;

/// A path below the root of the repository.
pub(crate) fn path(below: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    PathBuf::from(root).join(below)
}

/// Reads a file below the root.
pub(crate) fn read(below: &str) -> Result<String, String> {
    std::fs::read_to_string(path(below)).map_err(|error| format!("{below}: {error}"))
}

/// Writes a file below the root, with its folder.
pub(crate) fn write(below: &str, text: &str) -> Result<(), String> {
    let path = path(below);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| format!("{below}: {error}"))?;
    }
    std::fs::write(path, text).map_err(|error| format!("{below}: {error}"))
}
