//! What the control API does, as functions; and fixtures.

use heliogram_server::{Fixtures, NewUser, OperationError};
use heliogram_tl::api::account;

use crate::world::*;

fn user(phone: &str, first_name: &str) -> NewUser {
    NewUser {
        phone: phone.to_owned(),
        first_name: first_name.to_owned(),
        ..NewUser::default()
    }
}

#[tokio::test]
async fn an_error_names_the_field() {
    let core = in_memory();
    add_user(&core, "9996620901", None).await;
    let long = "x".repeat(65);
    let cases = [
        (user("12", "Ada"), "phone"),
        (user("not a number", "Ada"), "phone"),
        (user("+9996620901", "Ada"), "phone"),
        (user("9996620902", " "), "first_name"),
        (user("9996620902", &long), "first_name"),
        (
            NewUser {
                last_name: Some(long.clone()),
                ..user("9996620902", "Ada")
            },
            "last_name",
        ),
        (
            NewUser {
                password: Some(String::new()),
                ..user("9996620902", "Ada")
            },
            "password",
        ),
        (
            NewUser {
                bot: true,
                password: Some("x".to_owned()),
                ..user("", "Robot")
            },
            "bot",
        ),
    ];
    for (user, expected) in cases {
        match core.create_user(user.clone()).await {
            Err(OperationError::Invalid { field, .. } | OperationError::Refused { field, .. }) => {
                assert_eq!(field, expected);
            }
            other => panic!("{user:?}: {other:?}"),
        }
    }
    let error = core.mint_key("9996620999", true).await.unwrap_err();
    assert!(
        matches!(error, OperationError::NotFound { field: "phone", .. }),
        "{error}"
    );
}

#[tokio::test]
async fn fixtures_make_a_world_and_leave_alone_what_is_there() {
    let core = in_memory();
    let fixtures = Fixtures::parse(
        r#"
        [[users]]
        phone = "9996620911"
        first_name = "Page"
        password = "correct horse battery staple"
        pending_deletion_hash = "abc"

        [[users]]
        first_name = "Robot"
        phone = "9996620912"
        bot = true
        "#,
    )
    .unwrap();
    assert_eq!(core.begin_with(fixtures.clone()).await.unwrap(), 2);
    assert_eq!(core.begin_with(fixtures.clone()).await.unwrap(), 0);
    let users = core.users().await.unwrap();
    assert_eq!(users.len(), 2);
    assert!(users[0].deletion_due.is_some() && users[1].bot);
    minted(&core, "9996620911")
        .await
        .send_confirm("abc")
        .await
        .unwrap();
}

#[tokio::test]
async fn fixtures_with_fields_that_mean_nothing_are_refused() {
    assert!(Fixtures::parse("[[users]]\nfirst_name = \"A\"\nfone = \"1\"").is_err());
    let core = in_memory();
    let fixtures = Fixtures::parse("[[users]]\nfirst_name = \"A\"\nphone = \"1\"").unwrap();
    let error = core
        .begin_with(fixtures.clone())
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "users[0].phone: \"1\" is not a number of 7 to 15 digits"
    );
}

#[tokio::test]
async fn every_minted_session_is_counted_and_works() {
    let core = in_memory();
    add_user(&core, "9996620921", None).await;
    let first = minted(&core, "+9996620921").await;
    minted(&core, "9996620921").await;
    let sessions = first.invoke(&account::GetAuthorizations {}).await.unwrap();
    assert_eq!(sessions.authorizations.len(), 2);
    let bare = core.mint_key("9996620921", false).await.unwrap();
    assert_eq!(bare.user_id, None);
    assert_eq!(
        error_of(client(&core, bare.key.id()).me().await),
        "401 AUTH_KEY_UNREGISTERED"
    );
}

#[tokio::test]
async fn an_unknown_phone_has_an_empty_inbox() {
    assert!(in_memory().inbox("+1 234 5678").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_seed_makes_codes_repeatable() {
    let mut codes = Vec::new();
    for _ in 0..2 {
        let core = heliogram_server::Core::open(heliogram_server::CoreOptions {
            seed: Some(42),
            ..Default::default()
        })
        .unwrap();
        stranger(&core)
            .send_code("9996620931", Default::default())
            .await
            .unwrap();
        codes.push(newest_code(&core, "9996620931").await);
    }
    assert_eq!(codes[0], codes[1]);
}
