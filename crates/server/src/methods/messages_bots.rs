//! Between people and bots: starting one, pressing a button, answering; `core.telegram.org/api/bots/buttons`,
//! "Callback queries".

use heliogram_tl::UserId;
use heliogram_tl::api::messages::{
    self, BotCallbackAnswer, GetBotCallbackAnswerError, SetBotCallbackAnswerError, StartBotError,
};
use heliogram_tl::api::{self, TypeReplyMarkup, TypeUpdate, TypeUpdates};

use super::messages_send::{already_sent, said};
use crate::chats::{self, NewMessage, keyboard, peer, shown};
use crate::cx::{Cx, Raise};

/// The longest text that pops up after a press, in characters.
const MAX_POPUP: usize = 200;
/// The longest parameter of a start link.
const MAX_PARAM: usize = 64;

/// `messages.startBot bot:InputUser peer:InputPeer random_id:long start_param:string = Updates`; as if the person
/// had written `/start` and the parameter.
pub(super) fn start_bot(
    cx: &mut Cx<'_>,
    call: messages::StartBot,
) -> Result<TypeUpdates, Raise<StartBotError>> {
    let sender = cx.caller.user()?;
    let bot = peer::user(cx, &call.bot)?.ok_or(Raise::Method(StartBotError::BotInvalid))?;
    let account = cx.tx.accounts().by_id(bot)?;
    if !account.is_some_and(|account| account.bot) {
        return Err(Raise::Method(StartBotError::BotInvalid));
    }
    if peer::peer(cx, &call.peer)? != Some(bot) {
        return Err(Raise::Method(StartBotError::PeerIdInvalid));
    }
    let param = &call.start_param;
    if param.len() > MAX_PARAM {
        return Err(Raise::Method(StartBotError::StartParamTooLong));
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !param.bytes().all(fits) {
        return Err(Raise::Method(StartBotError::StartParamInvalid));
    }
    if let Some(sent) = already_sent(cx, sender, call.random_id)? {
        return Ok(said(cx, &sent, call.random_id)?);
    }
    let text = match &param[..] {
        "" => "/start".to_owned(),
        param => format!("/start {param}"),
    };
    let command = api::MessageEntityBotCommand {
        offset: 0,
        length: "/start".len() as i32,
    };
    let new = NewMessage {
        random_id: Some(call.random_id).filter(|id| *id != 0),
        entities: vec![api::TypeMessageEntity::MessageEntityBotCommand(command)],
        ..NewMessage::text(sender, bot, text)
    };
    let calling = cx.caller.session();
    let posted = chats::post(cx, &new, Some(calling))?;
    let sent = posted.expect("an account has what it sends");
    Ok(said(cx, &sent, call.random_id)?)
}

/// `messages.getBotCallbackAnswer flags:# game:flags.1?true peer:InputPeer msg_id:int data:flags.0?bytes
/// password:flags.2?InputCheckPasswordSRP = messages.BotCallbackAnswer`; waits for the bot.
pub(super) fn callback_answer(
    cx: &mut Cx<'_>,
    call: messages::GetBotCallbackAnswer,
) -> Result<BotCallbackAnswer, Raise<GetBotCallbackAnswerError>> {
    let user_id = cx.caller.user()?;
    let call_id = (cx.caller.envelope, cx.caller.session_id, cx.caller.msg_id);
    if let Some((query, answer)) = cx.tx.callback_queries().of_call(call_id)? {
        return match (shown::object(answer.as_deref()), cx.out_of_patience) {
            (Some(answer), _) => Ok(answer),
            (None, true) => Err(Raise::Method(GetBotCallbackAnswerError::BotResponseTimeout)),
            (None, false) => Err(Raise::Wait(query)),
        };
    }
    let peer = peer::peer(cx, &call.peer)?
        .ok_or(Raise::Method(GetBotCallbackAnswerError::PeerIdInvalid))?;
    let message = cx
        .tx
        .messages()
        .find(user_id, call.msg_id)?
        .filter(|row| row.peer == peer)
        .ok_or(Raise::Method(GetBotCallbackAnswerError::MessageIdInvalid))?;
    let content = &message.content;
    let bot = content.via_bot.unwrap_or(content.sender);
    let account = cx.tx.accounts().by_id(bot)?;
    let is_of_bot = account.is_some_and(|account| account.bot && !account.deleted);
    let there = if bot == message.owner {
        None
    } else if message.is_out() {
        content.recipient_message
    } else {
        content.sender_message
    };
    let (true, Some(there)) = (is_of_bot, there) else {
        return Err(Raise::Method(GetBotCallbackAnswerError::MessageIdInvalid));
    };
    let markup: Option<TypeReplyMarkup> = shown::object(content.reply_markup.as_deref());
    let data = call.data.unwrap_or_default();
    if !markup.is_some_and(|markup| keyboard::has_callback(&markup, &data)) {
        return Err(Raise::Method(GetBotCallbackAnswerError::DataInvalid));
    }
    let query_id = cx.random.id();
    let wire_now = cx.wire_now;
    cx.tx
        .callback_queries()
        .insert(query_id, bot, call_id, wire_now)?;
    let update = TypeUpdate::UpdateBotCallbackQuery(Box::new(api::UpdateBotCallbackQuery {
        query_id,
        user_id: UserId(user_id),
        peer: shown::user_peer(user_id),
        msg_id: there,
        chat_instance: chat_instance(bot, user_id),
        data: Some(data),
        game_short_name: None,
    }));
    let users = shown::users(cx, bot, vec![user_id])?;
    let updates = chats::updates(update, users, cx.now);
    cx.push_updates(bot, &updates)?;
    Err(Raise::Wait(query_id))
}

/// `messages.setBotCallbackAnswer flags:# alert:flags.1?true query_id:long message:flags.0?string url:flags.2?string
/// cache_time:int = Bool`
pub(super) fn set_callback_answer(
    cx: &mut Cx<'_>,
    call: messages::SetBotCallbackAnswer,
) -> Result<bool, Raise<SetBotCallbackAnswerError>> {
    let bot = cx.caller.user()?;
    let popup = call.message.as_deref().unwrap_or_default();
    if popup.chars().count() > MAX_POPUP {
        return Err(Raise::Method(SetBotCallbackAnswerError::MessageTooLong));
    }
    let answer = chats::bytes(&BotCallbackAnswer {
        alert: call.alert,
        has_url: call.url.is_some(),
        native_ui: true,
        message: call.message,
        url: call.url,
        cache_time: call.cache_time,
    });
    let queries = cx.tx.callback_queries();
    if !queries.answer(call.query_id, bot, &answer, cx.wire_now)? {
        return Err(Raise::Method(SetBotCallbackAnswerError::QueryIdInvalid));
    }
    cx.news.came.push(call.query_id);
    Ok(true)
}

/// The number that a chat has for games and the like, the same for every press in it.
fn chat_instance(bot: i64, user_id: i64) -> i64 {
    let mixed = bot.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed()) ^ user_id.rotate_left(32);
    mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9_u64.cast_signed())
}
