//! Data goes to stdout and talk to stderr, so that output can be piped while a person reads along.

use std::io::{ErrorKind, Write as _};

use serde_json::Value as Json;

use crate::failure::Failure;

/// Writes text to stdout; colours are left out when it is no terminal or `NO_COLOR` is set.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    written(anstream::stdout().lock().write_all(text.as_bytes()))
}

/// Writes a document to stdout.
pub(crate) fn json(document: &Json) -> Result<(), Failure> {
    text(&format!("{document:#}\n"))
}

/// A reader that has seen enough (`heliogram … | head`) is no failure.
pub(crate) fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}
