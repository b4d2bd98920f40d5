//! The one chat there is so far: that with the service account.

use heliogram_tl::api::messages::{
    self, GetDialogsError, GetHistoryError, TypeDialogs, TypeMessages,
};
use heliogram_tl::api::{self, TypeInputPeer};

use crate::cx::{Cx, Raise};
use crate::notices::{self, SERVICE_ID};
use crate::people;
use crate::store::messages::MessageRow;

/// How many messages one answer holds.
const PAGE: i32 = 100;

/// `messages.getHistory peer:InputPeer offset_id:int offset_date:int add_offset:int limit:int max_id:int min_id:int
/// hash:long = messages.Messages`; `core.telegram.org/api/offsets`.
pub(super) fn history(
    cx: &mut Cx<'_>,
    call: messages::GetHistory,
) -> Result<TypeMessages, Raise<GetHistoryError>> {
    let user_id = cx.caller.user()?;
    let all = match &call.peer {
        TypeInputPeer::InputPeerUser(peer) if peer.user_id.0 == SERVICE_ID => {
            cx.tx.messages().newest_first(user_id)?
        }
        TypeInputPeer::InputPeerSelf => Vec::new(),
        TypeInputPeer::InputPeerUser(peer) if peer.user_id.0 == user_id => Vec::new(),
        _ => return Err(Raise::Method(GetHistoryError::PeerIdInvalid)),
    };
    let shown = page(&all, &call);
    let messages = shown
        .iter()
        .map(|row| notices::message(row))
        .collect::<Vec<_>>();
    let users = if messages.is_empty() {
        Vec::new()
    } else {
        vec![people::service()]
    };
    Ok(if messages.len() == all.len() {
        TypeMessages::Messages(Box::new(messages::Messages {
            messages,
            users,
            ..messages::Messages::default()
        }))
    } else {
        TypeMessages::MessagesSlice(Box::new(messages::MessagesSlice {
            count: all.len() as i32,
            messages,
            users,
            ..messages::MessagesSlice::default()
        }))
    })
}

/// `messages.getDialogs flags:# exclude_pinned:flags.0?true folder_id:flags.1?int offset_date:int offset_id:int
/// offset_peer:InputPeer limit:int hash:long = messages.Dialogs`
pub(super) fn dialogs(
    cx: &mut Cx<'_>,
    call: messages::GetDialogs,
) -> Result<TypeDialogs, Raise<GetDialogsError>> {
    let user_id = cx.caller.user()?;
    let archive = call.folder_id.is_some_and(|folder| folder != 0);
    let further = matches!(&call.offset_peer, TypeInputPeer::InputPeerUser(peer) if peer.user_id.0 == SERVICE_ID);
    let all = cx.tx.messages().newest_first(user_id)?;
    let mut dialogs = messages::Dialogs::default();
    if let Some(top) = all.first().filter(|_| !archive && !further) {
        dialogs
            .dialogs
            .push(api::TypeDialog::Dialog(Box::new(api::Dialog {
                pinned: false,
                unread_mark: false,
                view_forum_as_messages: false,
                peer: people::service_peer(),
                top_message: top.id,
                read_inbox_max_id: 0,
                read_outbox_max_id: 0,
                unread_count: all.len() as i32,
                unread_mentions_count: 0,
                unread_reactions_count: 0,
                unread_poll_votes_count: 0,
                notify_settings: api::PeerNotifySettings::default(),
                pts: None,
                draft: None,
                folder_id: None,
                ttl_period: None,
            })));
        dialogs.messages.push(notices::message(top));
        dialogs.users.push(people::service());
    }
    Ok(TypeDialogs::Dialogs(Box::new(dialogs)))
}

/// The part of a history (newest first) that is asked for.
fn page<'m>(all: &'m [MessageRow], call: &messages::GetHistory) -> Vec<&'m MessageRow> {
    let older = |row: &&MessageRow| {
        (call.offset_id == 0 || row.id < call.offset_id)
            && (call.offset_id != 0
                || call.offset_date == 0
                || row.date < i64::from(call.offset_date))
    };
    let start = all.iter().position(|row| older(&row)).unwrap_or(all.len());
    let limit = if call.limit <= 0 {
        PAGE
    } else {
        call.limit.min(PAGE)
    };
    // A negative add_offset moves the page towards newer messages.
    let first = (start as i64 + i64::from(call.add_offset)).max(0);
    let end =
        (start as i64 + i64::from(call.add_offset) + i64::from(limit)).clamp(0, all.len() as i64);
    all.get(first as usize..end as usize)
        .unwrap_or_default()
        .iter()
        .filter(|row| (call.max_id == 0 || row.id < call.max_id) && row.id > call.min_id)
        .collect()
}
