//! The list of chats; `core.telegram.org/method/messages.getDialogs`.

use heliogram_tl::api::messages::{self, GetDialogsError, TypeDialogs};
use heliogram_tl::api::{self, TypeInputPeer};

use crate::chats::shown;
use crate::cx::{Cx, Raise};
use crate::store::dialogs::DialogRow;

/// How many dialogs one answer holds.
const PAGE: i32 = 100;

/// `messages.getDialogs flags:# exclude_pinned:flags.0?true folder_id:flags.1?int offset_date:int offset_id:int
/// offset_peer:InputPeer limit:int hash:long = messages.Dialogs`
pub(super) fn dialogs(
    cx: &mut Cx<'_>,
    call: messages::GetDialogs,
) -> Result<TypeDialogs, Raise<GetDialogsError>> {
    let user_id = cx.caller.user()?;
    let all = match call.folder_id {
        None | Some(0) => cx.tx.dialogs().of_user(user_id)?,
        Some(_) => Vec::new(),
    };
    let further = match call.offset_peer {
        TypeInputPeer::InputPeerEmpty if call.offset_id == 0 => all.iter().collect::<Vec<_>>(),
        _ => all
            .iter()
            .filter(|row| row.top_message < call.offset_id)
            .collect(),
    };
    let limit = if call.limit <= 0 {
        PAGE
    } else {
        call.limit.min(PAGE)
    };
    let is_rest = further.len() <= limit as usize;
    let page = &further[..further.len().min(limit as usize)];
    let mut messages = Vec::new();
    for row in page {
        messages.extend(cx.tx.messages().find(user_id, row.top_message)?);
    }
    let users = shown::people_of(cx, user_id, &messages)?;
    let dialogs = page.iter().map(|row| dialog(row)).collect();
    let messages = messages.iter().map(shown::message).collect();
    Ok(if is_rest && further.len() == all.len() {
        TypeDialogs::Dialogs(Box::new(messages::Dialogs {
            dialogs,
            messages,
            users,
            chats: Vec::new(),
        }))
    } else {
        TypeDialogs::DialogsSlice(Box::new(messages::DialogsSlice {
            count: all.len() as i32,
            dialogs,
            messages,
            users,
            chats: Vec::new(),
        }))
    })
}

fn dialog(row: &DialogRow) -> api::TypeDialog {
    api::TypeDialog::Dialog(Box::new(api::Dialog {
        pinned: false,
        unread_mark: row.unread_mark,
        view_forum_as_messages: false,
        peer: shown::user_peer(row.peer),
        top_message: row.top_message,
        read_inbox_max_id: row.read_inbox,
        read_outbox_max_id: row.read_outbox,
        unread_count: row.unread,
        unread_mentions_count: 0,
        unread_reactions_count: 0,
        unread_poll_votes_count: 0,
        notify_settings: api::PeerNotifySettings::default(),
        pts: None,
        draft: None,
        folder_id: None,
        ttl_period: None,
    }))
}
