//! Accounts that live on another DC than the one that is asked.

use heliogram_server::{Core, NewUser, PushKind};
use heliogram_tl::api::{account, auth, help};

use crate::world::*;

const NEAR: &str = "9996620002";
const FAR: &str = "9996620004";

/// A server with the DCs 2 and 4, and an account on each.
async fn two_dcs() -> Core {
    let core = in_memory();
    for (dc_id, port) in [(2, 10_002), (4, 10_004)] {
        core.set_address(dc_id, ([127, 0, 0, 1], port).into());
    }
    for (phone, dc_id) in [(NEAR, 2), (FAR, 4)] {
        core.create_user(living_on(phone, dc_id)).await.unwrap();
    }
    core
}

fn living_on(phone: &str, dc_id: i32) -> NewUser {
    NewUser {
        phone: phone.into(),
        first_name: "Ada".into(),
        dc_id: Some(dc_id),
        ..NewUser::default()
    }
}

fn export(dc_id: i32) -> auth::ExportAuthorization {
    auth::ExportAuthorization { dc_id }
}

fn import(exported: auth::ExportedAuthorization) -> auth::ImportAuthorization {
    auth::ImportAuthorization {
        id: exported.id,
        bytes: exported.bytes,
    }
}

/// A key of DC 4 with the authorization of a session on DC 2.
async fn carried(core: &Core, home: &Client) -> Client {
    let away = stranger_at(core, 4);
    let exported = home.invoke(&export(4)).await.unwrap();
    away.invoke(&import(exported)).await.unwrap();
    away
}

#[tokio::test]
async fn a_number_is_sent_to_the_dc_where_its_account_lives() {
    let core = two_dcs().await;
    let here = stranger_at(&core, 2);
    assert_eq!(error_of(here.log_in(FAR).await), "303 PHONE_MIGRATE_4");
    let signed_in = here.sign_in(FAR, "any", "12345").await;
    assert_eq!(error_of(signed_in), "303 PHONE_MIGRATE_4");
    assert!(
        core.inbox(FAR).await.unwrap().is_empty(),
        "a code was sent all the same"
    );
    stranger_at(&core, 4).log_in(FAR).await.unwrap();
    let there = stranger_at(&core, 4);
    assert_eq!(error_of(there.log_in(NEAR).await), "303 PHONE_MIGRATE_2");
}

#[tokio::test]
async fn a_bot_is_sent_to_the_dc_where_it_lives() {
    let core = two_dcs().await;
    let bot = NewUser {
        bot: true,
        ..living_on("", 4)
    };
    let token = core.create_user(bot).await.unwrap().bot_token.unwrap();
    let import = auth::ImportBotAuthorization {
        flags: 0,
        api_id: API_ID,
        api_hash: String::new(),
        bot_auth_token: token,
    };
    let wrong = stranger_at(&core, 2).error(&import).await;
    assert_eq!(wrong, "303 USER_MIGRATE_4");
    stranger_at(&core, 4).invoke(&import).await.unwrap();
}

#[tokio::test]
async fn who_signs_up_lives_where_they_asked_and_a_deleted_number_is_nobodys() {
    let core = two_dcs().await;
    let there = stranger_at(&core, 4);
    let sent = sent(there.send_code(PHONE, Default::default()).await.unwrap());
    let code = newest_code(&core, PHONE).await;
    there
        .sign_in(PHONE, &sent.phone_code_hash, &code)
        .await
        .unwrap();
    let sign_up = auth::SignUp {
        phone_number: PHONE.into(),
        phone_code_hash: sent.phone_code_hash,
        first_name: "Eve".into(),
        ..Default::default()
    };
    there.invoke(&sign_up).await.unwrap();
    let users = core.users().await.unwrap();
    let eve = users.iter().find(|user| user.first_name == "Eve").unwrap();
    assert_eq!(eve.dc_id, 4);

    let here = stranger_at(&core, 2);
    assert_eq!(error_of(here.log_in(PHONE).await), "303 PHONE_MIGRATE_4");
    assert!(there.delete_account().await.unwrap());
    here.send_code(PHONE, Default::default()).await.unwrap();
}

#[tokio::test]
async fn an_authorization_is_good_on_the_dc_it_was_exported_for_and_nowhere_else() {
    let core = two_dcs().await;
    let home = minted(&core, NEAR).await;
    for dc_id in [1, 2, 5, 0] {
        assert_eq!(home.error(&export(dc_id)).await, "400 DC_ID_INVALID");
    }
    let import = import(home.invoke(&export(4)).await.unwrap());
    let wrong = stranger_at(&core, 2).error(&import).await;
    assert_eq!(wrong, "400 AUTH_BYTES_INVALID");
    stranger_at(&core, 4).invoke(&import).await.unwrap();
    let twice = stranger_at(&core, 4).error(&import).await;
    assert_eq!(twice, "400 AUTH_BYTES_INVALID");
}

#[tokio::test]
async fn what_is_bound_to_the_home_dc_is_sent_there_and_the_rest_is_answered() {
    let core = two_dcs().await;
    let home = minted(&core, NEAR).await;
    let away = carried(&core, &home).await;
    assert_eq!(error_of(away.me().await), "303 USER_MIGRATE_2");
    for refused in [
        away.error(&account::GetPassword {}).await,
        away.error(&export(2)).await,
    ] {
        assert_eq!(refused, "303 USER_MIGRATE_2");
    }
    away.invoke(&help::GetNearestDc {}).await.unwrap();
    away.invoke(&auth::LogOut {}).await.unwrap();
    assert_eq!(error_of(away.me().await), "401 AUTH_KEY_UNREGISTERED");
    home.me().await.unwrap();
}

#[tokio::test]
async fn what_was_carried_elsewhere_is_a_part_of_its_session() {
    let core = two_dcs().await;
    let home = minted(&core, NEAR).await;
    let away = carried(&core, &home).await;
    let other = minted(&core, NEAR).await;
    other.me().await.unwrap();
    let listed = other.invoke(&account::GetAuthorizations {}).await.unwrap();
    let hashes: Vec<_> = listed.authorizations.iter().map(|one| one.hash).collect();
    let [0, hash] = hashes[..] else {
        panic!("expected two sessions, got {hashes:?}");
    };
    let mut news = core.subscribe();
    assert!(
        other
            .invoke(&account::ResetAuthorization { hash })
            .await
            .unwrap()
    );
    let revoked = news.try_recv().unwrap();
    assert!(matches!(revoked.kind, PushKind::Revoked));
    assert_eq!(revoked.to.len(), 2);
    assert_eq!(error_of(home.me().await), "401 SESSION_REVOKED");
    assert_eq!(error_of(away.me().await), "401 SESSION_REVOKED");
}

#[tokio::test]
async fn updates_go_to_the_home_dc_only() {
    let core = two_dcs().await;
    let home = minted(&core, NEAR).await;
    let away = carried(&core, &home).await;
    let mut news = core.subscribe();
    // A code for somebody who is logged in comes as a message.
    let stranger = stranger_at(&core, 2);
    stranger.send_code(NEAR, Default::default()).await.unwrap();
    let mut to = Vec::new();
    while let Ok(push) = news.try_recv() {
        to.extend(push.to.iter().map(|recipient| recipient.key));
    }
    assert!(to.contains(&home.key), "the session at home heard nothing");
    assert!(!to.contains(&away.key));
}

#[tokio::test]
async fn nobody_can_live_on_a_dc_that_the_server_does_not_have() {
    let core = two_dcs().await;
    let error = core.create_user(living_on(PHONE, 3)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "dc_id: this server has no DC 3, it has [2, 4]; start it with --dc 3=PORT"
    );
    let error = in_memory().create_user(living_on(PHONE, 6)).await;
    let error = error.unwrap_err().to_string();
    assert_eq!(error, "dc_id: 6 is not one of 1 to 5");
}

const PHONE: &str = "9996620009";
