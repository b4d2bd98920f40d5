//! The 2FA password: set, checked, changed, removed, recovered, reset.

use heliogram_crypto::dh::DhGroup;
use heliogram_crypto::srp::SrpParams;
use heliogram_server::{CoreOptions, Limits};
use heliogram_tl::api::account::{self, PasswordInputSettings, TypeResetPasswordResult};
use heliogram_tl::api::{TypeInputCheckPasswordSRP, TypePasswordKdfAlgo, auth};

use crate::world::*;

const PHONE: &str = "9996620501";

/// Settings that set a password, as a client makes them.
async fn setting(client: &Client, password: &str) -> PasswordInputSettings {
    let got = client.invoke(&account::GetPassword {}).await.unwrap();
    let TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        mut algo,
    ) = got.new_algo
    else {
        panic!("the server names no algorithm");
    };
    algo.salt1 = [&algo.salt1[..], &[7; 32]].concat().into();
    let params = SrpParams {
        group: DhGroup::well_known(),
        salt1: algo.salt1.to_vec(),
        salt2: algo.salt2.to_vec(),
    };
    let verifier = params.verifier(&params.password_hash(password.as_bytes()));
    PasswordInputSettings {
        new_algo: Some(
            TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
                algo,
            ),
        ),
        new_password_hash: Some(verifier.as_bytes().to_vec().into()),
        hint: Some("a hint".to_owned()),
        ..PasswordInputSettings::default()
    }
}

pub(crate) async fn change(client: &Client, from: &str, to: &str) {
    let new_settings = setting(client, to).await;
    let password = client.prove(from).await;
    let update = account::UpdatePasswordSettings {
        password,
        new_settings,
    };
    assert_eq!(client.invoke(&update).await, Ok(true));
}

fn removal() -> PasswordInputSettings {
    PasswordInputSettings {
        new_algo: Some(TypePasswordKdfAlgo::PasswordKdfAlgoUnknown),
        new_password_hash: Some(Default::default()),
        hint: Some(String::new()),
        ..PasswordInputSettings::default()
    }
}

const EMPTY: TypeInputCheckPasswordSRP = TypeInputCheckPasswordSRP::InputCheckPasswordEmpty;

#[tokio::test]
async fn a_password_is_set_used_and_removed() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    let new_settings = setting(&owner, "first").await;
    let update = account::UpdatePasswordSettings {
        password: EMPTY,
        new_settings,
    };
    assert_eq!(owner.invoke(&update).await, Ok(true));
    let got = owner.invoke(&account::GetPassword {}).await.unwrap();
    assert!(got.has_password);
    assert_eq!(got.hint.as_deref(), Some("a hint"));

    let second = requester(&core, PHONE).await;
    assert_eq!(
        error_of(second.check_password("wrong").await),
        "400 PASSWORD_HASH_INVALID"
    );
    second.check_password("first").await.unwrap();
    second.me().await.unwrap();

    let remove = account::UpdatePasswordSettings {
        password: EMPTY,
        new_settings: removal(),
    };
    assert_eq!(owner.error(&remove).await, "400 PASSWORD_HASH_INVALID");
    let password = owner.prove("first").await;
    let remove = account::UpdatePasswordSettings {
        password,
        new_settings: removal(),
    };
    assert_eq!(owner.invoke(&remove).await, Ok(true));
    assert!(
        !owner
            .invoke(&account::GetPassword {})
            .await
            .unwrap()
            .has_password
    );
    stranger(&core).log_in(PHONE).await.unwrap();
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    let refusal = async |new_settings| {
        let update = account::UpdatePasswordSettings {
            password: EMPTY,
            new_settings,
        };
        owner.error(&update).await
    };
    assert_eq!(
        refusal(PasswordInputSettings::default()).await,
        "400 NEW_SETTINGS_EMPTY"
    );
    let mut bad = setting(&owner, "x").await;
    bad.new_password_hash = Some(vec![0; 256].into());
    assert_eq!(refusal(bad).await, "400 NEW_SETTINGS_INVALID");
    let mut bad = setting(&owner, "x").await;
    bad.email = Some("nowhere".to_owned());
    assert_eq!(refusal(bad).await, "400 EMAIL_INVALID");
    let mut bad = setting(&owner, "x").await;
    let Some(
        TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            algo,
        ),
    ) = &mut bad.new_algo
    else {
        unreachable!();
    };
    algo.salt1 = vec![1; 8].into();
    assert_eq!(refusal(bad).await, "400 NEW_SALT_INVALID");
}

#[tokio::test]
async fn the_last_four_challenges_of_a_key_are_good() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let mut challenges = Vec::new();
    for _ in 0..5 {
        challenges.push(owner.invoke(&account::GetPassword {}).await.unwrap());
    }
    let check = |at: usize| auth::CheckPassword {
        password: prove(&challenges[at], PASSWORD),
    };
    assert_eq!(owner.error(&check(0)).await, "400 SRP_ID_INVALID");
    owner.invoke(&check(1)).await.unwrap();
    let other = minted(&core, PHONE).await;
    assert_eq!(
        other.error(&check(2)).await,
        "400 SRP_ID_INVALID",
        "of another key"
    );
    owner.invoke(&check(4)).await.unwrap();
}

#[tokio::test]
async fn too_many_wrong_passwords_are_a_flood() {
    let core = heliogram_server::Core::open(CoreOptions {
        limits: Limits {
            passwords_per_day: 2,
            ..Limits::default()
        },
        ..CoreOptions::default()
    })
    .unwrap();
    active_owner(&core, PHONE).await;
    let requester = requester(&core, PHONE).await;
    for _ in 0..2 {
        assert_eq!(
            error_of(requester.check_password("wrong").await),
            "400 PASSWORD_HASH_INVALID"
        );
    }
    let error = error_of(requester.check_password(PASSWORD).await);
    assert!(error.starts_with("420 FLOOD_WAIT_"), "{error}");
    let sent = stranger(&core).send_code(PHONE, Default::default()).await;
    assert_eq!(error_of(sent), "406 PHONE_PASSWORD_FLOOD");
}

#[tokio::test]
async fn a_reset_takes_seven_days_and_can_be_declined() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    core.freeze_clock().await.unwrap();
    let decline = account::DeclinePasswordReset {};
    assert_eq!(owner.error(&decline).await, "400 RESET_REQUEST_MISSING");
    let reset = account::ResetPassword {};
    let until = (core.clock().now + WEEK) as i32;
    let TypeResetPasswordResult::ResetPasswordRequestedWait(wait) =
        owner.invoke(&reset).await.unwrap()
    else {
        panic!("expected to wait");
    };
    assert_eq!(wait.until_date, until);
    let got = owner.invoke(&account::GetPassword {}).await.unwrap();
    assert_eq!(got.pending_reset_date, Some(until));

    assert_eq!(owner.invoke(&decline).await, Ok(true));
    let TypeResetPasswordResult::ResetPasswordFailedWait(wait) =
        owner.invoke(&reset).await.unwrap()
    else {
        panic!("expected a refusal");
    };
    assert_eq!(wait.retry_date, until);

    core.advance_clock(WEEK).await.unwrap();
    owner.invoke(&reset).await.unwrap();
    core.advance_clock(WEEK).await.unwrap();
    assert!(matches!(
        owner.invoke(&reset).await.unwrap(),
        TypeResetPasswordResult::ResetPasswordOk
    ));
    assert!(
        !owner
            .invoke(&account::GetPassword {})
            .await
            .unwrap()
            .has_password
    );
    assert_eq!(owner.error(&reset).await, "400 PASSWORD_EMPTY");
}

#[tokio::test]
async fn a_mailed_code_recovers_the_account() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let waiting = requester(&core, PHONE).await;
    let request = auth::RequestPasswordRecovery {};
    assert_eq!(waiting.error(&request).await, "400 PASSWORD_RECOVERY_NA");

    let new_settings = PasswordInputSettings {
        email: Some("ada@example.org".to_owned()),
        ..PasswordInputSettings::default()
    };
    let password = owner.prove(PASSWORD).await;
    let update = account::UpdatePasswordSettings {
        password,
        new_settings,
    };
    assert_eq!(owner.error(&update).await, "400 EMAIL_UNCONFIRMED_6");
    assert!(
        !owner
            .invoke(&account::GetPassword {})
            .await
            .unwrap()
            .has_recovery
    );
    let confirm = |code: &str| account::ConfirmPasswordEmail {
        code: code.to_owned(),
    };
    let code = newest_code(&core, PHONE).await;
    assert_eq!(
        owner.error(&confirm(&wrong(&code))).await,
        "400 CODE_INVALID"
    );
    assert_eq!(owner.invoke(&confirm(&code)).await, Ok(true));
    assert!(
        owner
            .invoke(&account::GetPassword {})
            .await
            .unwrap()
            .has_recovery
    );

    let recovery = waiting.invoke(&request).await.unwrap();
    assert_eq!(recovery.email_pattern, "a***a@example.org");
    let code = newest_code(&core, PHONE).await;
    let check = |code: &str| auth::CheckRecoveryPassword {
        code: code.to_owned(),
    };
    assert_eq!(waiting.error(&check("")).await, "400 CODE_EMPTY");
    assert_eq!(
        waiting.error(&check(&wrong(&code))).await,
        "400 CODE_INVALID"
    );
    assert_eq!(waiting.invoke(&check(&code)).await, Ok(true));
    let recover = auth::RecoverPassword {
        code,
        new_settings: None,
    };
    waiting.invoke(&recover).await.unwrap();
    waiting.me().await.unwrap();
    assert!(
        !waiting
            .invoke(&account::GetPassword {})
            .await
            .unwrap()
            .has_password
    );
    assert_eq!(waiting.error(&request).await, "400 PASSWORD_EMPTY");
}

#[tokio::test]
async fn a_recovery_code_expires() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let check = auth::CheckRecoveryPassword {
        code: "123456".to_owned(),
    };
    assert_eq!(owner.error(&check).await, "400 PASSWORD_RECOVERY_EXPIRED");
}
