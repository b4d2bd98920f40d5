//! Sequence numbers: twice the count of content-related messages sent before, plus one when
//! the message is content-related itself, that is, when it wants an acknowledgment.
//!
//! `core.telegram.org/mtproto/description`, "Message Sequence Number (msg_seqno)".

/// Counts what one side has sent.
#[derive(Debug, Default)]
pub(crate) struct SeqNos {
    content: i32,
}

impl SeqNos {
    /// The number of the next message.
    pub(crate) fn next(&mut self, content: bool) -> i32 {
        let seq_no = self.content.wrapping_mul(2);
        if content {
            self.content = self.content.wrapping_add(1);
            seq_no | 1
        } else {
            seq_no
        }
    }

    /// Jumps forward, after the peer said that it has seen higher numbers.
    pub(crate) fn skip(&mut self, messages: i32) {
        self.content = self.content.wrapping_add(messages);
    }

    /// Jumps back, after the peer said that the numbers are too high.
    pub(crate) fn step_back(&mut self, messages: i32) {
        self.content = self.content.saturating_sub(messages).max(0);
    }
}

/// Whether a message wants an acknowledgment.
pub(crate) fn is_content(seq_no: i32) -> bool {
    seq_no & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_content_moves_the_count() {
        let mut seq_nos = SeqNos::default();
        let made = [true, false, false, true, true, false].map(|content| seq_nos.next(content));
        assert_eq!(made, [1, 2, 2, 3, 5, 6]);
    }
}
