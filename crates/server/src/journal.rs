//! Every call and its answer, decoded, for whoever listens to the log:
//! `HELIOGRAM_LOG=heliogram_server::journal=debug`.
//!
//! Nothing is decoded a second time unless somebody listens. Secret fields are left out, as everywhere.

use bytes::Bytes;
use heliogram_tl::reflect::{Object, Value, method_by_id};
use tracing::Level;

use crate::core::Reply;
use crate::wrappers;

/// Whether somebody listens.
pub(crate) fn is_read() -> bool {
    tracing::enabled!(Level::DEBUG)
}

/// Notes a call with its wrappers, and what it was answered.
pub(crate) fn note(connection: u64, body: &Bytes, reply: &Reply) {
    let query = wrappers::peel(body)
        .ok()
        .and_then(|peeled| Object::from_bytes(&peeled.query).ok());
    let call = query.as_ref().map_or_else(
        || format!("{} bytes that are no call of the newest layer", body.len()),
        |query| format!("{query:?}"),
    );
    let answer = match &reply.body {
        Err(error) => error.to_string(),
        Ok(answer) => {
            let method = query.and_then(|query| method_by_id(query.combinator().id));
            let value = method.and_then(|method| {
                // In the caller's layer, so an older one may not be readable here.
                Value::read(answer, method.combinator().result).ok()
            });
            value.map_or_else(
                || format!("{} bytes", answer.len()),
                |value| format!("{value:?}"),
            )
        }
    };
    tracing::debug!(connection, call, answer);
}
