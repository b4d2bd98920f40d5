//! Deleting messages; `core.telegram.org/method/messages.deleteMessages`.

use heliogram_tl::api::TypeMessageAction;
use heliogram_tl::api::messages::{
    self, AffectedHistory, AffectedMessages, DeleteHistoryError, DeleteMessagesError,
};

use super::messages_read::affected;
use crate::chats::{self, NewMessage, peer};
use crate::cx::{Cx, Raise};

/// `messages.deleteMessages flags:# revoke:flags.0?true id:Vector<int> = messages.AffectedMessages`
pub(super) fn delete_messages(
    cx: &mut Cx<'_>,
    call: messages::DeleteMessages,
) -> Result<AffectedMessages, Raise<DeleteMessagesError>> {
    let owner = cx.caller.user()?;
    let calling = cx.caller.session();
    // A bot has no history of its own to tidy: what it deletes is gone.
    let revoke = call.revoke || cx.caller.bot;
    let moved = chats::delete(cx, owner, &call.id, revoke, Some(calling))?;
    Ok(affected(cx, owner, moved)?)
}

/// `messages.deleteHistory flags:# just_clear:flags.0?true revoke:flags.1?true peer:InputPeer max_id:int
/// min_date:flags.2?int max_date:flags.3?int = messages.AffectedHistory`
///
/// All goes at once, so the offset of the answer is always 0.
pub(super) fn delete_history(
    cx: &mut Cx<'_>,
    call: messages::DeleteHistory,
) -> Result<AffectedHistory, Raise<DeleteHistoryError>> {
    let owner = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    if call.min_date.is_some_and(|date| date < 0) {
        return Err(Raise::Method(DeleteHistoryError::MinDateInvalid));
    }
    if call.max_date.is_some_and(|date| date < 0) {
        return Err(Raise::Method(DeleteHistoryError::MaxDateInvalid));
    }
    let up_to = match call.max_id {
        ..=0 => i32::MAX,
        id => id,
    };
    let dates = (
        call.min_date.unwrap_or_default().into(),
        call.max_date.map_or(i64::MAX, i64::from),
    );
    let ids = cx.tx.messages().ids(owner, peer, up_to, dates)?;
    let calling = cx.caller.session();
    let mut moved = chats::delete(cx, owner, &ids, call.revoke, Some(calling))?;
    if call.just_clear && moved > 0 && cx.tx.dialogs().find(owner, peer)?.is_none() {
        // What keeps the chat in the list.
        let cleared = NewMessage {
            action: Some(TypeMessageAction::MessageActionHistoryClear),
            for_sender_only: true,
            ..NewMessage::text(owner, peer, "")
        };
        chats::post(cx, &cleared, Some(calling))?;
        moved += 1;
    }
    let affected = affected(cx, owner, moved)?;
    Ok(AffectedHistory {
        pts: affected.pts,
        pts_count: affected.pts_count,
        offset: 0,
    })
}
