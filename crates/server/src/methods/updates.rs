//! `core.telegram.org/api/updates`: where one is, and what one has missed.

use heliogram_tl::AnyMethodError;
use heliogram_tl::api::updates::{self, GetDifferenceError, GetStateError, TypeDifference};

use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::notices;
use crate::people;
use crate::store::StoreError;

/// How many messages one answer holds.
const SLICE: i64 = 100;

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
    let limit = call
        .pts_limit
        .map_or(SLICE, |limit| i64::from(limit).clamp(1, SLICE));
    let missed = cx.tx.messages().after_pts(user_id, call.pts, limit + 1)?;
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    if missed.is_empty() {
        return Ok(TypeDifference::DifferenceEmpty(updates::DifferenceEmpty {
            date: wire_date(cx.now),
            seq: 0,
        }));
    }
    let complete = missed.len() as i64 <= limit;
    let shown = &missed[..missed.len().min(limit as usize)];
    let new_messages = shown.iter().map(notices::message).collect();
    let reached = shown.last().map_or(call.pts, |message| message.pts);
    let users = vec![people::service()];
    Ok(if complete {
        TypeDifference::Difference(Box::new(updates::Difference {
            new_messages,
            new_encrypted_messages: Vec::new(),
            other_updates: Vec::new(),
            chats: Vec::new(),
            users,
            state: state_at(cx, user_id, account.pts)?,
        }))
    } else {
        TypeDifference::DifferenceSlice(Box::new(updates::DifferenceSlice {
            new_messages,
            new_encrypted_messages: Vec::new(),
            other_updates: Vec::new(),
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
        unread_count: cx.tx.messages().newest_first(user_id)?.len() as i32,
    })
}
