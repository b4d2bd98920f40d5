//! Files named on the command line.

use std::io::Read as _;
use std::path::Path;

use crate::failure::Failure;

/// The text of a file, or of stdin for `-`.
pub(crate) fn text(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text))
    };
    match read {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::usage(format!(
            "cannot read {}: {error}",
            file.display()
        ))),
    }
}
