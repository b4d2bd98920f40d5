//! Passing messages on; `core.telegram.org/method/messages.forwardMessages`.

use std::collections::HashMap;

use heliogram_tl::api::TypeUpdates;
use heliogram_tl::api::messages::{self, ForwardMessagesError};

use super::messages_send::{already_sent, answer, refuse_unbuilt};
use crate::chats::{self, NewMessage, forwarding, peer, shown};
use crate::cx::{Cx, Raise, Scope};
use crate::store::StoreError;
use crate::store::messages::{MessageRow, Traits};

/// How many messages may be passed on at once; `forwarded_count_max` of the config.
const MOST: usize = 100;

/// `messages.forwardMessages flags:# silent:flags.5?true background:flags.6?true drop_author:flags.11?true
/// drop_media_captions:flags.12?true noforwards:flags.14?true ... from_peer:InputPeer id:Vector<int>
/// random_id:Vector<long> to_peer:InputPeer ... = Updates`
///
/// Messages that are no longer there are left out, as long as there are others.
pub(super) fn forward_messages(
    cx: &mut Cx<'_>,
    call: messages::ForwardMessages,
) -> Result<TypeUpdates, Raise<ForwardMessagesError>> {
    let sender = cx.caller.user()?;
    if call.id.is_empty() {
        return Err(Raise::Method(ForwardMessagesError::MessageIdsEmpty));
    }
    if call.id.len() != call.random_id.len() || call.random_id.contains(&0) {
        return Err(Raise::Method(ForwardMessagesError::RandomIdInvalid));
    }
    if call.id.len() > MOST {
        return Err(Raise::Method(ForwardMessagesError::MessageIdInvalid));
    }
    let from = peer::chat(cx, &call.from_peer)?;
    let recipient = peer::writable(cx, &call.to_peer)?;
    refuse_unbuilt(cx, call.schedule_date, call.send_as.as_deref())?;
    if call.quick_reply_shortcut.is_some() {
        return Err(Raise::Method(ForwardMessagesError::QuickRepliesTooMuch));
    }
    let answer = answer(cx, sender, recipient, call.reply_to.as_deref())?;
    let mut sent: Vec<(MessageRow, i64)> = Vec::new();
    let mut new: Vec<NewMessage> = Vec::new();
    let mut albums: HashMap<i64, i64> = HashMap::new();
    for (id, random_id) in call.id.iter().zip(&call.random_id) {
        if let Some(row) = already_sent(cx, sender, *random_id)? {
            sent.push((row, *random_id));
            continue;
        }
        if new.iter().any(|new| new.random_id == Some(*random_id)) {
            return Err(Raise::Method(ForwardMessagesError::RandomIdInvalid));
        }
        let row = cx.tx.messages().find(sender, *id)?;
        let Some(row) = row.filter(|row| row.peer == from && row.content.action.is_none()) else {
            continue;
        };
        if row.content.traits.noforwards {
            return Err(Raise::Method(ForwardMessagesError::ChatForwardsRestricted));
        }
        let grouped_id = row.content.grouped_id;
        let grouped_id =
            grouped_id.map(|album| *albums.entry(album).or_insert_with(|| cx.random.id()));
        new.push(NewMessage {
            random_id: Some(*random_id),
            grouped_id,
            reply_to: answer.reply_to,
            reply_header: answer.header.clone(),
            ..copy(cx, &row, recipient, &call)?
        });
    }
    if sent.is_empty() && new.is_empty() {
        return Err(Raise::Method(ForwardMessagesError::MessageIdInvalid));
    }
    let calling = cx.caller.session();
    for (posted, new) in chats::post_all(cx, &new, Some(calling))?
        .into_iter()
        .zip(&new)
    {
        let row = posted.expect("an account has what it sends");
        sent.push((row, new.random_id.unwrap_or_default()));
    }
    sent.sort_by_key(|(row, _)| row.id);
    let sent: Vec<_> = sent.iter().map(|(row, id)| (row, *id)).collect();
    Ok(shown::sent(cx, sender, &sent)?)
}

/// A message as it is passed on.
fn copy(
    scope: &Scope<'_>,
    row: &MessageRow,
    recipient: i64,
    call: &messages::ForwardMessages,
) -> Result<NewMessage, StoreError> {
    let content = &row.content;
    let fwd_from = match () {
        () if call.drop_author || call.drop_media_captions => None,
        () if recipient == row.owner => Some(forwarding::saved_header(scope, row)?),
        () => Some(forwarding::header(scope, row)?),
    };
    let has_media = content.media.is_some();
    let is_captionless = call.drop_media_captions && has_media;
    let text = match is_captionless {
        true => "",
        false => &content.text,
    };
    Ok(NewMessage {
        entities: shown::entities(content)
            .filter(|_| !is_captionless)
            .unwrap_or_default(),
        media: shown::object(content.media.as_deref()),
        reply_markup: shown::object(content.reply_markup.as_deref()).filter(chats::is_inline),
        fwd_from,
        via_bot: content.via_bot,
        traits: Traits {
            silent: call.silent,
            noforwards: call.noforwards,
            invert_media: content.traits.invert_media,
            ..Traits::default()
        },
        ..NewMessage::text(row.owner, recipient, text)
    })
}
