//! What was written in a chat; `core.telegram.org/method/messages.getHistory`, `core.telegram.org/api/offsets`.

use heliogram_tl::api::messages::{self, GetHistoryError, TypeMessages};

use crate::chats::{peer, shown};
use crate::cx::{Cx, Raise};

/// How many messages one answer holds.
const PAGE: i32 = 100;

/// `messages.getHistory peer:InputPeer offset_id:int offset_date:int add_offset:int limit:int max_id:int min_id:int
/// hash:long = messages.Messages`
pub(super) fn history(
    cx: &mut Cx<'_>,
    call: messages::GetHistory,
) -> Result<TypeMessages, Raise<GetHistoryError>> {
    let user_id = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    let stored = cx.tx.messages();
    let offset_id = match call.offset_id {
        0 if call.offset_date != 0 => stored
            .last_before(user_id, peer, call.offset_date.into())?
            .map_or(1, |id| id + 1),
        0 => i32::MAX,
        id => id,
    };
    let limit = if call.limit <= 0 {
        PAGE
    } else {
        call.limit.min(PAGE)
    };
    let (add_offset, limit) = (call.add_offset.into(), limit.into());
    let mut rows = stored.page(user_id, peer, offset_id, add_offset, limit)?;
    let max = if call.max_id == 0 {
        i32::MAX
    } else {
        call.max_id
    };
    rows.retain(|row| row.id > call.min_id && row.id < max);
    let total = stored.count(user_id, peer)?;
    Ok(shown::listed(cx, user_id, &rows, total)?)
}
