//! Messages by their ids; `core.telegram.org/method/messages.getMessages`.

use heliogram_tl::api::messages::{self, GetMessagesError, TypeMessages};
use heliogram_tl::api::{MessageEmpty, TypeInputMessage, TypeMessage};

use crate::chats::shown;
use crate::cx::{Cx, Raise};

/// How many may be asked for at once.
const MOST: usize = 100;

/// `messages.getMessages id:Vector<InputMessage> = messages.Messages`
pub(super) fn messages(
    cx: &mut Cx<'_>,
    call: messages::GetMessages,
) -> Result<TypeMessages, Raise<GetMessagesError>> {
    let owner = cx.caller.user()?;
    let stored = cx.tx.messages();
    let mut found = Vec::new();
    let mut messages = Vec::new();
    for input in call.id.iter().take(MOST) {
        let id = match input {
            TypeInputMessage::InputMessageID(message) => Some(message.id),
            TypeInputMessage::InputMessageReplyTo(answer) => stored
                .find(owner, answer.id)?
                .and_then(|answer| answer.reply_to),
            _ => None,
        };
        let row = match id {
            Some(id) => stored.find(owner, id)?,
            None => None,
        };
        messages.push(match &row {
            Some(row) => shown::message(cx, row)?,
            None => TypeMessage::MessageEmpty(MessageEmpty {
                id: id.unwrap_or_default(),
                peer_id: None,
            }),
        });
        found.extend(row);
    }
    let users = shown::people_of(cx, owner, &found)?;
    Ok(TypeMessages::Messages(Box::new(messages::Messages {
        messages,
        users,
        ..messages::Messages::default()
    })))
}
