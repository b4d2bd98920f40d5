//! Two people who know each other's usernames.

use heliogram::{Message, PeerId, TelegramClient, UserId};
use heliogram_server::{TestServer, TestUser};

pub(crate) struct Two {
    pub(crate) server: TestServer,
    pub(crate) ann: TestUser,
    pub(crate) bob: TestUser,
    pub(crate) anns: TelegramClient,
    pub(crate) bobs: TelegramClient,
}

/// Ann and Bob, strangers to each other.
pub(crate) async fn two() -> Two {
    let server = TestServer::start().await;
    let ann = server.user("Ann").username("ann_example").await;
    let bob = server.user("Bob").username("bob_example").await;
    let anns = server.client_for(&ann).await;
    let bobs = server.client_for(&bob).await;
    Two {
        server,
        ann,
        bob,
        anns,
        bobs,
    }
}

impl Two {
    /// What Bob has of his chat with Ann, newest first.
    pub(crate) async fn at_bobs(&self) -> Vec<Message> {
        all(&self.bobs, ANN).await
    }
}

pub(crate) const ANN: &str = "@ann_example";
pub(crate) const BOB: &str = "@bob_example";

pub(crate) async fn all(client: &TelegramClient, peer: &str) -> Vec<Message> {
    client.iter_messages(peer).collect().await.unwrap()
}

pub(crate) fn user(id: i64) -> PeerId {
    PeerId::User(UserId(id))
}

pub(crate) fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(Message::text).collect()
}
