//! `core.telegram.org/api/updates`: where one is, and what one has missed.

use heliogram_tl::AnyMethodError;
use heliogram_tl::api::updates::{self, GetDifferenceError, GetStateError, TypeDifference};
use heliogram_tl::api::{self, TypeUpdate};

use crate::chats::shown;
use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::store::StoreError;
use crate::store::happenings::What;

/// How much one answer holds when the caller does not say.
const SLICE: i64 = 100;
/// How much it holds at most.
const LARGEST_SLICE: i64 = 1000;

/// `updates.getState = updates.State`
pub(super) fn state(
    cx: &mut Cx<'_>,
    _: updates::GetState,
) -> Result<updates::State, Raise<GetStateError>> {
    let user_id = cx.caller.user()?;
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    Ok(state_at(cx, user_id, account.pts)?)
}

/// `updates.getDifference flags:# pts:int pts_limit:flags.1?int pts_total_limit:flags.0?int date:int qts:int
/// qts_limit:flags.2?int = updates.Difference`
pub(super) fn difference(
    cx: &mut Cx<'_>,
    call: updates::GetDifference,
) -> Result<TypeDifference, Raise<GetDifferenceError>> {
    let user_id = cx.caller.user()?;
    match call.pts {
        0 => return Err(Raise::Method(GetDifferenceError::PersistentTimestampEmpty)),
        ..0 => {
            return Err(Raise::Method(
                GetDifferenceError::PersistentTimestampInvalid,
            ));
        }
        _ => {}
    }
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    if let Some(limit) = call.pts_total_limit
        && account.pts - call.pts > limit
    {
        return Ok(TypeDifference::DifferenceTooLong(
            updates::DifferenceTooLong { pts: account.pts },
        ));
    }
    let limit = call
        .pts_limit
        .map_or(SLICE, |limit| i64::from(limit).clamp(1, LARGEST_SLICE));
    let missed = cx.tx.happenings().after(user_id, call.pts, limit + 1)?;
    if missed.is_empty() {
        return Ok(TypeDifference::DifferenceEmpty(updates::DifferenceEmpty {
            date: wire_date(cx.now),
            seq: 0,
        }));
    }
    let complete = missed.len() as i64 <= limit;
    let told = &missed[..missed.len().min(limit as usize)];
    let mut new_messages = Vec::new();
    let mut other_updates = Vec::new();
    let mut rows = Vec::new();
    for happening in told {
        match &happening.what {
            // What was deleted since then is not told, only that it was deleted.
            What::NewMessage(id) => {
                if let Some(row) = cx.tx.messages().find(user_id, *id)? {
                    new_messages.push(shown::message(&row));
                    rows.push(row);
                }
            }
            What::EditedMessage(id) => {
                if let Some(row) = cx.tx.messages().find(user_id, *id)? {
                    let edited = api::UpdateEditMessage {
                        message: shown::message(&row),
                        pts: happening.pts,
                        pts_count: 1,
                    };
                    other_updates.push(TypeUpdate::UpdateEditMessage(Box::new(edited)));
                    rows.push(row);
                }
            }
            What::Other(update) => other_updates.extend(shown::object::<TypeUpdate>(Some(update))),
        }
    }
    let reached = told.last().map_or(call.pts, |last| last.pts);
    let users = shown::people_of(cx, user_id, &rows)?;
    Ok(if complete {
        TypeDifference::Difference(Box::new(updates::Difference {
            new_messages,
            new_encrypted_messages: Vec::new(),
            other_updates,
            chats: Vec::new(),
            users,
            state: state_at(cx, user_id, account.pts)?,
        }))
    } else {
        TypeDifference::DifferenceSlice(Box::new(updates::DifferenceSlice {
            new_messages,
            new_encrypted_messages: Vec::new(),
            other_updates,
            chats: Vec::new(),
            users,
            intermediate_state: state_at(cx, user_id, reached)?,
        }))
    })
}

fn state_at(cx: &Cx<'_>, user_id: i64, pts: i32) -> Result<updates::State, StoreError> {
    Ok(updates::State {
        pts,
        qts: 0,
        date: wire_date(cx.now),
        seq: 0,
        unread_count: cx.tx.dialogs().unread(user_id)?,
    })
}
