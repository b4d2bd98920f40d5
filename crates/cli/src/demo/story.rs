//! The two stories, step by step, each step checked.

use heliogram::api::auth::{TypeAuthorization, TypeSentCode, TypeSentCodeType};
use heliogram::{ConfirmPhoneLink, api};
use heliogram_server::InboxKind;
use heliogram_tl::RpcError;

use super::inbox;
use super::people::Person;
use super::stage::Stage;
use crate::failure::Failure;

/// Ada is told in time.
pub(super) async fn ada(stage: &Stage) -> Result<(), Failure> {
    let show = &stage.show;
    stage.account(ADA, "Ada", ADAS_PASSWORD).await?;

    show.scene("1. Ada logs in: number, code, two-step password");
    let ada = stage.person("Ada", "").await?;
    log_in(stage, &ada, ADA, ADAS_PASSWORD).await?;
    stage.leap(8).await?;
    let state = ada.call(&api::updates::GetState {}).await?;
    let session = ada.leave().await;

    show.scene(
        "2. Somebody has Ada's number, but not her password, and asks to delete her account",
    );
    let stranger = stage.person("stranger", "").await?;
    half_log_in(stage, &stranger, ADA).await?;
    let refused = stranger.refused(&delete_account()).await?;
    show.check(
        waits_a_week(&refused),
        "the deletion has to wait seven days, since the owner has a password and is active",
    )?;

    show.scene("3. Ada, who was offline, finds the notice of 777000 and its link");
    let ada = stage.person("Ada", &session).await?;
    let link = find_link(&ada, &state).await?;
    show.aside("Ada", &format!("reads: …open this link: {}", link.1));
    let link = link.0;
    show.check(
        link.phone == ADA,
        "the link in the notice is for Ada's number",
    )?;

    show.scene(
        "4. account.sendConfirmPhoneCode: first with a wrong hash, then with that of the link",
    );
    let wrong = ada.refused(&send_confirm_phone_code(WRONG_HASH)).await?;
    show.check(
        wrong == RpcError::new(400, "HASH_INVALID"),
        "a hash of no deletion is 400 HASH_INVALID",
    )?;
    let sent = ada.call(&send_confirm_phone_code(&link.hash)).await?;
    let sent = sent_code(sent)?;
    show.check(
        matches!(&sent.type_, TypeSentCodeType::SentCodeTypeSms(sms) if sms.length == 5),
        "the answer is an auth.sentCode: five digits, by SMS",
    )?;

    show.scene("5. account.confirmPhone: the code stops the deletion");
    let code = inbox::code(stage, ADA, InboxKind::Sms).await?;
    let wrong = api::account::ConfirmPhone {
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: another(&code),
    };
    let wrong = ada.refused(&wrong).await?;
    show.check(
        wrong == RpcError::new(400, "PHONE_CODE_INVALID"),
        "a wrong code is 400 PHONE_CODE_INVALID",
    )?;
    let right = api::account::ConfirmPhone {
        phone_code_hash: sent.phone_code_hash,
        phone_code: code,
    };
    show.check(ada.call(&right).await?, "the right one is accepted")?;
    let out = stranger.refused(&api::account::GetPassword {}).await?;
    show.check(out.code == 401, "the stranger is logged out")?;
    let again = stage.person("stranger", "").await?;
    half_log_in(stage, &again, ADA).await?;
    let refused = again.refused(&delete_account()).await?;
    show.check(
        refused == RpcError::new(400, "2FA_RECENT_CONFIRM"),
        "and another try within a week is refused: 2FA_RECENT_CONFIRM",
    )?;

    show.scene("6. A week later");
    stage.leap(7).await?;
    let me = api::users::GetUsers {
        id: vec![api::TypeInputUser::InputUserSelf],
    };
    let users = ada.call(&me).await?;
    let there = matches!(&users[..], [api::TypeUser::User(user)] if !user.deleted);
    show.check(there, "Ada's account is still there")
}

/// Ben is told too, and does not look.
pub(super) async fn ben(stage: &Stage) -> Result<(), Failure> {
    let show = &stage.show;
    stage.account(BEN, "Ben", BENS_PASSWORD).await?;

    show.scene("7. The same happens to Ben, who does not look for a week");
    let ben = stage.person("Ben", "").await?;
    log_in(stage, &ben, BEN, BENS_PASSWORD).await?;
    stage.leap(8).await?;
    ben.call(&api::updates::GetState {}).await?;
    let stranger = stage.person("stranger", "").await?;
    half_log_in(stage, &stranger, BEN).await?;
    let refused = stranger.refused(&delete_account()).await?;
    show.check(
        waits_a_week(&refused),
        "again the deletion waits seven days",
    )?;
    stage.leap(7).await?;
    let gone = ben.refused(&api::updates::GetState {}).await?;
    show.check(
        gone.code == 401,
        "after them Ben's account is gone, and his session with it",
    )?;

    show.scene("8. The number is free");
    let newcomer = stage.person("newcomer", "").await?;
    let sent = sent_code(newcomer.call(&send_code(BEN)).await?)?;
    let code = inbox::code(stage, BEN, InboxKind::Sms).await?;
    let signed_in = newcomer.call(&sign_in(BEN, &sent, code)).await?;
    show.check(
        matches!(signed_in, TypeAuthorization::AuthorizationSignUpRequired(_)),
        "whoever has it now is asked to sign up",
    )
}

/// All the way in.
async fn log_in(
    stage: &Stage,
    person: &Person,
    phone: &str,
    password: &str,
) -> Result<(), Failure> {
    half_log_in(stage, person, phone).await?;
    person.give_password(password).await?;
    let users = person
        .call(&api::users::GetUsers {
            id: vec![api::TypeInputUser::InputUserSelf],
        })
        .await?;
    let me =
        matches!(&users[..], [api::TypeUser::User(user)] if user.phone.as_deref() == Some(phone));
    stage
        .show
        .check(me, "number, code and password are a login")
}

/// As far as a code goes: to the question for the password.
async fn half_log_in(stage: &Stage, person: &Person, phone: &str) -> Result<(), Failure> {
    let mut sent = sent_code(person.call(&send_code(phone)).await?)?;
    if matches!(sent.type_, TypeSentCodeType::SentCodeTypeApp(_)) {
        // It went to the owner's devices; whoever holds the phone asks for an SMS.
        let again = api::auth::ResendCode {
            phone_number: phone.to_owned(),
            phone_code_hash: sent.phone_code_hash,
            reason: None,
        };
        sent = sent_code(person.call(&again).await?)?;
    }
    let code = inbox::code(stage, phone, InboxKind::Sms).await?;
    let asked = person.refused(&sign_in(phone, &sent, code)).await?;
    let needed = asked == RpcError::new(401, "SESSION_PASSWORD_NEEDED");
    stage.show.check(
        needed,
        "the code alone is not enough: 401 SESSION_PASSWORD_NEEDED",
    )
}

/// What the owner missed, and the link in it.
async fn find_link(
    owner: &Person,
    since: &api::updates::State,
) -> Result<(ConfirmPhoneLink, String), Failure> {
    let missed = api::updates::GetDifference {
        pts: since.pts,
        pts_limit: None,
        pts_total_limit: None,
        date: since.date,
        qts: since.qts,
        qts_limit: None,
    };
    let api::updates::TypeDifference::Difference(missed) = owner.call(&missed).await? else {
        return Err(Failure::failed("updates.getDifference has no new messages"));
    };
    let texts = missed
        .new_messages
        .iter()
        .filter_map(|message| match message {
            api::TypeMessage::Message(message) => Some(message.message.as_str()),
            _ => None,
        });
    let mut words = texts.flat_map(str::split_whitespace);
    words
        .find_map(|word| {
            ConfirmPhoneLink::parse(word)
                .ok()
                .map(|link| (link, word.to_owned()))
        })
        .ok_or_else(|| Failure::failed("no message has a confirmation link"))
}

fn sent_code(sent: TypeSentCode) -> Result<api::auth::SentCode, Failure> {
    match sent {
        TypeSentCode::SentCode(sent) => Ok(*sent),
        other => Err(Failure::failed(format!("not an auth.sentCode: {other:?}"))),
    }
}

fn send_code(phone: &str) -> api::auth::SendCode {
    api::auth::SendCode {
        phone_number: phone.to_owned(),
        api_id: 1,
        api_hash: "0123456789abcdef0123456789abcdef".to_owned(),
        settings: api::CodeSettings::default(),
    }
}

fn sign_in(phone: &str, sent: &api::auth::SentCode, code: String) -> api::auth::SignIn {
    api::auth::SignIn {
        phone_number: phone.to_owned(),
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: Some(code),
        email_verification: None,
    }
}

fn delete_account() -> api::account::DeleteAccount {
    api::account::DeleteAccount {
        reason: "Forgot password".to_owned(),
        password: None,
    }
}

/// The call of the reference page.
fn send_confirm_phone_code(hash: &str) -> api::account::SendConfirmPhoneCode {
    api::account::SendConfirmPhoneCode {
        hash: hash.to_owned(),
        settings: api::CodeSettings {
            allow_flashcall: true,
            current_number: true,
            allow_app_hash: true,
            allow_missed_call: true,
            logout_tokens: Some(vec!["arbitrary data here".into()]),
            ..Default::default()
        },
    }
}

/// 420 with seven days, less what has passed since.
fn waits_a_week(error: &RpcError) -> bool {
    error.code == 420
        && error.kind() == "2FA_CONFIRM_WAIT"
        && error
            .value()
            .is_some_and(|left| (WEEK - 60..=WEEK).contains(&left))
}

/// Another code of the same length.
fn another(code: &str) -> String {
    let last = code
        .bytes()
        .last()
        .map_or(b'0', |digit| (digit - b'0' + 1) % 10 + b'0');
    format!("{}{}", &code[..code.len() - 1], char::from(last))
}

const ADA: &str = "9996620011";
const BEN: &str = "9996620012";
const ADAS_PASSWORD: &str = "correct horse battery staple";
const BENS_PASSWORD: &str = "tr0ub4dor&3";
const WRONG_HASH: &str = "0123456789abcdef0123456789abcdef";
const WEEK: i32 = 604_800;
