//! A file that is there when it is whole.

use std::path::{Path, PathBuf};

use heliogram_crypto::Random as _;
use heliogram_net::SystemRandom;
use tokio::fs::{self, File};

use super::FileError;

/// A file under another name beside the one that it will have. Dropped before [`finish`](Self::finish), it is gone.
pub(super) struct PartFile {
    file: File,
    /// Where it is; none once it has its name.
    path: Option<PathBuf>,
    target: PathBuf,
}

impl PartFile {
    pub(super) async fn create(target: PathBuf) -> Result<Self, FileError> {
        let mut random = [0; 8];
        SystemRandom.fill(&mut random);
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{:016x}.part", u64::from_le_bytes(random)));
        let path = target.with_file_name(name);
        let opened = File::options()
            .write(true)
            .create_new(true)
            .open(&path)
            .await;
        let file = opened.map_err(FileError::at(&path))?;
        Ok(Self {
            file,
            path: Some(path),
            target,
        })
    }

    pub(super) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives the file its name, in place of what had it.
    pub(super) async fn finish(mut self) -> Result<PathBuf, FileError> {
        let Some(path) = self.path.clone() else {
            return Ok(self.target.clone());
        };
        self.file.sync_all().await.map_err(FileError::at(&path))?;
        let renamed = fs::rename(&path, &self.target).await;
        renamed.map_err(FileError::at(&self.target))?;
        self.path = None;
        Ok(self.target.clone())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // What cannot be removed is named so that nobody takes it for the file.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Where a file goes: into a folder under its own name, or under the name that was given.
pub(super) fn target(wanted: &Path, own_name: &str) -> PathBuf {
    if wanted.is_dir() {
        wanted.join(safe_name(own_name))
    } else {
        wanted.to_owned()
    }
}

/// A name that stays in its folder, whatever the sender called the file.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|character| !character.is_control() && !"<>:\"|?*".contains(*character))
        .collect();
    let mut name = name.trim_matches([' ', '.']).to_owned();
    name.truncate(name.floor_char_boundary(LONGEST_NAME));
    if name.is_empty() { "file".into() } else { name }
}

/// File systems have 255 bytes, and the name of the part has some more.
const LONGEST_NAME: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_a_message_leads_out_of_no_folder() {
        let folder = std::env::temp_dir();
        let check = |name: &str, expected: &str| {
            assert_eq!(target(&folder, name), folder.join(expected), "{name}");
        };
        check("a.txt", "a.txt");
        check("../../etc/passwd", "passwd");
        check("..\\..\\a.exe", "a.exe");
        check("/etc/passwd", "passwd");
        check("..", "file");
        check("", "file");
        check("a\0b\n", "ab");
        check(".bashrc", "bashrc");
        check(&"é".repeat(300), &"é".repeat(100));
    }
}
