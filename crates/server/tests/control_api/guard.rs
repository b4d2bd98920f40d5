//! Who may use the control API.

use heliogram_server::{ControlToken, Server, ServerOptions, StartError};

use super::Room;

const TOKEN: &str = "correct-horse-battery-staple";

async fn with_token(listen: &str) -> Room {
    let options = ServerOptions {
        control: Some(listen.parse().unwrap()),
        control_token: Some(ControlToken::new(TOKEN).unwrap()),
        ..ServerOptions::default()
    };
    let server = Server::start(options).await.unwrap();
    Room { server }
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_and_another_port_is_another_origin() {
    let room = Room::open().await;
    let port = room.server.control_address().unwrap().port();
    let own = format!("Host: 127.0.0.1:{port}\r\n");
    let allowed = [
        String::new(),
        "Host: localhost:80\r\n".to_owned(),
        "Host: [::1]:80\r\n".to_owned(),
        format!("{own}Origin: http://127.0.0.1:{port}\r\n"),
        format!("{own}Sec-Fetch-Site: same-origin\r\n"),
        format!("{own}Sec-Fetch-Site: none\r\n"),
    ];
    for headers in allowed {
        let (status, answer) = room.send("GET", "/v1/users", &headers, "").await;
        assert_eq!(status, 200, "{headers}: {answer}");
    }
    let refused = [
        ("Host: example.org\r\n".to_owned(), "Host"),
        ("Host: 127.0.0.1.example.org\r\n".to_owned(), "Host"),
        ("Host: 0.0.0.0\r\n".to_owned(), "Host"),
        (format!("{own}Origin: https://example.org\r\n"), "Origin"),
        (format!("{own}Origin: null\r\n"), "Origin"),
        (format!("{own}Origin: http://127.0.0.1:3000\r\n"), "Origin"),
        (format!("{own}Origin: http://127.0.0.1\r\n"), "Origin"),
        (
            format!("{own}Origin: http://localhost:{port}\r\n"),
            "Origin",
        ),
        (
            format!("{own}Sec-Fetch-Site: cross-site\r\n"),
            "Sec-Fetch-Site",
        ),
        (
            format!("{own}Sec-Fetch-Site: same-site\r\n"),
            "Sec-Fetch-Site",
        ),
    ];
    for (headers, field) in refused {
        for path in ["/v1/users", "/", "/nothing"] {
            let (status, answer) = room.send("GET", path, &headers, "").await;
            assert_eq!(status, 403, "{path} {headers}: {answer}");
            assert_eq!(answer["error"]["field"], field, "{headers}");
        }
    }
}

#[tokio::test]
async fn whoever_has_no_token_is_told_to_bring_it() {
    let room = with_token("127.0.0.1:0").await;
    let wrong = [
        String::new(),
        "Authorization: Bearer\r\n".to_owned(),
        format!("Authorization: Bearer {TOKEN}x\r\n"),
        format!("Authorization: Bearer {}\r\n", &TOKEN[1..]),
        format!("Authorization: Basic {TOKEN}\r\n"),
        format!("Cookie: token={TOKEN}\r\n"),
        format!("Cookie: heliogram_token={TOKEN}x\r\n"),
        format!("Authorization: Bearer wrong\r\nCookie: heliogram_token={TOKEN}\r\n"),
    ];
    for headers in wrong {
        for path in [
            "/v1/users",
            "/v1/worlds/main/users",
            "/v1/openapi.json",
            "/v1/ready",
        ] {
            let (head, _) = room.exchange("GET", path, &headers, "").await;
            assert!(
                head.starts_with("HTTP/1.1 401 "),
                "{path} {headers}: {head}"
            );
            assert!(head.contains("www-authenticate: Bearer"), "{head}");
        }
    }
    for headers in [
        format!("Authorization: Bearer {TOKEN}\r\n"),
        format!("Cookie: a=b; heliogram_token={TOKEN}\r\n"),
    ] {
        let (status, _) = room.send("GET", "/v1/users", &headers, "").await;
        assert_eq!(status, 200, "{headers}");
    }
    assert_eq!(room.get("/healthz").await.0, 200);
}

#[tokio::test]
async fn a_token_does_not_open_the_door_to_pages_of_other_origins() {
    let room = with_token("127.0.0.1:0").await;
    let cookie = format!("Cookie: heliogram_token={TOKEN}\r\n");
    for headers in [
        "Origin: http://127.0.0.1:3000\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        let headers = format!("{cookie}{headers}");
        assert_eq!(room.send("GET", "/v1/users", &headers, "").await.0, 403);
    }
}

#[tokio::test]
async fn with_a_token_it_may_listen_where_other_machines_reach_it() {
    let open = ServerOptions {
        control: Some("0.0.0.0:0".parse().unwrap()),
        ..ServerOptions::default()
    };
    let error = Server::start(open).await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
    assert!(error.to_string().contains("token"), "{error}");

    let room = with_token("0.0.0.0:0").await;
    let host = "Host: server.example.org\r\n";
    assert_eq!(room.send("GET", "/v1/users", host, "").await.0, 401);
    let headers = format!("{host}Authorization: Bearer {TOKEN}\r\n");
    assert_eq!(room.send("GET", "/v1/users", &headers, "").await.0, 200);
}

#[tokio::test]
async fn bodies_are_bounded_and_of_the_expected_type() {
    let room = Room::open().await;
    let long = format!("\"{}\"", "x".repeat(1 << 20));
    let (status, answer) = room.send("POST", "/v1/users", "", &long).await;
    assert_eq!((status, &answer["error"]["field"]), (413, &"body".into()));
    for kind in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/jsonp",
    ] {
        let headers = format!("Content-Type: {kind}\r\n");
        let body = r#"{"phone": "9996620001", "first_name": "Ada"}"#;
        let (status, answer) = room.send("POST", "/v1/users", &headers, body).await;
        assert_eq!(status, 415, "{kind}: {answer}");
    }
    assert_eq!(
        room.get("/v1/users").await.1["items"],
        serde_json::json!([])
    );
}
