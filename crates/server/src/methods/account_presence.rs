//! Whether somebody is online.

use heliogram_tl::api::account::{self, UpdateStatusError};

use crate::cx::{Cx, Raise};
use crate::people::presence;

/// `account.updateStatus offline:Bool = Bool`
pub(super) fn update_status(
    cx: &mut Cx<'_>,
    call: account::UpdateStatus,
) -> Result<bool, Raise<UpdateStatusError>> {
    let user_id = cx.caller.user()?;
    if call.offline {
        presence::leave(cx, user_id)?;
    } else {
        presence::arrive(cx, user_id)?;
    }
    Ok(true)
}
