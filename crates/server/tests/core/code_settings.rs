//! What each flag of `codeSettings` changes at login. (That none changes anything for
//! `account.sendConfirmPhoneCode` is in `confirm_phone.rs`.)

use heliogram_server::{Core, InboxItem, InboxKind};
use heliogram_tl::api::{CodeSettings, auth};

use crate::world::*;

const PHONE: &str = "9996620801";

async fn send(core: &Core, settings: CodeSettings) -> (auth::SentCode, InboxItem) {
    let sent = sent(stranger(core).send_code(PHONE, settings).await.unwrap());
    (sent, core.inbox(PHONE).await.unwrap().pop().unwrap())
}

fn kinds(sent: &auth::SentCode) -> String {
    format!(
        "{:?} -> {:?}, {:?}",
        sent.type_, sent.next_type, sent.timeout
    )
}

#[tokio::test]
async fn unset_flags_mean_a_plain_text_message() {
    let core = in_memory();
    let (sent, item) = send(&core, CodeSettings::default()).await;
    assert!(
        matches!(sent.type_, auth::TypeSentCodeType::SentCodeTypeSms(ref sms) if sms.length == 5)
    );
    assert!(matches!(
        sent.next_type,
        Some(auth::TypeCodeType::CodeTypeCall)
    ));
    assert_eq!((item.kind, item.text.lines().count()), (InboxKind::Sms, 1));
}

#[tokio::test]
async fn allow_flashcall_gets_a_call_whose_number_is_the_code() {
    let core = in_memory();
    let client = stranger(&core);
    let settings = CodeSettings {
        allow_flashcall: true,
        ..CodeSettings::default()
    };
    let sent = sent(client.send_code(PHONE, settings).await.unwrap());
    let auth::TypeSentCodeType::SentCodeTypeFlashCall(flash) = &sent.type_ else {
        panic!("{}", kinds(&sent));
    };
    assert!(matches!(
        sent.next_type,
        Some(auth::TypeCodeType::CodeTypeSms)
    ));
    assert_eq!(sent.timeout, Some(60));
    let item = core.inbox(PHONE).await.unwrap().pop().unwrap();
    assert_eq!(item.kind, InboxKind::FlashCall);
    let caller = item.from.trim_start_matches('+');
    assert_eq!(flash.pattern.len(), caller.len());
    let shown = flash.pattern.trim_end_matches('*');
    assert!(!shown.is_empty() && caller.starts_with(shown) && flash.pattern.contains("*********"));
    let last = &caller[caller.len() - 5..];
    assert_eq!(
        error_of(client.sign_in(PHONE, &sent.phone_code_hash, last).await),
        "400 PHONE_CODE_INVALID"
    );
    client
        .sign_in(PHONE, &sent.phone_code_hash, &item.from)
        .await
        .unwrap();
}

#[tokio::test]
async fn current_number_shortens_the_wait_for_a_flash_call_and_nothing_else() {
    let core = in_memory();
    let both = CodeSettings {
        allow_flashcall: true,
        current_number: true,
        ..CodeSettings::default()
    };
    let (sent, _) = send(&core, both).await;
    assert!(matches!(
        sent.type_,
        auth::TypeSentCodeType::SentCodeTypeFlashCall(_)
    ));
    assert_eq!(sent.timeout, Some(20));
    let alone = CodeSettings {
        current_number: true,
        ..CodeSettings::default()
    };
    let (sent, _) = send(&core, alone).await;
    assert!(matches!(
        sent.type_,
        auth::TypeSentCodeType::SentCodeTypeSms(_)
    ));
    assert_eq!(sent.timeout, Some(60));
}

#[tokio::test]
async fn unknown_number_puts_the_text_message_before_the_flash_call() {
    let core = in_memory();
    let settings = CodeSettings {
        allow_flashcall: true,
        unknown_number: true,
        ..CodeSettings::default()
    };
    let (sent, _) = send(&core, settings).await;
    assert!(matches!(
        sent.type_,
        auth::TypeSentCodeType::SentCodeTypeSms(_)
    ));
    assert!(matches!(
        sent.next_type,
        Some(auth::TypeCodeType::CodeTypeFlashCall)
    ));
}

#[tokio::test]
async fn allow_missed_call_gets_a_call_whose_last_digits_are_the_code() {
    let core = in_memory();
    let client = stranger(&core);
    let settings = CodeSettings {
        allow_missed_call: true,
        ..CodeSettings::default()
    };
    let sent = sent(client.send_code(PHONE, settings).await.unwrap());
    let auth::TypeSentCodeType::SentCodeTypeMissedCall(missed) = &sent.type_ else {
        panic!("{}", kinds(&sent));
    };
    let item = core.inbox(PHONE).await.unwrap().pop().unwrap();
    assert_eq!(item.kind, InboxKind::MissedCall);
    let caller = item.from.trim_start_matches('+');
    let code = caller.strip_prefix(missed.prefix.as_str()).unwrap();
    assert_eq!(code.len(), missed.length as usize);
    client
        .sign_in(PHONE, &sent.phone_code_hash, code)
        .await
        .unwrap();
}

#[tokio::test]
async fn allow_app_hash_ends_the_message_in_the_token_of_the_app() {
    let core = in_memory();
    let settings = CodeSettings {
        allow_app_hash: true,
        ..CodeSettings::default()
    };
    let (_, item) = send(&core, settings.clone()).await;
    let token = item.text.lines().last().unwrap().to_owned();
    assert_eq!(token.len(), 11, "{}", item.text);
    let (_, again) = send(&core, settings).await;
    assert_eq!(
        again.text.lines().last(),
        Some(token.as_str()),
        "the same app, the same token"
    );
}

#[tokio::test]
async fn logout_tokens_spare_the_code() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let first = stranger(&core);
    first.log_in(PHONE).await.unwrap();
    let token = first
        .invoke(&auth::LogOut {})
        .await
        .unwrap()
        .future_auth_token
        .unwrap();
    let before = core.inbox(PHONE).await.unwrap().len();
    let with = |tokens: Vec<bytes::Bytes>| CodeSettings {
        logout_tokens: Some(tokens),
        ..CodeSettings::default()
    };

    let junk = vec![bytes::Bytes::from_static(b"arbitrary data here")];
    let (sent, _) = send(&core, with(junk)).await;
    assert!(matches!(
        sent.type_,
        auth::TypeSentCodeType::SentCodeTypeSms(_)
    ));

    let second = stranger(&core);
    let answer = second
        .send_code(PHONE, with(vec![token.clone()]))
        .await
        .unwrap();
    assert!(
        matches!(answer, auth::TypeSentCode::SentCodeSuccess(_)),
        "{answer:?}"
    );
    second.me().await.unwrap();
    assert_eq!(
        core.inbox(PHONE).await.unwrap().len(),
        before + 1,
        "only the junk cost a code"
    );

    let third = stranger(&core)
        .send_code(PHONE, with(vec![token]))
        .await
        .unwrap();
    assert!(
        matches!(third, auth::TypeSentCode::SentCode(_)),
        "a token serves once"
    );
}

#[tokio::test]
async fn a_token_does_not_spare_the_password_and_only_twenty_are_looked_at() {
    let core = in_memory();
    add_user(&core, PHONE, Some(PASSWORD)).await;
    let first = requester(&core, PHONE).await;
    let auth::TypeAuthorization::Authorization(authorization) =
        first.check_password(PASSWORD).await.unwrap()
    else {
        panic!("expected an authorization");
    };
    let token = authorization.future_auth_token.unwrap();
    let mut tokens = vec![bytes::Bytes::from_static(b"junk"); 20];
    tokens.push(token.clone());
    let with = |tokens| CodeSettings {
        logout_tokens: Some(tokens),
        ..CodeSettings::default()
    };
    let late = stranger(&core)
        .send_code(PHONE, with(tokens))
        .await
        .unwrap();
    assert!(
        matches!(late, auth::TypeSentCode::SentCode(_)),
        "the twenty-first is ignored"
    );
    let second = stranger(&core);
    assert_eq!(
        error_of(second.send_code(PHONE, with(vec![token])).await),
        "401 SESSION_PASSWORD_NEEDED"
    );
    second.check_password(PASSWORD).await.unwrap();
}

#[tokio::test]
async fn what_is_for_official_apps_changes_nothing() {
    let core = in_memory();
    let (plain, _) = send(&core, CodeSettings::default()).await;
    let settings = CodeSettings {
        allow_firebase: true,
        token: Some("push token".to_owned()),
        app_sandbox: Some(true),
        ..CodeSettings::default()
    };
    let (official, _) = send(&core, settings).await;
    assert_eq!(kinds(&official), kinds(&plain));
}

#[tokio::test]
async fn with_another_session_the_app_shows_the_code_first() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let there = minted(&core, PHONE).await;
    let mut pushes = core.subscribe();
    let newcomer = stranger(&core);
    let first = sent(
        newcomer
            .send_code(PHONE, CodeSettings::default())
            .await
            .unwrap(),
    );
    assert!(
        matches!(first.type_, auth::TypeSentCodeType::SentCodeTypeApp(ref app) if app.length == 5)
    );
    assert_eq!(
        core.inbox(PHONE).await.unwrap().pop().unwrap().kind,
        InboxKind::App
    );
    assert_eq!(pushes.try_recv().unwrap().to[0].key, there.key);
    let resend = auth::ResendCode {
        phone_number: PHONE.to_owned(),
        phone_code_hash: first.phone_code_hash.clone(),
        reason: None,
    };
    let second = sent(newcomer.invoke(&resend).await.unwrap());
    assert!(
        matches!(second.type_, auth::TypeSentCodeType::SentCodeTypeSms(_)),
        "{}",
        kinds(&second)
    );
    let code = newest_code(&core, PHONE).await;
    newcomer
        .sign_in(PHONE, &first.phone_code_hash, &code)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_anonymous_number_gets_its_code_where_it_was_bought() {
    let core = in_memory();
    let client = stranger(&core);
    let number = "88801234567";
    let sent = sent(
        client
            .send_code(number, CodeSettings::default())
            .await
            .unwrap(),
    );
    assert!(matches!(
        sent.type_,
        auth::TypeSentCodeType::SentCodeTypeFragmentSms(_)
    ));
    assert!(sent.next_type.is_none());
    assert_eq!(
        core.inbox(number).await.unwrap().pop().unwrap().kind,
        InboxKind::Fragment
    );
}
