//! Calls and their answers.
//!
//! ```text
//! rpc_result#f35c6d01 req_msg_id:long result:Object = RpcResult
//! rpc_error#2144ca19 error_code:int error_message:string = RpcError
//! ```
//!
//! The result is an object of the type that the call returns, or `rpc_error`, either of them
//! packed or not. `core.telegram.org/mtproto/service_messages`, "Response to an RPC query".

use bytes::Bytes;
use heliogram_tl::{Combinator, Encode, Malformed, Reader, RpcError, Writer, mtproto};

use super::gzip;
use crate::ids::MsgId;

/// The id of `rpc_result`.
pub const RPC_RESULT: u32 = 0xf35c_6d01;

/// The bytes of `rpc_result` before the result.
pub(crate) const RESULT_HEADER: usize = 12;

/// Why the result of a call could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResultError {
    /// It is packed and cannot be unpacked.
    #[error(transparent)]
    Packed(#[from] gzip::UngzipError),
    /// It begins like an `rpc_error` and is none.
    #[error("rpc_error cannot be read: {0}")]
    Malformed(#[from] Malformed),
}

/// Reads the result in an `rpc_result`: unpacked, and told apart from an error. At most `limit`
/// bytes are unpacked.
///
/// # Errors
/// When it cannot be unpacked, or is a malformed `rpc_error`.
pub fn result(object: &Bytes, limit: usize) -> Result<Result<Bytes, RpcError>, ResultError> {
    let object = gzip::ungzip(object, limit)?;
    if !object.starts_with(&mtproto::RpcError::ID.to_le_bytes()) {
        return Ok(Ok(object));
    }
    let error: mtproto::RpcError = Reader::new(&object).read()?;
    Ok(Err(RpcError::new(error.error_code, error.error_message)))
}

/// The bytes of a result: packed when that makes it notably smaller.
pub(crate) fn result_body(result: Result<Bytes, RpcError>) -> Bytes {
    match result {
        Ok(object) => gzip::gzip(&object).unwrap_or(object),
        Err(error) => {
            let error = mtproto::RpcError {
                error_code: error.code,
                error_message: error.name,
            };
            object(&error)
        }
    }
}

/// Writes what stands before a result.
pub(crate) fn write_header(req_msg_id: MsgId, out: &mut Vec<u8>) {
    out.extend_from_slice(&RPC_RESULT.to_le_bytes());
    out.extend_from_slice(&req_msg_id.0.to_le_bytes());
}

/// The bytes of a service message.
pub(crate) fn object(value: &impl Encode) -> Bytes {
    let mut out = Writer::new();
    value.encode(&mut out);
    // Service messages have no optionals and no long strings, so each of them can be expressed;
    // an error name of 16 MiB would be empty bytes, which a client reports as malformed.
    out.finish().unwrap_or_default().into()
}
