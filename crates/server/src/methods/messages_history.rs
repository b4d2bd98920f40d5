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
    let peer = peer::peer(cx, &call.peer)?.ok_or(Raise::named(400, "PEER_ID_INVALID"))?;
    let stored = cx.tx.messages();
    // The page begins at the first message older than the offset, moved by add_offset: a negative one moves it
    // towards newer messages.
    let offset_id = match call.offset_id {
        0 if call.offset_date != 0 => stored
            .last_before(user_id, peer, call.offset_date.into())?
            .map_or(1, |id| id + 1),
        0 => i32::MAX,
        id => id,
    };
    let newer = stored.count(user_id, peer, (offset_id - 1, i32::MAX))?;
    let limit = i64::from(if call.limit <= 0 {
        PAGE
    } else {
        call.limit.min(PAGE)
    });
    let start = newer + i64::from(call.add_offset);
    let end = (start + limit).max(0);
    let start = start.max(0);
    let total = stored.count(user_id, peer, (0, i32::MAX))?;
    let (min, max) = (
        call.min_id,
        if call.max_id == 0 {
            i32::MAX
        } else {
            call.max_id
        },
    );
    let mut rows = stored.page(user_id, peer, (0, i32::MAX), start, end - start)?;
    rows.retain(|row| row.id > min && row.id < max);
    let users = shown::people_of(cx, user_id, &rows)?;
    let messages = rows.iter().map(shown::message).collect::<Vec<_>>();
    Ok(if messages.len() as i64 == total {
        TypeMessages::Messages(Box::new(messages::Messages {
            messages,
            users,
            ..messages::Messages::default()
        }))
    } else {
        TypeMessages::MessagesSlice(Box::new(messages::MessagesSlice {
            count: total as i32,
            messages,
            users,
            ..messages::MessagesSlice::default()
        }))
    })
}
