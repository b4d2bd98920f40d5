//! The commands that connect, against `heliogram serve`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::program::{PATH, run};

const PHONE: &str = "9996625001";
const HASH: &str = "00112233445566778899aabbccddeeff";

/// `heliogram serve` with one user, whose account somebody asked to delete.
pub(crate) struct Served {
    process: Child,
    ready: PathBuf,
}

impl Served {
    pub(crate) fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    fn start_with(name: &str, options: &[&str]) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("the folder of the tests can be written to");
        let fixtures = folder.join("users.toml");
        let user = format!(
            "[[users]]\nphone = \"{PHONE}\"\nfirst_name = \"Ada\"\npassword = \"secret\"\npending_deletion_hash = \"{HASH}\"\n"
        );
        std::fs::write(&fixtures, user).expect("the fixtures are written");
        let ready = folder.join("ready.json");
        let process = Command::new(PATH)
            .args(["serve", "--port", "0", "--ready-json"])
            .arg(&ready)
            .arg("--fixtures")
            .arg(&fixtures)
            .args(options)
            .env("XDG_RUNTIME_DIR", &folder)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started");
        let started = Instant::now();
        while !ready.exists() {
            assert!(started.elapsed() < Duration::from_secs(20), "no ready file");
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { process, ready }
    }

    pub(crate) fn ready(&self) -> &str {
        self.ready.to_str().expect("a path in ASCII")
    }

    fn session(&self) -> String {
        let printed = run(&["sessions", "--phone", PHONE, "--ready", self.ready()]).succeeds();
        printed.trim().to_owned()
    }

    /// Makes a request of the control API; gives its answer's body.
    pub(crate) fn control(&self, method: &str, path: &str, body: &str) -> Json {
        let text = std::fs::read_to_string(&self.ready).expect("the ready file is there");
        let ready: Json = serde_json::from_str(&text).expect("the ready file is JSON");
        let url = ready["control"].as_str().expect("an address");
        let host = url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("the control API listens");
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .expect("the request is sent");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the answer is text");
        let (_, body) = answer.split_once("\r\n\r\n").expect("the answer is HTTP");
        serde_json::from_str(body).expect("the answer is JSON")
    }

    /// The newest code that reached the phone by SMS, out of its text.
    fn code(&self) -> Option<String> {
        let body = self.control("GET", &format!("/v1/inbox/{PHONE}"), "");
        let items = body["items"].as_array()?.iter().rev();
        let newest = items
            .filter(|item| item["kind"] == "sms")
            .find_map(|item| item["text"].as_str())?;
        let mut runs = newest.split(|c: char| !c.is_ascii_digit());
        runs.find(|run| (5..=7).contains(&run.len()))
            .map(str::to_owned)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_server_with_several_dcs_says_where_they_are_and_sessions_lead_to_theirs() {
    let server = Served::start_with("dcs", &["--dc", "4=0", "--dc", "1"]);
    let text = std::fs::read_to_string(&server.ready).expect("the ready file is there");
    let ready: Json = serde_json::from_str(&text).expect("the ready file is JSON");
    assert_eq!(
        (&ready["dc_id"], &ready["dcs"]["1"]),
        (&1.into(), &ready["mtproto"])
    );
    let far = ready["dcs"]["4"].as_str().expect("an address");
    let (_, port) = far.split_once(':').expect("a port");

    let user = r#"{"phone": "9996625004", "first_name": "Eve", "dc_id": 4}"#;
    let made = server.control("POST", "/v1/users", user);
    assert_eq!(made["phone"], "9996625004", "{made}");
    let far = ["--phone", "9996625004", "--ready", server.ready()];
    let recipe = run(&[&["recipe", "gramjs"][..], &far].concat()).succeeds();
    assert!(recipe.contains(&format!("port: {port}")), "{recipe}");
    let session = run(&[&["sessions"][..], &far].concat()).succeeds();
    for connection in [&["--ready", server.ready()][..], &[]] {
        let call = ["invoke", "help.getConfig", "--session", session.trim()];
        let config = run(&[&call[..], connection].concat()).succeeds();
        let config: Json = serde_json::from_str(&config).expect("JSON");
        assert_eq!(config["this_dc"], 4);
        let listed = config["dc_options"].as_array().expect("a list");
        let listed: Vec<_> = listed.iter().map(|option| &option["id"]).collect();
        assert_eq!(listed, [1, 4]);
    }
    run(&["serve", "--port", "0", "--dc", "6=0"]).fails(2, "they are 1 to 5");
    run(&["serve", "--port", "0", "--dc", "2=0"]).fails(2, "DC 2 is the server itself");
}

#[test]
fn a_server_is_healthy_as_long_as_it_runs() {
    let mut server = Served::start("health");
    let ask = ["health", "--ready", server.ready()].map(str::to_owned);
    let ask = ask.each_ref().map(String::as_str);
    run(&ask).succeeds();
    server.process.kill().expect("it can be killed");
    server.process.wait().expect("it ends");
    run(&ask).fails(3, "no server answers");
}

#[test]
fn clients_are_told_the_address_that_is_advertised() {
    let mtproto = |server: &Served| {
        let text = std::fs::read_to_string(&server.ready).expect("the ready file is there");
        let ready: Json = serde_json::from_str(&text).expect("the ready file is JSON");
        ready["mtproto"].as_str().map(str::to_owned).expect("text")
    };
    let all = ["--listen", "0.0.0.0"];
    let near = Served::start_with("listens_everywhere", &all);
    assert!(mtproto(&near).starts_with("127.0.0.1:"));
    let far = [&all[..], &["--advertise", "192.0.2.7"]].concat();
    let far = Served::start_with("advertised", &far);
    assert!(mtproto(&far).starts_with("192.0.2.7:"));
    assert_eq!(run(&["health", "--ready", far.ready()]).succeeds(), "");
}

#[test]
fn a_session_string_is_enough_to_call() {
    let server = Served::start("invoke");
    let session = server.session();
    let own = run(&["invoke", "account.getAuthorizations", "--session", &session]).json();
    assert_eq!(own["_"], "account.authorizations");
    assert_eq!(own["authorizations"][0]["current"], true);
    let users = run(&[
        "invoke",
        "users.getUsers",
        "id[0]=inputUserSelf",
        "--session",
        &session,
    ])
    .json();
    assert_eq!(users[0]["phone"], PHONE);
    let offline = run(&[
        "invoke",
        "account.updateStatus",
        "offline=true",
        "--session",
        &session,
    ]);
    assert_eq!(offline.json(), true);
}

#[test]
fn an_error_of_the_server_is_exit_code_1_and_explained() {
    let server = Served::start("errors");
    let session = server.session();
    let wrong = [
        "invoke",
        "account.sendConfirmPhoneCode",
        "hash=ab",
        "settings=codeSettings",
    ];
    let ran = run(&[&wrong[..], &["--session", &session]].concat());
    ran.fails(
        1,
        "error: 400: HASH_INVALID (caused by account.sendConfirmPhoneCode)",
    );
    ran.fails(1, "hint:  The hash names nothing");
    let nobody = run(&[&wrong[..], &["--ready", server.ready()]].concat());
    nobody.fails(1, "401: AUTH_KEY_UNREGISTERED");
    let none = [
        "invoke",
        "messages.sendReaction",
        "peer=inputPeerSelf",
        "msg_id=1",
    ];
    run(&[&none[..], &["--session", &session]].concat()).fails(1, "METHOD_NOT_IMPLEMENTED");
}

#[test]
fn a_wrapper_is_answered_as_its_query_is() {
    let server = Served::start("wrapper");
    let wrapped = [
        "invoke",
        "invokeWithoutUpdates",
        "query._=help.getNearestDc",
        "--ready",
        server.ready(),
    ];
    assert_eq!(run(&wrapped).json()["_"], "nearestDc");
}

#[test]
fn link_and_code_stop_a_deletion() {
    let server = Served::start("confirm");
    let session = server.session();
    let link = |phone: &str| format!("https://t.me/confirmphone?phone={phone}&hash={HASH}");
    let foreign = run(&["confirm-phone", &link("9996625002"), "--session", &session]);
    foreign.fails(2, "the link is for the account with the number 9996625002");
    assert_eq!(server.code(), None, "nothing was sent");

    let confirm = |code: &dyn Fn() -> String| {
        let mut process = Command::new(PATH)
            .args([
                "confirm-phone",
                &link(PHONE),
                "--json",
                "--session",
                &session,
            ])
            .env_remove("HELIOGRAM_READY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut talk = BufReader::new(process.stderr.take().expect("stderr is piped"));
        let mut line = String::new();
        talk.read_line(&mut line)
            .expect("it says where the code went");
        assert!(line.contains("5 digits by SMS"), "{line}");
        let mut stdin = process.stdin.take().expect("stdin is piped");
        writeln!(stdin, "{}", code()).expect("the code is read");
        let mut rest = String::new();
        talk.read_to_string(&mut rest).expect("stderr is text");
        let output = process.wait_with_output().expect("it ends");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            rest,
        )
    };
    let (code, _, complaint) = confirm(&|| "00000".to_owned());
    assert_eq!(code, Some(1), "{complaint}");
    assert!(complaint.contains("PHONE_CODE_INVALID"), "{complaint}");
    let (code, printed, complaint) = confirm(&|| server.code().expect("a code was sent"));
    assert_eq!(code, Some(0), "{complaint}");
    assert!(printed.contains("\"cancelled\": true"), "{printed}");
    let again = run(&["confirm-phone", &link(PHONE), "--session", &session]);
    again.fails(1, "HASH_INVALID");
}

#[test]
fn recipes_name_the_server_that_runs() {
    let server = Served::start("recipe");
    let recipe = run(&[
        "recipe",
        "gramjs",
        "--phone",
        "9996625009",
        "--ready",
        server.ready(),
    ])
    .succeeds();
    assert!(recipe.contains("Logged in as 9996625009"), "{recipe}");
    let text = std::fs::read_to_string(&server.ready).expect("the ready file is there");
    let ready: Json = serde_json::from_str(&text).expect("the ready file is JSON");
    for field in ["rsa_fingerprint", "rsa_n"] {
        assert!(
            recipe.contains(ready[field].as_str().expect("text")),
            "{field}"
        );
    }
}
