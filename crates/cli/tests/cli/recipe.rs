//! `heliogram recipe` and `heliogram sessions`, against a control API that this test plays.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread::JoinHandle;

use crate::program::run;
use serde_json::{Value as Json, json};

/// A control API that gives these answers, one to each request, and keeps the requests.
struct Played {
    ready: PathBuf,
    url: String,
    requests: JoinHandle<Vec<(String, Json)>>,
}

fn played(name: &str, answers: Vec<(u16, Json)>) -> Played {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let ready = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    let text = json!({
        "mtproto": "127.0.0.1:12345", "dc_id": 2, "rsa_pem": "-----BEGIN RSA PUBLIC KEY-----\nMII\n",
        "rsa_fingerprint": "-123", "rsa_n": "456", "rsa_e": 65537, "control": url,
    });
    std::fs::write(&ready, text.to_string()).expect("the folder of the tests can be written to");
    let requests = std::thread::spawn(move || {
        let answer = |(status, body): (u16, Json)| {
            let (mut stream, _) = listener.accept().expect("a request comes");
            let mut request = String::new();
            let (head, length) = loop {
                let mut byte = [0];
                stream.read_exact(&mut byte).expect("the head is whole");
                request.push(char::from(byte[0]));
                if let Some(head) = request.strip_suffix("\r\n\r\n") {
                    let length = head
                        .lines()
                        .find_map(|line| line.strip_prefix("Content-Length: "));
                    break (
                        head.to_owned(),
                        length.expect("a length").parse().expect("a number"),
                    );
                }
            };
            let mut sent = vec![0; length];
            stream.read_exact(&mut sent).expect("the body is whole");
            let text = body.to_string();
            let length = text.len();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"
            )
            .expect("the answer is read");
            let line = head.lines().next().unwrap_or_default().to_owned();
            (
                line,
                serde_json::from_slice(&sent).expect("the body is JSON"),
            )
        };
        answers.into_iter().map(answer).collect()
    });
    Played {
        ready,
        url,
        requests,
    }
}

#[test]
fn a_program_has_address_key_and_session_filled_in() {
    for (library, format, parts) in [
        (
            "gramjs",
            "gramjs",
            &[
                "require(\"telegram\")",
                "\"-123\"",
                "\"456\"",
                "ip: \"127.0.0.1\"",
                "port: 12345",
            ][..],
        ),
        (
            "teleproto",
            "gramjs",
            &["require(\"teleproto\")", "\"-123\""],
        ),
        (
            "telethon",
            "telethon",
            &["from telethon import", "BEGIN RSA PUBLIC KEY-----\\nMII\\n"],
        ),
    ] {
        let server = played(
            &format!("recipe-{library}"),
            vec![(200, json!({"session": "1SESSION=="}))],
        );
        let ready = server.ready.to_str().expect("a path in ASCII");
        let text = run(&[
            "recipe",
            library,
            "--phone",
            "+9996621234",
            "--ready",
            ready,
        ])
        .succeeds();
        for part in parts.iter().chain(&["\"1SESSION==\"", "9996621234"]) {
            assert!(text.contains(part), "{library}: {part} is not in\n{text}");
        }
        let requests = server.requests.join().expect("the server was asked");
        assert_eq!(requests[0].0, "POST /v1/sessions HTTP/1.1");
        assert_eq!(requests[0].1["format"], format);
    }
}

#[test]
fn a_user_that_does_not_exist_is_made() {
    let unknown = json!({"error": {"field": "phone", "message": "nobody has this number"}});
    let answers = vec![
        (404, unknown),
        (201, json!({})),
        (200, json!({"session": "1S"})),
    ];
    let server = played("sessions-new", answers);
    let text = run(&[
        "sessions",
        "--phone",
        "9996621234",
        "--control",
        &server.url,
    ])
    .succeeds();
    assert_eq!(text, "1S\n");
    let requests = server.requests.join().expect("the server was asked");
    assert_eq!(requests[1].0, "POST /v1/users HTTP/1.1");
    assert_eq!(requests[1].1["phone"], "9996621234");
    assert_eq!(requests[0], requests[2]);
}

#[test]
fn a_recipe_as_json_names_library_and_version() {
    let server = played("recipe-json", vec![(200, json!({"session": "1S"}))]);
    let ready = server.ready.to_str().expect("a path in ASCII");
    let recipe = run(&["recipe", "telethon", "--json", "--ready", ready]).json();
    assert_eq!(recipe["package"], "Telethon");
    assert_eq!(recipe["version"], "1.45.0");
    assert_eq!(recipe["session"], "1S");
}

#[test]
fn what_the_server_refuses_is_told() {
    let refused = json!({"error": {"field": "phone", "message": "is not a phone number"}});
    let server = played("sessions-refused", vec![(400, refused)]);
    let ran = run(&["sessions", "--phone", "abc", "--control", &server.url]);
    ran.fails(1, "POST /v1/sessions: 400 phone: is not a phone number");
}

#[test]
fn without_a_server_the_exit_code_is_3() {
    let none = run(&["recipe", "gramjs", "--ready", "/nowhere/ready.json"]);
    none.fails(3, "no server was found: /nowhere/ready.json");
    none.fails(3, "heliogram serve");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    run(&["sessions", "--phone", "1", "--control", &url])
        .fails(3, "no server answers at http://127.0.0.1:");
    run(&[
        "sessions",
        "--phone",
        "1",
        "--control",
        "http://192.0.2.1:1",
    ])
    .fails(2, "--control");
    run(&["recipe", "pyrogram"]).fails(2, "telethon");
}
