//! Sessions: listed, ended, carried to another DC; what a caller of each standing is told.

use heliogram_crypto::auth_key::AuthKeyId;
use heliogram_server::PushKind;
use heliogram_tl::api::{self, TypeUserStatus, account, auth, help};

use crate::world::*;

const PHONE: &str = "9996621501";

#[tokio::test]
async fn a_session_ended_from_elsewhere_is_told_so() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let (first, second) = (minted(&core, PHONE).await, minted(&core, PHONE).await);
    let list = first
        .invoke(&account::GetAuthorizations {})
        .await
        .unwrap()
        .authorizations;
    assert_eq!(list.len(), 2);
    assert!(list[0].current && list[0].hash == 0 && !list[1].current);
    let reset = |hash| account::ResetAuthorization { hash };
    assert_eq!(first.error(&reset(0)).await, "400 HASH_INVALID");
    assert_eq!(first.error(&reset(12345)).await, "400 HASH_INVALID");
    let mut pushes = core.subscribe();
    assert_eq!(first.invoke(&reset(list[1].hash)).await, Ok(true));
    assert_eq!(pushes.try_recv().unwrap().kind, PushKind::Revoked);
    assert_eq!(error_of(second.me().await), "401 SESSION_REVOKED");
    second.invoke(&help::GetConfig {}).await.unwrap();
    second.log_in(PHONE).await.unwrap();
    second.me().await.unwrap();
}

#[tokio::test]
async fn a_key_the_server_never_saw_is_unregistered() {
    let core = in_memory();
    let nobody = client(&core, AuthKeyId(4711));
    assert_eq!(
        nobody.error(&help::GetConfig {}).await,
        "401 AUTH_KEY_UNREGISTERED"
    );
    assert!(core.auth_key(AuthKeyId(4711)).is_none());
}

#[tokio::test]
async fn an_authorization_is_carried_to_another_dc_once_and_soon() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let here = minted(&core, PHONE).await;
    let export = |dc_id| auth::ExportAuthorization { dc_id };
    for dc_id in [0, 2, 6] {
        assert_eq!(here.error(&export(dc_id)).await, "400 DC_ID_INVALID");
    }
    let exported = here.invoke(&export(4)).await.unwrap();
    let import = auth::ImportAuthorization {
        id: exported.id,
        bytes: exported.bytes,
    };
    let there = stranger(&core);
    there.invoke(&import).await.unwrap();
    there.me().await.unwrap();
    assert_eq!(
        stranger(&core).error(&import).await,
        "400 AUTH_BYTES_INVALID",
        "once"
    );
    let late = here.invoke(&export(4)).await.unwrap();
    core.advance_clock(61).await.unwrap();
    let late = auth::ImportAuthorization {
        id: late.id,
        bytes: late.bytes,
    };
    assert_eq!(
        stranger(&core).error(&late).await,
        "400 AUTH_BYTES_INVALID",
        "soon"
    );
    let nobody = auth::ImportAuthorization {
        id: 1,
        ..Default::default()
    };
    assert_eq!(stranger(&core).error(&nobody).await, "400 USER_ID_INVALID");
}

#[tokio::test]
async fn the_status_is_what_the_client_says() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let owner = minted(&core, PHONE).await;
    core.freeze_clock().await.unwrap();
    owner
        .invoke(&account::UpdateStatus { offline: false })
        .await
        .unwrap();
    assert!(matches!(
        owner.me().await.unwrap().status,
        Some(TypeUserStatus::UserStatusOnline(_))
    ));
    owner
        .invoke(&account::UpdateStatus { offline: true })
        .await
        .unwrap();
    let now = core.clock().now as i32;
    assert!(matches!(
        owner.me().await.unwrap().status,
        Some(TypeUserStatus::UserStatusOffline(offline)) if offline.was_online == now
    ));
}

#[tokio::test]
async fn the_errors_of_changing_the_phone() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    add_user(&core, "9996621502", None).await;
    let owner = minted(&core, PHONE).await;
    let send = |phone: &str| account::SendChangePhoneCode {
        phone_number: phone.to_owned(),
        settings: api::CodeSettings::default(),
    };
    assert_eq!(owner.error(&send("x")).await, "406 PHONE_NUMBER_INVALID");
    assert_eq!(
        owner.error(&send("9996621502")).await,
        "400 PHONE_NUMBER_OCCUPIED"
    );
    let new = "9996621503";
    let sent = sent(owner.invoke(&send(new)).await.unwrap());
    let code = newest_code(&core, new).await;
    let change = |phone: &str, code: &str| account::ChangePhone {
        phone_number: phone.to_owned(),
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: code.to_owned(),
    };
    assert_eq!(
        owner.error(&change("x", &code)).await,
        "406 PHONE_NUMBER_INVALID"
    );
    assert_eq!(owner.error(&change(new, "")).await, "400 PHONE_CODE_EMPTY");
    assert_eq!(
        owner.error(&change(new, &wrong(&code))).await,
        "400 PHONE_CODE_INVALID"
    );
    assert_eq!(
        owner.error(&change("9996621504", &code)).await,
        "400 PHONE_CODE_EXPIRED"
    );
    add_user(&core, new, None).await;
    assert_eq!(
        owner.error(&change(new, &code)).await,
        "400 PHONE_NUMBER_OCCUPIED"
    );
}

#[tokio::test]
async fn everything_of_help_and_langpack_works_before_login() {
    let core = in_memory();
    core.set_address(2, "127.0.0.1:4430".parse().unwrap());
    let nobody = stranger(&core);
    let config = nobody.invoke(&help::GetConfig {}).await.unwrap();
    assert_eq!((config.this_dc, config.test_mode), (2, false));
    assert_eq!(
        config
            .dc_options
            .iter()
            .map(|option| option.id)
            .collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    for option in &config.dc_options {
        assert!(option.static_ && option.this_port_only && !option.tcpo_only && !option.media_only);
        assert_eq!(
            (option.ip_address.as_str(), option.port),
            ("127.0.0.1", 4430)
        );
    }
    assert!(
        (i64::from(config.date) - wire_now()).abs() < 5,
        "config.date is wire time"
    );
    nobody.invoke(&help::GetNearestDc {}).await.unwrap();
    nobody
        .invoke(&help::GetAppConfig { hash: 0 })
        .await
        .unwrap();
    nobody
        .invoke(&help::GetTermsOfServiceUpdate {})
        .await
        .unwrap();
    nobody
        .invoke(&api::langpack::GetLanguages {
            lang_pack: String::new(),
        })
        .await
        .unwrap();
    nobody
        .invoke(&api::langpack::GetLangPack {
            lang_pack: String::new(),
            lang_code: "en".to_owned(),
        })
        .await
        .unwrap();
}
