//! The answer to `updates.getDifference`, also when a part of it cannot be read.
//!
//! TL has no lengths: one unknown constructor hides everything behind it. But a difference ends with the state that it
//! leads to, which has a fixed size and is found from behind, so that only this part is lost:
//!
//! ```text
//! updates.differenceSlice  new_messages ... other_updates chats users | state: 24 bytes
//! ```

use bytes::Bytes;
use heliogram_tl::{
    Combinator, Decode, DecodeError,
    api::updates::{Difference, DifferenceSlice, State, TypeDifference},
};

use super::answers::id;

/// A difference that holds something unknown.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) error: DecodeError,
    /// The state behind it.
    pub(super) end: Option<State>,
}

pub(super) fn read(answer: &Bytes) -> Result<TypeDifference, Unreadable> {
    TypeDifference::from_bytes(answer).map_err(|error| Unreadable {
        error,
        end: end(answer),
    })
}

fn end(answer: &Bytes) -> Option<State> {
    if !matches!(id(answer)?, Difference::ID | DifferenceSlice::ID) {
        return None;
    }
    let at = answer.len().checked_sub(STATE_BYTES)?;
    State::from_bytes(&answer.slice(at..)).ok()
}

/// An id and five numbers.
const STATE_BYTES: usize = 24;

#[cfg(test)]
mod tests {
    use heliogram_tl::Encode;

    use super::*;

    #[test]
    fn the_state_behind_something_unknown_is_found() {
        let slice = DifferenceSlice {
            new_messages: Vec::new(),
            new_encrypted_messages: Vec::new(),
            other_updates: Vec::new(),
            chats: Vec::new(),
            users: Vec::new(),
            intermediate_state: State {
                pts: 12,
                qts: 3,
                date: 5,
                seq: 1,
                unread_count: 9,
            },
        };
        let mut bytes = slice.to_bytes().unwrap();
        // One message, of a kind that nobody knows.
        bytes[8] = 1;
        let strange = 0x0bad_0bad_u32.to_le_bytes();
        bytes.splice(12..12, strange.into_iter().chain([1, 2, 3, 4]));
        let unreadable = read(&bytes.into()).unwrap_err();
        assert_eq!(unreadable.end.map(|state| state.pts), Some(12));
    }

    #[test]
    fn other_things_have_no_state() {
        assert!(
            read(&Bytes::from_static(b"1234"))
                .unwrap_err()
                .end
                .is_none()
        );
        assert!(read(&Bytes::new()).unwrap_err().end.is_none());
    }
}
