//! How the commands that connect say that they cannot.

use crate::program::run;
use heliogram::{AuthKey, StringSession};

/// The session of an account on a server that is not there.
fn session() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    StringSession::with_key(2, "127.0.0.1", port, AuthKey::new([7; 256])).save()
}

#[test]
fn a_server_that_does_not_answer_is_exit_code_3() {
    let ran = run(&["invoke", "help.getConfig", "--session", &session()]);
    ran.fails(3, "DC 2: cannot connect to 127.0.0.1:");
    let elsewhere = ["--server", "127.0.0.1:9", "--dc", "4"];
    let mut all = vec!["invoke", "help.getConfig", "--session"];
    let session = session();
    all.push(&session);
    all.extend(elsewhere);
    run(&all).fails(3, "DC 4: cannot connect to 127.0.0.1:9");
}

#[test]
fn without_session_and_server_nobody_is_called() {
    let ran = run(&["invoke", "help.getConfig"]);
    ran.fails(3, "no server to connect to");
    ran.fails(3, "heliogram serve");
    let ran = run(&["invoke", "help.getConfig", "--ready", "/nowhere/ready.json"]);
    ran.fails(3, "/nowhere/ready.json");
}

#[test]
fn what_cannot_be_a_server_is_a_wrong_command_line() {
    run(&["invoke", "help.getConfig", "--session", "2xyz"]).fails(2, "--session: ");
    let new = ["invoke", "help.getConfig", "--server", "127.0.0.1:9"];
    run(&new).fails(2, "a new session needs the server's key");
    let key = ["--server-key", "/nowhere/key.pem"];
    run(&[&new[..], &key].concat()).fails(2, "/nowhere/key.pem");
    run(&["invoke", "help.getConfig", "--dc", "6"]).fails(2, "--dc");
    run(&["invoke", "help.getConfig", "--dc", "5", "--test"]).fails(2, "no such data centre: 5");
}

#[test]
fn the_link_is_read_before_anybody_is_called() {
    for (link, problem) in [
        (
            "https://example.org/confirmphone?phone=1&hash=a",
            "example.org",
        ),
        ("https://t.me/confirmphone?phone=1", "no hash"),
        ("tg://confirmphone?phone=%2B1&hash=a", "'+'"),
        ("hello", "error: "),
    ] {
        run(&["confirm-phone", link, "--session", &session()]).fails(2, problem);
    }
    let whole = "https://t.me/confirmphone?phone=9996621234&hash=ab";
    run(&["confirm-phone", whole, "--session", &session()]).fails(3, "cannot connect");
}
