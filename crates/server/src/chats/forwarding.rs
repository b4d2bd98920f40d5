//! What a message says of where it comes from.

use heliogram_tl::api;

use super::shown::{object, user_peer};
use crate::clock::wire_date;
use crate::cx::Scope;
use crate::notices::SERVICE_ID;
use crate::people::{self, privacy};
use crate::store::StoreError;
use crate::store::messages::MessageRow;

/// The header of a message that its owner passes on: a message that was passed on before keeps its first author. Who
/// does not want to be led back to is there by name only; `core.telegram.org/api/privacy`, "forwards".
pub(crate) fn header(
    scope: &Scope<'_>,
    row: &MessageRow,
) -> Result<api::MessageFwdHeader, StoreError> {
    if let Some(first) = object::<api::MessageFwdHeader>(row.content.fwd_from.as_deref()) {
        return Ok(api::MessageFwdHeader {
            saved_out: false,
            saved_from_peer: None,
            saved_from_msg_id: None,
            saved_from_id: None,
            saved_from_name: None,
            saved_date: None,
            ..first
        });
    }
    let author = row.content.sender;
    let header = api::MessageFwdHeader {
        date: wire_date(row.content.date),
        ..api::MessageFwdHeader::default()
    };
    let is_open = [row.owner, SERVICE_ID].contains(&author)
        || people::allows(scope, author, privacy::Key::Forwards, row.owner)?;
    if is_open {
        return Ok(api::MessageFwdHeader {
            from_id: Some(user_peer(author)),
            ..header
        });
    }
    let account = scope.tx.accounts().by_id(author)?;
    let name = account.map(|account| format!("{} {}", account.first_name, account.last_name));
    Ok(api::MessageFwdHeader {
        from_name: name.map(|name| name.trim().to_owned()),
        ..header
    })
}

/// The same in Saved Messages, where it also leads back to the chat it was saved from.
pub(crate) fn saved_header(
    scope: &Scope<'_>,
    row: &MessageRow,
) -> Result<api::MessageFwdHeader, StoreError> {
    Ok(api::MessageFwdHeader {
        saved_out: row.is_out(),
        saved_from_peer: Some(user_peer(row.peer)),
        saved_from_msg_id: Some(row.id),
        saved_from_id: Some(user_peer(row.content.sender)),
        saved_date: Some(wire_date(row.content.date)),
        ..header(scope, row)?
    })
}
