//! Chats between two accounts, and of an account with itself (Saved Messages).
//!
//! Everything that changes a chat goes through here: it is written into the box of each of the two
//! (`store/messages.rs`), each account's pts moves on and remembers why (`store/happenings.rs`), and the sessions of
//! both are told, but for the one whose call did it. Who was away finds the same with `updates.getDifference`.
//! `core.telegram.org/api/updates`.

mod deleting;
mod editing;
pub(crate) mod entities;
pub(crate) mod forwarding;
pub(crate) mod keyboard;
pub(crate) mod peer;
mod pinning;
mod reading;
pub(crate) mod shown;

use heliogram_tl::{Encode, api};

pub(crate) use self::deleting::delete;
pub(crate) use self::editing::{Edit, edit};
pub(crate) use self::pinning::{Pin, pin};
pub(crate) use self::reading::{read, read_contents};
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
    /// What a service message says.
    pub(crate) action: Option<api::TypeMessageAction>,
    /// Whether the other does not have it.
    pub(crate) for_sender_only: bool,
    pub(crate) traits: Traits,
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
            action: None,
            for_sender_only: false,
            traits: Traits::default(),
        }
    }
}

/// Writes a message into both boxes and tells both; `calling` is the session that is told by its answer. Where its sender
/// has it; nowhere for 777000.
pub(crate) fn post(
    scope: &mut Scope<'_>,
    new: &NewMessage,
    calling: Option<CallingSession>,
) -> Result<Option<MessageRow>, StoreError> {
    let mut sent = post_all(scope, std::slice::from_ref(new), calling)?;
    Ok(sent.remove(0))
}

/// The same of several messages of one sender in one chat, an album for example: they are told together.
pub(crate) fn post_all(
    scope: &mut Scope<'_>,
    new: &[NewMessage],
    calling: Option<CallingSession>,
) -> Result<Vec<Option<MessageRow>>, StoreError> {
    let mut written = Vec::with_capacity(new.len());
    for new in new {
        written.push(store(scope, new)?);
    }
    let Some(chat) = new.first() else {
        return Ok(Vec::new());
    };
    let (sent, received): (Vec<_>, Vec<_>) = written
        .iter()
        .map(|(sent, received)| (sent.as_ref(), received.as_ref()))
        .unzip();
    for (owner, places, except) in [
        (chat.sender, sent, calling),
        (chat.recipient, received, None),
    ] {
        let places: Vec<&Place> = places.into_iter().flatten().collect();
        if !places.is_empty() {
            let updates = shown::new_messages(scope, owner, &places)?;
            scope.push_updates_to_others(owner, &updates, except)?;
        }
    }
    let sent = written.into_iter().map(|(sent, _)| sent);
    Ok(sent.map(|sent| sent.map(|place| place.row)).collect())
}

/// A message in a box, just written.
pub(crate) struct Place {
    pub(crate) row: MessageRow,
    /// Whether the owner had messages of this chat before, and so knows who is in it.
    pub(crate) met: bool,
}

/// Writes a message; where the sender has it, and the other.
fn store(
    scope: &mut Scope<'_>,
    new: &NewMessage,
) -> Result<(Option<Place>, Option<Place>), StoreError> {
    let tx = scope.tx;
    let messages = tx.messages();
    let own = (new.sender != SERVICE_ID)
        .then(|| messages.next(new.sender))
        .transpose()?;
    let other = (new.recipient != new.sender && !new.for_sender_only)
        .then(|| messages.next(new.recipient))
        .transpose()?;
    let mut content = Content {
        id: 0,
        sender: new.sender,
        sender_message: own.map(|(id, _)| id),
        recipient: new.recipient,
        recipient_message: other.map(|(id, _)| id),
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
        action: new.action.as_ref().map(bytes),
    };
    content.id = messages.insert_content(&content)?;
    let other_reply_to = match (other, new.reply_to) {
        (Some(_), Some(reply_to)) => place_of_other(scope, new.sender, reply_to)?,
        _ => None,
    };
    let limit = scope.settings.limits.updates_kept;
    let place = |owner: i64, (id, pts): (i32, i32), peer: i64, reply_to: Option<i32>| {
        let row = MessageRow {
            owner,
            id,
            peer,
            pts,
            reply_to,
            pinned: false,
            content: content.clone(),
        };
        messages.insert_place(&row)?;
        tx.happenings()
            .insert(owner, pts, &What::NewMessage(id), limit)?;
        let met = tx.dialogs().grow(owner, peer, id, owner != new.sender)?;
        Ok::<_, StoreError>(Place { row, met })
    };
    Ok((
        own.map(|ids| place(new.sender, ids, new.recipient, new.reply_to))
            .transpose()?,
        other
            .map(|ids| place(new.recipient, ids, new.sender, other_reply_to))
            .transpose()?,
    ))
}

/// Moves an account's pts on, notes why, and tells its sessions; `pts_count` says by how much. The update, with its pts.
pub(crate) fn tell(
    scope: &mut Scope<'_>,
    owner: i64,
    pts_count: i32,
    except: Option<CallingSession>,
    update: impl FnOnce(i32) -> api::TypeUpdate,
) -> Result<api::TypeUpdates, StoreError> {
    let pts = scope.tx.happenings().advance(owner, pts_count)?;
    let update = update(pts);
    let what = What::Other(bytes(&update));
    tell_as(scope, owner, pts, &what, except, update)
}

/// The same of an update that is kept in another form.
fn tell_as(
    scope: &mut Scope<'_>,
    owner: i64,
    pts: i32,
    what: &What,
    except: Option<CallingSession>,
    update: api::TypeUpdate,
) -> Result<api::TypeUpdates, StoreError> {
    let limit = scope.settings.limits.updates_kept;
    scope.tx.happenings().insert(owner, pts, what, limit)?;
    let people = shown::users(scope, owner, shown::people_in(&bytes(&update)))?;
    let updates = updates(update, people, scope.now);
    scope.push_updates_to_others(owner, &updates, except)?;
    Ok(updates)
}

/// The id in the other's box of a message in this one's.
fn place_of_other(scope: &Scope<'_>, owner: i64, message: i32) -> Result<Option<i32>, StoreError> {
    let row = scope.tx.messages().find(owner, message)?;
    Ok(row.and_then(|row| row.of_other()))
}

/// Whether buttons belong to a message, rather than to the keyboard of who reads it.
pub(crate) fn is_inline(markup: &api::TypeReplyMarkup) -> bool {
    matches!(markup, api::TypeReplyMarkup::ReplyInlineMarkup(_))
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
