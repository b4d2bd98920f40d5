//! Says where the server is: to programs in a file, to people on the terminal.

use std::io::IsTerminal as _;
use std::path::Path;

use heliogram_server::Server;
use serde_json::Value as Json;

use crate::failure::Failure;

/// The ready file's content.
pub(super) fn ready(server: &Server) -> Json {
    serde_json::to_value(server.ready()).expect("strings and numbers make JSON")
}

/// `http://127.0.0.1:C`
pub(super) fn control(server: &Server) -> String {
    server
        .control_address()
        .map(|address| format!("http://{address}"))
        .unwrap_or_default()
}

/// Writes the file whole: whoever waits for it never reads half of it.
pub(super) fn write(path: &Path, ready: &Json) -> Result<(), Failure> {
    let write = || {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)?;
        }
        let draft = path.with_extension(format!("{}.new", std::process::id()));
        std::fs::write(&draft, format!("{ready}\n"))?;
        std::fs::rename(draft, path)
    };
    write().map_err(|error: std::io::Error| {
        Failure::failed(format!("cannot write {}: {error}", path.display()))
    })
}

/// Removes the well-known file, unless another server has put its own there meanwhile.
pub(super) fn withdraw(path: &Path, ready: &Json) {
    let written = std::fs::read_to_string(path).unwrap_or_default();
    if serde_json::from_str::<Json>(&written).is_ok_and(|written| written == *ready) {
        // Nothing depends on it: a stale file names a server that does not answer.
        let _ = std::fs::remove_file(path);
    }
}

/// What to do next, in at most fifteen lines; one line when nobody is looking.
pub(super) fn print(server: &Server, data: Option<&Path>) {
    let control = control(server);
    if !std::io::stderr().is_terminal() {
        let further = further(server, ", ");
        eprintln!(
            "listening on {}{further} (control {control})",
            server.address()
        );
        return;
    }
    let kept = match data {
        Some(folder) => format!("kept in {}", folder.display()),
        None => "in memory; --data DIR keeps it".to_owned(),
    };
    anstream::eprintln!(
        "\
Heliogram is listening for Telegram clients on {address} (DC {dc}{further}), {kept}.

  A program for your library, keys and session filled in:
    heliogram recipe gramjs > page.js && node page.js
    heliogram recipe telethon > page.py && python page.py
  A user, and what reached the phone:
    curl {control}/v1/users --json '{{\"phone\":\"9996621234\",\"first_name\":\"Ada\"}}'
    curl {control}/v1/inbox/9996621234
  A week in a moment:
    curl {control}/v1/clock --json '{{\"advance_seconds\":604800}}'

Ctrl-C stops it.",
        address = server.address(),
        dc = server.dc_id(),
        further = further(server, "; "),
    );
}

/// The other DCs, each behind a separator: `, DC 4 on 127.0.0.1:10444`.
fn further(server: &Server, separator: &str) -> String {
    let mut addresses = server.core().addresses();
    addresses.remove(&i32::from(server.dc_id()));
    let others = addresses.iter();
    others
        .map(|(dc, address)| format!("{separator}DC {dc} on {address}"))
        .collect()
}
