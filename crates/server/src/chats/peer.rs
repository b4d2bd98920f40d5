//! Whom an `InputPeer` means.

use heliogram_tl::api::{TypeInputPeer, TypeInputUser};

use crate::cx::Cx;
use crate::people;
use crate::store::StoreError;

/// The account that a caller means; none when there is no such account or the access hash is not its own.
/// `core.telegram.org/api/peers`.
pub(crate) fn peer(cx: &Cx<'_>, input: &TypeInputPeer) -> Result<Option<i64>, StoreError> {
    Ok(people::addressed_peer(cx, input)?.ok())
}

/// The same of an `InputUser`.
pub(crate) fn user(cx: &Cx<'_>, input: &TypeInputUser) -> Result<Option<i64>, StoreError> {
    Ok(people::addressed(cx, input)?.ok())
}
