//! The dashboard as a browser without a script sees it.

use heliogram_server::{NewUser, NewWorld, Server, ServerOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PHONE: &str = "9996620088";

struct Browser {
    server: Server,
}

struct Page {
    status: u16,
    head: String,
    body: String,
}

impl Browser {
    async fn open() -> Self {
        let server = Server::start(ServerOptions::default()).await.unwrap();
        Self { server }
    }

    async fn get(&self, path: &str) -> Page {
        self.send("GET", path, "", "").await
    }

    async fn post(&self, path: &str, form: &str) -> Page {
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.send("POST", path, kind, form).await
    }

    async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Page {
        let address = self.server.control_address().unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        socket.read_to_string(&mut response).await.unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        Page {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }
}

impl Page {
    fn header(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&start))
    }
}

const PAGES: [&str; 4] = ["/", "/phone", "/clock", "/coverage"];

#[tokio::test]
async fn every_page_forbids_scripts_and_frames_of_others() {
    let browser = Browser::open().await;
    for path in PAGES.iter().chain(&["/accounts/1", "/worlds/nowhere"]) {
        let page = browser.get(path).await;
        let policy = page.header("content-security-policy").expect(path);
        for part in [
            "default-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(
            page.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(page.header("x-frame-options"), Some("deny"), "{path}");
        assert_eq!(
            page.header("referrer-policy"),
            Some("same-origin"),
            "{path}"
        );
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert!(
            !page.body.contains("style=") && !page.body.contains("onclick="),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_people_are_called_stays_text() {
    let browser = Browser::open().await;
    let evil = "<script>alert(1)</script>";
    let quoted = "\"><img src=x onerror=alert(1)>";
    let new = NewUser {
        phone: PHONE.to_owned(),
        first_name: evil.to_owned(),
        last_name: Some(quoted.to_owned()),
        ..NewUser::default()
    };
    let created = browser.server.core().create_user(new).await.unwrap();
    let account = format!("/accounts/{}", created.id);
    let phone = format!("/phone?number={PHONE}");
    for path in [
        "/",
        &account,
        &phone,
        "/coverage?find=%22%3E%3Cimg%20src=x%3E",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script>"), "{path}");
        assert!(!page.body.contains("<img src=x"), "{path}");
    }
}

#[tokio::test]
async fn a_form_makes_an_account_and_leads_to_it() {
    let browser = Browser::open().await;
    let form = format!("kind=person&phone=%2B{PHONE}&first_name=Ada&last_name=&password=");
    let made = browser.post("/", &form).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let page = browser.get(made.header("location").unwrap()).await;
    assert!(page.body.contains("<h1>Ada"), "{}", page.body);

    let again = browser.post("/", &form).await;
    assert_eq!(again.status, 400);
    assert!(again.body.contains("is taken"), "{}", again.body);
    assert!(
        again.body.contains("value=\"Ada\""),
        "the form lost its fields"
    );
}

#[tokio::test]
async fn forms_of_other_origins_change_nothing() {
    let browser = Browser::open().await;
    let headers =
        "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://example.org\r\n";
    let before = browser.server.core().clock();
    let page = browser
        .send("POST", "/clock/advance", headers, "seconds=86400")
        .await;
    assert_eq!(page.status, 403);
    assert_eq!(browser.server.core().clock().shift, before.shift);
}

#[tokio::test]
async fn a_form_leads_back_to_pages_of_ours_only() {
    let browser = Browser::open().await;
    for (back, to) in [
        ("%2Fphone%3Fnumber%3D1", "/phone?number=1"),
        ("%2F%2Fexample.org", "/"),
        ("%2F%5Cexample.org", "/"),
        ("http%3A%2F%2Fexample.org", "/"),
        ("%2F%0D%0ASet-Cookie%3Aa%3Db", "/"),
        ("", "/"),
    ] {
        let page = browser
            .post("/clock/advance", &format!("seconds=1&back={back}"))
            .await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, Some(to)),
            "{back}"
        );
    }
}

#[tokio::test]
async fn each_world_has_its_own_pages() {
    let browser = Browser::open().await;
    let new = NewWorld {
        name: "w1".to_owned(),
        ..NewWorld::default()
    };
    browser.server.open_world(new).await.unwrap();
    let form = format!("kind=person&phone={PHONE}&first_name=Elsewhere");
    let made = browser.post("/worlds/w1", &form).await;
    let account = made.header("location").unwrap();
    assert!(account.starts_with("/worlds/w1/accounts/"), "{account}");
    assert!(browser.get("/worlds/w1").await.body.contains("Elsewhere"));
    assert!(!browser.get("/").await.body.contains("Elsewhere"));
    assert_eq!(browser.get("/worlds/w2").await.status, 404);
}
