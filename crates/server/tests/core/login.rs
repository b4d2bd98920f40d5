//! Ways into an account and out of it, with the errors of the table.

use heliogram_server::{Core, CoreOptions, Limits};
use heliogram_tl::api::account;
use heliogram_tl::api::auth::{self, TypeAuthorization};

use crate::world::*;

const PHONE: &str = "9996621301";

fn sign_up(hash: &str, first_name: &str, last_name: &str) -> auth::SignUp {
    auth::SignUp {
        phone_number: PHONE.to_owned(),
        phone_code_hash: hash.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        no_joined_notifications: false,
    }
}

#[tokio::test]
async fn phone_and_code_log_in_and_log_out_frees_the_key() {
    let core = in_memory();
    let id = add_user(&core, PHONE, None).await;
    let client = stranger(&core);
    let sent = sent(
        client
            .send_code(&format!("+{PHONE}"), Default::default())
            .await
            .unwrap(),
    );
    let code = newest_code(&core, PHONE).await;
    assert_eq!(
        error_of(client.sign_in(PHONE, &sent.phone_code_hash, "").await),
        "400 PHONE_CODE_EMPTY"
    );
    assert_eq!(
        error_of(client.sign_in("x", &sent.phone_code_hash, &code).await),
        "406 PHONE_NUMBER_INVALID"
    );
    assert_eq!(
        error_of(
            client
                .sign_in(PHONE, &sent.phone_code_hash, &wrong(&code))
                .await
        ),
        "400 PHONE_CODE_INVALID"
    );
    assert_eq!(
        error_of(client.sign_in(PHONE, "ffffffffffffffffff", &code).await),
        "400 PHONE_CODE_EXPIRED"
    );
    assert_eq!(
        error_of(
            client
                .sign_in("9996621399", &sent.phone_code_hash, &code)
                .await
        ),
        "400 PHONE_CODE_EXPIRED"
    );
    client
        .sign_in(PHONE, &sent.phone_code_hash, &code)
        .await
        .unwrap();
    let me = client.me().await.unwrap();
    assert!(me.self_ && me.status.is_some() && me.access_hash.is_some());
    assert_eq!((me.id.0, me.phone.as_deref()), (id, Some(PHONE)));
    assert_eq!(
        error_of(
            stranger(&core)
                .sign_in(PHONE, &sent.phone_code_hash, &code)
                .await
        ),
        "400 PHONE_CODE_EXPIRED",
        "a used hash never works again"
    );
    assert!(
        client
            .invoke(&auth::LogOut {})
            .await
            .unwrap()
            .future_auth_token
            .is_some()
    );
    assert_eq!(error_of(client.me().await), "401 AUTH_KEY_UNREGISTERED");
    assert_eq!(
        client.error(&auth::LogOut {}).await,
        "401 AUTH_KEY_UNREGISTERED"
    );
}

#[tokio::test]
async fn a_code_dies_of_age_of_guesses_and_of_its_successor() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let client = stranger(&core);
    let aged = sent(client.send_code(PHONE, Default::default()).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    core.advance_clock(301).await.unwrap();
    assert_eq!(
        error_of(client.sign_in(PHONE, &aged.phone_code_hash, &code).await),
        "400 PHONE_CODE_EXPIRED"
    );

    let guessed = sent(client.send_code(PHONE, Default::default()).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    for _ in 0..5 {
        assert_eq!(
            error_of(
                client
                    .sign_in(PHONE, &guessed.phone_code_hash, &wrong(&code))
                    .await
            ),
            "400 PHONE_CODE_INVALID"
        );
    }
    assert_eq!(
        error_of(client.sign_in(PHONE, &guessed.phone_code_hash, &code).await),
        "400 PHONE_CODE_EXPIRED"
    );

    let replaced = sent(client.send_code(PHONE, Default::default()).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    client.send_code(PHONE, Default::default()).await.unwrap();
    assert_eq!(
        error_of(
            client
                .sign_in(PHONE, &replaced.phone_code_hash, &code)
                .await
        ),
        "400 PHONE_CODE_EXPIRED"
    );
}

#[tokio::test]
async fn a_number_without_an_account_signs_up() {
    let core = in_memory();
    let client = stranger(&core);
    let sent = sent(client.send_code(PHONE, Default::default()).await.unwrap());
    assert_eq!(
        client
            .error(&sign_up(&sent.phone_code_hash, "Mary", ""))
            .await,
        "400 PHONE_CODE_INVALID",
        "not entered"
    );
    let code = newest_code(&core, PHONE).await;
    let answer = client
        .sign_in(PHONE, &sent.phone_code_hash, &code)
        .await
        .unwrap();
    let TypeAuthorization::AuthorizationSignUpRequired(required) = answer else {
        panic!("{answer:?}");
    };
    assert!(required.terms_of_service.is_some());
    assert_eq!(
        client.error(&sign_up("", "Mary", "")).await,
        "400 PHONE_CODE_EMPTY"
    );
    assert_eq!(
        client
            .error(&sign_up("ffffffffffffffffff", "Mary", ""))
            .await,
        "400 PHONE_CODE_EXPIRED"
    );
    assert_eq!(
        client.error(&sign_up(&sent.phone_code_hash, " ", "")).await,
        "400 FIRSTNAME_INVALID"
    );
    let long = "x".repeat(65);
    assert_eq!(
        client
            .error(&sign_up(&sent.phone_code_hash, "Mary", &long))
            .await,
        "400 LASTNAME_INVALID"
    );
    client
        .invoke(&sign_up(&sent.phone_code_hash, "Mary", "Somerville"))
        .await
        .unwrap();
    let me = client.me().await.unwrap();
    assert_eq!(me.last_name.as_deref(), Some("Somerville"));
    assert_eq!(
        client
            .error(&sign_up(&sent.phone_code_hash, "Mary", ""))
            .await,
        "400 PHONE_CODE_EXPIRED",
        "used"
    );
}

#[tokio::test]
async fn a_number_taken_meanwhile_is_occupied() {
    let core = in_memory();
    let client = stranger(&core);
    let sent = sent(client.send_code(PHONE, Default::default()).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    client
        .sign_in(PHONE, &sent.phone_code_hash, &code)
        .await
        .unwrap();
    add_user(&core, PHONE, None).await;
    assert_eq!(
        client
            .error(&sign_up(&sent.phone_code_hash, "Mary", ""))
            .await,
        "400 PHONE_NUMBER_OCCUPIED"
    );
}

#[tokio::test]
async fn what_send_code_refuses() {
    let core = in_memory();
    let client = stranger(&core);
    assert_eq!(
        error_of(client.send_code("", Default::default()).await),
        "406 PHONE_NUMBER_INVALID"
    );
    assert_eq!(
        error_of(client.send_code("12", Default::default()).await),
        "406 PHONE_NUMBER_INVALID"
    );
    let call = auth::SendCode {
        phone_number: PHONE.to_owned(),
        ..Default::default()
    };
    assert_eq!(client.error(&call).await, "400 API_ID_INVALID");
    let robot = heliogram_server::NewUser {
        phone: PHONE.to_owned(),
        first_name: "Robot".to_owned(),
        bot: true,
        ..Default::default()
    };
    core.create_user(robot).await.unwrap();
    assert_eq!(
        error_of(client.send_code(PHONE, Default::default()).await),
        "400 PHONE_NUMBER_BANNED"
    );
}

#[tokio::test]
async fn asking_too_often_is_a_flood_by_the_hour_and_by_the_day() {
    let limits = Limits {
        codes_per_hour: 2,
        codes_per_day: 3,
        ..Limits::default()
    };
    let core = Core::open(CoreOptions {
        limits,
        ..CoreOptions::default()
    })
    .unwrap();
    core.freeze_clock().await.unwrap();
    for _ in 0..2 {
        stranger(&core)
            .send_code(PHONE, Default::default())
            .await
            .unwrap();
    }
    assert_eq!(
        error_of(stranger(&core).send_code(PHONE, Default::default()).await),
        "420 FLOOD_WAIT_3600"
    );
    core.advance_clock(3600).await.unwrap();
    stranger(&core)
        .send_code(PHONE, Default::default())
        .await
        .unwrap();
    assert_eq!(
        error_of(stranger(&core).send_code(PHONE, Default::default()).await),
        "400 PHONE_NUMBER_FLOOD"
    );
    core.advance_clock(DAY).await.unwrap();
    stranger(&core)
        .send_code(PHONE, Default::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn the_errors_of_resend_and_cancel() {
    let core = in_memory();
    let client = stranger(&core);
    let sent = sent(client.send_code(PHONE, Default::default()).await.unwrap());
    let resend = |phone: &str, hash: &str| auth::ResendCode {
        phone_number: phone.to_owned(),
        phone_code_hash: hash.to_owned(),
        reason: None,
    };
    assert_eq!(
        client.error(&resend(PHONE, "")).await,
        "400 PHONE_CODE_HASH_EMPTY"
    );
    assert_eq!(
        client.error(&resend("x", &sent.phone_code_hash)).await,
        "406 PHONE_NUMBER_INVALID"
    );
    assert_eq!(
        client
            .error(&resend("9996621399", &sent.phone_code_hash))
            .await,
        "400 PHONE_CODE_EXPIRED"
    );
    assert_eq!(
        client.error(&resend(PHONE, "ffffffffffffffffff")).await,
        "400 PHONE_CODE_EXPIRED"
    );
    let cancel = |phone: &str| auth::CancelCode {
        phone_number: phone.to_owned(),
        phone_code_hash: sent.phone_code_hash.clone(),
    };
    assert_eq!(client.error(&cancel("x")).await, "406 PHONE_NUMBER_INVALID");
    assert_eq!(client.invoke(&cancel(PHONE)).await, Ok(true));
    assert_eq!(
        client.error(&resend(PHONE, &sent.phone_code_hash)).await,
        "400 PHONE_CODE_EXPIRED"
    );
}

#[tokio::test]
async fn the_second_factor_is_asked_for_and_shows_among_the_sessions() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let waiting = requester(&core, PHONE).await;
    assert_eq!(error_of(waiting.me().await), "401 AUTH_KEY_UNREGISTERED");
    let sessions = owner
        .invoke(&account::GetAuthorizations {})
        .await
        .unwrap()
        .authorizations;
    assert_eq!(
        sessions
            .iter()
            .filter(|session| session.password_pending)
            .count(),
        1
    );
    waiting.check_password(PASSWORD).await.unwrap();
    waiting.me().await.unwrap();
    let nobody = auth::CheckPassword {
        password: heliogram_tl::api::TypeInputCheckPasswordSRP::InputCheckPasswordEmpty,
    };
    assert_eq!(
        stranger(&core).error(&nobody).await,
        "401 AUTH_KEY_UNREGISTERED"
    );
    assert_eq!(waiting.error(&nobody).await, "400 PASSWORD_HASH_INVALID");
}

#[tokio::test]
async fn a_bot_logs_in_with_its_token_only() {
    let core = in_memory();
    let bot = bot(&core).await;
    let me = bot.me().await.unwrap();
    assert!(me.bot && me.phone.is_none() && me.bot_info_version.is_some());
    let import = |api_id, token: &str| auth::ImportBotAuthorization {
        flags: 0,
        api_id,
        api_hash: String::new(),
        bot_auth_token: token.to_owned(),
    };
    assert_eq!(
        stranger(&core).error(&import(API_ID, "1:wrong")).await,
        "400 ACCESS_TOKEN_INVALID"
    );
    assert_eq!(
        stranger(&core).error(&import(0, "1:wrong")).await,
        "400 API_ID_INVALID"
    );
}

#[tokio::test]
async fn test_numbers_have_their_code_on_test_servers_only() {
    let core = Core::open(CoreOptions {
        test_mode: true,
        ..CoreOptions::default()
    })
    .unwrap();
    stranger(&core)
        .send_code("9996623456", Default::default())
        .await
        .unwrap();
    assert_eq!(
        newest_code(&core, "9996623456").await,
        "33333".replace('3', "2")
    );
}

#[tokio::test]
async fn codes_that_others_have_seen_are_invalidated() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    let thief = stranger(&core);
    let sent = sent(thief.send_code(PHONE, Default::default()).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    let spelled = format!("{}-{}", &code[..3], &code[3..]);
    let call = account::InvalidateSignInCodes {
        codes: vec![spelled],
    };
    assert_eq!(owner.invoke(&call).await, Ok(true));
    assert_eq!(
        error_of(thief.sign_in(PHONE, &sent.phone_code_hash, &code).await),
        "400 PHONE_CODE_EXPIRED"
    );
}
