//! Whom a call means. An id alone says nothing: it comes with the access hash that the account was shown with, or with
//! a message in which the caller saw it.
//!
//! Two callers may leave the hash out (0), as clients do that know only an id: who has the account as a contact, and a
//! bot that somebody has written to.

use heliogram_tl::api::{InputUser, InputUserFromMessage, TypeInputPeer, TypeInputUser};

use crate::chats::shown;
use crate::cx::Cx;
use crate::notices::SERVICE_ID;
use crate::store::StoreError;

/// Why a call means nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nobody {
    /// There is no such account, or the hash is not its own.
    Unknown,
    /// What is named is no person.
    NotAPerson,
    /// What is named is a channel, or a person in one; there are none here.
    Channel,
    /// There is no such message, or it does not show the person.
    Message,
    /// Bots may not name people by messages.
    MessageForBot,
}

/// The id of whom a call means: the caller, 777000 or an account, which may be deleted.
pub(crate) fn addressed(
    cx: &Cx<'_>,
    input: &TypeInputUser,
) -> Result<Result<i64, Nobody>, StoreError> {
    match input {
        TypeInputUser::InputUserSelf => Ok(Ok(caller(cx))),
        TypeInputUser::InputUser(user) => by_hash(cx, user),
        TypeInputUser::InputUserFromMessage(from) => by_message(cx, from),
        _ => Ok(Err(Nobody::NotAPerson)),
    }
}

/// The same for a peer, where people are all that there is.
pub(crate) fn addressed_peer(
    cx: &Cx<'_>,
    input: &TypeInputPeer,
) -> Result<Result<i64, Nobody>, StoreError> {
    match input {
        TypeInputPeer::InputPeerSelf => Ok(Ok(caller(cx))),
        TypeInputPeer::InputPeerUser(peer) => {
            let user = InputUser {
                user_id: peer.user_id,
                access_hash: peer.access_hash,
            };
            by_hash(cx, &user)
        }
        TypeInputPeer::InputPeerUserFromMessage(from) => {
            let from = InputUserFromMessage {
                peer: from.peer.clone(),
                msg_id: from.msg_id,
                user_id: from.user_id,
            };
            by_message(cx, &from)
        }
        TypeInputPeer::InputPeerChannel(_) | TypeInputPeer::InputPeerChannelFromMessage(_) => {
            Ok(Err(Nobody::Channel))
        }
        _ => Ok(Err(Nobody::NotAPerson)),
    }
}

fn by_hash(cx: &Cx<'_>, input: &InputUser) -> Result<Result<i64, Nobody>, StoreError> {
    let (id, hash) = (input.user_id.0, input.access_hash.0);
    if id == caller(cx) || id == SERVICE_ID {
        // Everybody knows 777000.
        return Ok(Ok(id));
    }
    let Some(account) = cx.tx.accounts().by_id(id)? else {
        return Ok(Err(Nobody::Unknown));
    };
    let met = hash == account.access_hash || hash == 0 && met_before(cx, id)?;
    Ok(if met { Ok(id) } else { Err(Nobody::Unknown) })
}

fn met_before(cx: &Cx<'_>, id: i64) -> Result<bool, StoreError> {
    if cx.caller.bot {
        return Ok(cx.tx.dialogs().find(caller(cx), id)?.is_some());
    }
    cx.tx.contacts().has(caller(cx), id)
}

/// A person whom a message in a chat of the caller's names.
fn by_message(cx: &Cx<'_>, from: &InputUserFromMessage) -> Result<Result<i64, Nobody>, StoreError> {
    if cx.caller.bot {
        return Ok(Err(Nobody::MessageForBot));
    }
    // The chat itself is not named by a message.
    if matches!(from.peer, TypeInputPeer::InputPeerUserFromMessage(_)) {
        return Ok(Err(Nobody::NotAPerson));
    }
    let chat = match addressed_peer(cx, &from.peer)? {
        Ok(chat) => chat,
        Err(Nobody::Channel) => return Ok(Err(Nobody::Channel)),
        Err(_) => return Ok(Err(Nobody::NotAPerson)),
    };
    let id = from.user_id.0;
    let row = cx.tx.messages().find(caller(cx), from.msg_id)?;
    let shows = row.is_some_and(|row| row.peer == chat && shown::names(&row).contains(&id));
    Ok(if shows { Ok(id) } else { Err(Nobody::Message) })
}

/// Addressing is for those who are logged in.
fn caller(cx: &Cx<'_>) -> i64 {
    cx.caller.user_id.unwrap_or_default()
}
