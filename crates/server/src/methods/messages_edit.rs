//! Editing messages; `core.telegram.org/method/messages.editMessage`.

use heliogram_tl::api::TypeUpdates;
use heliogram_tl::api::messages::{self, EditMessageError};

use super::messages_media;
use super::messages_send::{LONGEST, keyboard_of_bot};
use crate::chats::{self, Edit, entities, peer};
use crate::clock::DAY;
use crate::cx::{Cx, Raise};
use crate::media;

/// For how long a person may edit a message; `edit_time_limit` of the config. In Saved Messages, and for bots,
/// there is no such limit.
const EDITABLE: i64 = 2 * DAY;

/// `messages.editMessage flags:# no_webpage:flags.1?true invert_media:flags.16?true peer:InputPeer id:int
/// message:flags.11?string media:flags.14?InputMedia reply_markup:flags.2?ReplyMarkup
/// entities:flags.3?Vector<MessageEntity> ... = Updates`
pub(super) fn edit_message(
    cx: &mut Cx<'_>,
    call: messages::EditMessage,
) -> Result<TypeUpdates, Raise<EditMessageError>> {
    let owner = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    if call.schedule_date.is_some() {
        return Err(Raise::Method(EditMessageError::ScheduleDateInvalid));
    }
    let row = cx.tx.messages().find(owner, call.id)?;
    let row = row
        .filter(|row| row.peer == peer && row.content.action.is_none())
        .ok_or(Raise::Method(EditMessageError::MessageIdInvalid))?;
    let content = &row.content;
    if !row.is_out() || content.fwd_from.is_some() {
        return Err(Raise::Method(EditMessageError::MessageAuthorRequired));
    }
    if peer != owner && !cx.caller.bot && cx.now - content.date > EDITABLE {
        return Err(Raise::Method(EditMessageError::MessageEditTimeExpired));
    }
    let media = match call.media {
        Some(media) => {
            let mut uploads = messages_media::uploads(cx);
            Some(media::make(
                &cx.scope,
                cx.caller.dc_id,
                *media,
                &mut uploads,
            )?)
        }
        None => None,
    };
    let text = match call.message {
        Some(text) => {
            if text.trim().is_empty() && content.media.is_none() && media.is_none() {
                return Err(Raise::Method(EditMessageError::MessageEmpty));
            }
            if text.chars().count() > LONGEST {
                return Err(Raise::Method(EditMessageError::MessageTooLong));
            }
            let entities = entities::of_text(cx, &text, call.entities.unwrap_or_default())?;
            Some((text, entities))
        }
        None => None,
    };
    // Buttons that are not named again are gone.
    let reply_markup = keyboard_of_bot(cx, call.reply_markup)?.filter(chats::is_inline);
    let edit = Edit {
        text,
        media,
        reply_markup: Some(reply_markup),
        invert_media: call.invert_media,
    };
    let calling = cx.caller.session();
    chats::edit(cx, &row, &edit, Some(calling))?
        .ok_or(Raise::Method(EditMessageError::MessageNotModified))
}
