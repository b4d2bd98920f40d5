//! Pinned messages; `core.telegram.org/api/pin`.

use heliogram_tl::api::TypeUpdates;
use heliogram_tl::api::messages::{
    self, AffectedHistory, UnpinAllMessagesError, UpdatePinnedMessageError,
};

use super::messages_read::affected;
use crate::chats::{self, Pin, peer};
use crate::cx::{Cx, Raise};

/// `messages.updatePinnedMessage flags:# silent:flags.0?true unpin:flags.1?true pm_oneside:flags.2?true peer:InputPeer
/// id:int = Updates`
pub(super) fn update_pinned_message(
    cx: &mut Cx<'_>,
    call: messages::UpdatePinnedMessage,
) -> Result<TypeUpdates, Raise<UpdatePinnedMessageError>> {
    let owner = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    if call.pm_oneside && cx.caller.bot {
        return Err(Raise::Method(UpdatePinnedMessageError::BotOnesideNotAvail));
    }
    let row = cx.tx.messages().find(owner, call.id)?;
    let row = row
        .filter(|row| row.peer == peer && row.content.action.is_none())
        .ok_or(Raise::Method(UpdatePinnedMessageError::MessageIdInvalid))?;
    let pin = Pin {
        pinned: !call.unpin,
        for_both: !call.pm_oneside,
        silent: call.silent,
    };
    let calling = cx.caller.session();
    chats::pin(cx, &row, pin, Some(calling))?
        .ok_or(Raise::Method(UpdatePinnedMessageError::ChatNotModified))
}

/// `messages.unpinAllMessages flags:# peer:InputPeer top_msg_id:flags.0?int saved_peer_id:flags.1?InputPeer
/// = messages.AffectedHistory`
pub(super) fn unpin_all_messages(
    cx: &mut Cx<'_>,
    call: messages::UnpinAllMessages,
) -> Result<AffectedHistory, Raise<UnpinAllMessagesError>> {
    let owner = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    let calling = cx.caller.session();
    let pin = Pin {
        pinned: false,
        for_both: true,
        silent: true,
    };
    let mut moved = 0;
    for id in cx.tx.messages().pinned(owner, peer)? {
        if let Some(row) = cx.tx.messages().find(owner, id)? {
            moved += i32::from(chats::pin(cx, &row, pin, Some(calling))?.is_some());
        }
    }
    let affected = affected(cx, owner, moved)?;
    Ok(AffectedHistory {
        pts: affected.pts,
        pts_count: affected.pts_count,
        offset: 0,
    })
}
