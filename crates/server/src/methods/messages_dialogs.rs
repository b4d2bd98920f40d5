//! The list of chats; `core.telegram.org/method/messages.getDialogs`.

use heliogram_tl::api::messages::{
    self, GetDialogUnreadMarksError, GetDialogsError, GetPeerDialogsError, GetPinnedDialogsError,
    MarkDialogUnreadError, PeerDialogs, ReorderPinnedDialogsError, ToggleDialogPinError,
    TypeDialogs,
};
use heliogram_tl::api::{self, TypeDialogPeer, TypeInputDialogPeer, TypeUpdate};
use heliogram_tl::{AnyMethodError, MethodError};

use super::updates;
use crate::chats::{self, peer, shown};
use crate::cx::{Cx, Raise};
use crate::store::StoreError;
use crate::store::dialogs::DialogRow;

/// How many dialogs one answer holds.
const PAGE: i32 = 100;
/// How many dialogs may be pinned; `pinned_dialogs_count_max` of the config.
const MOST_PINNED: usize = 5;

/// `messages.getDialogs flags:# exclude_pinned:flags.0?true folder_id:flags.1?int offset_date:int offset_id:int
/// offset_peer:InputPeer limit:int hash:long = messages.Dialogs`
pub(super) fn dialogs(
    cx: &mut Cx<'_>,
    call: messages::GetDialogs,
) -> Result<TypeDialogs, Raise<GetDialogsError>> {
    let user_id = cx.caller.user()?;
    let mut all = match call.folder_id {
        None | Some(0) => cx.tx.dialogs().of_user(user_id)?,
        Some(_) => Vec::new(),
    };
    // A chat without messages is in the list only when somebody has put it there.
    all.retain(|row| row.top_message > 0 || row.pinned.is_some());
    if call.exclude_pinned {
        all.retain(|row| row.pinned.is_none());
    }
    let count = all.len();
    // The list goes on after the one that was last: by its newest message, since ids grow with dates.
    let is_further = |row: &DialogRow| match (call.offset_id, call.offset_date) {
        (0, 0) => true,
        _ if row.pinned.is_some() => false,
        (0, _) => true,
        (id, _) => row.top_message < id,
    };
    all.retain(is_further);
    if call.offset_id == 0 && call.offset_date != 0 {
        let mut older = Vec::new();
        for row in all {
            let top = cx.tx.messages().find(user_id, row.top_message)?;
            if top.is_some_and(|top| top.content.date < call.offset_date.into()) {
                older.push(row);
            }
        }
        all = older;
    }
    let limit = if call.limit <= 0 {
        PAGE
    } else {
        call.limit.min(PAGE)
    };
    all.truncate(limit as usize);
    let found = Found::new(cx, user_id, &all)?;
    Ok(if all.len() == count {
        TypeDialogs::Dialogs(Box::new(messages::Dialogs {
            dialogs: found.dialogs,
            messages: found.messages,
            users: found.users,
            chats: Vec::new(),
        }))
    } else {
        TypeDialogs::DialogsSlice(Box::new(messages::DialogsSlice {
            count: count as i32,
            dialogs: found.dialogs,
            messages: found.messages,
            users: found.users,
            chats: Vec::new(),
        }))
    })
}

/// `messages.getPeerDialogs peers:Vector<InputDialogPeer> = messages.PeerDialogs`
pub(super) fn peer_dialogs(
    cx: &mut Cx<'_>,
    call: messages::GetPeerDialogs,
) -> Result<PeerDialogs, Raise<GetPeerDialogsError>> {
    let user_id = cx.caller.user()?;
    if call.peers.is_empty() {
        return Err(Raise::Method(GetPeerDialogsError::InputPeersEmpty));
    }
    let mut rows = Vec::new();
    for input in &call.peers {
        // A folder is no chat.
        if !matches!(input, TypeInputDialogPeer::InputDialogPeer(_)) {
            continue;
        }
        let peer = chat_of(cx, input)?;
        let row = cx.tx.dialogs().find(user_id, peer)?;
        rows.push(row.unwrap_or_else(|| DialogRow::empty(peer)));
    }
    Ok(with_state(cx, user_id, &rows)?)
}

/// `messages.getPinnedDialogs folder_id:int = messages.PeerDialogs`
pub(super) fn pinned_dialogs(
    cx: &mut Cx<'_>,
    call: messages::GetPinnedDialogs,
) -> Result<PeerDialogs, Raise<GetPinnedDialogsError>> {
    let user_id = cx.caller.user()?;
    let mut rows = pinned(cx, user_id)?;
    if call.folder_id != 0 {
        rows.clear();
    }
    Ok(with_state(cx, user_id, &rows)?)
}

/// `messages.toggleDialogPin flags:# pinned:flags.0?true peer:InputDialogPeer = Bool`
pub(super) fn toggle_dialog_pin(
    cx: &mut Cx<'_>,
    call: messages::ToggleDialogPin,
) -> Result<bool, Raise<ToggleDialogPinError>> {
    let user_id = cx.caller.user()?;
    let peer = chat_of(cx, &call.peer)?;
    let row = cx.tx.dialogs().find(user_id, peer)?;
    let row = row.ok_or(Raise::Method(ToggleDialogPinError::PeerHistoryEmpty))?;
    if row.pinned.is_some() == call.pinned {
        return Ok(true);
    }
    let there = pinned(cx, user_id)?;
    if call.pinned && there.len() >= MOST_PINNED {
        return Err(Raise::Method(ToggleDialogPinError::PinnedDialogsTooMuch));
    }
    let highest = there.iter().filter_map(|row| row.pinned).max().unwrap_or(0);
    let place = call.pinned.then_some(highest + 1);
    cx.tx.dialogs().set_pinned(user_id, peer, place)?;
    let update = TypeUpdate::UpdateDialogPinned(Box::new(api::UpdateDialogPinned {
        pinned: call.pinned,
        folder_id: None,
        peer: dialog_peer(peer),
    }));
    tell(cx, user_id, vec![peer], update)?;
    Ok(true)
}

/// `messages.reorderPinnedDialogs flags:# force:flags.0?true folder_id:int order:Vector<InputDialogPeer> = Bool`
pub(super) fn reorder_pinned_dialogs(
    cx: &mut Cx<'_>,
    call: messages::ReorderPinnedDialogs,
) -> Result<bool, Raise<ReorderPinnedDialogsError>> {
    let user_id = cx.caller.user()?;
    let there = pinned(cx, user_id)?;
    let mut order = Vec::new();
    for input in &call.order {
        let peer = chat_of(cx, input)?;
        let is_pinned = there.iter().any(|row| row.peer == peer);
        let is_known = cx.tx.dialogs().find(user_id, peer)?.is_some();
        if !order.contains(&peer) && is_known && (is_pinned || call.force) {
            order.push(peer);
        }
    }
    order.truncate(MOST_PINNED);
    // Those that are not named stay behind, or with `force` are pinned no longer.
    let unnamed: Vec<i64> = there
        .iter()
        .map(|row| row.peer)
        .filter(|peer| !order.contains(peer))
        .collect();
    if call.force {
        for peer in unnamed {
            cx.tx.dialogs().set_pinned(user_id, peer, None)?;
        }
    } else {
        order.extend(unnamed);
    }
    for (peer, place) in order.iter().rev().zip(1..) {
        cx.tx.dialogs().set_pinned(user_id, *peer, Some(place))?;
    }
    let update = TypeUpdate::UpdatePinnedDialogs(Box::new(api::UpdatePinnedDialogs {
        folder_id: None,
        order: Some(order.iter().map(|peer| dialog_peer(*peer)).collect()),
    }));
    tell(cx, user_id, order, update)?;
    Ok(true)
}

/// `messages.markDialogUnread flags:# unread:flags.0?true parent_peer:flags.1?InputPeer peer:InputDialogPeer = Bool`
pub(super) fn mark_dialog_unread(
    cx: &mut Cx<'_>,
    call: messages::MarkDialogUnread,
) -> Result<bool, Raise<MarkDialogUnreadError>> {
    let user_id = cx.caller.user()?;
    let peer = chat_of(cx, &call.peer)?;
    if cx
        .tx
        .dialogs()
        .set_unread_mark(user_id, peer, call.unread)?
    {
        let update = TypeUpdate::UpdateDialogUnreadMark(Box::new(api::UpdateDialogUnreadMark {
            unread: call.unread,
            peer: dialog_peer(peer),
            saved_peer_id: None,
        }));
        tell(cx, user_id, vec![peer], update)?;
    }
    Ok(true)
}

/// `messages.getDialogUnreadMarks flags:# parent_peer:flags.0?InputPeer = Vector<DialogPeer>`
pub(super) fn dialog_unread_marks(
    cx: &mut Cx<'_>,
    _: messages::GetDialogUnreadMarks,
) -> Result<Vec<TypeDialogPeer>, Raise<GetDialogUnreadMarksError>> {
    let user_id = cx.caller.user()?;
    let all = cx.tx.dialogs().of_user(user_id)?.into_iter();
    let marked = all.filter(|row| row.unread_mark);
    Ok(marked.map(|row| dialog_peer(row.peer)).collect())
}

/// Lines of the list with what they name.
struct Found {
    dialogs: Vec<api::TypeDialog>,
    messages: Vec<api::TypeMessage>,
    users: Vec<api::TypeUser>,
}

impl Found {
    fn new(cx: &Cx<'_>, user_id: i64, rows: &[DialogRow]) -> Result<Self, StoreError> {
        let mut messages = Vec::new();
        for row in rows {
            messages.extend(cx.tx.messages().find(user_id, row.top_message)?);
        }
        let named = messages.iter().flat_map(shown::names);
        let people = named.chain(rows.iter().map(|row| row.peer)).collect();
        Ok(Self {
            dialogs: rows.iter().map(dialog).collect(),
            users: shown::users(cx, user_id, people)?,
            messages: messages
                .iter()
                .map(|row| shown::message(cx, row))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn with_state(cx: &Cx<'_>, user_id: i64, rows: &[DialogRow]) -> Result<PeerDialogs, StoreError> {
    let found = Found::new(cx, user_id, rows)?;
    let pts = cx.tx.happenings().pts(user_id)?;
    Ok(PeerDialogs {
        dialogs: found.dialogs,
        messages: found.messages,
        chats: Vec::new(),
        users: found.users,
        state: updates::state_at(cx, user_id, pts)?,
    })
}

fn pinned(cx: &Cx<'_>, user_id: i64) -> Result<Vec<DialogRow>, StoreError> {
    let mut rows = cx.tx.dialogs().of_user(user_id)?;
    rows.retain(|row| row.pinned.is_some());
    Ok(rows)
}

fn chat_of<E: MethodError>(cx: &Cx<'_>, input: &TypeInputDialogPeer) -> Result<i64, Raise<E>> {
    match input {
        TypeInputDialogPeer::InputDialogPeer(dialog) => peer::chat(cx, &dialog.peer),
        _ => Err(AnyMethodError::MethodNotImplemented.into()),
    }
}

/// Tells the other sessions; nothing of this has a pts.
fn tell(
    cx: &mut Cx<'_>,
    user_id: i64,
    people: Vec<i64>,
    update: TypeUpdate,
) -> Result<(), StoreError> {
    let people = shown::users(cx, user_id, people)?;
    let updates = chats::updates(update, people, cx.now);
    let calling = cx.caller.session();
    cx.push_updates_to_others(user_id, &updates, Some(calling))
}

fn dialog_peer(peer: i64) -> TypeDialogPeer {
    TypeDialogPeer::DialogPeer(api::DialogPeer {
        peer: shown::user_peer(peer),
    })
}

fn dialog(row: &DialogRow) -> api::TypeDialog {
    api::TypeDialog::Dialog(Box::new(api::Dialog {
        pinned: row.pinned.is_some(),
        unread_mark: row.unread_mark,
        view_forum_as_messages: false,
        peer: shown::user_peer(row.peer),
        top_message: row.top_message,
        read_inbox_max_id: row.read_inbox,
        read_outbox_max_id: row.read_outbox,
        unread_count: row.unread,
        unread_mentions_count: 0,
        unread_reactions_count: 0,
        unread_poll_votes_count: 0,
        notify_settings: api::PeerNotifySettings::default(),
        pts: None,
        draft: shown::object(row.draft.as_deref()),
        folder_id: None,
        ttl_period: None,
    }))
}
