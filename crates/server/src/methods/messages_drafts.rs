//! What is being written and not yet sent, the same in all sessions; `core.telegram.org/api/drafts`.

use heliogram_tl::api::messages::{self, ClearAllDraftsError, GetAllDraftsError, SaveDraftError};
use heliogram_tl::api::{self, TypeDraftMessage, TypeUpdate, TypeUpdates};

use crate::chats::{self, entities, peer, shown};
use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::store::StoreError;

/// `messages.saveDraft flags:# no_webpage:flags.1?true invert_media:flags.6?true reply_to:flags.4?InputReplyTo
/// peer:InputPeer message:string entities:flags.3?Vector<MessageEntity> media:flags.5?InputMedia ... = Bool`
pub(super) fn save_draft(
    cx: &mut Cx<'_>,
    call: messages::SaveDraft,
) -> Result<bool, Raise<SaveDraftError>> {
    let owner = cx.caller.user()?;
    let peer = peer::chat(cx, &call.peer)?;
    if call.message.is_empty() && call.reply_to.is_none() && call.media.is_none() {
        clear(cx, owner, peer)?;
        return Ok(true);
    }
    let entities = entities::given(cx, &call.message, call.entities.unwrap_or_default())?;
    let draft = TypeDraftMessage::DraftMessage(Box::new(api::DraftMessage {
        no_webpage: call.no_webpage,
        invert_media: call.invert_media,
        reply_to: call.reply_to,
        message: call.message,
        entities: (!entities.is_empty()).then_some(entities),
        media: call.media,
        date: wire_date(cx.now),
        effect: None,
        suggested_post: None,
        rich_message: None,
    }));
    let kept = chats::bytes(&draft);
    if cx.tx.dialogs().set_draft(owner, peer, Some(&kept))? {
        tell(cx, owner, peer, draft)?;
    }
    Ok(true)
}

/// `messages.getAllDrafts = Updates`
pub(super) fn all_drafts(
    cx: &mut Cx<'_>,
    _: messages::GetAllDrafts,
) -> Result<TypeUpdates, Raise<GetAllDraftsError>> {
    let owner = cx.caller.user()?;
    let mut updates = Vec::new();
    let mut people = vec![owner];
    for dialog in cx.tx.dialogs().of_user(owner)? {
        if let Some(draft) = shown::object(dialog.draft.as_deref()) {
            updates.push(update(dialog.peer, draft));
            people.push(dialog.peer);
        }
    }
    Ok(TypeUpdates::Updates(Box::new(api::Updates {
        updates,
        users: shown::users(cx, owner, people)?,
        chats: Vec::new(),
        date: wire_date(cx.now),
        seq: 0,
    })))
}

/// `messages.clearAllDrafts = Bool`
pub(super) fn clear_all_drafts(
    cx: &mut Cx<'_>,
    _: messages::ClearAllDrafts,
) -> Result<bool, Raise<ClearAllDraftsError>> {
    let owner = cx.caller.user()?;
    for dialog in cx.tx.dialogs().of_user(owner)? {
        clear(cx, owner, dialog.peer)?;
    }
    Ok(true)
}

/// Forgets the draft of a chat, and tells the other sessions when there was one.
pub(super) fn clear(cx: &mut Cx<'_>, owner: i64, peer: i64) -> Result<(), StoreError> {
    if !cx.tx.dialogs().set_draft(owner, peer, None)? {
        return Ok(());
    }
    let date = Some(wire_date(cx.now));
    let empty = TypeDraftMessage::DraftMessageEmpty(api::DraftMessageEmpty { date });
    tell(cx, owner, peer, empty)
}

fn tell(cx: &mut Cx<'_>, owner: i64, peer: i64, draft: TypeDraftMessage) -> Result<(), StoreError> {
    let people = shown::users(cx, owner, vec![owner, peer])?;
    let updates = chats::updates(update(peer, draft), people, cx.now);
    let calling = cx.caller.session();
    cx.push_updates_to_others(owner, &updates, Some(calling))
}

fn update(peer: i64, draft: TypeDraftMessage) -> TypeUpdate {
    TypeUpdate::UpdateDraftMessage(Box::new(api::UpdateDraftMessage {
        peer: shown::user_peer(peer),
        top_msg_id: None,
        saved_peer_id: None,
        draft,
    }))
}
