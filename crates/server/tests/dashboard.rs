//! The dashboard as a browser without a script sees it.

use heliogram_server::{NewUser, NewWorld, Server, ServerOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PHONE: &str = "9996620088";

struct Browser {
    server: Server,
}

const TOKEN: &str = "a-token-for-this-test";

struct Page {
    status: u16,
    head: String,
    body: String,
}

impl Browser {
    async fn open() -> Self {
        Self::with(ServerOptions::default()).await
    }

    async fn with(options: ServerOptions) -> Self {
        let server = Server::start(options).await.unwrap();
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

const PAGES: [&str; 7] = [
    "/",
    "/phone",
    "/journal",
    "/clock",
    "/rules",
    "/coverage",
    "/worlds",
];

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
        "/journal?method=%22%3E%3Cimg%20src=x%3E&error=%22%3E%3Cscript%3E",
        "/rules",
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

#[tokio::test]
async fn rules_and_faults_are_made_and_removed_by_forms() {
    let browser = Browser::open().await;
    let core = browser.server.core();
    let rule = "method=auth.sendCode&error=420+FLOOD_WAIT_30&times=2";
    assert_eq!(browser.post("/rules", rule).await.status, 303);
    let made = &core.rules().list()[0];
    assert_eq!(made.rule.when.times, Some(2));
    let page = browser.get("/rules").await.body;
    assert!(page.contains("420 FLOOD_WAIT_30"), "{page}");
    let wrong = browser
        .post("/rules", "method=auth.sendCod&reply=%7B%22a%22")
        .await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("is not JSON"), "{}", wrong.body);
    assert!(
        wrong.body.contains("auth.sendCod\""),
        "the form lost its fields"
    );

    let fault = "fault=%7B%22kind%22%3A%22drop_reply%22%7D&user=5";
    assert_eq!(browser.post("/faults", fault).await.status, 303);
    assert_eq!(core.faults().list()[0].fault.when.user_id, Some(5));
    assert_eq!(browser.post("/rules/1/remove", "").await.status, 303);
    assert_eq!(browser.post("/faults/1/remove", "").await.status, 303);
    assert!(core.rules().list().is_empty() && core.faults().list().is_empty());
    assert_eq!(
        browser
            .post("/scenarios", "scenario=flood&user=")
            .await
            .status,
        303
    );
    assert!(!core.faults().list().is_empty());
}

#[tokio::test]
async fn a_person_without_the_token_is_led_to_the_form_for_it() {
    let browser = Browser::with(ServerOptions {
        control_token: Some(TOKEN.parse().unwrap()),
        ..ServerOptions::default()
    })
    .await;
    let html = "Accept: text/html\r\n";
    let led = browser.send("GET", "/phone?number=1", html, "").await;
    assert_eq!(
        led.header("location"),
        Some("/login?to=/phone%3fnumber%3d1")
    );
    assert_eq!(browser.get("/phone").await.status, 401);
    assert_eq!(browser.get("/assets/style.css").await.status, 200);
    assert_eq!(browser.get("/login").await.status, 200);

    let wrong = browser
        .post("/login", "token=another-token-altogether")
        .await;
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, None));
    let right = browser
        .post("/login", &format!("token={TOKEN}&to=%2Fphone"))
        .await;
    assert_eq!(
        (right.status, right.header("location")),
        (303, Some("/phone"))
    );
    let cookie = right.header("set-cookie").unwrap();
    assert!(
        cookie.contains("httponly") && cookie.contains("samesite=strict"),
        "{cookie}"
    );
    let cookie = format!("Cookie: {}\r\n", cookie.split(';').next().unwrap());
    assert_eq!(browser.send("GET", "/phone", &cookie, "").await.status, 200);
}

#[tokio::test]
async fn a_world_is_reset_and_brought_back_by_forms() {
    let browser = Browser::open().await;
    let form = format!("kind=person&phone={PHONE}&first_name=Ada");
    assert_eq!(browser.post("/", &form).await.status, 303);
    let snapshot = browser.server.core().snapshot().await.unwrap();
    assert_eq!(browser.post("/reset", "").await.status, 303);
    assert!(browser.server.core().users().await.unwrap().is_empty());

    let mut body = b"--XX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n".to_vec();
    body.extend(snapshot);
    body.extend(b"\r\n--XX--\r\n");
    let address = browser.server.control_address().unwrap();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /restore HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=XX\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&body).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(browser.server.core().users().await.unwrap().len(), 1);
}
