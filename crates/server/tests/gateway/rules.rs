//! Rules as a client sees them, over its connection.

use heliogram::{InvokeError, api};
use heliogram_server::{NewRule, TestServer, Trigger};
use serde_json::json;

#[tokio::test]
async fn a_scripted_error_reaches_the_client_typed() {
    use api::account::{SendConfirmPhoneCode, SendConfirmPhoneCodeError};

    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    let client = server.client_for(&ada).await;
    let call = SendConfirmPhoneCode {
        hash: "00ff".to_owned(),
        settings: api::CodeSettings::default(),
    };
    let only_ada = Trigger::method("account.sendConfirmPhoneCode").user(ada.id);
    let rule = NewRule::error(only_ada.times(1), 400, "HASH_INVALID");
    let rule = server.rules().add(rule).unwrap();
    let error = client.invoke(&call).await.unwrap_err();
    assert!(
        matches!(
            error,
            InvokeError::Method {
                error: SendConfirmPhoneCodeError::HashInvalid,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(server.rules().get(rule.id).unwrap().acted, 1);
}

#[tokio::test]
async fn a_scripted_reply_is_decoded_like_any_other() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    let client = server.client_for(&ada).await;
    let dc = json!({"_": "nearestDc", "country": "IS", "this_dc": 2, "nearest_dc": 2});
    server
        .rules()
        .add(NewRule::reply("help.getNearestDc", dc))
        .unwrap();
    let nearest = client.invoke(&api::help::GetNearestDc {}).await.unwrap();
    assert_eq!(nearest.country, "IS");
}
