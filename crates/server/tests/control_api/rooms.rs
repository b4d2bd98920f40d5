//! What happens behind the paths.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{PHONE, Room};

#[tokio::test]
async fn a_user_name_is_given_shown_changed_and_taken_away() {
    let room = Room::with_ada().await;
    let (_, users) = room.get("/v1/users").await;
    let ada = format!("/v1/users/{}", users["items"][0]["id"]);
    assert_eq!(users["items"][0]["username"], Value::Null);
    let patch = async |username: Value| {
        let body = json!({ "username": username }).to_string();
        room.send("PATCH", &ada, "", &body).await
    };
    let (status, user) = patch(json!("Ada_L")).await;
    assert_eq!((status, &user["username"]), (200, &json!("Ada_L")));
    let bot = |username: &str| json!({"bot": true, "first_name": "Helper", "username": username});
    let (status, refused) = room.post("/v1/users", &bot("ada_l")).await;
    assert_eq!(
        (status, &refused["error"]["field"]),
        (409, &json!("username"))
    );
    for bad in ["adal", "1adal", "ada__l", ""] {
        let (status, refused) = patch(json!(bad)).await;
        assert_eq!(
            (status, &refused["error"]["field"]),
            (400, &json!("username"))
        );
        let (status, _) = room.post("/v1/users", &bot(bad)).await;
        assert_eq!(status, 400);
    }
    let (status, made) = room.post("/v1/users", &bot("helper_bot")).await;
    assert_eq!(status, 201);
    let (_, helper) = room.get(&format!("/v1/users/{}", made["id"])).await;
    assert_eq!(helper["username"], "helper_bot");
    let (status, user) = patch(Value::Null).await;
    assert_eq!((status, &user["username"]), (200, &Value::Null));
    let (status, _) = room.post("/v1/users", &bot("ada_l")).await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn a_user_is_edited_and_deleted() {
    let room = Room::with_ada().await;
    let (_, users) = room.get("/v1/users").await;
    let path = format!("/v1/users/{}", users["items"][0]["id"]);
    let edit = json!({"first_name": "Grace", "password": "hunter22"});
    let (status, user) = room.send("PATCH", &path, "", &edit.to_string()).await;
    assert_eq!((status, &user["first_name"]), (200, &json!("Grace")));
    assert_eq!(user["has_password"], true);
    let (_, user) = room.send("PATCH", &path, "", r#"{"password": null}"#).await;
    assert_eq!(user["has_password"], false);
    assert_eq!(room.get(&path).await.1["first_name"], "Grace");
    assert_eq!(room.send("DELETE", &path, "", "").await.0, 204);
    assert_eq!(room.get(&path).await.0, 404);
}

#[tokio::test]
async fn sessions_are_made_for_every_library_listed_and_ended() {
    let room = Room::with_ada().await;
    for format in ["gramjs", "telethon", "heliogram", "pyrogram", "mtcute"] {
        let body = json!({"phone": PHONE, "format": format});
        let (status, answer) = room.post("/v1/sessions", &body).await;
        assert_eq!(status, 201, "{format}: {answer}");
        assert!(answer["session"].as_str().unwrap().len() > 300, "{format}");
    }
    let (_, sessions) = room.get("/v1/sessions").await;
    let items = sessions["items"].as_array().unwrap();
    assert_eq!(items.len(), 5);
    let key = items[0]["key"].as_str().unwrap();
    let (status, _) = room
        .send("DELETE", &format!("/v1/sessions/{key}"), "", "")
        .await;
    assert_eq!(status, 204);
    let user_id = &items[0]["user_id"];
    let path = format!("/v1/sessions?user_id={user_id}");
    let (_, revoked) = room.send("DELETE", &path, "", "").await;
    assert_eq!(revoked["revoked"], 4);
    let (status, answer) = room.get("/v1/sessions?user=1").await;
    assert_eq!((status, &answer["error"]["field"]), (400, &json!("user")));
}

#[tokio::test]
async fn the_clock_is_frozen_set_and_let_go() {
    let room = Room::open().await;
    let (_, clock) = room.post("/v1/clock", &json!({"frozen": true})).await;
    assert_eq!(clock["frozen"], true);
    let then = clock["now"].as_i64().unwrap() + 1_000_000;
    let (_, clock) = room.post("/v1/clock", &json!({"set": then})).await;
    assert_eq!(clock["now"], then);
    let (_, clock) = room.post("/v1/clock", &json!({"frozen": false})).await;
    assert_eq!(clock["frozen"], false);
    assert_eq!(
        room.post("/v1/clock", &json!({"advance_seconds": 5.0}))
            .await
            .0,
        200
    );
    assert_eq!(
        room.post("/v1/clock", &json!({"advance_seconds": 5.5}))
            .await
            .0,
        400
    );
    let world = json!({"name": "w", "seed": 7.0});
    assert_eq!(room.post("/v1/worlds", &world).await.0, 201);
    let beyond = json!({"advance_seconds": i64::MAX});
    assert_eq!(room.post("/v1/clock", &beyond).await.0, 409);
}

#[tokio::test]
async fn a_world_has_its_own_rooms_until_it_is_taken_away() {
    let room = Room::with_ada().await;
    let (status, world) = room.post("/v1/worlds", &json!({"name": "w1"})).await;
    assert_eq!(status, 201, "{world}");
    let own = world["addresses"]["2"].as_str().unwrap();
    assert_ne!(own, room.server.address().to_string());
    assert_eq!(room.get("/v1/worlds/w1/users").await.1["items"], json!([]));
    let main = room.get("/v1/worlds/main/users").await.1;
    assert_eq!(main, room.get("/v1/users").await.1);
    let again = room.post("/v1/worlds", &json!({"name": "w1"})).await;
    assert_eq!((again.0, &again.1["error"]["field"]), (409, &json!("name")));
    let (_, worlds) = room.get("/v1/worlds").await;
    assert_eq!(worlds["items"].as_array().unwrap().len(), 2);
    assert_eq!(room.send("DELETE", "/v1/worlds/main", "", "").await.0, 409);
    assert_eq!(room.send("DELETE", "/v1/worlds/w1", "", "").await.0, 204);
    let (status, answer) = room.get("/v1/worlds/w1/users").await;
    assert_eq!((status, &answer["error"]["field"]), (404, &json!("world")));
}

#[tokio::test]
async fn a_world_begins_anew_and_comes_back_from_its_snapshot() {
    let room = Room::with_ada().await;
    let address = room.server.control_address().unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = b"GET /v1/snapshot HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    socket.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let begins = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let snapshot = &answer[begins.unwrap() + 4..];
    assert!(snapshot.starts_with(b"SQLite format 3"));

    assert_eq!(room.send("POST", "/v1/reset", "", "").await.0, 204);
    assert_eq!(room.get("/v1/users").await.1["items"], json!([]));

    for kind in ["application/octet-stream", "application/json"] {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "PUT /v1/snapshot HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {kind}\r\n\
             Content-Length: {}\r\n\r\n",
            snapshot.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(snapshot).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        let known = kind == "application/octet-stream";
        let expected = if known {
            "HTTP/1.1 204 "
        } else {
            "HTTP/1.1 415 "
        };
        assert!(answer.starts_with(expected), "{kind}: {answer}");
    }
    assert_eq!(room.get("/v1/users").await.1["items"][0]["phone"], PHONE);
    let (status, answer) = room.send("PUT", "/v1/snapshot", "", "not one").await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (400, &json!("snapshot"))
    );
}

#[tokio::test]
async fn a_rule_that_does_not_fit_the_schema_is_refused_with_the_path() {
    let room = Room::open().await;
    let wrong = json!({"method": "help.getNearestDc", "reply": {"_": "nearestDc", "country": 7}});
    let (status, answer) = room.post("/v1/rules", &wrong).await;
    assert_eq!(status, 400, "{answer}");
    let field = answer["error"]["field"].as_str().unwrap();
    assert!(field.starts_with("reply"), "{answer}");
    let flood = json!({"method": "auth.sendCode", "error": {"code": 420, "name": "FLOOD_WAIT_3"}});
    let (status, rule) = room.post("/v1/rules", &flood).await;
    assert_eq!(status, 201, "{rule}");
    let path = format!("/v1/rules/{}", rule["id"]);
    assert_eq!(room.get(&path).await.1, rule);
    assert_eq!(room.send("DELETE", &path, "", "").await.0, 204);
    assert_eq!(room.get(&path).await.0, 404);
}

#[tokio::test]
async fn what_happens_is_told_as_it_happens_until_the_server_stops() {
    let room = Room::open().await;
    let address = room.server.control_address().unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    socket.write_all(request).await.unwrap();
    let mut heard = String::new();
    read_until(&mut socket, &mut heard, "text/event-stream").await;
    room.post("/v1/clock", &json!({"advance_seconds": 5})).await;
    read_until(&mut socket, &mut heard, "event: clock\ndata: {}").await;
    room.post("/v1/users", &json!({"phone": PHONE, "first_name": "Ada"}))
        .await;
    read_until(&mut socket, &mut heard, "event: user\ndata: {\"id\":").await;
    room.server.stop().await;
    let over = tokio::time::timeout(Duration::from_secs(5), async {
        let mut rest = Vec::new();
        // However it ends.
        let _ = socket.read_to_end(&mut rest).await;
    });
    over.await.expect("the stream ends with the server");
}

#[tokio::test]
async fn a_wait_is_over_when_something_comes_or_its_time_is_up() {
    let room = Room::with_ada().await;
    let path = format!("/v1/inbox/{PHONE}?wait_ms=50");
    assert_eq!(room.get(&path).await, (200, json!({"items": []})));
    assert_eq!(room.get("/v1/calls?wait_ms=50").await.1["total"], 0);
    let (status, answer) = room.get("/v1/calls?wait_ms=60001").await;
    assert_eq!(status, 400, "{answer}");
}

#[tokio::test]
async fn ready_is_what_programs_read() {
    let room = Room::open().await;
    let (_, ready) = room.get("/v1/ready").await;
    let expected: Value = serde_json::to_value(room.server.ready()).unwrap();
    assert_eq!(ready, expected);
    assert_eq!(ready["mtproto"], room.server.address().to_string());
}

async fn read_until(socket: &mut TcpStream, heard: &mut String, wanted: &str) {
    let listening = async {
        while !heard.contains(wanted) {
            let mut some = [0; 1024];
            let read = socket.read(&mut some).await.unwrap();
            assert!(read > 0, "ended before {wanted:?}: {heard}");
            heard.push_str(std::str::from_utf8(&some[..read]).unwrap());
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(5), listening).await;
    assert!(waited.is_ok(), "no {wanted:?} in time");
}
