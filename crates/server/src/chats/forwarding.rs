//! What a message says of where it comes from.

use heliogram_tl::api;

use super::shown::{object, user_peer};
use crate::clock::wire_date;
use crate::store::messages::MessageRow;

/// The header of a message that is passed on: a message that was passed on before keeps its first author.
pub(crate) fn header(row: &MessageRow) -> api::MessageFwdHeader {
    let first: Option<api::MessageFwdHeader> = object(row.content.fwd_from.as_deref());
    match first {
        Some(first) => api::MessageFwdHeader {
            saved_out: false,
            saved_from_peer: None,
            saved_from_msg_id: None,
            saved_from_id: None,
            saved_from_name: None,
            saved_date: None,
            ..first
        },
        None => api::MessageFwdHeader {
            from_id: Some(user_peer(row.content.sender)),
            date: wire_date(row.content.date),
            ..api::MessageFwdHeader::default()
        },
    }
}

/// The same in Saved Messages, where it also leads back to the chat it was saved from.
pub(crate) fn saved_header(row: &MessageRow) -> api::MessageFwdHeader {
    api::MessageFwdHeader {
        saved_out: row.is_out(),
        saved_from_peer: Some(user_peer(row.peer)),
        saved_from_msg_id: Some(row.id),
        saved_from_id: Some(user_peer(row.content.sender)),
        saved_date: Some(wire_date(row.content.date)),
        ..header(row)
    }
}
