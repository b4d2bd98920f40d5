//! The client against the real server, in process: logins of every kind, and the story of a deletion.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use heliogram::{
    CallError, ClientOptions, ConfirmPhoneLink, GivenUp, InvokeError, Login, LoginError,
    LoginPrompts, Network, StringSession, TelegramClient,
    api::{self, account::SendConfirmPhoneCodeError},
};
use heliogram_server::{Core, InboxKind, NewUser, Server, ServerOptions};

const PHONE: &str = "15550001234";

async fn server() -> Server {
    Server::start(ServerOptions::default()).await.unwrap()
}

fn client(server: &Server) -> TelegramClient {
    client_with(server, StringSession::new("").unwrap())
}

fn client_with(server: &Server, session: StringSession) -> TelegramClient {
    let address = server.address().to_string();
    let options = ClientOptions {
        network: Network::own(2, &address, &server.identity().pem).unwrap(),
        retry_delay: Duration::from_millis(50),
        ..ClientOptions::default()
    };
    TelegramClient::new(session, 12345, "0123456789abcdef", options)
}

async fn create(server: &Server, user: NewUser) -> Option<String> {
    let created = server.core().create_user(user).await.unwrap();
    created.bot_token
}

fn ann() -> NewUser {
    NewUser {
        phone: PHONE.into(),
        first_name: "Ann".into(),
        ..NewUser::default()
    }
}

/// The digits of the last code that reached the phone, read out of its text.
async fn last_code(core: &Core) -> Option<String> {
    let inbox = core.inbox(PHONE).await.ok()?;
    let sms = inbox
        .iter()
        .rev()
        .find(|item| item.kind != InboxKind::Notice)?;
    let mut numbers = sms.text.split(|c: char| !c.is_ascii_digit());
    numbers
        .find(|digits| (5..=7).contains(&digits.len()))
        .map(str::to_owned)
}

fn login(server: &Server) -> Login {
    let core = server.core().clone();
    Login::phone(PHONE, move |_| {
        let core = core.clone();
        async move { last_code(&core).await }
    })
}

fn user(user: api::TypeUser) -> api::User {
    match user {
        api::TypeUser::User(user) => *user,
        other => panic!("a user, not {other:?}"),
    }
}

#[tokio::test]
async fn a_code_logs_in_and_the_saved_session_stays_logged_in() {
    let server = server().await;
    create(&server, ann()).await;
    let first = client(&server);
    let me = user(first.start(&mut login(&server)).await.unwrap());
    assert_eq!(me.first_name.as_deref(), Some("Ann"));
    let saved = first.session().save();
    first.disconnect().await;

    let second = client_with(&server, StringSession::new(&saved).unwrap());
    second.connect().await.unwrap();
    let again = user(second.me().await.unwrap().expect("logged in"));
    assert_eq!(again.id, me.id);
    // Who is logged in is asked nothing.
    let mut silent = Login::phone(PHONE, async |_| panic!("asked for a code"));
    assert_eq!(user(second.start(&mut silent).await.unwrap()).id, me.id);
    second.disconnect().await;
}

#[tokio::test]
async fn a_wrong_code_is_asked_for_again_with_the_reason() {
    let server = server().await;
    create(&server, ann()).await;
    let client = client(&server);
    let asked = Arc::new(AtomicUsize::new(0));
    let mut login = Login::phone(PHONE, {
        let (core, asked) = (server.core().clone(), Arc::clone(&asked));
        move |_| {
            let (core, asked) = (core.clone(), Arc::clone(&asked));
            async move {
                let code = last_code(&core).await?;
                match asked.fetch_add(1, Ordering::SeqCst) {
                    0 => Some(wrong(&code)),
                    _ => Some(code),
                }
            }
        }
    });
    client.start(&mut login).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    client.disconnect().await;
}

fn wrong(code: &str) -> String {
    let shift = |digit: char| char::from(b'0' + (digit as u8 - b'0' + 1) % 10);
    code.chars().map(shift).collect()
}

#[tokio::test]
async fn a_login_that_gives_up_says_what_it_was_refused_for() {
    let server = server().await;
    create(
        &server,
        NewUser {
            password: Some("right".into()),
            ..ann()
        },
    )
    .await;
    let client = client(&server);
    let wrong = client.start(&mut login(&server).password("wrong")).await;
    let error = wrong.unwrap_err();
    assert!(matches!(error, LoginError::Refused(_)), "{error}");
    assert!(
        error.to_string().contains("400: PASSWORD_HASH_INVALID"),
        "{error}"
    );
    let none = client.start(&mut login(&server)).await.unwrap_err();
    assert!(matches!(none, LoginError::GivenUp(_)), "{none}");
    let me = client.start(&mut login(&server).password("right")).await;
    assert_eq!(user(me.unwrap()).first_name.as_deref(), Some("Ann"));
    client.disconnect().await;
}

/// A person: types a wrong password first.
struct Person {
    core: Core,
    hints: usize,
}

impl LoginPrompts for Person {
    async fn phone_number(&mut self, last: Option<&CallError>) -> Result<String, GivenUp> {
        match last {
            None => Ok("what?".into()),
            Some(error) if error.is("PHONE_NUMBER_INVALID") => Ok(format!("+{PHONE}")),
            Some(_) => Err(GivenUp),
        }
    }

    async fn phone_code(
        &mut self,
        _sent: &api::auth::SentCode,
        _last: Option<&CallError>,
    ) -> Result<String, GivenUp> {
        last_code(&self.core).await.ok_or(GivenUp)
    }

    async fn password(
        &mut self,
        _hint: Option<&str>,
        last: Option<&CallError>,
    ) -> Result<String, GivenUp> {
        self.hints += 1;
        Ok(if last.is_none() { "wrong" } else { "right" }.into())
    }

    async fn names(
        &mut self,
        _terms: Option<&api::help::TermsOfService>,
        _last: Option<&CallError>,
    ) -> Result<(String, String), GivenUp> {
        Err(GivenUp)
    }
}

#[tokio::test]
async fn a_person_who_mistypes_number_and_password_gets_in() {
    let server = server().await;
    create(
        &server,
        NewUser {
            password: Some("right".into()),
            ..ann()
        },
    )
    .await;
    let client = client(&server);
    let mut person = Person {
        core: server.core().clone(),
        hints: 0,
    };
    client.start(&mut person).await.unwrap();
    assert_eq!(person.hints, 2);
    client.disconnect().await;
}

#[tokio::test]
async fn a_number_without_an_account_is_signed_up() {
    let server = server().await;
    let client = client(&server);
    let nameless = client.start(&mut login(&server)).await.unwrap_err();
    assert!(matches!(nameless, LoginError::GivenUp(_)), "{nameless}");
    let mut named = login(&server).names("Bob", "Example");
    let me = user(client.start(&mut named).await.unwrap());
    assert_eq!(me.first_name.as_deref(), Some("Bob"));
    assert_eq!(me.last_name.as_deref(), Some("Example"));
    client.disconnect().await;
}

#[tokio::test]
async fn a_token_of_a_former_login_makes_the_code_unnecessary() {
    for password in [None, Some("right")] {
        let server = server().await;
        let user = NewUser {
            password: password.map(str::to_owned),
            ..ann()
        };
        create(&server, user).await;
        let client = client(&server);
        let mut with_code = login(&server).password("right");
        client.start(&mut with_code).await.unwrap();
        let left = client.invoke(&api::auth::LogOut {}).await.unwrap();
        let token = left.future_auth_token.expect("a token");
        assert!(client.me().await.unwrap().is_none());

        let mut without_code = Login::phone(PHONE, async |_| panic!("asked for a code"))
            .password("right")
            .code_settings(api::CodeSettings {
                logout_tokens: Some(vec![token]),
                ..api::CodeSettings::default()
            });
        client.start(&mut without_code).await.unwrap();
        assert!(client.me().await.unwrap().is_some());
        client.disconnect().await;
    }
}

#[tokio::test]
async fn a_bot_logs_in_with_its_token_and_may_not_call_what_bots_may_not() {
    let server = server().await;
    let bot = NewUser {
        first_name: "Robot".into(),
        bot: true,
        ..NewUser::default()
    };
    let token = create(&server, bot).await.expect("a token");
    let client = client(&server);
    let refused = client.start_bot("1:nonsense").await.unwrap_err();
    assert!(matches!(refused, LoginError::Call(_)), "{refused}");
    assert!(user(client.start_bot(&token).await.unwrap()).bot);
    let error = client.invoke(&confirm("abc0ef")).await.unwrap_err();
    assert!(error.is("BOT_METHOD_INVALID"), "{error}");
    client.disconnect().await;
}

fn confirm(hash: &str) -> api::account::SendConfirmPhoneCode {
    api::account::SendConfirmPhoneCode {
        hash: hash.into(),
        settings: api::CodeSettings::default(),
    }
}

#[tokio::test]
async fn without_a_login_the_call_of_the_page_is_refused_with_401() {
    let server = server().await;
    let client = client(&server);
    client.connect().await.unwrap();
    let error = client.invoke(&confirm("abc0ef")).await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(
        error.to_string(),
        "401: AUTH_KEY_UNREGISTERED (caused by account.sendConfirmPhoneCode)"
    );
    assert!(client.me().await.unwrap().is_none());
    client.disconnect().await;
}

#[tokio::test]
async fn a_minted_session_stops_the_deletion_by_link_and_code() {
    let server = server().await;
    let victim = NewUser {
        password: Some("secret".into()),
        pending_deletion_hash: Some("0123456789abcdef0123456789abcdef".into()),
        ..ann()
    };
    create(&server, victim).await;
    let minted = server.core().mint_key(PHONE, true).await.unwrap();
    let address = server.address();
    let session = StringSession::with_key(2, &address.ip().to_string(), address.port(), minted.key);
    let telethon = session.to_telethon().unwrap();
    // The string in the other library's format, and nothing else: no key, no address.
    let session = StringSession::new(&telethon).unwrap();
    let client = TelegramClient::new(session, 1, "hash", ClientOptions::default());
    client.connect().await.unwrap();

    let inbox = server.core().inbox(PHONE).await.unwrap();
    let link = inbox
        .iter()
        .flat_map(|item| item.text.split_whitespace())
        .find_map(|word| ConfirmPhoneLink::parse(word).ok())
        .expect("a link in a notice");
    assert_eq!(link.phone, PHONE);

    let wrong = client.invoke(&confirm("00")).await.unwrap_err();
    assert!(matches!(
        wrong,
        InvokeError::Method {
            error: SendConfirmPhoneCodeError::HashInvalid,
            ..
        }
    ));
    let sent = client.invoke(&confirm(&link.hash)).await.unwrap();
    let api::auth::TypeSentCode::SentCode(sent) = sent else {
        panic!("a sent code, not {sent:?}");
    };
    let confirmation = api::account::ConfirmPhone {
        phone_code_hash: sent.phone_code_hash,
        phone_code: last_code(server.core()).await.unwrap(),
    };
    assert!(client.invoke(&confirmation).await.unwrap());
    let users = server.core().users().await.unwrap();
    assert!(users.iter().all(|user| user.deletion_due.is_none()));
    client.disconnect().await;
}

#[tokio::test]
async fn a_client_outlives_the_restart_of_its_server() {
    let folder = Folder::new();
    let options = |listen: &str| {
        let mut options = ServerOptions {
            listen: listen.parse().unwrap(),
            ..ServerOptions::default()
        };
        options.core.data = Some(folder.0.clone());
        options
    };
    let server = Server::start(options("127.0.0.1:0")).await.unwrap();
    let address = server.address().to_string();
    create(&server, ann()).await;
    let client = client(&server);
    let me = user(client.start(&mut login(&server)).await.unwrap());
    server.stop().await;
    let calling = tokio::spawn({
        let client = client.clone();
        async move { client.me().await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let server = Server::start(options(&address)).await.unwrap();
    let still = tokio::time::timeout(Duration::from_secs(10), calling).await;
    let still = still.expect("an end").unwrap().unwrap();
    assert_eq!(user(still.expect("logged in")).id, me.id);
    client.disconnect().await;
    server.stop().await;
}

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("heliogram-client-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
