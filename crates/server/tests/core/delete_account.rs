//! Every row of the decision table of `account.deleteAccount`.

use heliogram_tl::api::{account, auth};

use crate::world::*;

const PHONE: &str = "9996620301";

fn with_proof(password: heliogram_tl::api::TypeInputCheckPasswordSRP) -> account::DeleteAccount {
    account::DeleteAccount {
        reason: String::new(),
        password: Some(password),
    }
}

#[tokio::test]
async fn without_a_password_the_account_goes_at_once() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    assert_eq!(owner.delete_account().await, Ok(true));
    assert_eq!(error_of(owner.me().await), "401 USER_DEACTIVATED");
    assert!(core.users().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_right_password_deletes_at_once() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let proof = owner.prove(PASSWORD).await;
    assert_eq!(owner.invoke(&with_proof(proof)).await, Ok(true));
    assert_eq!(error_of(owner.me().await), "401 USER_DEACTIVATED");
}

#[tokio::test]
async fn a_wrong_password_is_an_error_and_deletes_nothing() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let proof = owner.prove("not it").await;
    assert_eq!(
        owner.error(&with_proof(proof)).await,
        "400 PASSWORD_HASH_INVALID"
    );
    owner.me().await.unwrap();
}

#[tokio::test]
async fn a_challenge_serves_once() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let proof = owner.prove("not it").await;
    owner.error(&with_proof(proof.clone())).await;
    assert_eq!(owner.error(&with_proof(proof)).await, "400 SRP_ID_INVALID");
}

#[tokio::test]
async fn a_proof_for_the_password_before_says_it_has_changed() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    let old = owner.prove(PASSWORD).await;
    crate::passwords::change(&owner, PASSWORD, "another one").await;
    assert_eq!(
        owner.error(&with_proof(old)).await,
        "400 SRP_PASSWORD_CHANGED"
    );
}

#[tokio::test]
async fn an_active_owner_with_an_old_password_gets_seven_days() {
    let core = in_memory();
    let (owner, requester) = owner_and_requester(&core, PHONE).await;
    core.freeze_clock().await.unwrap();
    assert_eq!(
        error_of(requester.delete_account().await),
        "420 2FA_CONFIRM_WAIT_604800"
    );
    core.advance_clock(100).await.unwrap();
    assert_eq!(
        error_of(requester.delete_account().await),
        "420 2FA_CONFIRM_WAIT_604700"
    );
    core.advance_clock(WEEK - 101).await.unwrap();
    owner.me().await.unwrap();
    core.advance_clock(1).await.unwrap();
    assert_eq!(error_of(owner.me().await), "401 USER_DEACTIVATED");
    assert_eq!(
        requester.delete_account().await,
        Ok(true),
        "asking again after the time is no failure"
    );
}

#[tokio::test]
async fn a_password_of_the_last_seven_days_does_not_delay() {
    let core = in_memory();
    add_user(&core, PHONE, Some(PASSWORD)).await;
    let owner = minted(&core, PHONE).await;
    core.advance_clock(7 * DAY - 60).await.unwrap();
    owner.me().await.unwrap();
    let requester = requester(&core, PHONE).await;
    assert_eq!(requester.delete_account().await, Ok(true));
    assert_eq!(error_of(owner.me().await), "401 USER_DEACTIVATED");
}

#[tokio::test]
async fn an_owner_who_was_not_around_for_seven_days_is_not_waited_for() {
    let core = in_memory();
    let owner = active_owner(&core, PHONE).await;
    core.advance_clock(8 * DAY).await.unwrap();
    let requester = requester(&core, PHONE).await;
    assert_eq!(requester.delete_account().await, Ok(true));
    assert_eq!(error_of(owner.me().await), "401 USER_DEACTIVATED");
}

#[tokio::test]
async fn the_first_call_of_a_new_session_counts_as_activity() {
    let core = in_memory();
    active_owner(&core, PHONE).await;
    core.advance_clock(20 * DAY).await.unwrap();
    minted(&core, PHONE).await.me().await.unwrap();
    let requester = requester(&core, PHONE).await;
    let error = error_of(requester.delete_account().await);
    assert!(error.starts_with("420 2FA_CONFIRM_WAIT_"), "{error}");
}

#[tokio::test]
async fn an_idle_session_is_no_activity() {
    let core = in_memory();
    active_owner(&core, PHONE).await;
    core.advance_clock(20 * DAY).await.unwrap();
    minted(&core, PHONE).await;
    let requester = requester(&core, PHONE).await;
    assert_eq!(requester.delete_account().await, Ok(true));
}

#[tokio::test]
async fn an_empty_proof_counts_as_none() {
    let core = in_memory();
    let (_, requester) = owner_and_requester(&core, PHONE).await;
    let empty = heliogram_tl::api::TypeInputCheckPasswordSRP::InputCheckPasswordEmpty;
    let error = requester.error(&with_proof(empty)).await;
    assert!(error.starts_with("420 2FA_CONFIRM_WAIT_"), "{error}");
}

#[tokio::test]
async fn a_stranger_has_nothing_to_delete() {
    let core = in_memory();
    assert_eq!(
        error_of(stranger(&core).delete_account().await),
        "401 AUTH_KEY_UNREGISTERED"
    );
}

#[tokio::test]
async fn after_an_immediate_deletion_the_same_hash_signs_up() {
    let core = in_memory();
    add_user(&core, PHONE, Some(PASSWORD)).await;
    let requester = stranger(&core);
    let sent = sent(
        requester
            .send_code(PHONE, Default::default())
            .await
            .unwrap(),
    );
    let code = newest_code(&core, PHONE).await;
    assert_eq!(
        error_of(requester.sign_in(PHONE, &sent.phone_code_hash, &code).await),
        "401 SESSION_PASSWORD_NEEDED"
    );
    assert_eq!(requester.delete_account().await, Ok(true));
    let sign_up = auth::SignUp {
        phone_number: PHONE.to_owned(),
        phone_code_hash: sent.phone_code_hash,
        first_name: "Successor".to_owned(),
        ..Default::default()
    };
    assert_eq!(
        stranger(&core).error(&sign_up).await,
        "400 PHONE_CODE_EXPIRED",
        "on this key only"
    );
    requester.invoke(&sign_up).await.unwrap();
    assert_eq!(
        requester.me().await.unwrap().first_name.as_deref(),
        Some("Successor")
    );
}

#[tokio::test]
async fn two_requesters_share_one_deletion_and_one_clock() {
    let core = in_memory();
    let (owner, first) = owner_and_requester(&core, PHONE).await;
    core.freeze_clock().await.unwrap();
    first.delete_account().await.unwrap_err();
    core.advance_clock(DAY).await.unwrap();
    let second = requester(&core, PHONE).await;
    assert_eq!(
        error_of(second.delete_account().await),
        format!("420 2FA_CONFIRM_WAIT_{}", 6 * DAY)
    );
    let hash = link_hash(&core, PHONE).await;
    let sent = sent(owner.send_confirm(&hash).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    assert_eq!(owner.confirm(&sent.phone_code_hash, &code).await, Ok(true));
    for requester in [first, second] {
        assert_eq!(
            error_of(requester.delete_account().await),
            "401 SESSION_REVOKED"
        );
    }
}

#[tokio::test]
async fn a_requester_who_proves_the_password_cancels_the_deletion() {
    let core = in_memory();
    let (_, requester) = owner_and_requester(&core, PHONE).await;
    requester.delete_account().await.unwrap_err();
    requester.check_password(PASSWORD).await.unwrap();
    assert_eq!(core.users().await.unwrap()[0].deletion_due, None);
    core.advance_clock(8 * DAY).await.unwrap();
    requester.me().await.unwrap();
}

#[tokio::test]
async fn a_changed_phone_number_cancels_the_deletion() {
    let core = in_memory();
    let (owner, requester) = owner_and_requester(&core, PHONE).await;
    requester.delete_account().await.unwrap_err();
    let new = "9996620999";
    let send = account::SendChangePhoneCode {
        phone_number: new.to_owned(),
        settings: Default::default(),
    };
    let sent = sent(owner.invoke(&send).await.unwrap());
    let change = account::ChangePhone {
        phone_number: new.to_owned(),
        phone_code_hash: sent.phone_code_hash,
        phone_code: newest_code(&core, new).await,
    };
    owner.invoke(&change).await.unwrap();
    assert_eq!(owner.me().await.unwrap().phone.as_deref(), Some(new));
    assert_eq!(
        error_of(requester.delete_account().await),
        "401 SESSION_REVOKED"
    );
    core.advance_clock(8 * DAY).await.unwrap();
    owner.me().await.unwrap();
}
