//! Asking and telling what became of messages.
//!
//! ```text
//! msgs_state_req#da69fb52 msg_ids:Vector<long> = MsgsStateReq
//! msgs_state_info#04deb57d req_msg_id:long info:bytes = MsgsStateInfo
//! ```
//!
//! One byte per message: 1 nothing is known, 2 and 3 not received, 4 received; and to 4 are
//! added 8 acknowledged, 16 wants no acknowledgment, 32 a call that runs or ran, 64 it was
//! answered, 128 the other side knows that.
//!
//! `core.telegram.org/mtproto/service_messages_about_messages`, "Request for Message Status
//! Information" and "Informational Message regarding Status of Messages".

use bytes::Bytes;
use heliogram_tl::mtproto::MsgsStateInfo;

use super::{received::Received, rpc};
use crate::ids::MsgId;

/// At most so many messages are asked about at once: the first page, "Request for Message Status
/// Information".
pub(crate) const MAX_ASKED: usize = 8192;

/// What one byte of `msgs_state_info` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Never received, or forgotten.
    Unknown,
    /// Certainly not received.
    NotReceived,
    /// Received; `answered` when it is a call whose answer exists.
    Received { answered: bool },
}

impl Status {
    pub(crate) fn of(byte: u8) -> Self {
        match byte & 7 {
            2 | 3 => Self::NotReceived,
            4.. => Self::Received {
                answered: byte & 64 != 0,
            },
            _ => Self::Unknown,
        }
    }
}

/// The `msgs_state_info` about `msg_ids`, for the request `request`.
pub(crate) fn info(request: MsgId, msg_ids: &[i64], received: &Received) -> Bytes {
    let info = msg_ids
        .iter()
        .take(MAX_ASKED)
        .map(|id| received.status(MsgId(*id)))
        .collect();
    rpc::object(&MsgsStateInfo {
        req_msg_id: request.0,
        info,
    })
}
