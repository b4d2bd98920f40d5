//! The calls about messages, and what is in their answers.

use heliogram::api::messages::{self, TypeMessages};
use heliogram::api::{TypeInputPeer, TypeMessage, TypePeer};

use crate::Failure;

/// A message as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: i32,
    pub(crate) out: bool,
    pub(crate) peer: i64,
    pub(crate) text: String,
}

/// A text to be sent.
pub(crate) fn text_message(
    peer: TypeInputPeer,
    message: String,
    random_id: i64,
) -> messages::SendMessage {
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
pub(crate) fn edit(peer: TypeInputPeer, id: i32, text: String) -> messages::EditMessage {
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
pub(crate) fn history(peer: TypeInputPeer, offset_id: i32) -> messages::GetHistory {
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
pub(crate) fn dialogs() -> messages::GetDialogs {
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
pub(crate) fn of(page: TypeMessages) -> Result<Vec<Seen>, Failure> {
    let found = match page {
        TypeMessages::Messages(page) => page.messages,
        TypeMessages::MessagesSlice(page) => page.messages,
        other => return Err(format!("{other:?} instead of messages").into()),
    };
    Ok(found.iter().filter_map(seen).collect())
}

/// A message of a private chat.
pub(crate) fn seen(message: &TypeMessage) -> Option<Seen> {
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
pub(crate) fn person(peer: &TypePeer) -> Option<i64> {
    match peer {
        TypePeer::PeerUser(user) => Some(user.user_id.0),
        _ => None,
    }
}
