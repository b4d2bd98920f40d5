//! From what people name to what the server takes.
//!
//! ```text
//! "me" ───────────────────────────────────────────> inputPeerSelf
//! id ────── met before? ── access hash ───────────> inputPeerUser, inputPeerChannel
//!               │    └──── only in a message ─────> inputPeerUserFromMessage, ...
//!               └─ no: a bot asks with hash 0, a person looks through the recent dialogs, once
//! @name ─── met today? ─── as above; otherwise contacts.resolveUsername
//! +phone ── met today? ─── as above; otherwise contacts.resolvePhone
//! ```
//!
//! An access hash can go stale: the account is another one, or the file is from another server. Methods that take a
//! [`PeerRef`] notice by the error, look once more ([`TelegramClient::renewed`]), and call again when they found
//! something else.
//!
//! `core.telegram.org/api/peers`; `core.telegram.org/api/min`.

use std::future::Future;

use heliogram_tl::{AccessHash, api};

use super::book::{Own, digits, unix_now};
use crate::{
    CallError, Entity, InvokeError, KnownPeer, PeerAccess, PeerId, PeerRef, StorageError,
    TelegramClient,
};

/// Why a peer cannot be addressed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// An id alone is not enough, and the rest is not known.
    #[error(
        "no {0} has been met by this account; address it once by @username or phone number, or open a chat with it first, and keep what is met with ClientOptions::storage"
    )]
    NotMet(PeerId),
    /// Digits that are neither.
    #[error(
        "{0} is neither the id of a peer that this account has met nor the phone number of one; write +{0} for a phone number, or address the peer by @username"
    )]
    NoSuchNumber(String),
    /// Nobody has this username.
    #[error("nobody has the username @{0}; check its spelling, it may have been changed")]
    NoSuchUsername(String),
    /// The number has no account, or one that may not be found by it.
    #[error(
        "no account is found by the phone number +{0}; it has none, or does not let itself be found by it"
    )]
    NoSuchPhone(String),
    /// A text that names no peer.
    #[error(
        "{0:?} names no peer; give \"me\", a @username, a link t.me/username, a phone number with +, or an id"
    )]
    Unclear(String),
    /// The server does not say anything about a peer that it has accepted.
    #[error("the server says nothing about {0}; it was deleted, or the account may not see it")]
    NoEntity(PeerId),
    /// A call failed on the way.
    #[error(transparent)]
    Call(CallError),
    /// What was met cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl<E> From<InvokeError<E>> for PeerError {
    fn from(error: InvokeError<E>) -> Self {
        Self::Call(error.erase())
    }
}

impl TelegramClient {
    /// The user that is logged in, as GramJS's `getMe`.
    ///
    /// # Errors
    /// When nobody is ([`is_unauthorized`](InvokeError::is_unauthorized)), or the call fails. [`me`](Self::me) gives
    /// none for nobody.
    pub async fn get_me(&self) -> Result<api::User, CallError> {
        let request = api::users::GetUsers {
            id: vec![api::TypeInputUser::InputUserSelf],
        };
        let users = self.invoke(&request).await.map_err(|error| error.erase())?;
        match users.into_iter().next() {
            Some(api::TypeUser::User(user)) => Ok(*user),
            _ => Err(InvokeError::Answer {
                method: "users.getUsers",
                problem: "the account itself is not in it".into(),
            }),
        }
    }

    /// A user, group or channel with all that the server says about it now, as GramJS's `getEntity`. A call for every
    /// use: for sending alone, give the name or id to the sending method.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
    /// let ann = client.get_entity("@ann").await?;
    /// println!("{} is {}", ann.name(), ann.id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it cannot be found, or a call fails.
    pub async fn get_entity(&self, peer: impl Into<PeerRef>) -> Result<Entity, PeerError> {
        let peer = peer.into();
        self.with_peer(&peer, |input| self.entity_of(input)).await
    }

    /// What the server takes for a peer, as GramJS's `getInputEntity`: from what was met before, without a call
    /// where that is possible.
    ///
    /// ```no_run
    /// # async fn doc(client: heliogram::TelegramClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use heliogram::api;
    ///
    /// let peer = client.get_input_entity("@ann").await?;
    /// client.invoke(&api::messages::SetTyping {
    ///     peer,
    ///     top_msg_id: None,
    ///     action: api::TypeSendMessageAction::SendMessageTypingAction,
    /// }).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it cannot be found, or a call fails.
    pub async fn get_input_entity(
        &self,
        peer: impl Into<PeerRef>,
    ) -> Result<api::TypeInputPeer, PeerError> {
        self.input_peer(&peer.into()).await
    }

    /// The id of a peer, without a call where that is possible.
    ///
    /// # Errors
    /// When it cannot be found, or a call fails.
    pub async fn get_peer_id(&self, peer: impl Into<PeerRef>) -> Result<PeerId, PeerError> {
        let peer = peer.into();
        match &peer {
            PeerRef::Id(id) => Ok(*id),
            peer => {
                let input = self.input_peer(peer).await?;
                self.id_of(&input).await
            }
        }
    }

    /// Who is logged in: known, or asked once.
    pub(crate) async fn own(&self) -> Result<Own, CallError> {
        if let Some(own) = self.peers().own() {
            return Ok(own);
        }
        let me = self.get_me().await?;
        Ok(Own {
            id: me.id,
            bot: me.bot,
        })
    }

    /// Whether this is the account itself, as far as is known.
    pub(crate) fn is_own(&self, id: PeerId) -> bool {
        self.peers().own().is_some_and(|own| id == own.id.into())
    }

    /// The id that an input peer has.
    pub(crate) async fn id_of(&self, input: &api::TypeInputPeer) -> Result<PeerId, PeerError> {
        match (input, id_in(input)) {
            (_, Some(id)) => Ok(id),
            (api::TypeInputPeer::InputPeerSelf, None) => Ok(self.own().await?.id.into()),
            (other, None) => Err(PeerError::Unclear(format!("{other:?}"))),
        }
    }

    /// Calls with what the server takes for a peer; when that turns out to be stale, once more with what a second
    /// look gives.
    pub(crate) async fn with_peer<T, E, F>(
        &self,
        peer: &PeerRef,
        call: impl Fn(api::TypeInputPeer) -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: From<PeerError> + MayBeStale,
    {
        let input = self.input_peer(peer).await?;
        match call(input.clone()).await {
            Err(error) if error.may_be_stale() => match self.renewed(peer, &input).await? {
                Some(renewed) => call(renewed).await,
                None => Err(error),
            },
            other => other,
        }
    }

    pub(crate) async fn input_peer(&self, peer: &PeerRef) -> Result<api::TypeInputPeer, PeerError> {
        match peer {
            PeerRef::Me => Ok(api::TypeInputPeer::InputPeerSelf),
            PeerRef::Input(input) => Ok(input.clone()),
            PeerRef::Id(id) => match self.input_of_met(*id).await? {
                Some(input) => Ok(input),
                None => self.search(*id).await?.ok_or(PeerError::NotMet(*id)),
            },
            PeerRef::Username(username) => {
                let account = self.own().await?.id.0;
                let known = self.options().storage.peer_by_username(account, username)?;
                match known.filter(is_fresh) {
                    Some(known) => Ok(self.input_of(&known).await?),
                    None => self.ask_by_username(username).await,
                }
            }
            PeerRef::Phone(phone) => {
                let account = self.own().await?.id.0;
                let known = self.options().storage.peer_by_phone(account, phone)?;
                match known.filter(is_fresh) {
                    Some(known) => Ok(self.input_of(&known).await?),
                    None => self.ask_by_phone(phone).await,
                }
            }
            PeerRef::Digits(text) => {
                if let Some(id) = text.parse().ok().and_then(PeerId::from_marked)
                    && let Some(input) = self.input_of_met(id).await?
                {
                    return Ok(input);
                }
                match self.ask_by_phone(&digits(text)).await {
                    Err(PeerError::NoSuchPhone(_)) => Err(PeerError::NoSuchNumber(text.clone())),
                    other => other,
                }
            }
            PeerRef::Unclear(text) => Err(PeerError::Unclear(text.clone())),
        }
    }

    /// What another look gives for a peer that the server does not accept; none when that is the same.
    async fn renewed(
        &self,
        peer: &PeerRef,
        refused: &api::TypeInputPeer,
    ) -> Result<Option<api::TypeInputPeer>, PeerError> {
        let account = self.own().await?.id.0;
        let storage = &self.options().storage;
        let asked = match (peer, id_in(refused)) {
            (PeerRef::Username(username), _) => self.ask_by_username(username).await,
            (PeerRef::Phone(phone), _) => self.ask_by_phone(phone).await,
            (_, Some(PeerId::Chat(_)) | None) => return Ok(None),
            (_, Some(id)) => match storage.peer(account, id)? {
                // It may have been met again since; then there is nothing to ask.
                Some(known) if self.input_of(&known).await? != *refused => {
                    self.input_of(&known).await
                }
                Some(KnownPeer { usernames, .. }) if !usernames.is_empty() => {
                    self.ask_by_username(&usernames[0]).await
                }
                Some(KnownPeer {
                    phone: Some(phone), ..
                }) => self.ask_by_phone(&phone).await,
                _ => self.search(id).await?.ok_or(PeerError::NotMet(id)),
            },
        };
        match asked {
            // A name that has moved on is not the peer that was meant.
            Ok(input) if is_named(peer) || id_in(&input) == id_in(refused) => {
                Ok((input != *refused).then_some(input))
            }
            Ok(_)
            | Err(
                PeerError::NotMet(_) | PeerError::NoSuchUsername(_) | PeerError::NoSuchPhone(_),
            ) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// From what was met before.
    async fn input_of_met(&self, id: PeerId) -> Result<Option<api::TypeInputPeer>, PeerError> {
        if let PeerId::Chat(chat_id) = id {
            let chat = api::InputPeerChat { chat_id };
            return Ok(Some(api::TypeInputPeer::InputPeerChat(chat)));
        }
        let own = self.own().await?;
        if id == PeerId::User(own.id) {
            return Ok(Some(api::TypeInputPeer::InputPeerSelf));
        }
        match self.options().storage.peer(own.id.0, id)? {
            Some(known) => Ok(Some(self.input_of(&known).await?)),
            None => Ok(None),
        }
    }

    async fn input_of(&self, known: &KnownPeer) -> Result<api::TypeInputPeer, PeerError> {
        let own = self.own().await?;
        if known.id == PeerId::User(own.id) {
            return Ok(api::TypeInputPeer::InputPeerSelf);
        }
        let (chat, msg_id) = match known.access {
            PeerAccess::Id => return Ok(with_hash(known.id, AccessHash(0))),
            PeerAccess::Hash(hash) => return Ok(with_hash(known.id, hash)),
            PeerAccess::FromMessage { chat, msg_id } => (chat, msg_id),
        };
        let hash = match chat {
            PeerId::Chat(_) => AccessHash(0),
            // A chat that is itself known from a message only does not do.
            _ => match self
                .options()
                .storage
                .peer(own.id.0, chat)?
                .map(|chat| chat.access)
            {
                Some(PeerAccess::Hash(hash)) => hash,
                _ => return Err(PeerError::NotMet(known.id)),
            },
        };
        let input = from_message(known.id, with_hash(chat, hash), msg_id);
        input.ok_or(PeerError::NotMet(known.id))
    }

    /// A peer that was not met, by its id alone.
    async fn search(&self, id: PeerId) -> Result<Option<api::TypeInputPeer>, PeerError> {
        let own = self.own().await?;
        if own.bot {
            // Bots may address whom they have met with hash 0, and learn the hash by it.
            match self.entity_of(with_hash(id, AccessHash(0))).await {
                Ok(_) => {}
                Err(PeerError::NoEntity(_)) => return Ok(None),
                Err(error) if error.may_be_stale() => return Ok(None),
                Err(error) => return Err(error),
            }
        } else {
            let recent = api::messages::GetDialogs {
                exclude_pinned: false,
                folder_id: None,
                offset_date: 0,
                offset_id: 0,
                offset_peer: api::TypeInputPeer::InputPeerEmpty,
                limit: 100,
                hash: 0,
            };
            self.invoke(&recent).await?;
        }
        let known = self.options().storage.peer(own.id.0, id)?;
        match known {
            Some(known) => Ok(Some(self.input_of(&known).await?)),
            None => Ok(None),
        }
    }

    async fn ask_by_username(&self, username: &str) -> Result<api::TypeInputPeer, PeerError> {
        let request = api::contacts::ResolveUsername {
            username: username.to_owned(),
            referer: None,
        };
        match self.invoke(&request).await {
            Ok(resolved) => self.input_of_resolved(&resolved).await,
            Err(error) if error.is("USERNAME_NOT_OCCUPIED") || error.is("USERNAME_INVALID") => {
                Err(PeerError::NoSuchUsername(username.to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn ask_by_phone(&self, phone: &str) -> Result<api::TypeInputPeer, PeerError> {
        let request = api::contacts::ResolvePhone {
            phone: phone.to_owned(),
        };
        match self.invoke(&request).await {
            Ok(resolved) => self.input_of_resolved(&resolved).await,
            Err(error) if error.is("PHONE_NOT_OCCUPIED") || error.is("PHONE_NUMBER_INVALID") => {
                Err(PeerError::NoSuchPhone(phone.to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn input_of_resolved(
        &self,
        resolved: &api::contacts::ResolvedPeer,
    ) -> Result<api::TypeInputPeer, PeerError> {
        // The peer came with the answer, and so it has been met.
        let id = PeerId::from_peer(&resolved.peer)
            .ok_or_else(|| PeerError::Unclear(format!("{:?}", resolved.peer)))?;
        let met = self.input_of_met(id).await?;
        met.ok_or(PeerError::NotMet(id))
    }

    async fn entity_of(&self, input: api::TypeInputPeer) -> Result<Entity, PeerError> {
        let id = self.id_of(&input).await?;
        let entity = match id {
            PeerId::User(_) => {
                let id = vec![input_user(&input)?];
                let users = self.invoke(&api::users::GetUsers { id }).await?;
                users.into_iter().find_map(Entity::from_user)
            }
            PeerId::Chat(chat) => {
                let id = vec![chat.0];
                chat_in(self.invoke(&api::messages::GetChats { id }).await?)
            }
            PeerId::Channel(_) => {
                let id = vec![input_channel(&input)?];
                chat_in(self.invoke(&api::channels::GetChannels { id }).await?)
            }
        };
        entity.ok_or(PeerError::NoEntity(id))
    }
}

/// An error that may mean a stale access hash.
pub(crate) trait MayBeStale {
    fn may_be_stale(&self) -> bool;
}

impl<E> MayBeStale for InvokeError<E> {
    fn may_be_stale(&self) -> bool {
        STALE.iter().any(|name| self.is(name))
    }
}

impl MayBeStale for PeerError {
    fn may_be_stale(&self) -> bool {
        matches!(self, Self::Call(error) if error.may_be_stale())
    }
}

/// The user that an input peer is.
pub(crate) fn input_user(input: &api::TypeInputPeer) -> Result<api::TypeInputUser, PeerError> {
    Ok(match input {
        api::TypeInputPeer::InputPeerSelf => api::TypeInputUser::InputUserSelf,
        api::TypeInputPeer::InputPeerUser(user) => api::TypeInputUser::InputUser(api::InputUser {
            user_id: user.user_id,
            access_hash: user.access_hash,
        }),
        api::TypeInputPeer::InputPeerUserFromMessage(user) => {
            api::TypeInputUser::InputUserFromMessage(Box::new(api::InputUserFromMessage {
                peer: user.peer.clone(),
                msg_id: user.msg_id,
                user_id: user.user_id,
            }))
        }
        other => return Err(PeerError::Unclear(format!("{other:?}"))),
    })
}

/// The channel that an input peer is.
pub(crate) fn input_channel(
    input: &api::TypeInputPeer,
) -> Result<api::TypeInputChannel, PeerError> {
    Ok(match input {
        api::TypeInputPeer::InputPeerChannel(channel) => {
            api::TypeInputChannel::InputChannel(api::InputChannel {
                channel_id: channel.channel_id,
                access_hash: channel.access_hash,
            })
        }
        api::TypeInputPeer::InputPeerChannelFromMessage(channel) => {
            api::TypeInputChannel::InputChannelFromMessage(Box::new(api::InputChannelFromMessage {
                peer: channel.peer.clone(),
                msg_id: channel.msg_id,
                channel_id: channel.channel_id,
            }))
        }
        other => return Err(PeerError::Unclear(format!("{other:?}"))),
    })
}

/// The id that stands in an input peer.
pub(crate) fn id_in(input: &api::TypeInputPeer) -> Option<PeerId> {
    Some(match input {
        api::TypeInputPeer::InputPeerUser(user) => user.user_id.into(),
        api::TypeInputPeer::InputPeerUserFromMessage(user) => user.user_id.into(),
        api::TypeInputPeer::InputPeerChat(chat) => chat.chat_id.into(),
        api::TypeInputPeer::InputPeerChannel(channel) => channel.channel_id.into(),
        api::TypeInputPeer::InputPeerChannelFromMessage(channel) => channel.channel_id.into(),
        _ => return None,
    })
}

fn with_hash(id: PeerId, access_hash: AccessHash) -> api::TypeInputPeer {
    match id {
        PeerId::User(user_id) => api::TypeInputPeer::InputPeerUser(api::InputPeerUser {
            user_id,
            access_hash,
        }),
        PeerId::Chat(chat_id) => api::TypeInputPeer::InputPeerChat(api::InputPeerChat { chat_id }),
        PeerId::Channel(channel_id) => {
            api::TypeInputPeer::InputPeerChannel(api::InputPeerChannel {
                channel_id,
                access_hash,
            })
        }
    }
}

/// None for a basic group, which needs no message.
fn from_message(id: PeerId, peer: api::TypeInputPeer, msg_id: i32) -> Option<api::TypeInputPeer> {
    Some(match id {
        PeerId::User(user_id) => {
            api::TypeInputPeer::InputPeerUserFromMessage(Box::new(api::InputPeerUserFromMessage {
                peer,
                msg_id,
                user_id,
            }))
        }
        PeerId::Channel(channel_id) => api::TypeInputPeer::InputPeerChannelFromMessage(Box::new(
            api::InputPeerChannelFromMessage {
                peer,
                msg_id,
                channel_id,
            },
        )),
        PeerId::Chat(_) => return None,
    })
}

fn chat_in(chats: api::messages::TypeChats) -> Option<Entity> {
    let chats = match chats {
        api::messages::TypeChats::Chats(chats) => chats.chats,
        api::messages::TypeChats::ChatsSlice(chats) => chats.chats,
        _ => return None,
    };
    chats.into_iter().find_map(Entity::from_chat)
}

/// Whether the peer was named by something that may belong to another one tomorrow.
fn is_named(peer: &PeerRef) -> bool {
    matches!(peer, PeerRef::Username(_) | PeerRef::Phone(_))
}

fn is_fresh(known: &KnownPeer) -> bool {
    (unix_now() - known.seen_at).abs() < NAMES_LAST
}

/// How long a username or phone number is taken for its holder's without asking again, in seconds. Names change hands,
/// and a message must not go to the wrong person.
pub(super) const NAMES_LAST: i64 = 24 * 60 * 60;
/// What methods answer to an access hash that is not (or no longer) right.
const STALE: [&str; 5] = [
    "PEER_ID_INVALID",
    "USER_ID_INVALID",
    "CHANNEL_INVALID",
    "INPUT_USER_INVALID",
    "MSG_ID_INVALID",
];
