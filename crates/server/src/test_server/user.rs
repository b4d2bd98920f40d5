//! The people of a test.

use std::pin::Pin;

use heliogram_tl::api::{InputUser, TypeInputPeer, TypeInputUser};
use heliogram_tl::{AccessHash, UserId};

use super::setup::Setup;
use super::world::TestWorld;
use crate::operations::{NewUser, input_peer};

/// Somebody with an account.
#[derive(Clone)]
pub struct TestUser {
    /// The account's id.
    pub id: i64,
    /// What others name the account with, beside the id.
    pub access_hash: AccessHash,
    /// The number, digits only; empty for a bot.
    pub phone: String,
    /// The first name.
    pub first_name: String,
    /// The 2FA password.
    pub password: Option<String>,
    /// What a bot logs in with.
    pub bot_token: Option<String>,
}

/// Somebody who will have an account once this is awaited.
#[must_use = "nobody is made before this is awaited"]
#[derive(Debug)]
pub struct NewTestUser<'a> {
    world: &'a TestWorld,
    new: NewUser,
    setup: Setup,
}

impl TestUser {
    /// How others name the account as the peer of a chat; no need to resolve anything first.
    pub fn input_peer(&self) -> TypeInputPeer {
        input_peer(self.id, self.access_hash)
    }

    /// How others name the account as a person.
    pub fn input_user(&self) -> TypeInputUser {
        TypeInputUser::InputUser(InputUser {
            user_id: UserId(self.id),
            access_hash: self.access_hash,
        })
    }
}

impl<'a> NewTestUser<'a> {
    pub(super) fn new(world: &'a TestWorld, new: NewUser, setup: Setup) -> Self {
        Self { world, new, setup }
    }

    /// With this number instead of one that nobody has.
    pub fn phone(mut self, phone: &str) -> Self {
        self.new.phone = phone.to_owned();
        self
    }

    /// With a last name.
    pub fn last_name(mut self, last_name: &str) -> Self {
        self.new.last_name = Some(last_name.to_owned());
        self
    }

    /// With a name to be found by.
    pub fn username(mut self, username: &str) -> Self {
        self.new.username = Some(username.to_owned());
        self
    }

    /// With two-step verification. The password is set now: a deletion without it waits a week only once it
    /// is older than that.
    pub fn password(mut self, password: &str) -> Self {
        self.new.password = Some(password.to_owned());
        self
    }

    /// With a deletion of the account under way, due in seven days: a notice with a link that has this hash is in
    /// the inbox.
    pub fn pending_deletion(mut self, hash: &str) -> Self {
        self.new.pending_deletion_hash = Some(hash.to_owned());
        self
    }

    /// On another DC than the server's own.
    pub fn dc(mut self, dc_id: i32) -> Self {
        self.new.dc_id = Some(dc_id);
        self
    }
}

impl<'a> IntoFuture for NewTestUser<'a> {
    type Output = TestUser;
    type IntoFuture = Pin<Box<dyn Future<Output = TestUser> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { world, new, setup } = self;
            let created = setup.expect(world.core().create_user(new.clone()).await);
            TestUser {
                id: created.id,
                access_hash: created.access_hash,
                phone: crate::phone::digits(&new.phone),
                first_name: new.first_name,
                password: new.password,
                bot_token: created.bot_token,
            }
        })
    }
}

impl std::fmt::Debug for TestUser {
    /// Without password and token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestUser")
            .field("id", &self.id)
            .field("phone", &self.phone)
            .field("first_name", &self.first_name)
            .finish_non_exhaustive()
    }
}
