//! Whether somebody may write to somebody.

use heliogram_tl::{MethodError, RpcError};

use crate::cx::Raise;
use crate::notices::SERVICE_ID;
use crate::store::blocked::List;
use crate::store::{StoreError, Tx};

/// Why not; each has an error of its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CannotWrite {
    /// `INPUT_USER_DEACTIVATED`: the account is deleted.
    InputUserDeactivated,
    /// `YOU_BLOCKED_USER`: the sender has blocked the recipient.
    YouBlockedUser,
    /// `USER_IS_BLOCKED`: the recipient has blocked the sender.
    UserIsBlocked,
}

impl CannotWrite {
    /// The error of a method that writes; its code is that which the method documents.
    pub(crate) fn raise<E: MethodError>(self) -> Raise<E> {
        let name = match self {
            Self::InputUserDeactivated => "INPUT_USER_DEACTIVATED",
            Self::YouBlockedUser => "YOU_BLOCKED_USER",
            Self::UserIsBlocked => "USER_IS_BLOCKED",
        };
        let documented = [400, 403]
            .iter()
            .find_map(|code| E::from_rpc(&RpcError::new(*code, name)));
        documented.map_or_else(|| Raise::named(400, name), Raise::Method)
    }
}

/// Whether `sender` may write to `recipient`, who exists; `None` when so. One may always write to oneself, and 777000 to
/// everybody.
pub(crate) fn may_write(
    tx: Tx<'_>,
    sender: i64,
    recipient: i64,
) -> Result<Option<CannotWrite>, StoreError> {
    if sender == recipient || sender == SERVICE_ID {
        return Ok(None);
    }
    let account = tx.accounts().by_id(recipient)?;
    if account.is_some_and(|account| account.deleted) {
        return Ok(Some(CannotWrite::InputUserDeactivated));
    }
    let blocks = |owner, user| tx.blocked().has(owner, List::Everything, user);
    if blocks(sender, recipient)? {
        return Ok(Some(CannotWrite::YouBlockedUser));
    }
    Ok(blocks(recipient, sender)?.then_some(CannotWrite::UserIsBlocked))
}
