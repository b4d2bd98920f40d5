//! Writing messages; `core.telegram.org/method/messages.sendMessage`.

use heliogram_tl::api::messages::{self, SendMessageError};
use heliogram_tl::api::{self, TypeInputPeer, TypeInputReplyTo, TypeReplyMarkup, TypeUpdates};
use heliogram_tl::{AnyMethodError, MethodError, RpcError};

use super::messages_drafts;
use crate::chats::{self, NewMessage, entities, keyboard, peer, shown};
use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::store::StoreError;
use crate::store::messages::{MessageRow, Traits};

/// The longest text, in characters: `message_length_max` of the config.
pub(super) const LONGEST: usize = 4096;
/// What is to be sent so soon is sent now, in seconds.
const NOW: i64 = 10;

/// `messages.sendMessage flags:# no_webpage:flags.1?true silent:flags.5?true ... peer:InputPeer
/// reply_to:flags.0?InputReplyTo message:string random_id:long ... = Updates`
pub(super) fn send_message(
    cx: &mut Cx<'_>,
    call: messages::SendMessage,
) -> Result<TypeUpdates, Raise<SendMessageError>> {
    let sender = cx.caller.user()?;
    if call.random_id == 0 {
        return Err(Raise::Method(SendMessageError::RandomIdEmpty));
    }
    if let Some(sent) = already_sent(cx, sender, call.random_id)? {
        return Ok(said(cx, &sent, call.random_id)?);
    }
    let recipient = peer::writable(cx, &call.peer)?;
    if call.message.trim().is_empty() {
        return Err(Raise::Method(SendMessageError::MessageEmpty));
    }
    if call.message.chars().count() > LONGEST {
        return Err(Raise::Method(SendMessageError::MessageTooLong));
    }
    refuse_unbuilt(cx, call.schedule_date, call.send_as.as_deref())?;
    if call.quick_reply_shortcut.is_some() {
        return Err(Raise::Method(SendMessageError::QuickRepliesTooMuch));
    }
    if call.effect.is_some() {
        return Err(Raise::Method(SendMessageError::EffectChatInvalid));
    }
    if call.suggested_post.is_some() {
        return Err(Raise::Method(SendMessageError::SuggestedPostPeerInvalid));
    }
    if call.rich_message.is_some() {
        return Err(AnyMethodError::MethodNotImplemented.into());
    }
    let entities = entities::of_text(cx, &call.message, call.entities.unwrap_or_default())?;
    let answer = answer(cx, sender, recipient, call.reply_to.as_deref())?;
    let reply_markup = keyboard_of_bot(cx, call.reply_markup)?;
    let new = NewMessage {
        random_id: Some(call.random_id),
        entities,
        reply_markup,
        reply_to: answer.reply_to,
        reply_header: answer.header,
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
    if call.clear_draft {
        messages_drafts::clear(cx, sender, recipient)?;
    }
    let sent = posted.expect("an account has what it sends");
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

/// Refuses what no chat here has: messages that are sent later, or in the name of somebody else.
pub(super) fn refuse_unbuilt<E: MethodError>(
    cx: &Cx<'_>,
    schedule_date: Option<i32>,
    send_as: Option<&TypeInputPeer>,
) -> Result<(), Raise<E>> {
    if schedule_date.is_some_and(|date| i64::from(date) > cx.now + NOW) {
        let name = match cx.caller.bot {
            true => "SCHEDULE_BOT_NOT_ALLOWED",
            false => "SCHEDULE_DATE_TOO_LATE",
        };
        return Err(Raise::named(400, name));
    }
    match send_as {
        None | Some(TypeInputPeer::InputPeerSelf) => Ok(()),
        Some(_) => Err(Raise::named(400, "SEND_AS_PEER_INVALID")),
    }
}

/// What a message answers.
#[derive(Default)]
pub(super) struct Answer {
    /// A message of the same chat, in the sender's box.
    pub(super) reply_to: Option<i32>,
    /// A quote, or whose message of another chat it is.
    pub(super) header: Option<api::MessageReplyHeader>,
}

/// Reads what a message is to answer; `core.telegram.org/api/replies`.
pub(super) fn answer<E: MethodError>(
    cx: &Cx<'_>,
    sender: i64,
    chat: i64,
    reply_to: Option<&TypeInputReplyTo>,
) -> Result<Answer, Raise<E>> {
    let to = match reply_to {
        None => return Ok(Answer::default()),
        Some(TypeInputReplyTo::InputReplyToMessage(to)) => to,
        Some(TypeInputReplyTo::InputReplyToStory(_)) => {
            return Err(Raise::named(400, "STORY_ID_INVALID"));
        }
        Some(TypeInputReplyTo::InputReplyToMonoForum(_)) => {
            return Err(Raise::named(400, "REPLY_TO_MONOFORUM_PEER_INVALID"));
        }
        Some(_) => return Err(Raise::named(400, "REPLY_TO_INVALID")),
    };
    let of = match &to.reply_to_peer_id {
        Some(other) => peer::chat(cx, other)?,
        None => chat,
    };
    let row = cx.tx.messages().find(sender, to.reply_to_msg_id)?;
    let row = row
        .filter(|row| row.peer == of)
        .ok_or_else(|| Raise::named(400, "REPLY_MESSAGE_ID_INVALID"))?;
    let mut header = None;
    if let Some(quote) = &to.quote_text {
        if !row.content.text.contains(&**quote) {
            return Err(Raise::named(400, "QUOTE_TEXT_INVALID"));
        }
        let given = to.quote_entities.clone().unwrap_or_default();
        let entities = entities::given(cx, quote, given)?;
        header = Some(api::MessageReplyHeader {
            quote: true,
            quote_text: Some(quote.clone()),
            quote_entities: (!entities.is_empty()).then_some(entities),
            quote_offset: to.quote_offset,
            ..Default::default()
        });
    }
    if of == chat {
        return Ok(Answer {
            reply_to: Some(row.id),
            header,
        });
    }
    // The other may not have the message that is answered: it is told whose it was.
    let mut header = header.unwrap_or_default();
    header.reply_from = Some(Box::new(chats::forwarding::header(cx, &row)?));
    header.reply_media = shown::object(row.content.media.as_deref()).map(Box::new);
    Ok(Answer {
        reply_to: None,
        header: Some(header),
    })
}

/// What a sender that repeats a random_id sent with it the first time.
pub(super) fn already_sent<E: MethodError>(
    cx: &Cx<'_>,
    sender: i64,
    random_id: i64,
) -> Result<Option<MessageRow>, Raise<E>> {
    let messages = cx.tx.messages();
    let Some(content) = messages.by_random_id(sender, random_id)? else {
        return Ok(None);
    };
    let row = match content.sender_message {
        Some(id) => messages.find(sender, id)?,
        None => None,
    };
    // Its sender has deleted it since, and the other has it still.
    row.map(Some)
        .ok_or_else(|| Raise::named(500, "RANDOM_ID_DUPLICATE"))
}

/// The answer to who sent a message: the short form for a plain one.
pub(super) fn said(
    cx: &Cx<'_>,
    row: &MessageRow,
    random_id: i64,
) -> Result<TypeUpdates, StoreError> {
    let content = &row.content;
    let is_plain = row.peer != row.owner
        && content.media.is_none()
        && content.reply_markup.is_none()
        && content.reply_header.is_none();
    if is_plain {
        return Ok(TypeUpdates::UpdateShortSentMessage(Box::new(
            api::UpdateShortSentMessage {
                out: true,
                id: row.id,
                pts: row.pts,
                pts_count: 1,
                date: wire_date(content.date),
                media: None,
                entities: shown::entities(content),
                ttl_period: None,
            },
        )));
    }
    shown::sent(cx, row.owner, &[(row, random_id)])
}
