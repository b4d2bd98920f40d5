//! `core.telegram.org/api/updates`: where one is, and what one has missed.

use heliogram_tl::AnyMethodError;
use heliogram_tl::api::TypeUpdate;
use heliogram_tl::api::updates::{self, GetDifferenceError, GetStateError, TypeDifference};

use crate::chats::shown;
use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::store::StoreError;
use crate::store::happenings::What;

/// How much one answer holds when the caller does not say.
const SLICE: i64 = 100;
/// The pts of an account to which nothing has happened yet.
const FIRST_PTS: i32 = 1;
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
    let pts = cx.tx.happenings().pts(user_id)?;
    if pts == call.pts {
        return Ok(TypeDifference::DifferenceEmpty(updates::DifferenceEmpty {
            date: wire_date(cx.now),
            seq: 0,
        }));
    }
    // A pts that was never reached is of another life of the world: before a reset, say.
    let first = cx.tx.happenings().first(user_id)?;
    let is_forgotten = first.is_none_or(|first| first > call.pts + 1 && first > FIRST_PTS + 1);
    let is_too_much = call
        .pts_total_limit
        .is_some_and(|limit| pts - call.pts > limit);
    if call.pts > pts || is_forgotten || is_too_much {
        return Ok(TypeDifference::DifferenceTooLong(
            updates::DifferenceTooLong { pts },
        ));
    }
    let limit = call
        .pts_limit
        .map_or(SLICE, |limit| i64::from(limit).clamp(1, LARGEST_SLICE));
    let missed = cx.tx.happenings().after(user_id, call.pts, limit + 1)?;
    let complete = missed.len() as i64 <= limit;
    let told = &missed[..missed.len().min(limit as usize)];
    let mut new_messages = Vec::new();
    let mut other_updates = Vec::new();
    let mut rows = Vec::new();
    let mut people = Vec::new();
    for happening in told {
        match &happening.what {
            // What was deleted since then is not told, only that it was deleted.
            What::NewMessage(id) => {
                if let Some(row) = cx.tx.messages().find(user_id, *id)? {
                    new_messages.push(shown::message(cx, &row)?);
                    rows.push(row);
                }
            }
            What::EditedMessage(id) => {
                if let Some(row) = cx.tx.messages().find(user_id, *id)? {
                    other_updates.push(shown::edited_message_update(cx, &row, happening.pts)?);
                    rows.push(row);
                }
            }
            What::Other(update) => {
                other_updates.extend(shown::object::<TypeUpdate>(Some(update)));
                people.extend(shown::people_in(update));
            }
        }
    }
    let reached = told.last().map_or(call.pts, |last| last.pts);
    people.extend(rows.iter().flat_map(shown::names));
    let users = shown::users(cx, user_id, people)?;
    Ok(if complete {
        TypeDifference::Difference(Box::new(updates::Difference {
            new_messages,
            new_encrypted_messages: Vec::new(),
            other_updates,
            chats: Vec::new(),
            users,
            state: state_at(cx, user_id, pts)?,
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

/// Where an account is, or was at a pts.
pub(super) fn state_at(cx: &Cx<'_>, user_id: i64, pts: i32) -> Result<updates::State, StoreError> {
    Ok(updates::State {
        pts,
        qts: 0,
        date: wire_date(cx.now),
        seq: 0,
        unread_count: cx.tx.dialogs().unread(user_id)?,
    })
}
