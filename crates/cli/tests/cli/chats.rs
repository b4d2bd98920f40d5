//! Writing, reading, sending files and listening, against `heliogram serve`.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value as Json, json};

use crate::against_a_server::Served;
use crate::program::{PATH, run};

const ADA: &str = "9996625101";
const BEN: &str = "9996625102";

/// A server with two people who have never met.
struct Pair {
    server: Served,
    ada: String,
    ben: String,
}

impl Pair {
    fn start(name: &str) -> Self {
        let server = Served::start(name);
        for (phone, first_name, username) in [(ADA, "Ada", "ada_l"), (BEN, "Ben", "ben_k")] {
            let user = json!({"phone": phone, "first_name": first_name, "username": username});
            let made = server.control("POST", "/v1/users", &user.to_string());
            assert_eq!(made["phone"], phone, "{made}");
        }
        let session = |phone| {
            let printed = run(&["sessions", "--phone", phone, "--ready", server.ready()]);
            printed.succeeds().trim().to_owned()
        };
        let (ada, ben) = (session(ADA), session(BEN));
        Self { server, ada, ben }
    }

    fn ada(&self, arguments: &[&str]) -> crate::program::Ran {
        run(&[arguments, &["--session", &self.ada]].concat())
    }

    fn ben(&self, arguments: &[&str]) -> crate::program::Ran {
        run(&[arguments, &["--session", &self.ben]].concat())
    }

    fn listen(&self, arguments: &[&str]) -> Listening {
        let mut process = Command::new(PATH)
            .args(["listen", "--messages", "--session", &self.ben])
            .args(arguments)
            .env(
                "XDG_STATE_HOME",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/state"),
            )
            .env_remove("HELIOGRAM_STATE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let stdout = process.stdout.take().expect("it is piped");
        let lines = BufReader::new(stdout);
        Listening { process, lines }
    }
}

struct Listening {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Listening {
    fn next(&mut self) -> Json {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("output is text");
        serde_json::from_str(&line).expect("a line is JSON")
    }

    /// It is asked to end, as by Ctrl-C, and ends with this code.
    fn interrupted(mut self) -> Option<i32> {
        let pid = self.process.id().to_string();
        let status = Command::new("kill").args(["-INT", &pid]).status();
        assert!(status.expect("kill can be run").success());
        self.process.wait().expect("it ends").code()
    }
}

#[test]
fn a_message_is_sent_by_name_and_read_by_the_other() {
    let pair = Pair::start("chats");
    let sent = pair.ada(&["send", "@ben_k", "Hello Ben", "--json"]).json();
    assert_eq!(sent["text"], "Hello Ben");
    assert_eq!(sent["out"], true);
    let marked = [
        "send",
        "@ben_k",
        "**two** words",
        "--markup",
        "markdown",
        "--silent",
        "--json",
    ];
    let marked = pair.ada(&marked).json();
    assert_eq!(marked["text"], "two words");
    assert_eq!(marked["entities"][0]["_"], "messageEntityBold");
    let shown = pair.ada(&["send", "@ben_k", "plain"]).succeeds();
    assert!(shown.ends_with(": plain\n"), "{shown}");

    let read = pair.ben(&["history", "@ada_l", "--json"]).json();
    let read = read.as_array().expect("a list");
    let texts: Vec<_> = read.iter().map(|message| &message["text"]).collect();
    assert_eq!(texts, ["Hello Ben", "two words", "plain"]);
    assert_eq!(read[0]["sender"]["name"], "Ada");
    let last = read[2]["id"].to_string();
    let before = ["history", "@ada_l", "--limit", "1", "--before", &last];
    assert!(pair.ben(&before).succeeds().ends_with("Ada: two words\n"));

    let id = read[0]["sender"]["id"].to_string();
    let answer = [
        "send",
        &id,
        "-1 is a text too",
        "--reply-to",
        &last,
        "--json",
    ];
    assert_eq!(pair.ben(&answer).json()["reply_to"].to_string(), last);
    let dialogs = pair.ada(&["dialogs", "--json"]).json();
    assert_eq!(dialogs[0]["name"], "Ben");
    assert_eq!(dialogs[0]["unread"], 1);
    assert_eq!(dialogs[0]["message"]["text"], "-1 is a text too");
    let line = pair.ada(&["dialogs"]).succeeds();
    assert!(line.contains("Ben  (1 unread): -1 is a text too"), "{line}");
}

#[test]
fn what_cannot_be_done_says_what_to_do_and_ends_with_its_code() {
    let pair = Pair::start("chats_errors");
    let nobody = pair.ada(&["send", "@nobody_at_all", "x"]);
    nobody.fails(1, "nobody has the username @nobody_at_all");
    pair.ada(&["send", "two words", "x"])
        .fails(2, "names no peer");
    pair.ada(&["history", "-1001234567890"])
        .fails(1, "no channel 1234567890 has been met");
    pair.ada(&["upload", "me", "/nowhere/file"])
        .fails(2, "/nowhere/file");
    pair.ada(&["download", "me", "99999"])
        .fails(1, "there is no message 99999");
    let text = pair.ada(&["send", "me", "just text", "--json"]).json()["id"].to_string();
    pair.ada(&["download", "me", &text])
        .fails(1, "there is no file in this");
    run(&["send", "me", "x", "--ready", pair.server.ready()]).fails(2, "there is no --session");
    let none = [
        "send",
        "me",
        "x",
        "--session",
        &pair.ada,
        "--server",
        "127.0.0.1:1",
    ];
    run(&none).fails(3, "127.0.0.1:1");
    let state = ["dialogs", "--state", "/dev/null/state"];
    pair.ada(&state)
        .fails(2, "--state FILE chooses another one");
}

#[test]
fn what_happens_is_a_line_each_and_nothing_is_missed_between_two_runs() {
    let pair = Pair::start("chats_listen");
    let mut listening = pair.listen(&[]);
    // It has begun when it has asked for the state.
    let begun = || {
        let calls = pair
            .server
            .control("GET", "/v1/calls?method=updates.getState", "");
        calls["calls"]
            .as_array()
            .is_some_and(|calls| !calls.is_empty())
            || calls["items"]
                .as_array()
                .is_some_and(|calls| !calls.is_empty())
    };
    while !begun() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    pair.ada(&["send", "@ben_k", "one"]).succeeds();
    let first = listening.next();
    assert_eq!(first["type"], "new_message", "{first}");
    assert_eq!(first["message"]["text"], "one");
    assert_eq!(first["message"]["sender"]["username"], "ada_l");
    assert_eq!(listening.interrupted(), Some(0));

    pair.ada(&["send", "@ben_k", "two"]).succeeds();
    pair.ada(&["send", "@ben_k", "three"]).succeeds();
    let mut listening = pair.listen(&["--count", "2"]);
    assert_eq!(listening.next()["message"]["text"], "two");
    assert_eq!(listening.next()["message"]["text"], "three");
    assert_eq!(listening.process.wait().expect("it ends").code(), Some(0));
}
#[test]
fn files_are_sent_and_fetched_and_nothing_is_drawn_where_nobody_looks() {
    let pair = Pair::start("chats_files");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("chats_files_data");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("in")).expect("the folder can be written to");
    let bytes: Vec<u8> = (0..3_000_000_u32)
        .map(|at| (at.wrapping_mul(at) >> 7) as u8)
        .collect();
    let path = folder.join("data.bin");
    std::fs::write(&path, &bytes).expect("the file is written");
    let path = path.to_str().expect("a path in ASCII");
    let sent = pair
        .ada(&["upload", "@ben_k", path, "--caption", "for you", "--json"])
        .json();
    assert_eq!(sent[0]["text"], "for you");
    assert_eq!(
        sent[0]["file"],
        json!({"name": "data.bin", "size": 3_000_000})
    );
    let got = pair.ben(&["history", "@ada_l", "--json"]).json();
    let id = got[0]["id"].to_string();
    let into = folder.join("in");
    let fetch = [
        "download",
        "@ada_l",
        &id,
        "-o",
        into.to_str().expect("ASCII"),
        "--json",
    ];
    let fetched = pair.ben(&fetch).json();
    assert_eq!(fetched["size"], 3_000_000);
    assert!(std::fs::read(into.join("data.bin")).expect("it is there") == bytes);
    let album = pair
        .ada(&["upload", "@ben_k", path, path, "--as-document", "--json"])
        .json();
    assert_eq!(album.as_array().map(Vec::len), Some(2));
}
