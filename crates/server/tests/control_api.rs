//! The control API over HTTP, as `curl` would use it.

#[path = "control_api/document.rs"]
mod document;
#[path = "control_api/guard.rs"]
mod guard;
#[path = "control_api/rooms.rs"]
mod rooms;

use heliogram::StringSession;
use heliogram_server::{Server, ServerOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PHONE: &str = "9996620099";

struct Room {
    server: Server,
}

impl Room {
    async fn open() -> Self {
        let server = Server::start(ServerOptions::default()).await.unwrap();
        Self { server }
    }

    async fn with_ada() -> Self {
        let room = Self::open().await;
        let (status, _) = room
            .post("/v1/users", &json!({"phone": PHONE, "first_name": "Ada"}))
            .await;
        assert_eq!(status, 201);
        room
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.send("GET", path, "", "").await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send("POST", path, "", &body.to_string()).await
    }

    async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let (head, body) = self.exchange(method, path, headers, body).await;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// The head of the answer, its names in small letters, and the body.
    async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> (String, String) {
        let host = if headers.contains("Host:") {
            ""
        } else {
            "Host: 127.0.0.1\r\n"
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let address = self.server.control_address().unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        socket.read_to_string(&mut response).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }
}

#[tokio::test]
async fn is_healthy() {
    let room = Room::open().await;
    assert_eq!(room.get("/healthz").await, (200, json!({"status": "ok"})));
}

#[tokio::test]
async fn makes_users_and_lists_them() {
    let room = Room::with_ada().await;
    let (status, bot) = room
        .post("/v1/users", &json!({"first_name": "Helper", "bot": true}))
        .await;
    assert_eq!(status, 201);
    assert!(bot["bot_token"].as_str().unwrap().contains(':'), "{bot}");
    let (_, users) = room.get("/v1/users").await;
    let names: Vec<_> = users["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["first_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Ada", "Helper"]);
}

#[tokio::test]
async fn bad_input_names_the_field() {
    let room = Room::with_ada().await;
    let post = [
        ("/v1/users", json!({"phone": PHONE}), "first_name"),
        (
            "/v1/users",
            json!({"phone": "12", "first_name": "A"}),
            "phone",
        ),
        (
            "/v1/users",
            json!({"fone": PHONE, "first_name": "A"}),
            "fone",
        ),
        (
            "/v1/users",
            json!({"phone": "9996620001", "first_name": ""}),
            "first_name",
        ),
        (
            "/v1/users",
            json!({"phone": "9996620001", "first_name": "A", "password": ""}),
            "password",
        ),
        ("/v1/clock", json!({}), "advance_seconds"),
        (
            "/v1/clock",
            json!({"advance_seconds": -1}),
            "advance_seconds",
        ),
        (
            "/v1/sessions",
            json!({"phone": PHONE, "format": "tdata"}),
            "format",
        ),
        ("/v1/sessions", json!({"format": "gramjs"}), "phone"),
    ];
    for (path, body, field) in post {
        let (status, answer) = room.post(path, &body).await;
        assert_eq!(status, 400, "{path} {body}: {answer}");
        assert_eq!(answer["error"]["field"], field, "{path} {body}: {answer}");
    }
    let (status, answer) = room.send("POST", "/v1/users", "", "not json").await;
    assert_eq!((status, &answer["error"]["field"]), (400, &json!("body")));
    let again = json!({"phone": PHONE, "first_name": "A"});
    let (status, answer) = room.post("/v1/users", &again).await;
    assert_eq!((status, &answer["error"]["field"]), (409, &json!("phone")));
    let nobody = json!({"phone": "9996620002", "format": "gramjs"});
    let (status, answer) = room.post("/v1/sessions", &nobody).await;
    assert_eq!((status, &answer["error"]["field"]), (404, &json!("phone")));
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let room = Room::open().await;
    assert_eq!(room.get("/v1/nothing").await.0, 404);
    assert_eq!(room.send("DELETE", "/v1/clock", "", "").await.0, 405);
}

#[tokio::test]
async fn an_unknown_number_has_an_empty_inbox_and_a_plus_is_stripped() {
    let room = Room::open().await;
    let body = json!({
        "phone": format!("+{PHONE}"), "first_name": "Ada", "password": "secret"
    });
    assert_eq!(room.post("/v1/users", &body).await.0, 201);
    for phone in [PHONE, "+9996620099", "1"] {
        let (status, inbox) = room.get(&format!("/v1/inbox/{phone}")).await;
        assert_eq!((status, inbox), (200, json!({"items": []})), "{phone}");
    }
}

#[tokio::test]
async fn the_clock_moves_forward() {
    let room = Room::open().await;
    let (_, before) = room.get("/v1/clock").await;
    let (status, after) = room
        .post("/v1/clock", &json!({"advance_seconds": 604_800}))
        .await;
    assert_eq!(status, 200);
    assert_eq!(after["ahead_seconds"], 604_800);
    let leap = after["now"].as_i64().unwrap() - before["now"].as_i64().unwrap();
    assert!((604_800..604_810).contains(&leap), "{leap}");
}

#[tokio::test]
async fn a_minted_session_points_at_this_server() {
    let room = Room::with_ada().await;
    let address = room.server.address();
    for format in ["gramjs", "telethon", "heliogram"] {
        let body = json!({"phone": PHONE, "format": format});
        let (status, answer) = room.post("/v1/sessions", &body).await;
        assert_eq!(status, 201, "{answer}");
        let session = StringSession::new(answer["session"].as_str().unwrap()).unwrap();
        assert_eq!(session.port(), address.port(), "{format}");
        assert_eq!(session.address(), address.ip().to_string(), "{format}");
        assert!(session.auth_key().is_some(), "{format}");
    }
}

#[tokio::test]
async fn every_method_has_one_of_the_four_words() {
    let room = Room::open().await;
    let (_, coverage) = room.get("/v1/coverage").await;
    let methods = coverage["methods"].as_array().unwrap();
    assert_eq!(methods.len(), 850);
    for method in methods {
        let word = method["coverage"].as_str().unwrap();
        assert!(
            ["stateful+foreign", "stateful", "rule", "none"].contains(&word),
            "{method}"
        );
    }
}
