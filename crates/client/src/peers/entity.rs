//! A user, group or channel with all that the server says about it.

use heliogram_tl::{ChannelId, ChatId, Encode, EncodeError, UserId, api};

use crate::{PeerId, PeerRef};

/// A user, a basic group or a channel: what [`get_entity`](crate::TelegramClient::get_entity) gives.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Entity {
    /// A person or a bot.
    User(Box<api::User>),
    /// A basic group.
    Chat(Box<api::Chat>),
    /// A basic group that the account may not see.
    ChatForbidden(Box<api::ChatForbidden>),
    /// A channel or a supergroup.
    Channel(Box<api::Channel>),
    /// A channel or supergroup that the account may not see.
    ChannelForbidden(Box<api::ChannelForbidden>),
}

impl Entity {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> PeerId {
        match self {
            Self::User(user) => user.id.into(),
            Self::Chat(chat) => chat.id.into(),
            Self::ChatForbidden(chat) => chat.id.into(),
            Self::Channel(channel) => channel.id.into(),
            Self::ChannelForbidden(channel) => channel.id.into(),
        }
    }

    /// The object as the server sent it, in TL.
    ///
    /// # Errors
    /// None for what came from a server.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::User(user) => user.to_bytes(),
            Self::Chat(chat) => chat.to_bytes(),
            Self::ChatForbidden(chat) => chat.to_bytes(),
            Self::Channel(channel) => channel.to_bytes(),
            Self::ChannelForbidden(channel) => channel.to_bytes(),
        }
    }

    /// What people call it: first and last name, or the title.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::User(user) => {
                let names = [&user.first_name, &user.last_name];
                let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
                names.join(" ")
            }
            Self::Chat(chat) => chat.title.clone(),
            Self::ChatForbidden(chat) => chat.title.clone(),
            Self::Channel(channel) => channel.title.clone(),
            Self::ChannelForbidden(channel) => channel.title.clone(),
        }
    }

    /// Its username, without `@`.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        let (first, all) = match self {
            Self::User(user) => (&user.username, &user.usernames),
            Self::Channel(channel) => (&channel.username, &channel.usernames),
            _ => return None,
        };
        let active = || {
            all.iter()
                .flatten()
                .find(|name| name.active)
                .map(|name| &name.username)
        };
        first.as_ref().or_else(active).map(String::as_str)
    }

    /// The user, when it is one.
    #[must_use]
    pub fn user(&self) -> Option<&api::User> {
        match self {
            Self::User(user) => Some(user),
            _ => None,
        }
    }

    /// Of an object of the schema; none for one that is empty.
    #[must_use]
    pub fn from_user(user: api::TypeUser) -> Option<Self> {
        match user {
            api::TypeUser::User(user) => Some(Self::User(user)),
            _ => None,
        }
    }

    /// Of an object of the schema; none for one that is empty.
    #[must_use]
    pub fn from_chat(chat: api::TypeChat) -> Option<Self> {
        match chat {
            api::TypeChat::Chat(chat) => Some(Self::Chat(chat)),
            api::TypeChat::ChatForbidden(chat) => Some(Self::ChatForbidden(chat)),
            api::TypeChat::Channel(channel) => Some(Self::Channel(channel)),
            api::TypeChat::ChannelForbidden(channel) => Some(Self::ChannelForbidden(channel)),
            _ => None,
        }
    }
}

impl From<&Entity> for PeerRef {
    fn from(entity: &Entity) -> Self {
        match entity {
            Entity::User(user) => (&**user).into(),
            Entity::Chat(chat) => (&**chat).into(),
            Entity::Channel(channel) => (&**channel).into(),
            Entity::ChatForbidden(chat) => Self::Id(chat.id.into()),
            Entity::ChannelForbidden(channel) => Self::Id(channel.id.into()),
        }
    }
}

/// The users, groups and channels that came with an answer or an update: those that it speaks of.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    all: Vec<Entity>,
}

impl Entities {
    /// Those of an answer.
    #[must_use]
    pub fn new(users: Vec<api::TypeUser>, chats: Vec<api::TypeChat>) -> Self {
        let users = users.into_iter().filter_map(Entity::from_user);
        let chats = chats.into_iter().filter_map(Entity::from_chat);
        Self {
            all: users.chain(chats).collect(),
        }
    }

    /// All of them: users first.
    #[must_use]
    pub fn all(&self) -> &[Entity] {
        &self.all
    }

    /// By id.
    #[must_use]
    pub fn get(&self, id: PeerId) -> Option<&Entity> {
        self.all.iter().find(|entity| entity.id() == id)
    }

    /// A user by id.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&api::User> {
        self.get(id.into()).and_then(Entity::user)
    }

    /// A basic group by id.
    #[must_use]
    pub fn chat(&self, id: ChatId) -> Option<&Entity> {
        self.get(id.into())
    }

    /// A channel or supergroup by id.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&Entity> {
        self.get(id.into())
    }
}
