//! Writing messages; `core.telegram.org/method/messages.sendMessage`.

use heliogram_tl::RpcError;
use heliogram_tl::api::messages::{self, SendMessageError};
use heliogram_tl::api::{self, TypeInputReplyTo, TypeReplyMarkup, TypeUpdates};

use crate::chats::{self, NewMessage, keyboard, peer, shown};
use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::people;
use crate::store::StoreError;
use crate::store::messages::{MessageRow, Traits};

/// The longest text, in UTF-16 units: `message_length_max` of the config.
const LONGEST: usize = 4096;

/// `messages.sendMessage flags:# no_webpage:flags.1?true silent:flags.5?true ... peer:InputPeer
/// reply_to:flags.0?InputReplyTo message:string random_id:long ... = Updates`
pub(super) fn send_message(
    cx: &mut Cx<'_>,
    call: messages::SendMessage,
) -> Result<TypeUpdates, Raise<SendMessageError>> {
    let sender = cx.caller.user()?;
    let recipient =
        peer::peer(cx, &call.peer)?.ok_or(Raise::Method(SendMessageError::PeerIdInvalid))?;
    if let Some(sent) = already_sent(cx, sender, call.random_id)? {
        return Ok(said(cx, &sent, call.random_id)?);
    }
    if let Some(reason) = people::may_write(cx.tx, sender, recipient)? {
        return Err(reason.raise());
    }
    if call.message.is_empty() {
        return Err(Raise::Method(SendMessageError::MessageEmpty));
    }
    if call.message.encode_utf16().count() > LONGEST {
        return Err(Raise::Method(SendMessageError::MessageTooLong));
    }
    let reply_to = match call.reply_to.as_deref() {
        Some(TypeInputReplyTo::InputReplyToMessage(to)) => Some(to.reply_to_msg_id),
        _ => None,
    };
    let reply_markup = keyboard_of_bot(cx, call.reply_markup)?;
    let new = NewMessage {
        random_id: Some(call.random_id).filter(|id| *id != 0),
        entities: call.entities.unwrap_or_default(),
        reply_markup,
        reply_to,
        traits: Traits {
            silent: call.silent,
            noforwards: call.noforwards,
            invert_media: call.invert_media,
            ..Traits::default()
        },
        ..NewMessage::text(sender, recipient, call.message)
    };
    let calling = cx.caller.session();
    let posted = chats::post(cx, &new, Some(calling))?;
    let sent = posted.sent.expect("an account has what it sends");
    Ok(said(cx, &sent, call.random_id)?)
}

/// The keyboard of a message. Those of people are left out, as the clients of people have none to send.
pub(super) fn keyboard_of_bot(
    cx: &Cx<'_>,
    markup: Option<TypeReplyMarkup>,
) -> Result<Option<TypeReplyMarkup>, RpcError> {
    match markup.filter(|_| cx.caller.bot) {
        Some(markup) => keyboard::check(&markup).map(|()| Some(markup)),
        None => Ok(None),
    }
}

/// What a sender that repeats a random_id sent with it the first time.
pub(super) fn already_sent(
    cx: &Cx<'_>,
    sender: i64,
    random_id: i64,
) -> Result<Option<MessageRow>, StoreError> {
    if random_id == 0 {
        return Ok(None);
    }
    let messages = cx.tx.messages();
    let content = messages.by_random_id(sender, random_id)?;
    match content.and_then(|content| content.sender_message) {
        Some(id) => messages.find(sender, id),
        None => Ok(None),
    }
}

/// The answer to who sent a message: the short form for a plain one.
pub(super) fn said(
    cx: &Cx<'_>,
    row: &MessageRow,
    random_id: i64,
) -> Result<TypeUpdates, StoreError> {
    let is_plain =
        row.peer != row.owner && row.content.media.is_none() && row.content.reply_markup.is_none();
    if is_plain {
        return Ok(TypeUpdates::UpdateShortSentMessage(Box::new(
            api::UpdateShortSentMessage {
                out: true,
                id: row.id,
                pts: row.pts,
                pts_count: 1,
                date: wire_date(row.content.date),
                media: None,
                entities: shown::entities(&row.content),
                ttl_period: None,
            },
        )));
    }
    Ok(TypeUpdates::Updates(Box::new(api::Updates {
        updates: vec![
            api::TypeUpdate::UpdateMessageID(api::UpdateMessageID {
                id: row.id,
                random_id,
            }),
            shown::new_message_update(row),
        ],
        users: shown::people_of(cx, row.owner, [row])?,
        chats: Vec::new(),
        date: wire_date(cx.now),
        seq: 0,
    })))
}
