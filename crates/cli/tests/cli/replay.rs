//! A journal that is sent again, to the server that kept it.

use std::path::PathBuf;

use heliogram_server::{Filter, Secrets, Server, ServerOptions, to_ndjson};
use serde_json::Value as Json;
use tokio::runtime::Runtime;

use crate::program::run;

const API_HASH: &str = "0123456789abcdef0123456789abcdef";

/// A server in this process, whose journal can be asked.
struct Recording {
    runtime: Runtime,
    server: Server,
    folder: PathBuf,
}

impl Recording {
    fn start(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder of the tests can be written to");
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime
            .block_on(Server::start(ServerOptions {
                control: None,
                ..ServerOptions::default()
            }))
            .expect("the server starts");
        std::fs::write(folder.join("key.pem"), &server.identity().pem).expect("the key is written");
        Self {
            runtime,
            server,
            folder,
        }
    }

    fn there(&self) -> [String; 4] {
        let key = self.folder.join("key.pem").display().to_string();
        let address = self.server.address().to_string();
        [
            "--server".to_owned(),
            address,
            "--server-key".to_owned(),
            key,
        ]
    }

    /// Runs the program with this server in mind.
    fn run(&self, arguments: &[&str]) -> crate::program::Ran {
        let there = self.there();
        let there = there.iter().map(String::as_str);
        run(&arguments.iter().copied().chain(there).collect::<Vec<_>>())
    }

    /// The journal as a file.
    fn export(&self, secrets: Secrets) -> String {
        let entries = self.server.core().journal().read(&Filter::default());
        let entries = entries.expect("a filter that lets all pass");
        let lines = to_ndjson(entries.iter().map(|entry| entry.to_json(secrets)));
        let file = self.folder.join(format!("{secrets:?}.ndjson"));
        std::fs::write(&file, lines).expect("the export is written");
        file.display().to_string()
    }

    fn stop(self) {
        self.runtime.block_on(self.server.stop());
    }
}

fn outcomes(replayed: &Json) -> Vec<(&str, &str)> {
    let calls = replayed["calls"].as_array().expect("calls");
    let calls = calls.iter().map(|call| {
        let part = |name: &str| call[name].as_str().expect("a text");
        (part("method"), part("outcome"))
    });
    calls
        .filter(|(method, _)| *method != "help.getConfig")
        .collect()
}

#[test]
fn calls_are_sent_again_and_their_answers_compared() {
    let recording = Recording::start("replay");
    recording.run(&["invoke", "help.getNearestDc"]).succeeds();
    recording
        .run(&["invoke", "account.getPassword"])
        .fails(1, "AUTH_KEY_UNREGISTERED");
    let code = [
        "invoke",
        "auth.sendCode",
        "phone_number=9996620001",
        "api_id=1",
        &format!("api_hash={API_HASH}"),
        "settings._=codeSettings",
    ];
    recording.run(&code).succeeds();

    let hidden = recording.export(Secrets::Hidden);
    let shown = recording.export(Secrets::Shown);
    let replayed = recording.run(&["replay", &hidden, "--json"]).json();
    assert_eq!(
        outcomes(&replayed),
        [
            ("help.getNearestDc", "same"),
            ("account.getPassword", "same"),
            ("auth.sendCode", "skipped"),
        ]
    );
    assert_eq!(
        (&replayed["different"], &replayed["skipped"]),
        (&0.into(), &1.into())
    );
    assert_eq!(replayed["recorded_sessions"], 3);
    let told = recording.run(&["replay", &hidden]).succeeds();
    for part in [
        "help.getNearestDc  as recorded",
        "auth.sendCode  skipped: `api_hash` was left out of the export",
        "/v1/calls.ndjson?secrets=1",
        "from 3 sessions",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }

    // Without a seed the code has another hash each time.
    let differs = recording.run(&["replay", &shown]);
    differs.ends(1, "1 answer is not as recorded");
    let told = differs.printed();
    assert!(
        told.contains("auth.sendCode  differs: result.phone_code_hash was "),
        "{told}"
    );
    recording.stop();
}

#[test]
fn a_file_that_is_no_journal_is_refused_before_anything_is_sent() {
    let recording = Recording::start("replay-refused");
    let file = recording.folder.join("calls.ndjson");
    let good = r#"{"request": {"_": "help.getNearestDc"}, "result": null}"#;
    std::fs::write(&file, format!("{good}\n{{\"request\": 5}}\n")).expect("the file is written");
    let name = file.display().to_string();
    recording
        .run(&["replay", &name])
        .fails(2, "calls.ndjson:2: not a call");
    recording
        .run(&["replay", "no-such-file"])
        .fails(2, "cannot read no-such-file");
    std::fs::write(&file, "\n").expect("the file is written");
    recording.run(&["replay", &name]).fails(2, "holds no calls");
    assert_eq!(recording.server.core().journal().newest(), 0);
    recording.stop();
}
