//! Whom an `InputPeer` means.

use heliogram_tl::api::{TypeInputPeer, TypeInputUser};

use crate::cx::Cx;
use crate::notices::SERVICE_ID;
use crate::store::StoreError;

/// The account that a caller means; none when there is no such account or the access hash is not its own.
/// `core.telegram.org/api/peers`.
pub(crate) fn peer(cx: &Cx<'_>, input: &TypeInputPeer) -> Result<Option<i64>, StoreError> {
    match input {
        TypeInputPeer::InputPeerSelf => Ok(cx.caller.user_id),
        TypeInputPeer::InputPeerUser(user) => known(cx, user.user_id.0, user.access_hash.0),
        TypeInputPeer::InputPeerUserFromMessage(from) => {
            let chat = peer(cx, &from.peer)?;
            seen_in(cx, chat, from.msg_id, from.user_id.0)
        }
        _ => Ok(None),
    }
}

/// The same of an `InputUser`.
pub(crate) fn user(cx: &Cx<'_>, input: &TypeInputUser) -> Result<Option<i64>, StoreError> {
    match input {
        TypeInputUser::InputUserSelf => Ok(cx.caller.user_id),
        TypeInputUser::InputUser(user) => known(cx, user.user_id.0, user.access_hash.0),
        TypeInputUser::InputUserFromMessage(from) => {
            let chat = peer(cx, &from.peer)?;
            seen_in(cx, chat, from.msg_id, from.user_id.0)
        }
        _ => Ok(None),
    }
}

fn known(cx: &Cx<'_>, id: i64, access_hash: i64) -> Result<Option<i64>, StoreError> {
    if id == SERVICE_ID || Some(id) == cx.caller.user_id {
        return Ok(Some(id));
    }
    let Some(account) = cx.tx.accounts().by_id(id)? else {
        return Ok(None);
    };
    if account.access_hash == access_hash {
        return Ok(Some(id));
    }
    // A bot may leave it out for those who have written to it.
    let viewer = cx.caller.user_id.unwrap_or_default();
    let met = cx.caller.bot && access_hash == 0 && cx.tx.dialogs().find(viewer, id)?.is_some();
    Ok(met.then_some(id))
}

/// A person whom a message in the caller's box names.
fn seen_in(
    cx: &Cx<'_>,
    chat: Option<i64>,
    message: i32,
    id: i64,
) -> Result<Option<i64>, StoreError> {
    let (Some(viewer), Some(chat)) = (cx.caller.user_id, chat) else {
        return Ok(None);
    };
    let row = cx.tx.messages().find(viewer, message)?;
    Ok(row
        .filter(|row| row.peer == chat && super::shown::names(row).contains(&id))
        .map(|_| id))
}
