//! Reading: who has read up to where. The other is told once, and only of what is new to it.

use heliogram_tl::api::{self, TypeUpdate};

use super::shown::user_peer;
use super::tell;
use crate::clock::wire_date;
use crate::cx::Scope;
use crate::push::CallingSession;
use crate::store::StoreError;

/// Reads a chat up to a message, all of it when that is 0. By how much the reader's pts moved on.
pub(crate) fn read(
    scope: &mut Scope<'_>,
    reader: i64,
    peer: i64,
    max_id: i32,
    calling: CallingSession,
) -> Result<i32, StoreError> {
    let Some(dialog) = scope.tx.dialogs().find(reader, peer)? else {
        return Ok(0);
    };
    let up_to = match max_id {
        0 => dialog.top_message,
        id => id.min(dialog.top_message),
    }
    .max(dialog.read_inbox);
    let unread = scope.tx.messages().incoming_after(reader, peer, up_to)?;
    scope
        .tx
        .dialogs()
        .set_read_inbox(reader, peer, up_to, unread)?;
    if unread == dialog.unread && !dialog.unread_mark {
        return Ok(0);
    }
    tell(scope, reader, 1, Some(calling), |pts| {
        TypeUpdate::UpdateReadHistoryInbox(Box::new(api::UpdateReadHistoryInbox {
            folder_id: None,
            peer: user_peer(peer),
            top_msg_id: None,
            max_id: up_to,
            still_unread_count: unread,
            pts,
            pts_count: 1,
        }))
    })?;
    if peer != reader
        && let Some(read) = scope.tx.messages().last_of_other(reader, peer, up_to)?
        && scope.tx.dialogs().set_read_outbox(peer, reader, read)?
        && !is_bot(scope, peer)?
    {
        tell(scope, peer, 1, None, |pts| {
            TypeUpdate::UpdateReadHistoryOutbox(Box::new(api::UpdateReadHistoryOutbox {
                peer: user_peer(reader),
                max_id: read,
                pts,
                pts_count: 1,
            }))
        })?;
    }
    Ok(1)
}

/// Notes that the media of messages was listened to or looked at; of how many that is news.
pub(crate) fn read_contents(
    scope: &mut Scope<'_>,
    reader: i64,
    ids: &[i32],
    calling: CallingSession,
) -> Result<i32, StoreError> {
    let mut own = Vec::new();
    let mut others: Vec<(i64, i32)> = Vec::new();
    for id in ids {
        let Some(mut row) = scope.tx.messages().find(reader, *id)? else {
            continue;
        };
        if row.is_out() || !row.content.traits.media_unread {
            continue;
        }
        row.content.traits.media_unread = false;
        scope.tx.messages().set_content(&row.content)?;
        own.push(row.id);
        others.extend(row.of_other().map(|id| (row.peer, id)));
    }
    if own.is_empty() {
        return Ok(0);
    }
    let count = own.len() as i32;
    let date = wire_date(scope.now);
    let update = |messages: Vec<i32>| {
        move |pts| {
            TypeUpdate::UpdateReadMessagesContents(Box::new(api::UpdateReadMessagesContents {
                pts_count: messages.len() as i32,
                messages,
                pts,
                date: Some(date),
            }))
        }
    };
    tell(scope, reader, count, Some(calling), update(own))?;
    others.sort_unstable();
    for chat in others.chunk_by(|one, next| one.0 == next.0) {
        let ids: Vec<i32> = chat.iter().map(|(_, id)| *id).collect();
        tell(scope, chat[0].0, ids.len() as i32, None, update(ids))?;
    }
    Ok(count)
}

/// Bots are not told what was read.
fn is_bot(scope: &Scope<'_>, id: i64) -> Result<bool, StoreError> {
    let account = scope.tx.accounts().by_id(id)?;
    Ok(account.is_some_and(|account| account.bot))
}
