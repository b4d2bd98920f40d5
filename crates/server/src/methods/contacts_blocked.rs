//! Blocking people. `core.telegram.org/api/block`.
//!
//! Whoever is on the list can neither write to its owner nor see when they were online. They are not told so; the owner's
//! sessions are.

use heliogram_tl::api::contacts::{
    self, BlockError, Blocked, BlockedSlice, GetBlockedError, TypeBlocked, UnblockError,
};
use heliogram_tl::api::{PeerBlocked, TypeUpdate, UpdatePeerBlocked};

use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::notices::SERVICE_ID;
use crate::people::{self, Nobody, news};
use crate::store::StoreError;
use crate::store::blocked::List;

/// How many one answer names at most.
const MOST: i32 = 100;

/// `contacts.block flags:# my_stories_from:flags.0?true id:InputPeer = Bool`
pub(super) fn block(cx: &mut Cx<'_>, call: contacts::Block) -> Result<bool, Raise<BlockError>> {
    let owner = cx.caller.user()?;
    let id = people::addressed_peer(cx, &call.id)?.map_err(|nobody| {
        Raise::Method(match nobody {
            Nobody::Unknown => BlockError::ContactIdInvalid,
            Nobody::Channel => BlockError::ChannelPrivate,
            Nobody::Message | Nobody::MessageForBot => BlockError::MsgIdInvalid,
            Nobody::NotAPerson => BlockError::PeerIdInvalid,
        })
    })?;
    if id == owner || id == SERVICE_ID {
        return Err(Raise::Method(BlockError::ContactIdInvalid));
    }
    if cx.tx.accounts().by_id(id)?.is_some_and(|it| it.deleted) {
        return Err(Raise::Method(BlockError::InputUserDeactivated));
    }
    let list = list(call.my_stories_from);
    if cx.tx.blocked().insert(owner, list, id, cx.now)? {
        changed(cx, owner, list, id)?;
    }
    Ok(true)
}

/// `contacts.unblock flags:# my_stories_from:flags.0?true id:InputPeer = Bool`
pub(super) fn unblock(
    cx: &mut Cx<'_>,
    call: contacts::Unblock,
) -> Result<bool, Raise<UnblockError>> {
    let owner = cx.caller.user()?;
    let id = people::addressed_peer(cx, &call.id)?.map_err(|nobody| {
        Raise::Method(match nobody {
            Nobody::Unknown => UnblockError::ContactIdInvalid,
            Nobody::Channel => UnblockError::ChannelPrivate,
            Nobody::Message | Nobody::MessageForBot => UnblockError::MsgIdInvalid,
            Nobody::NotAPerson => UnblockError::PeerIdInvalid,
        })
    })?;
    let list = list(call.my_stories_from);
    if cx.tx.blocked().remove(owner, list, id)? {
        changed(cx, owner, list, id)?;
    }
    Ok(true)
}

/// `contacts.getBlocked flags:# my_stories_from:flags.0?true offset:int limit:int = contacts.Blocked`
pub(super) fn blocked(
    cx: &mut Cx<'_>,
    call: contacts::GetBlocked,
) -> Result<TypeBlocked, Raise<GetBlockedError>> {
    let owner = cx.caller.user()?;
    let list = list(call.my_stories_from);
    let (offset, limit) = (call.offset.max(0), call.limit.clamp(0, MOST));
    let count = cx.tx.blocked().count(owner, list)?;
    let page = cx.tx.blocked().page(owner, list, offset, limit)?;
    let users = people::users(cx, owner, page.iter().map(|(id, _)| *id))?;
    let blocked: Vec<_> = page
        .into_iter()
        .map(|(id, at)| PeerBlocked {
            peer_id: people::peer(id),
            date: wire_date(at),
        })
        .collect();
    let chats = Vec::new();
    Ok(if blocked.len() == count as usize {
        TypeBlocked::Blocked(Box::new(Blocked {
            blocked,
            chats,
            users,
        }))
    } else {
        TypeBlocked::BlockedSlice(Box::new(BlockedSlice {
            count,
            blocked,
            chats,
            users,
        }))
    })
}

fn list(my_stories_from: bool) -> List {
    if my_stories_from {
        List::Stories
    } else {
        List::Everything
    }
}

/// Tells the owner's sessions how it is now, and on which lists.
fn changed(cx: &mut Cx<'_>, owner: i64, list: List, id: i64) -> Result<(), StoreError> {
    let update = UpdatePeerBlocked {
        blocked: cx.tx.blocked().has(owner, List::Everything, id)?,
        blocked_my_stories_from: cx.tx.blocked().has(owner, List::Stories, id)?,
        peer_id: people::peer(id),
    };
    news::tell_own(cx, TypeUpdate::UpdatePeerBlocked(update))?;
    match list {
        // What they see of the owner's presence is another thing now.
        List::Everything => people::presence::announce_to(cx, owner, id),
        List::Stories => Ok(()),
    }
}
