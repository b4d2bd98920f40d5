//! One packet from several messages: alone as it is, together in a container.

use bytes::Bytes;

use super::{
    containers::{MESSAGE_HEADER, MSG_CONTAINER},
    rpc::{self, RESULT_HEADER},
};
use crate::ids::MsgId;

/// A packet is closed when it has this many bytes: small answers travel together, a large one
/// does not wait for its neighbours to be encrypted.
pub(crate) const FULL_PACKET: usize = 16 * 1024;

/// A packet is closed when it has this many messages.
pub(crate) const FULL_COUNT: usize = 100;

/// What a message is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) msg_id: MsgId,
    pub(crate) seq_no: i32,
}

/// A message of a packet.
pub(crate) struct Part {
    pub(crate) stamp: Stamp,
    /// The request that `body` is the result of.
    pub(crate) answers: Option<MsgId>,
    pub(crate) body: Bytes,
}

impl Part {
    fn len(&self) -> usize {
        body_len(self.answers, &self.body)
    }

    fn write(&self, out: &mut Vec<u8>) {
        if let Some(request) = self.answers {
            rpc::write_header(request, out);
        }
        out.extend_from_slice(&self.body);
    }
}

/// How long a message is in a packet.
pub(crate) fn body_len(answers: Option<MsgId>, body: &Bytes) -> usize {
    body.len() + answers.map_or(0, |_| RESULT_HEADER)
}

/// Appends the packet and gives its stamp; `container` makes that of a container.
pub(crate) fn write(parts: &[Part], container: impl FnOnce() -> Stamp, out: &mut Vec<u8>) -> Stamp {
    if let [part] = parts {
        part.write(out);
        return part.stamp;
    }
    let bodies: usize = parts.iter().map(|part| MESSAGE_HEADER + part.len()).sum();
    out.reserve(8 + bodies);
    out.extend_from_slice(&MSG_CONTAINER.to_le_bytes());
    out.extend_from_slice(&(parts.len() as u32).to_le_bytes());
    for part in parts {
        out.extend_from_slice(&part.stamp.msg_id.0.to_le_bytes());
        out.extend_from_slice(&part.stamp.seq_no.to_le_bytes());
        out.extend_from_slice(&(part.len() as u32).to_le_bytes());
        part.write(out);
    }
    container()
}
