//! Whether somebody is online.

use heliogram_tl::api::account::{self, UpdateStatusError};

use crate::cx::{Cx, Raise};
use crate::people::presence;

/// `account.updateStatus offline:Bool = Bool`
pub(super) fn update_status(
    cx: &mut Cx<'_>,
    call: account::UpdateStatus,
) -> Result<bool, Raise<UpdateStatusError>> {
    let (user_id, key) = (cx.caller.user()?, cx.caller.key()?);
    if call.offline {
        presence::turn_away(cx, user_id, key)?;
    } else {
        presence::arrive(cx, user_id, key)?;
    }
    Ok(true)
}
