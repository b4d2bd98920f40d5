//! The calls about messages, and what is in their answers.

use heliogram::TelegramClient;
use heliogram::api::messages::{self, TypeMessages};
use heliogram::api::{
    self, TypeInputPeer, TypeInputUser, TypeMessage, TypePeer, TypeUpdate, TypeUpdates, TypeUser,
    users,
};

use crate::Failure;

/// A message as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// In the box of who sees it.
    pub id: i32,
    /// Whether it is from who sees it.
    pub out: bool,
    /// The other one.
    pub peer: i64,
    /// What it says.
    pub text: String,
}

/// Whom one can write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Friend {
    /// The account.
    pub id: i64,
    /// What shows that one may.
    pub access_hash: i64,
}

impl Friend {
    /// Who is logged in.
    ///
    /// # Errors
    /// When nobody is.
    pub async fn who_is(client: &TelegramClient) -> Result<Self, Failure> {
        let myself = users::GetUsers {
            id: vec![TypeInputUser::InputUserSelf],
        };
        match &client.invoke(&myself).await?[..] {
            [TypeUser::User(me)] => Ok(Self {
                id: me.id.0,
                access_hash: me.access_hash.map_or(0, |hash| hash.0),
            }),
            _ => Err("nobody is logged in".into()),
        }
    }

    /// As calls name them.
    #[must_use]
    pub fn peer(self) -> TypeInputPeer {
        TypeInputPeer::InputPeerUser(api::InputPeerUser {
            user_id: self.id.into(),
            access_hash: self.access_hash.into(),
        })
    }
}

/// Where a message went, as its sender is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number in the sender's box.
    pub id: i32,
    /// The sender's pts with it.
    pub pts: i32,
}

impl Sent {
    /// What an answer to `sendMessage` says; none when it does not say it.
    #[must_use]
    pub fn read(answer: &TypeUpdates) -> Option<Self> {
        match answer {
            TypeUpdates::UpdateShortSentMessage(sent) => Some(Self {
                id: sent.id,
                pts: sent.pts,
            }),
            TypeUpdates::Updates(updates) => updates.updates.iter().find_map(|update| {
                let TypeUpdate::UpdateNewMessage(new) = update else {
                    return None;
                };
                let (id, pts) = (seen(&new.message)?.id, new.pts);
                Some(Self { id, pts })
            }),
            _ => None,
        }
    }
}

/// A text to be sent.
#[must_use]
pub fn text_message(peer: TypeInputPeer, message: String, random_id: i64) -> messages::SendMessage {
    messages::SendMessage {
        no_webpage: false,
        silent: false,
        background: false,
        clear_draft: false,
        noforwards: false,
        update_stickersets_order: false,
        invert_media: false,
        allow_paid_floodskip: false,
        peer,
        reply_to: None,
        message,
        random_id,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        allow_paid_stars: None,
        suggested_post: None,
        rich_message: None,
    }
}

/// Another text for a message.
#[must_use]
pub fn edit(peer: TypeInputPeer, id: i32, text: String) -> messages::EditMessage {
    messages::EditMessage {
        no_webpage: false,
        invert_media: false,
        peer,
        id,
        message: Some(text),
        media: None,
        reply_markup: None,
        entities: None,
        schedule_date: None,
        schedule_repeat_period: None,
        quick_reply_shortcut_id: None,
        rich_message: None,
    }
}

/// A page of a chat, from the newest or from below a message.
#[must_use]
pub fn history(peer: TypeInputPeer, offset_id: i32) -> messages::GetHistory {
    messages::GetHistory {
        peer,
        offset_id,
        offset_date: 0,
        add_offset: 0,
        limit: 100,
        max_id: 0,
        min_id: 0,
        hash: 0,
    }
}

/// The list of chats.
#[must_use]
pub fn dialogs() -> messages::GetDialogs {
    messages::GetDialogs {
        exclude_pinned: false,
        folder_id: None,
        offset_date: 0,
        offset_id: 0,
        offset_peer: TypeInputPeer::InputPeerEmpty,
        limit: 100,
        hash: 0,
    }
}

/// The messages of a page.
///
/// # Errors
/// When there is no page.
pub fn of(page: TypeMessages) -> Result<Vec<Seen>, Failure> {
    let found = match page {
        TypeMessages::Messages(page) => page.messages,
        TypeMessages::MessagesSlice(page) => page.messages,
        other => return Err(format!("{other:?} instead of messages").into()),
    };
    Ok(found.iter().filter_map(seen).collect())
}

/// A message of a private chat; none when it is empty, or of the service.
#[must_use]
pub fn seen(message: &TypeMessage) -> Option<Seen> {
    match message {
        TypeMessage::Message(message) => Some(Seen {
            id: message.id,
            out: message.out,
            peer: person(&message.peer_id)?,
            text: message.message.clone(),
        }),
        _ => None,
    }
}

/// The account that a peer is.
#[must_use]
pub fn person(peer: &TypePeer) -> Option<i64> {
    match peer {
        TypePeer::PeerUser(user) => Some(user.user_id.0),
        _ => None,
    }
}
