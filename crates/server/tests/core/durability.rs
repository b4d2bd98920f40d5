//! What was answered survives; what is repeated has no second effect.

use heliogram_tl::Encode;
use heliogram_tl::api::{CodeSettings, auth};

use crate::world::*;

const PHONE: &str = "9996621101";

#[tokio::test]
async fn everything_answered_is_there_after_a_restart() {
    let directory = Directory::new();
    let (owner_key, requester_key, clock, hash) = {
        let core = directory.open();
        let (owner, requester) = owner_and_requester(&core, PHONE).await;
        requester.delete_account().await.unwrap_err();
        let hash = link_hash(&core, PHONE).await;
        (owner.key, requester.key, core.clock(), hash)
    };
    let core = directory.open();
    assert_eq!(core.clock().shift, clock.shift);
    assert_eq!(core.auth_key(owner_key).unwrap().key.id(), owner_key);
    let (owner, requester) = (client(&core, owner_key), client(&core, requester_key));
    assert_eq!(owner.me().await.unwrap().phone.as_deref(), Some(PHONE));
    let error = error_of(requester.delete_account().await);
    assert!(error.starts_with("420 2FA_CONFIRM_WAIT_6"), "{error}");
    let sent = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    drop((owner, requester));
    core.stop();

    let core = directory.open();
    let owner = client(&core, owner_key);
    assert_eq!(owner.confirm(&sent.phone_code_hash, &code).await, Ok(true));
}

#[tokio::test]
async fn the_clock_runs_out_while_the_server_is_down() {
    let directory = Directory::new();
    let owner_key = {
        let core = directory.open();
        let (owner, requester) = owner_and_requester(&core, PHONE).await;
        requester.delete_account().await.unwrap_err();
        owner.key
    };
    let core = heliogram_server::Core::open(heliogram_server::CoreOptions {
        data: Some(directory.0.clone()),
        wire_clock: heliogram_server::WireClock(std::sync::Arc::new(|| wire_now() + WEEK)),
        ..Default::default()
    })
    .unwrap();
    // The first thing that happens after the restart finds the deletion done.
    core.write_something().await;
    assert_eq!(
        error_of(client(&core, owner_key).me().await),
        "401 USER_DEACTIVATED"
    );
}

trait WriteSomething {
    async fn write_something(&self);
}

impl WriteSomething for heliogram_server::Core {
    async fn write_something(&self) {
        self.advance_clock(0).await.unwrap();
    }
}

#[tokio::test]
async fn a_repeated_call_gets_the_stored_reply_and_no_second_effect() {
    for directory in [None, Some(Directory::new())] {
        let core = directory.as_ref().map_or_else(in_memory, Directory::open);
        let client = stranger(&core);
        let call = auth::SendCode {
            phone_number: PHONE.to_owned(),
            api_id: API_ID,
            api_hash: String::new(),
            settings: CodeSettings::default(),
        };
        let body = call.to_bytes().unwrap();
        let first = client.send_as(77, body.clone()).await;
        let again = client.send_as(77, body.clone()).await;
        assert_eq!(first, again);
        assert_eq!(core.inbox(PHONE).await.unwrap().len(), 1);
        assert_ne!(client.send_as(78, body.clone()).await, first);
        assert_eq!(core.inbox(PHONE).await.unwrap().len(), 2);
        let elsewhere = Client {
            dc_id: 2,
            core: core.clone(),
            key: client.key,
            session_id: unique(),
        };
        assert_ne!(
            elsewhere.send_as(77, body).await,
            first,
            "another session is another call"
        );
    }
}

#[tokio::test]
async fn a_repeated_error_has_no_second_effect_either() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let client = stranger(&core);
    let sent = sent(
        client
            .send_code(PHONE, CodeSettings::default())
            .await
            .unwrap(),
    );
    let code = newest_code(&core, PHONE).await;
    let guess = auth::SignIn {
        phone_number: PHONE.to_owned(),
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: Some(wrong(&code)),
        email_verification: None,
    };
    let body = guess.to_bytes().unwrap();
    for _ in 0..10 {
        let error = client.send_as(99, body.clone()).await.body.unwrap_err();
        assert_eq!(error.name, "PHONE_CODE_INVALID");
    }
    client
        .sign_in(PHONE, &sent.phone_code_hash, &code)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_repeated_log_out_is_answered_although_the_key_is_logged_out() {
    let directory = Directory::new();
    let core = directory.open();
    add_user(&core, PHONE, None).await;
    let client = minted(&core, PHONE).await;
    let body = auth::LogOut {}.to_bytes().unwrap();
    let first = client.send_as(5, body.clone()).await;
    assert!(first.body.is_ok());
    assert_eq!(client.send_as(5, body).await, first);
}

#[tokio::test]
async fn many_calls_at_once_are_all_answered() {
    let directory = Directory::new();
    let core = directory.open();
    let mut tasks = Vec::new();
    for n in 0..50 {
        let core = core.clone();
        tasks.push(tokio::spawn(async move {
            let phone = format!("99966230{n:02}");
            add_user(&core, &phone, None).await;
            let client = stranger(&core);
            client.log_in(&phone).await.unwrap();
            client.me().await.unwrap().phone.unwrap()
        }));
    }
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), format!("99966230{n:02}"));
    }
}
