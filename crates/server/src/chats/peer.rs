//! Whom an `InputPeer` means.

use heliogram_tl::MethodError;
use heliogram_tl::api::{TypeInputPeer, TypeInputUser};

use crate::cx::{Cx, Raise};
use crate::notices::SERVICE_ID;
use crate::people;
use crate::store::StoreError;

/// The account that a caller means; none when there is no such account or the access hash is not its own.
/// `core.telegram.org/api/peers`.
pub(crate) fn peer(cx: &Cx<'_>, input: &TypeInputPeer) -> Result<Option<i64>, StoreError> {
    Ok(people::addressed_peer(cx, input)?.ok())
}

/// The chat that a caller means.
pub(crate) fn chat<E: MethodError>(cx: &Cx<'_>, input: &TypeInputPeer) -> Result<i64, Raise<E>> {
    peer(cx, input)?.ok_or_else(|| Raise::named(400, "PEER_ID_INVALID"))
}

/// The same, of a chat that the caller may write to.
pub(crate) fn writable<E: MethodError>(
    cx: &Cx<'_>,
    input: &TypeInputPeer,
) -> Result<i64, Raise<E>> {
    let id = chat(cx, input)?;
    if id == SERVICE_ID {
        return Err(Raise::named(403, "CHAT_WRITE_FORBIDDEN"));
    }
    match people::may_write(cx.tx, cx.caller.user()?, id)? {
        Some(reason) => Err(reason.raise()),
        None => Ok(id),
    }
}

/// The account that an `InputUser` means.
pub(crate) fn user(cx: &Cx<'_>, input: &TypeInputUser) -> Result<Option<i64>, StoreError> {
    Ok(people::addressed(cx, input)?.ok())
}
