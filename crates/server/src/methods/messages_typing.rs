//! Who is typing: told to those who are there, and never kept. `core.telegram.org/method/messages.setTyping`.

use heliogram_tl::UserId;
use heliogram_tl::api::messages::{self, SetTypingError};
use heliogram_tl::api::{self, TypeUpdate, TypeUpdates};

use crate::chats::peer;
use crate::clock::wire_date;
use crate::cx::{Cx, Raise};

/// `messages.setTyping flags:# peer:InputPeer top_msg_id:flags.0?int action:SendMessageAction = Bool`
pub(super) fn set_typing(
    cx: &mut Cx<'_>,
    call: messages::SetTyping,
) -> Result<bool, Raise<SetTypingError>> {
    let typist = cx.caller.user()?;
    let peer = peer::writable(cx, &call.peer)?;
    if peer == typist {
        return Ok(true);
    }
    let update = TypeUpdate::UpdateUserTyping(Box::new(api::UpdateUserTyping {
        user_id: UserId(typist),
        top_msg_id: None,
        action: call.action,
    }));
    let date = wire_date(cx.now);
    let short = TypeUpdates::UpdateShort(Box::new(api::UpdateShort { update, date }));
    cx.push_updates(peer, &short)?;
    Ok(true)
}
