//! `account.sendConfirmPhoneCode` and `account.confirmPhone`: the owner thinks better of it.

use heliogram_server::{CoreOptions, InboxKind, Limits, NewUser};
use heliogram_tl::api::{self, CodeSettings, account, auth};

use crate::world::*;

const PHONE: &str = "9996620401";

/// A pending deletion, by way of the requester, and its link hash.
async fn pending(core: &heliogram_server::Core) -> (Client, Client, String) {
    let (owner, requester) = owner_and_requester(core, PHONE).await;
    requester.delete_account().await.unwrap_err();
    let hash = link_hash(core, PHONE).await;
    (owner, requester, hash)
}

#[tokio::test]
async fn a_fixture_hash_gets_its_code() {
    let core = in_memory();
    let user = NewUser {
        phone: PHONE.to_owned(),
        first_name: "Page".to_owned(),
        password: Some(PASSWORD.to_owned()),
        pending_deletion_hash: Some("notEvenHex".to_owned()),
        ..NewUser::default()
    };
    core.create_user(user).await.unwrap();
    let owner = minted(&core, PHONE).await;
    let sent = sent(owner.send_confirm("notEvenHex").await.unwrap());
    assert!(
        matches!(sent.type_, auth::TypeSentCodeType::SentCodeTypeSms(ref sms) if sms.length == 5)
    );
    assert!(matches!(
        sent.next_type,
        Some(auth::TypeCodeType::CodeTypeCall)
    ));
    assert_eq!(sent.timeout, Some(60));
    assert_eq!(sent.phone_code_hash.len(), 18);
    let newest = core.inbox(PHONE).await.unwrap().pop().unwrap();
    assert_eq!(newest.kind, InboxKind::Sms);
}

#[tokio::test]
async fn the_link_is_one_that_every_client_can_read() {
    let core = in_memory();
    let (_, _, hash) = pending(&core).await;
    assert_eq!(hash.len(), 32);
    assert!(
        hash.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    );
}

#[tokio::test]
async fn whatever_is_wrong_with_a_hash_the_answer_is_the_same() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    add_user(&core, "9996620402", None).await;
    let other = minted(&core, "9996620402").await;
    for wrong in [
        "",
        "not hexadecimal",
        &hash[1..],
        &hash.to_uppercase(),
        &"é".repeat(300),
    ] {
        assert_eq!(
            error_of(owner.send_confirm(wrong).await),
            "400 HASH_INVALID"
        );
    }
    assert_eq!(
        error_of(other.send_confirm(&hash).await),
        "400 HASH_INVALID",
        "someone else's"
    );
    core.advance_clock(8 * DAY).await.unwrap();
    assert_eq!(
        error_of(other.send_confirm(&hash).await),
        "400 HASH_INVALID",
        "executed"
    );
}

#[tokio::test]
async fn only_an_authorised_user_may_ask() {
    let core = in_memory();
    let (_, requester, hash) = pending(&core).await;
    let stranger = stranger(&core);
    assert_eq!(
        error_of(stranger.send_confirm(&hash).await),
        "401 AUTH_KEY_UNREGISTERED"
    );
    assert_eq!(
        error_of(stranger.confirm("a", "1").await),
        "401 AUTH_KEY_UNREGISTERED"
    );
    assert_eq!(
        error_of(requester.send_confirm(&hash).await),
        "401 AUTH_KEY_UNREGISTERED",
        "password pending"
    );
    let bot = bot(&core).await;
    assert_eq!(
        error_of(bot.send_confirm(&hash).await),
        "400 BOT_METHOD_INVALID"
    );
    assert_eq!(
        error_of(bot.confirm("a", "1").await),
        "400 BOT_METHOD_INVALID"
    );
}

#[tokio::test]
async fn asking_twice_gives_the_same_hash_and_less_time() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    core.freeze_clock().await.unwrap();
    let first = sent(owner.send_confirm(&hash).await.unwrap());
    core.advance_clock(25).await.unwrap();
    let before = core.inbox(PHONE).await.unwrap().len();
    let second = sent(owner.send_confirm(&hash).await.unwrap());
    assert_eq!(second.phone_code_hash, first.phone_code_hash);
    assert_eq!((first.timeout, second.timeout), (Some(60), Some(35)));
    assert_eq!(
        core.inbox(PHONE).await.unwrap().len(),
        before,
        "no second message"
    );
    core.advance_clock(600).await.unwrap();
    let third = sent(owner.send_confirm(&hash).await.unwrap());
    assert_ne!(
        third.phone_code_hash, first.phone_code_hash,
        "the link outlives its codes"
    );
}

#[tokio::test]
async fn the_settings_are_ignored_here() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    let every_flag = CodeSettings {
        allow_flashcall: true,
        current_number: true,
        allow_app_hash: true,
        allow_missed_call: true,
        allow_firebase: true,
        unknown_number: true,
        logout_tokens: Some(vec!["arbitrary data here".into()]),
        token: Some("t".to_owned()),
        app_sandbox: Some(false),
    };
    let call = account::SendConfirmPhoneCode {
        hash,
        settings: every_flag,
    };
    let sent = sent(owner.invoke(&call).await.unwrap());
    assert!(matches!(
        sent.type_,
        auth::TypeSentCodeType::SentCodeTypeSms(_)
    ));
    assert!(matches!(
        sent.next_type,
        Some(auth::TypeCodeType::CodeTypeCall)
    ));
    let text = core.inbox(PHONE).await.unwrap().pop().unwrap().text;
    assert_eq!(text.lines().count(), 1, "no app token: {text}");
}

#[tokio::test]
async fn the_right_code_cancels_once_and_logs_the_requester_out() {
    let core = in_memory();
    let (owner, requester_of_it, hash) = pending(&core).await;
    let mut pushes = core.subscribe();
    let sent = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    assert_eq!(
        error_of(owner.confirm(&sent.phone_code_hash, &wrong(&code)).await),
        "400 PHONE_CODE_INVALID"
    );
    assert_eq!(owner.confirm(&sent.phone_code_hash, &code).await, Ok(true));
    let revoked = pushes.try_recv().unwrap();
    assert_eq!(revoked.kind, heliogram_server::PushKind::Revoked);
    assert_eq!(revoked.to[0].key, requester_of_it.key);
    assert_eq!(
        error_of(owner.confirm(&sent.phone_code_hash, &code).await),
        "400 CODE_HASH_INVALID"
    );
    assert_eq!(
        error_of(owner.send_confirm(&hash).await),
        "400 HASH_INVALID"
    );
    assert_eq!(
        error_of(requester_of_it.delete_account().await),
        "401 SESSION_REVOKED"
    );
    owner.me().await.unwrap();

    let another = requester(&core, PHONE).await;
    assert_eq!(
        error_of(another.delete_account().await),
        "400 2FA_RECENT_CONFIRM"
    );
    core.advance_clock(WEEK - 60).await.unwrap();
    owner.me().await.unwrap();
    let another = requester(&core, PHONE).await;
    assert_eq!(
        error_of(another.delete_account().await),
        "400 2FA_RECENT_CONFIRM"
    );
    core.advance_clock(120).await.unwrap();
    let error = error_of(another.delete_account().await);
    assert!(
        error.starts_with("420 2FA_CONFIRM_WAIT_"),
        "a week later one may ask again: {error}"
    );
}

#[tokio::test]
async fn the_errors_of_confirm_phone() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    let sent = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    assert_eq!(
        error_of(owner.confirm(&sent.phone_code_hash, "").await),
        "400 PHONE_CODE_EMPTY"
    );
    assert_eq!(
        error_of(owner.confirm("", "").await),
        "400 PHONE_CODE_EMPTY"
    );
    assert_eq!(
        error_of(owner.confirm("", &code).await),
        "400 CODE_HASH_INVALID"
    );
    assert_eq!(
        error_of(owner.confirm("0123456789abcdef01", &code).await),
        "400 CODE_HASH_INVALID"
    );

    add_user(&core, "9996620403", None).await;
    let other = minted(&core, "9996620403").await;
    assert_eq!(
        error_of(other.confirm(&sent.phone_code_hash, &code).await),
        "400 CODE_HASH_INVALID",
        "foreign"
    );

    core.advance_clock(301).await.unwrap();
    assert_eq!(
        error_of(owner.confirm(&sent.phone_code_hash, &code).await),
        "400 PHONE_CODE_EXPIRED",
        "time comes before digits"
    );
}

#[tokio::test]
async fn five_wrong_codes_are_the_end_of_it() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    let sent = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    for _ in 0..5 {
        assert_eq!(
            error_of(owner.confirm(&sent.phone_code_hash, &wrong(&code)).await),
            "400 PHONE_CODE_INVALID"
        );
    }
    assert_eq!(
        error_of(owner.confirm(&sent.phone_code_hash, &code).await),
        "400 PHONE_CODE_EXPIRED"
    );
    assert!(
        owner.send_confirm(&hash).await.is_ok(),
        "the link still works"
    );
}

#[tokio::test]
async fn a_code_of_another_purpose_is_unknown_here_and_the_reverse() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    let confirm = sent(owner.send_confirm(&hash).await.unwrap());
    let confirm_code = newest_code(&core, PHONE).await;
    let login = sent(
        stranger(&core)
            .send_code(PHONE, Default::default())
            .await
            .unwrap(),
    );
    let login_code = newest_code(&core, PHONE).await;
    assert_eq!(
        error_of(owner.confirm(&login.phone_code_hash, &login_code).await),
        "400 CODE_HASH_INVALID"
    );
    let signed_in = stranger(&core)
        .sign_in(PHONE, &confirm.phone_code_hash, &confirm_code)
        .await;
    assert_eq!(error_of(signed_in), "400 PHONE_CODE_EXPIRED");
    let change = account::ChangePhone {
        phone_number: PHONE.to_owned(),
        phone_code_hash: confirm.phone_code_hash,
        phone_code: confirm_code,
    };
    assert_eq!(owner.error(&change).await, "400 PHONE_CODE_EXPIRED");
}

#[tokio::test]
async fn resend_keeps_the_hash_and_ends_with_the_call() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    core.freeze_clock().await.unwrap();
    let first = sent(owner.send_confirm(&hash).await.unwrap());
    let resend = auth::ResendCode {
        phone_number: format!("+{PHONE}"),
        phone_code_hash: first.phone_code_hash.clone(),
        reason: None,
    };
    assert_eq!(owner.error(&resend).await, "420 FLOOD_WAIT_60", "too early");
    core.advance_clock(60).await.unwrap();
    let second = sent(owner.invoke(&resend).await.unwrap());
    assert_eq!(second.phone_code_hash, first.phone_code_hash);
    assert!(matches!(
        second.type_,
        auth::TypeSentCodeType::SentCodeTypeCall(_)
    ));
    assert!(second.next_type.is_none() && second.timeout.is_none());
    assert_eq!(owner.error(&resend).await, "406 SEND_CODE_UNAVAILABLE");
    let code = newest_code(&core, PHONE).await;
    assert_eq!(owner.confirm(&first.phone_code_hash, &code).await, Ok(true));
}

#[tokio::test]
async fn a_cancelled_code_is_dead_and_the_link_is_not() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    let first = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    let cancel = auth::CancelCode {
        phone_number: PHONE.to_owned(),
        phone_code_hash: first.phone_code_hash.clone(),
    };
    assert_eq!(owner.invoke(&cancel).await, Ok(true));
    assert_eq!(owner.error(&cancel).await, "400 PHONE_CODE_EXPIRED");
    assert_eq!(
        error_of(owner.confirm(&first.phone_code_hash, &code).await),
        "400 PHONE_CODE_EXPIRED"
    );
    assert!(owner.send_confirm(&hash).await.is_ok());
}

#[tokio::test]
async fn confirming_at_the_second_of_execution_is_too_late() {
    let core = in_memory();
    let (owner, _, hash) = pending(&core).await;
    core.freeze_clock().await.unwrap();
    let due = core.users().await.unwrap()[0].deletion_due.unwrap();
    core.advance_clock(due - core.clock().now - 1)
        .await
        .unwrap();
    let sent = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    core.advance_clock(1).await.unwrap();
    assert_eq!(
        error_of(owner.confirm(&sent.phone_code_hash, &code).await),
        "401 USER_DEACTIVATED"
    );
}

#[tokio::test]
async fn too_many_codes_are_a_flood() {
    let core = heliogram_server::Core::open(CoreOptions {
        limits: Limits {
            codes_per_hour: 2,
            ..Limits::default()
        },
        ..CoreOptions::default()
    })
    .unwrap();
    let (owner, _, hash) = pending(&core).await;
    core.freeze_clock().await.unwrap();
    for _ in 0..2 {
        owner.send_confirm(&hash).await.unwrap();
        core.advance_clock(301).await.unwrap();
    }
    assert_eq!(
        error_of(owner.send_confirm(&hash).await),
        format!("420 FLOOD_WAIT_{}", 3600 - 602)
    );
    core.advance_clock(3600).await.unwrap();
    owner.send_confirm(&hash).await.unwrap();
}

#[tokio::test]
async fn an_owner_who_asked_keeps_the_session() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let error = error_of(owner.delete_account().await);
    assert!(error.starts_with("420 2FA_CONFIRM_WAIT_"), "{error}");
    let hash = link_hash(&core, PHONE).await;
    let sent = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    assert_eq!(owner.confirm(&sent.phone_code_hash, &code).await, Ok(true));
    let authorizations = owner.invoke(&account::GetAuthorizations {}).await.unwrap();
    assert!(
        authorizations
            .authorizations
            .iter()
            .any(|session: &api::Authorization| session.current)
    );
}
