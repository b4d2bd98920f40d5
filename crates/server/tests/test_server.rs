//! What a test gets from `TestServer`.

use std::time::{Duration, Instant};

use heliogram::{LoginError, SessionFormat, StringSession, TelegramClient, api};
use heliogram_server::{
    CoreOptions, FaultKind, InboxKind, NewFault, NewRule, ServerOptions, TestServer, Trigger,
};

const SOON: Duration = Duration::from_secs(5);

async fn id_of_me(client: &TelegramClient) -> Option<i64> {
    match client.me().await.unwrap()? {
        api::TypeUser::User(me) => Some(me.id.0),
        other => panic!("a user, not {other:?}"),
    }
}

#[tokio::test]
async fn users_need_no_more_than_a_name() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    let ben = server.user("Ben").phone("+1 555 010 0199").await;
    assert_ne!(ada.phone, ben.phone);
    assert_eq!(ben.phone, "15550100199");
    let (one, two) = (server.client_for(&ada).await, server.client_for(&ben).await);
    assert_eq!(id_of_me(&one).await, Some(ada.id));
    assert_eq!(id_of_me(&two).await, Some(ben.id));
}

#[tokio::test]
async fn a_stranger_logs_in_with_what_reached_the_phone() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").password("hunter2").await;
    let client = server.client().await;
    assert_eq!(id_of_me(&client).await, None);
    client.start(&mut server.login(&ada)).await.unwrap();
    assert_eq!(id_of_me(&client).await, Some(ada.id));
    let wrong = server.client().await;
    let mut stolen = server.login(&heliogram_server::TestUser {
        password: Some("guessed".into()),
        ..ada
    });
    let refused = wrong.start(&mut stolen).await.unwrap_err();
    let LoginError::Refused(refused) = refused else {
        panic!("{refused:?}")
    };
    assert!(refused.is("PASSWORD_HASH_INVALID"), "{refused}");
}

#[tokio::test]
async fn a_bot_is_logged_in_by_its_token() {
    let server = TestServer::start().await;
    let bot = server.bot("Helper").await;
    let client = server.client_for(&bot).await;
    assert_eq!(id_of_me(&client).await, Some(bot.id));
}

#[tokio::test]
async fn an_inbox_gives_each_message_once_and_in_order() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").pending_deletion("00ff").await;
    let inbox = server.inbox(&ada.phone);
    let notice = inbox.next(SOON).await;
    assert_eq!(notice.kind, InboxKind::Notice);
    assert!(notice.text.contains("00ff"));
    let sending = tokio::spawn({
        let (client, phone) = (server.client().await, ada.phone.clone());
        async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            client
                .invoke(&api::auth::SendCode {
                    phone_number: phone,
                    api_id: 1,
                    api_hash: "hash".into(),
                    settings: api::CodeSettings::default(),
                })
                .await
        }
    });
    // It is waited for, and another handle knows what was taken.
    let code = server.inbox(&ada.phone).code(SOON).await;
    assert_eq!(code.len(), 5);
    sending.await.unwrap().unwrap();
    assert_eq!(inbox.all().await.len(), 2);
}

#[tokio::test]
#[should_panic(expected = "none has reached 9996620001 within 10ms that was not taken before")]
async fn a_message_that_does_not_come_fails_the_test_where_it_waited() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    server
        .inbox(&ada.phone)
        .next(Duration::from_millis(10))
        .await;
}

#[tokio::test]
async fn what_cannot_be_had_fails_the_test_on_the_line_that_asked() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    let asking = line!() + 2;
    let asked = tokio::spawn(async move {
        server.user("Ben").phone(&ada.phone).await;
    });
    let panic = asked.await.unwrap_err().into_panic();
    let message = panic.downcast::<String>().unwrap();
    let expected = format!("a user wanted at {}:{asking}:", file!());
    assert!(message.starts_with(&expected), "{message}");
    assert!(message.ends_with("9996620001 is taken"), "{message}");
}

#[tokio::test]
#[should_panic(expected = "is not on the loopback interface, and its key is public")]
async fn a_test_server_is_never_reachable_from_other_machines() {
    TestServer::start_with(ServerOptions {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..ServerOptions::default()
    })
    .await;
}

#[tokio::test]
async fn a_session_for_another_library_has_the_key_of_a_login() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    for format in [
        SessionFormat::Heliogram,
        SessionFormat::GramJs,
        SessionFormat::Telethon,
    ] {
        let saved = server.session_for(&ada, format).await;
        let session = StringSession::new(&saved).unwrap();
        let client = TelegramClient::new(session, 1, "hash", server.client_options());
        client.connect().await.unwrap();
        assert_eq!(id_of_me(&client).await, Some(ada.id), "{format}");
    }
    for (format, length) in [(SessionFormat::Pyrogram, 362), (SessionFormat::Mtcute, 396)] {
        let saved = server.session_for(&ada, format).await;
        assert_eq!(saved.len(), length, "{format}");
    }
}

#[tokio::test]
async fn many_servers_in_one_process_know_nothing_of_each_other() {
    let mut servers = Vec::new();
    for _ in 0..20 {
        servers.push(TestServer::start().await);
    }
    for (index, server) in servers.iter().enumerate() {
        for _ in 0..=index {
            server.user("Ada").await;
        }
        server
            .clock()
            .advance(Duration::from_secs(index as u64 * 86_400))
            .await;
    }
    for (index, server) in servers.iter().enumerate() {
        assert_eq!(server.core().users().await.unwrap().len(), index + 1);
        assert_eq!(server.core().clock().shift, index as i64 * 86_400);
    }
}

#[tokio::test]
async fn another_world_has_its_own_people_and_clock() {
    let server = TestServer::start().await;
    let other = server.world("other").await;
    let (ada, ben) = (server.user("Ada").await, other.user("Ben").await);
    assert_eq!(ada.phone, ben.phone);
    let (one, two) = (server.client_for(&ada).await, other.client_for(&ben).await);
    server.clock().freeze().await;
    let frozen = server.clock().advance(Duration::from_secs(100)).await;
    assert!(frozen.frozen);
    assert_eq!(server.clock().now(), frozen.now);
    assert_eq!(other.core().clock().shift, 0);
    assert_eq!(id_of_me(&one).await, Some(ada.id));
    assert_eq!(id_of_me(&two).await, Some(ben.id));
    assert!(!server.clock().unfreeze().await.frozen);
}

#[tokio::test]
async fn a_seed_makes_codes_repeat() {
    let mut codes = Vec::new();
    for _ in 0..2 {
        let server = TestServer::start_with(ServerOptions {
            core: CoreOptions {
                seed: Some(7),
                ..CoreOptions::default()
            },
            ..ServerOptions::default()
        })
        .await;
        let ada = server.user("Ada").await;
        let client = server.client().await;
        client.start(&mut server.login(&ada)).await.unwrap();
        let items = server.inbox(&ada.phone).all().await;
        codes.push(items[0].code().unwrap().to_owned());
    }
    assert_eq!(codes[0], codes[1]);
}

#[tokio::test]
async fn calls_can_be_looked_at_waited_for_and_forgotten() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    let client = server.client_for(&ada).await;
    assert!(server.calls().of("users.getUsers").is_empty());
    let waiting = server.calls().wait("users.getUsers", SOON);
    let (call, me) = tokio::join!(waiting, id_of_me(&client));
    assert_eq!(call.user_id, me);
    assert!(call.result().is_some());
    assert_eq!(server.calls().of("users.getUsers").len(), 1);
    server.calls().clear();
    assert!(server.calls().of("users.getUsers").is_empty());
}

#[tokio::test]
#[should_panic(expected = "none of users.getUsers has come within 10ms")]
async fn a_call_that_does_not_come_fails_the_test() {
    let server = TestServer::start().await;
    let soon = Duration::from_millis(10);
    server.calls().wait("users.getUsers", soon).await;
}

#[tokio::test]
async fn answers_are_scripted_and_broken() {
    let server = TestServer::start().await;
    let client = server.client_for(&server.user("Ada").await).await;
    let once = Trigger::method("updates.getState").times(1);
    let banned = server.add_rule(NewRule::error(once.clone(), 400, "USER_BANNED"));
    let refused = client.invoke(&api::updates::GetState {}).await.unwrap_err();
    assert!(refused.is("USER_BANNED"), "{refused}");
    client.invoke(&api::updates::GetState {}).await.unwrap();
    assert_eq!(server.rules().get(banned.id).unwrap().acted, 1);

    let wait = FaultKind::FloodWait { seconds: 600 };
    let fault = server.add_fault(NewFault::new(wait).when(once));
    let refused = client.invoke(&api::updates::GetState {}).await.unwrap_err();
    assert_eq!(refused.flood_wait(), Some(Duration::from_secs(600)));
    assert_eq!(server.faults().get(fault.id).unwrap().struck, 1);
}

#[tokio::test]
#[should_panic(expected = "a rule wanted at crates/server/tests/test_server.rs")]
async fn a_rule_that_does_not_fit_the_schema_fails_the_test() {
    let server = TestServer::start().await;
    server.add_rule(NewRule::error("updates.getNothing", 400, "USER_BANNED"));
}

#[tokio::test]
async fn a_world_is_brought_back_and_begins_anew() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").pending_deletion("00ff").await;
    let client = server.client_for(&ada).await;
    let inbox = server.inbox(&ada.phone);
    inbox.next(SOON).await;
    let before = server.snapshot().await;

    server
        .clock()
        .advance(Duration::from_secs(7 * 86_400))
        .await;
    assert!(server.core().users().await.unwrap().is_empty());
    server.restore(&before).await;
    assert_eq!(id_of_me(&client).await, Some(ada.id));
    assert_eq!(inbox.all().await.len(), 1, "the notice, which was taken");
    let more = server.user("Ben").await;
    assert_ne!(more.phone, ada.phone);

    server.reset().await;
    assert!(server.core().users().await.unwrap().is_empty());
    assert!(server.calls().of("users.getUsers").is_empty());
    assert_eq!(server.user("Ada").await.phone, ada.phone);
}

#[tokio::test]
async fn a_server_is_up_within_ten_milliseconds() {
    // The key is read, and everything loaded, once for a process.
    TestServer::start().await.stop().await;
    let mut times = Vec::new();
    for _ in 0..20 {
        let began = Instant::now();
        let server = TestServer::start().await;
        times.push(began.elapsed());
        server.stop().await;
    }
    times.sort();
    println!(
        "best {:?}, middle {:?}, worst {:?}",
        times[0], times[10], times[19]
    );
    // The best one, since the machine has other things to do as well.
    assert!(times[0] < Duration::from_millis(10), "{times:?}");
}
