//! The users and chats that came with an update.

use heliogram_tl::{
    ChannelId, ChatId, UserId,
    api::{TypeChat, TypeUser},
};

/// The users, basic groups and channels that an update speaks of, as far as they came with it.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    users: Vec<TypeUser>,
    chats: Vec<TypeChat>,
}

impl Entities {
    pub(crate) fn new(users: Vec<TypeUser>, chats: Vec<TypeChat>) -> Self {
        Self { users, chats }
    }

    /// All users.
    #[must_use]
    pub fn users(&self) -> &[TypeUser] {
        &self.users
    }

    /// All basic groups and channels.
    #[must_use]
    pub fn chats(&self) -> &[TypeChat] {
        &self.chats
    }

    /// A user by id.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&TypeUser> {
        self.users.iter().find(|user| match user {
            TypeUser::User(user) => user.id == id,
            TypeUser::UserEmpty(user) => user.id == id,
            _ => false,
        })
    }

    /// A basic group by id.
    #[must_use]
    pub fn chat(&self, id: ChatId) -> Option<&TypeChat> {
        self.chats.iter().find(|chat| match chat {
            TypeChat::Chat(chat) => chat.id == id,
            TypeChat::ChatForbidden(chat) => chat.id == id,
            TypeChat::ChatEmpty(chat) => chat.id == id,
            _ => false,
        })
    }

    /// A channel or supergroup by id.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&TypeChat> {
        self.chats.iter().find(|chat| match chat {
            TypeChat::Channel(channel) => channel.id == id,
            TypeChat::ChannelForbidden(channel) => channel.id == id,
            _ => false,
        })
    }
}
