//! News without being asked.

use std::time::Duration;

use heliogram::{Transport, api};
use heliogram_campaigns::{Message, Raw};
use heliogram_server::{InboxKind, NewUser};
use heliogram_tl::{Decode as _, Encode as _};

use crate::world::*;

const EIGHT_DAYS: i64 = 8 * 86_400;

#[tokio::test]
async fn a_notice_reaches_both_sessions_of_the_owner_and_not_the_requester() {
    let (server, target) = server().await;
    let core = server.core();
    let user = NewUser {
        phone: PHONE.into(),
        first_name: "Ada".into(),
        password: Some("secret".into()),
        ..NewUser::default()
    };
    core.create_user(user).await.unwrap();
    // A password younger than a week does not protect the account.
    core.advance_clock(EIGHT_DAYS).await.unwrap();
    let transport = Transport::default();
    let mut owners = Vec::new();
    for _ in 0..2 {
        let key = core.mint_key(PHONE, true).await.unwrap().key;
        let mut owner = Raw::with_key(&target, transport, key).await.unwrap();
        config(&mut owner).await;
        owner.call(&get_self()).await.unwrap().unwrap();
        owners.push(owner);
    }

    let mut requester = Raw::exchange(&target, transport).await.unwrap();
    config(&mut requester).await;
    let sent = requester
        .call(&api::auth::SendCode {
            phone_number: PHONE.into(),
            api_id: 1,
            api_hash: "hash".into(),
            settings: api::CodeSettings::default(),
        })
        .await
        .unwrap()
        .unwrap();
    let api::auth::TypeSentCode::SentCode(sent) = sent else {
        panic!("a sent code, not {sent:?}");
    };
    let inbox = core.inbox(PHONE).await.unwrap();
    let code = inbox
        .iter()
        .rev()
        .filter(|item| item.kind != InboxKind::Notice)
        .flat_map(|item| item.text.split(|c: char| !c.is_ascii_digit()))
        .find(|digits| (5..=7).contains(&digits.len()))
        .unwrap();
    let refused = requester
        .call(&api::auth::SignIn {
            phone_number: PHONE.into(),
            phone_code_hash: sent.phone_code_hash,
            phone_code: Some(code.into()),
            ..api::auth::SignIn::default()
        })
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(refused.name, "SESSION_PASSWORD_NEEDED");
    let waits = requester
        .call(&api::account::DeleteAccount {
            reason: "Forgot password".into(),
            password: None,
        })
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(waits.code, 420, "{waits:?}");

    for owner in &mut owners {
        let text = owner.wait_for(link_in).await.unwrap();
        assert!(text.contains(PHONE), "{text}");
    }
    let quiet = tokio::time::timeout(Duration::from_millis(300), async {
        requester.wait_for(link_in).await
    });
    assert!(quiet.await.is_err(), "the requester was told as well");
    server.stop().await;
}

#[tokio::test]
async fn a_session_that_was_cut_off_is_told_to_ask_for_what_it_missed() {
    let (server, target) = server().await;
    let core = server.core();
    let user = NewUser {
        phone: PHONE.into(),
        first_name: "Ada".into(),
        ..NewUser::default()
    };
    core.create_user(user).await.unwrap();
    let transport = Transport::default();
    let key = core.mint_key(PHONE, true).await.unwrap().key;
    let mut owner = Raw::with_key(&target, transport, key).await.unwrap();
    config(&mut owner).await;
    owner.call(&get_self()).await.unwrap().unwrap();
    for (round, has_news) in [(1, false), (2, true)] {
        let mut back = owner.again(&target, transport).await.unwrap();
        drop(owner);
        // Nothing says when the server has seen that the connection is gone.
        tokio::time::sleep(Duration::from_millis(300)).await;
        if has_news {
            let mut stranger = Raw::exchange(&target, transport).await.unwrap();
            config(&mut stranger).await;
            let code = api::auth::SendCode {
                phone_number: PHONE.into(),
                api_id: 1,
                api_hash: "hash".into(),
                settings: api::CodeSettings::default(),
            };
            stranger.call(&code).await.unwrap().unwrap();
        }
        back.send(&get_self().to_bytes().unwrap()).unwrap();
        let told = tokio::time::timeout(Duration::from_millis(500), async {
            back.wait_for(|message| {
                api::TypeUpdates::from_bytes(&message.body)
                    .is_ok_and(|updates| updates == api::TypeUpdates::UpdatesTooLong)
                    .then_some(())
            })
            .await
        });
        assert_eq!(told.await.is_ok(), has_news, "round {round}");
        owner = back;
    }
    server.stop().await;
}

/// The text of a new message with a link in it.
fn link_in(message: &Message) -> Option<String> {
    let api::TypeUpdates::Updates(updates) = api::TypeUpdates::from_bytes(&message.body).ok()?
    else {
        return None;
    };
    updates.updates.iter().find_map(|update| {
        let api::TypeUpdate::UpdateNewMessage(new) = update else {
            return None;
        };
        match &new.message {
            api::TypeMessage::Message(message) if message.message.contains("confirmphone") => {
                Some(message.message.clone())
            }
            _ => None,
        }
    })
}
