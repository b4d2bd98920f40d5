//! Deleting: for oneself, or for both. What is left of each chat stays true: its newest message, its unread ones.

use heliogram_tl::api::{self, TypeUpdate};

use super::tell;
use crate::cx::Scope;
use crate::push::CallingSession;
use crate::store::StoreError;

/// How many ids one update names.
const NAMED: usize = 1000;

/// Takes messages out of a box, and out of the other's with `revoke`. Ids that are not there do not count. By how
/// much the owner's pts moved on.
pub(crate) fn delete(
    scope: &mut Scope<'_>,
    owner: i64,
    ids: &[i32],
    revoke: bool,
    calling: Option<CallingSession>,
) -> Result<i32, StoreError> {
    let mut own = Vec::new();
    let mut others: Vec<(i64, i32)> = Vec::new();
    let mut chats = Vec::new();
    for id in ids {
        let Some(row) = scope.tx.messages().find(owner, *id)? else {
            continue;
        };
        scope.tx.messages().remove(owner, row.id)?;
        own.push(row.id);
        chats.push(row.peer);
        if revoke && let Some(id) = row.of_other() {
            scope.tx.messages().remove(row.peer, id)?;
            others.push((row.peer, id));
        }
    }
    chats.sort_unstable();
    chats.dedup();
    for peer in chats {
        mend(scope, owner, peer)?;
    }
    for ids in own.chunks(NAMED) {
        tell_deleted(scope, owner, ids.to_vec(), calling)?;
    }
    others.sort_unstable();
    for chat in others.chunk_by(|one, next| one.0 == next.0) {
        let peer = chat[0].0;
        mend(scope, peer, owner)?;
        for ids in chat.chunks(NAMED) {
            let ids = ids.iter().map(|(_, id)| *id).collect();
            tell_deleted(scope, peer, ids, None)?;
        }
    }
    Ok(own.len() as i32)
}

fn tell_deleted(
    scope: &mut Scope<'_>,
    owner: i64,
    ids: Vec<i32>,
    except: Option<CallingSession>,
) -> Result<(), StoreError> {
    let count = ids.len() as i32;
    tell(scope, owner, count, except, |pts| {
        TypeUpdate::UpdateDeleteMessages(Box::new(api::UpdateDeleteMessages {
            messages: ids,
            pts,
            pts_count: count,
        }))
    })?;
    Ok(())
}

/// Makes the line of a chat true again.
fn mend(scope: &Scope<'_>, owner: i64, peer: i64) -> Result<(), StoreError> {
    let Some(dialog) = scope.tx.dialogs().find(owner, peer)? else {
        return Ok(());
    };
    let messages = scope.tx.messages();
    let top_message = messages.newest(owner, peer)?;
    let unread = messages.incoming_after(owner, peer, dialog.read_inbox)?;
    scope.tx.dialogs().mend(owner, peer, top_message, unread)
}
