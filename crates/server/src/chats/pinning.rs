//! Pinning messages in a chat: for both, or for oneself.

use heliogram_tl::api::{self, TypeUpdate};

use super::{NewMessage, post, shown, tell};
use crate::cx::Scope;
use crate::push::CallingSession;
use crate::store::StoreError;
use crate::store::messages::{MessageRow, Traits};

/// How a message is pinned.
#[derive(Clone, Copy)]
pub(crate) struct Pin {
    /// Whether it is, or is no longer.
    pub(crate) pinned: bool,
    /// Whether the other sees it too.
    pub(crate) for_both: bool,
    pub(crate) silent: bool,
}

/// Pins a message or takes the pin off; what its owner is told, or none when it was like this before. A pin for both
/// is a service message as well.
pub(crate) fn pin(
    scope: &mut Scope<'_>,
    row: &MessageRow,
    pin: Pin,
    calling: Option<CallingSession>,
) -> Result<Option<api::TypeUpdates>, StoreError> {
    if !scope
        .tx
        .messages()
        .set_pinned(row.owner, row.id, pin.pinned)?
    {
        return Ok(None);
    }
    let mut told = tell_pinned(scope, row.owner, row.peer, row.id, pin.pinned, calling)?;
    if pin.for_both
        && let Some(id) = row.of_other()
        && scope.tx.messages().set_pinned(row.peer, id, pin.pinned)?
    {
        tell_pinned(scope, row.peer, row.owner, id, pin.pinned, None)?;
    }
    if pin.pinned && pin.for_both {
        let note = NewMessage {
            reply_to: Some(row.id),
            action: Some(api::TypeMessageAction::MessageActionPinMessage),
            traits: Traits {
                silent: pin.silent,
                ..Traits::default()
            },
            ..NewMessage::text(row.owner, row.peer, "")
        };
        let posted = post(scope, &note, calling)?;
        if let (Some(note), api::TypeUpdates::Updates(told)) = (&posted, &mut told) {
            told.updates.push(shown::new_message_update(scope, note)?);
            told.users = shown::people_of(scope, row.owner, [note])?;
        }
    }
    Ok(Some(told))
}

fn tell_pinned(
    scope: &mut Scope<'_>,
    owner: i64,
    peer: i64,
    id: i32,
    pinned: bool,
    except: Option<CallingSession>,
) -> Result<api::TypeUpdates, StoreError> {
    tell(scope, owner, 1, except, |pts| {
        TypeUpdate::UpdatePinnedMessages(Box::new(api::UpdatePinnedMessages {
            pinned,
            peer: shown::user_peer(peer),
            messages: vec![id],
            pts,
            pts_count: 1,
        }))
    })
}
