//! Kinds of files, from the library's table.

use heliogram::mime;
use napi_derive::napi;

/// The type that goes with a file's name; none when its extension is not known.
#[napi]
pub fn mime_type_of(name: String) -> Option<String> {
    let found = mime::of_name(&name);
    (found != UNKNOWN).then(|| found.to_owned())
}

/// The extension, without a dot, that goes with a type; none when none is known.
#[napi]
pub fn extension_of(mime_type: String) -> Option<String> {
    let extension = mime::extension(&mime_type);
    extension.strip_prefix('.').map(str::to_owned)
}

/// What the table says of all it does not know.
const UNKNOWN: &str = "application/octet-stream";
