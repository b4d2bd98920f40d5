//! What was read; `core.telegram.org/method/messages.readHistory`.

use heliogram_tl::api::ReceivedNotifyMessage;
use heliogram_tl::api::messages::{
    self, AffectedMessages, ReadHistoryError, ReadMessageContentsError, ReceivedMessagesError,
};

use crate::chats::{self, peer};
use crate::cx::{Cx, Raise};
use crate::store::StoreError;

/// `messages.readHistory peer:InputPeer max_id:int = messages.AffectedMessages`
pub(super) fn read_history(
    cx: &mut Cx<'_>,
    call: messages::ReadHistory,
) -> Result<AffectedMessages, Raise<ReadHistoryError>> {
    let reader = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    let calling = cx.caller.session();
    let moved = chats::read(cx, reader, peer, call.max_id, calling)?;
    Ok(affected(cx, reader, moved)?)
}

/// `messages.readMessageContents id:Vector<int> = messages.AffectedMessages`
pub(super) fn read_message_contents(
    cx: &mut Cx<'_>,
    call: messages::ReadMessageContents,
) -> Result<AffectedMessages, Raise<ReadMessageContentsError>> {
    let reader = cx.caller.user()?;
    let calling = cx.caller.session();
    let moved = chats::read_contents(cx, reader, &call.id, calling)?;
    Ok(affected(cx, reader, moved)?)
}

/// `messages.receivedMessages max_id:int = Vector<ReceivedNotifyMessage>`
///
/// The answer names messages that were sent as notices of another kind, and there are none.
pub(super) fn received_messages(
    cx: &mut Cx<'_>,
    _: messages::ReceivedMessages,
) -> Result<Vec<ReceivedNotifyMessage>, Raise<ReceivedMessagesError>> {
    cx.caller.user()?;
    Ok(Vec::new())
}

/// Where the caller is after a change that moved it on by so much.
pub(super) fn affected(
    cx: &Cx<'_>,
    user_id: i64,
    pts_count: i32,
) -> Result<AffectedMessages, StoreError> {
    Ok(AffectedMessages {
        pts: cx.tx.happenings().pts(user_id)?,
        pts_count,
    })
}
