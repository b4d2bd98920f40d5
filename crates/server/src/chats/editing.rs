//! Editing: both have the message as it is now, each under a new pts.

use heliogram_tl::api;

use super::{bytes, shown, tell_as};
use crate::cx::Scope;
use crate::push::CallingSession;
use crate::store::StoreError;
use crate::store::happenings::What;
use crate::store::messages::MessageRow;

/// What is to be different about a message; what is none stays.
#[derive(Default)]
pub(crate) struct Edit {
    pub(crate) text: Option<(String, Vec<api::TypeMessageEntity>)>,
    pub(crate) media: Option<api::TypeMessageMedia>,
    /// `Some(None)` takes the buttons away.
    pub(crate) reply_markup: Option<Option<api::TypeReplyMarkup>>,
    pub(crate) invert_media: bool,
}

/// Changes a message for both; what its owner is told, or none when it was like this before.
pub(crate) fn edit(
    scope: &mut Scope<'_>,
    row: &MessageRow,
    edit: &Edit,
    calling: Option<CallingSession>,
) -> Result<Option<api::TypeUpdates>, StoreError> {
    let mut content = row.content.clone();
    if let Some((text, entities)) = &edit.text {
        content.text.clone_from(text);
        content.entities = (!entities.is_empty()).then(|| bytes(entities));
    }
    if let Some(media) = &edit.media {
        content.media = Some(bytes(media));
        content.traits.invert_media = edit.invert_media;
    }
    if let Some(markup) = &edit.reply_markup {
        content.reply_markup = markup.as_ref().map(bytes);
    }
    let is_shown = content.text != row.content.text
        || content.entities != row.content.entities
        || content.media != row.content.media;
    if !is_shown && content.reply_markup == row.content.reply_markup {
        return Ok(None);
    }
    // Other buttons alone do not make a message an edited one in the eyes of who reads it.
    let was_shown = row.content.edit_date.is_some() && !row.content.traits.edit_hide;
    content.traits.edit_hide = !is_shown && !was_shown;
    content.edit_date = Some(scope.now);
    scope.tx.messages().set_content(&content)?;
    if let Some(id) = row.of_other() {
        tell_edited(scope, row.peer, id, None)?;
    }
    tell_edited(scope, row.owner, row.id, calling)
}

fn tell_edited(
    scope: &mut Scope<'_>,
    owner: i64,
    id: i32,
    except: Option<CallingSession>,
) -> Result<Option<api::TypeUpdates>, StoreError> {
    let Some(row) = scope.tx.messages().find(owner, id)? else {
        return Ok(None);
    };
    let pts = scope.tx.happenings().advance(owner, 1)?;
    let update = shown::edited_message_update(scope, &row, pts)?;
    let what = What::EditedMessage(id);
    tell_as(scope, owner, pts, &what, except, update).map(Some)
}
