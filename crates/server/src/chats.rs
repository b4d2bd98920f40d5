//! Chats between two accounts, and of an account with itself (Saved Messages).
//!
//! Everything that changes a chat goes through here: it is written into the box of each of the two
//! (`store/messages.rs`), each account's pts moves on and remembers why (`store/happenings.rs`), and the sessions of
//! both are told, but for the one whose call did it. Who was away finds the same with `updates.getDifference`.
//! `core.telegram.org/api/updates`.

pub(crate) mod keyboard;
pub(crate) mod peer;
pub(crate) mod shown;

use heliogram_tl::{Encode, api};

use crate::clock::wire_date;
use crate::cx::Scope;
use crate::notices::SERVICE_ID;
use crate::push::CallingSession;
use crate::store::StoreError;
use crate::store::happenings::What;
use crate::store::messages::{Content, MessageRow, Traits};

/// A message to be written.
pub(crate) struct NewMessage {
    /// An account, or 777000.
    pub(crate) sender: i64,
    /// An account; the sender itself for Saved Messages.
    pub(crate) recipient: i64,
    pub(crate) random_id: Option<i64>,
    pub(crate) text: String,
    pub(crate) entities: Vec<api::TypeMessageEntity>,
    pub(crate) media: Option<api::TypeMessageMedia>,
    pub(crate) reply_markup: Option<api::TypeReplyMarkup>,
    pub(crate) fwd_from: Option<api::MessageFwdHeader>,
    /// The message it answers, in the sender's box.
    pub(crate) reply_to: Option<i32>,
    /// More about the answer, a quote for example.
    pub(crate) reply_header: Option<api::MessageReplyHeader>,
    pub(crate) grouped_id: Option<i64>,
    pub(crate) via_bot: Option<i64>,
    pub(crate) traits: Traits,
}

/// What became of a message that was sent.
pub(crate) struct Posted {
    /// Where its sender has it; nowhere for 777000.
    pub(crate) sent: Option<MessageRow>,
    /// Where the other has it; nowhere for Saved Messages.
    pub(crate) received: Option<MessageRow>,
}

impl NewMessage {
    /// Plain text.
    pub(crate) fn text(sender: i64, recipient: i64, text: impl Into<String>) -> Self {
        Self {
            sender,
            recipient,
            random_id: None,
            text: text.into(),
            entities: Vec::new(),
            media: None,
            reply_markup: None,
            fwd_from: None,
            reply_to: None,
            reply_header: None,
            grouped_id: None,
            via_bot: None,
            traits: Traits::default(),
        }
    }
}

/// Writes a message into both boxes and tells both; `calling` is the session that is told by its answer.
pub(crate) fn post(
    scope: &mut Scope<'_>,
    new: &NewMessage,
    calling: Option<CallingSession>,
) -> Result<Posted, StoreError> {
    let posted = store(scope, new)?;
    if let Some(sent) = &posted.sent {
        let updates = shown::new_message(scope, sent)?;
        scope.push_updates_to_others(new.sender, &updates, calling)?;
    }
    if let Some(received) = &posted.received {
        let updates = shown::new_message(scope, received)?;
        scope.push_updates(new.recipient, &updates)?;
    }
    Ok(posted)
}

fn store(scope: &mut Scope<'_>, new: &NewMessage) -> Result<Posted, StoreError> {
    let tx = scope.tx;
    let messages = tx.messages();
    let own = (new.sender != SERVICE_ID)
        .then(|| messages.next_id(new.sender))
        .transpose()?;
    let other = (new.recipient != new.sender)
        .then(|| messages.next_id(new.recipient))
        .transpose()?;
    let mut content = Content {
        id: 0,
        sender: new.sender,
        sender_message: own,
        recipient: new.recipient,
        recipient_message: other,
        random_id: new.random_id,
        date: scope.now,
        edit_date: None,
        text: new.text.clone(),
        traits: new.traits,
        grouped_id: new.grouped_id,
        via_bot: new.via_bot,
        entities: (!new.entities.is_empty()).then(|| bytes(&new.entities)),
        media: new.media.as_ref().map(bytes),
        reply_markup: new.reply_markup.as_ref().map(bytes),
        fwd_from: new.fwd_from.as_ref().map(bytes),
        reply_header: new.reply_header.as_ref().map(bytes),
    };
    content.id = messages.insert_content(&content)?;
    let other_reply_to = match (other, new.reply_to) {
        (Some(_), Some(reply_to)) => place_of_other(scope, new.sender, reply_to)?,
        _ => None,
    };
    let place = |owner: i64, id: i32, peer: i64, reply_to: Option<i32>| {
        let row = MessageRow {
            owner,
            id,
            peer,
            pts: tx.happenings().advance(owner, 1)?,
            reply_to,
            content: content.clone(),
        };
        messages.insert_place(&row)?;
        tx.happenings()
            .insert(owner, row.pts, &What::NewMessage(id))?;
        tx.dialogs().grow(owner, peer, id, owner != new.sender)?;
        Ok::<_, StoreError>(row)
    };
    Ok(Posted {
        sent: own
            .map(|id| place(new.sender, id, new.recipient, new.reply_to))
            .transpose()?,
        received: other
            .map(|id| place(new.recipient, id, new.sender, other_reply_to))
            .transpose()?,
    })
}

/// The id in the other's box of a message in this one's.
fn place_of_other(scope: &Scope<'_>, owner: i64, message: i32) -> Result<Option<i32>, StoreError> {
    let row = scope.tx.messages().find(owner, message)?;
    Ok(row.and_then(|row| match row.is_out() {
        true => row.content.recipient_message,
        false => row.content.sender_message,
    }))
}

/// A TL object as the store keeps it.
pub(crate) fn bytes(object: &impl Encode) -> Vec<u8> {
    object.to_bytes().unwrap_or_else(|error| {
        // Only lengths beyond 16 MiB and half-set flags cannot be written, and what came in had neither.
        tracing::error!(%error, "a part of a message could not be written");
        Vec::new()
    })
}

/// `updates` around one update.
pub(crate) fn updates(
    update: api::TypeUpdate,
    users: Vec<api::TypeUser>,
    now: i64,
) -> api::TypeUpdates {
    api::TypeUpdates::Updates(Box::new(api::Updates {
        updates: vec![update],
        users,
        chats: Vec::new(),
        date: wire_date(now),
        seq: 0,
    }))
}
