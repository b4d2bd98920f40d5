//! The test that README.md shows.

use std::time::Duration;

use heliogram::api::account::DeleteAccount;
use heliogram::api::updates::GetState;
use heliogram_server::TestServer;

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn an_account_with_a_password_is_deleted_after_seven_days() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").password("hunter2").await;
    let client = server.client_for(&ada).await;
    server.clock().advance(8 * DAY).await; // a password younger than a week does not count
    client.invoke(&GetState {}).await.unwrap(); // Ada is still around

    let request = DeleteAccount {
        reason: "Forgot password".into(),
        password: None,
    };
    let wait = client.invoke(&request).await.unwrap_err();
    assert!(wait.is("2FA_CONFIRM_WAIT_604800"), "{wait}");

    server.clock().advance(7 * DAY).await;
    let gone = client.invoke(&GetState {}).await.unwrap_err();
    assert!(gone.is_unauthorized(), "{gone}");
}
