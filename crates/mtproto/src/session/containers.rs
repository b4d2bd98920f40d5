//! Several messages in one packet.
//!
//! ```text
//! msg_container#73f1f8dc messages:vector<message> = MessageContainer
//! message msg_id:long seqno:int bytes:int body:Object = Message
//! msg_copy#e06046b2 orig_message:Message = MessageCopy
//! ```
//!
//! The vector is bare: a count and the messages, without ids. A container holds at most 1020
//! messages and 2^20 bytes, and no container; its own number is higher than those of what it
//! holds. `msg_copy`, which nobody sends, is read as a container of one.
//!
//! `core.telegram.org/mtproto/service_messages`, "Containers".

use std::fmt;

use bytes::Bytes;
use heliogram_tl::{Fault, Malformed, Reader};

use crate::ids::MsgId;

/// The id of `msg_container`.
pub const MSG_CONTAINER: u32 = 0x73f1_f8dc;

/// The id of `msg_copy`.
pub const MSG_COPY: u32 = 0xe060_46b2;

/// The most messages in a container: `mtproto/service_messages`, "Simple Container".
pub const MAX_MESSAGES: usize = 1020;

/// The most bytes in a container: the same place.
pub const MAX_BYTES: usize = 1 << 20;

/// What a message has in a container besides its body: number, sequence number, length.
pub(crate) const MESSAGE_HEADER: usize = 16;

/// A message in a container.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number.
    pub msg_id: MsgId,
    /// Its sequence number.
    pub seq_no: i32,
    /// The object.
    pub body: Bytes,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may be a code or a password.
        let Self {
            msg_id,
            seq_no,
            body,
        } = self;
        write!(
            f,
            "Message({msg_id}, seq_no {seq_no}, {} bytes)",
            body.len()
        )
    }
}

/// Whether an object is a container.
#[must_use]
pub fn is_container(object: &[u8]) -> bool {
    object.starts_with(&MSG_CONTAINER.to_le_bytes()) || object.starts_with(&MSG_COPY.to_le_bytes())
}

/// The messages in a container.
///
/// # Errors
/// Where and why the bytes are not a valid container.
pub fn messages(object: &Bytes) -> Result<Vec<Message>, Malformed> {
    let mut input = Reader::new(object);
    let count = match input.word()? {
        MSG_CONTAINER => input.vector_count(true, MESSAGE_HEADER)?,
        MSG_COPY => 1,
        id => return Err(input.unexpected(id)),
    };
    if count as usize > MAX_MESSAGES || object.len() > MAX_BYTES {
        let remaining = input.remaining().len();
        return Err(input.fault(Fault::CountTooLarge { count, remaining }));
    }
    let mut messages = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let msg_id = MsgId(input.read()?);
        let seq_no = input.read()?;
        let length = input.word()? as usize;
        let start = input.position();
        let content = input.take(length)?;
        if is_container(content) {
            return Err(Malformed::new(start, Fault::UnexpectedId(MSG_CONTAINER)));
        }
        messages.push(Message {
            msg_id,
            seq_no,
            body: object.slice_ref(content),
        });
    }
    input.end()?;
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use heliogram_tl::{Encode, Writer};

    use super::*;

    fn container(bodies: &[&[u8]]) -> Bytes {
        let mut out = Writer::new();
        out.id(MSG_CONTAINER);
        out.word(bodies.len() as u32);
        for (index, body) in bodies.iter().enumerate() {
            (index as i64 * 4).encode(&mut out);
            (index as i32).encode(&mut out);
            out.word(body.len() as u32);
            out.raw(body);
        }
        out.finish().unwrap().into()
    }

    #[test]
    fn messages_come_out_in_their_order() {
        let object = container(&[b"aaaa", b"", b"bbbbcccc"]);
        let bodies: Vec<_> = messages(&object)
            .unwrap()
            .into_iter()
            .map(|m| m.body)
            .collect();
        assert_eq!(bodies, ["aaaa", "", "bbbbcccc"]);
    }

    #[test]
    fn a_container_in_a_container_is_malformed() {
        let inner = container(&[b"aaaa"]);
        assert!(messages(&container(&[&inner])).is_err());
    }

    #[test]
    fn at_most_1020_messages() {
        assert!(messages(&container(&[b"" as &[u8]; 1020])).is_ok());
        assert!(messages(&container(&[b"" as &[u8]; 1021])).is_err());
    }

    #[test]
    fn lengths_and_counts_that_lie_are_malformed() {
        let object = container(&[b"aaaa", b"bbbb"]);
        for end in 0..object.len() {
            assert!(messages(&object.slice(..end)).is_err());
        }
        let mut longer = object.to_vec();
        longer.push(0);
        assert!(messages(&longer.into()).is_err());
        let mut huge = container(&[]).to_vec();
        huge[4..8].fill(0xff);
        assert!(messages(&huge.into()).is_err());
    }
}
