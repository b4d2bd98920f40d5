//! What bots say of themselves; `core.telegram.org/api/bots/commands`, `/api/bots/info`, `/api/bots/menu`.

use heliogram_tl::api::bots::{
    self, GetBotCommandsError, GetBotInfoError, GetBotMenuButtonError, ResetBotCommandsError,
    SetBotCommandsError, SetBotInfoError, SetBotMenuButtonError,
};
use heliogram_tl::api::{self, TypeBotCommandScope, TypeBotMenuButton, TypeInputUser, TypeUpdate};
use heliogram_tl::{RpcError, UserId};

use crate::chats::{self, peer, shown};
use crate::cx::{Cx, Raise};
use crate::store::StoreError;
use crate::store::bots::BotTexts;

/// The most commands in a scope, and the longest description of one.
const MAX_COMMANDS: usize = 100;
const MAX_COMMAND: usize = 32;
const MAX_DESCRIPTION: usize = 256;
/// The longest texts in a bot's profile, in characters.
const MAX_ABOUT: usize = 120;
const MAX_BOT_DESCRIPTION: usize = 512;

/// `bots.setBotCommands scope:BotCommandScope lang_code:string commands:Vector<BotCommand> = Bool`
pub(super) fn set_commands(
    cx: &mut Cx<'_>,
    call: bots::SetBotCommands,
) -> Result<bool, Raise<SetBotCommandsError>> {
    let bot = cx.caller.user()?;
    check_language(&call.lang_code)?;
    if call.commands.len() > MAX_COMMANDS {
        return Err(Raise::Method(SetBotCommandsError::BotCommandInvalid));
    }
    for command in &call.commands {
        check_command(command)?;
    }
    let scope = chats::bytes(&call.scope);
    let commands = chats::bytes(&call.commands);
    if cx
        .tx
        .bots()
        .commands(bot, &scope, &call.lang_code)?
        .as_ref()
        == Some(&commands)
    {
        return Ok(true);
    }
    let stored = cx.tx.bots();
    stored.set_commands(bot, &scope, &call.lang_code, &commands)?;
    if call.scope == TypeBotCommandScope::BotCommandScopeDefault {
        tell_partners(cx, bot, &call.commands)?;
    }
    Ok(true)
}

/// `bots.resetBotCommands scope:BotCommandScope lang_code:string = Bool`
pub(super) fn reset_commands(
    cx: &mut Cx<'_>,
    call: bots::ResetBotCommands,
) -> Result<bool, Raise<ResetBotCommandsError>> {
    let bot = cx.caller.user()?;
    check_language(&call.lang_code)?;
    let scope = chats::bytes(&call.scope);
    cx.tx.bots().remove_commands(bot, &scope, &call.lang_code)?;
    Ok(true)
}

/// `bots.getBotCommands scope:BotCommandScope lang_code:string = Vector<BotCommand>`
pub(super) fn commands(
    cx: &mut Cx<'_>,
    call: bots::GetBotCommands,
) -> Result<Vec<api::BotCommand>, Raise<GetBotCommandsError>> {
    let bot = cx.caller.user()?;
    let scope = chats::bytes(&call.scope);
    let stored = cx.tx.bots().commands(bot, &scope, &call.lang_code)?;
    Ok(shown::object(stored.as_deref()).unwrap_or_default())
}

/// `bots.setBotInfo flags:# bot:flags.2?InputUser lang_code:string name:flags.3?string about:flags.0?string
/// description:flags.1?string = Bool`
pub(super) fn set_info(
    cx: &mut Cx<'_>,
    call: bots::SetBotInfo,
) -> Result<bool, Raise<SetBotInfoError>> {
    let bot = named_bot(cx, call.bot.as_deref())?;
    let mut texts = cx
        .tx
        .bots()
        .texts(bot, &call.lang_code)?
        .unwrap_or_default();
    if let Some(about) = call.about {
        texts.about = shorter(about, MAX_ABOUT);
    }
    if let Some(description) = call.description {
        texts.description = shorter(description, MAX_BOT_DESCRIPTION);
    }
    cx.tx.bots().set_texts(bot, &call.lang_code, &texts)?;
    // A name in one language only has no place in the account.
    if let Some(name) = call.name.filter(|name| !name.trim().is_empty())
        && call.lang_code.is_empty()
    {
        cx.tx.accounts().set_names(bot, name.trim(), "")?;
        cx.changed_user(bot);
    }
    Ok(true)
}

/// `bots.getBotInfo flags:# bot:flags.0?InputUser lang_code:string = bots.BotInfo`
pub(super) fn info(
    cx: &mut Cx<'_>,
    call: bots::GetBotInfo,
) -> Result<bots::BotInfo, Raise<GetBotInfoError>> {
    let bot = named_bot(cx, call.bot.as_deref())?;
    let texts = texts(cx, bot, &call.lang_code)?;
    let account = cx.tx.accounts().by_id(bot)?;
    Ok(bots::BotInfo {
        name: account
            .map(|account| account.first_name)
            .unwrap_or_default(),
        about: texts.about,
        description: texts.description,
    })
}

/// `bots.setBotMenuButton user_id:InputUser button:BotMenuButton = Bool`
pub(super) fn set_menu_button(
    cx: &mut Cx<'_>,
    call: bots::SetBotMenuButton,
) -> Result<bool, Raise<SetBotMenuButtonError>> {
    let bot = cx.caller.user()?;
    if let TypeBotMenuButton::BotMenuButton(button) = &call.button {
        if button.text.trim().is_empty() {
            return Err(Raise::Method(SetBotMenuButtonError::ButtonTextInvalid));
        }
        if !button.url.starts_with("https://") {
            return Err(Raise::Method(SetBotMenuButtonError::ButtonUrlInvalid));
        }
    }
    let user_id = whom(cx, &call.user_id)?;
    let button = chats::bytes(&call.button);
    cx.tx.bots().set_menu_button(bot, user_id, &button)?;
    Ok(true)
}

/// `bots.getBotMenuButton user_id:InputUser = BotMenuButton`
pub(super) fn menu_button(
    cx: &mut Cx<'_>,
    call: bots::GetBotMenuButton,
) -> Result<TypeBotMenuButton, Raise<GetBotMenuButtonError>> {
    let bot = cx.caller.user()?;
    let user_id = whom(cx, &call.user_id)?;
    let button = cx.tx.bots().menu_button(bot, user_id)?;
    Ok(shown::object(button.as_deref()).unwrap_or(TypeBotMenuButton::BotMenuButtonDefault))
}

/// What a bot's full profile says of it to one of its users.
pub(super) fn bot_info(
    cx: &Cx<'_>,
    bot: i64,
    viewer: i64,
) -> Result<(BotTexts, api::BotInfo), StoreError> {
    let texts = texts(cx, bot, "")?;
    let scope = chats::bytes(&TypeBotCommandScope::BotCommandScopeDefault);
    let commands = cx.tx.bots().commands(bot, &scope, "")?;
    let button = cx.tx.bots().menu_button(bot, viewer)?;
    let info = api::BotInfo {
        user_id: Some(UserId(bot)),
        description: Some(texts.description.clone()).filter(|text| !text.is_empty()),
        commands: Some(shown::object(commands.as_deref()).unwrap_or_default()),
        menu_button: shown::object(button.as_deref()),
        ..api::BotInfo::default()
    };
    Ok((texts, info))
}

/// In this language, else in the one for everybody.
fn texts(cx: &Cx<'_>, bot: i64, lang_code: &str) -> Result<BotTexts, StoreError> {
    let stored = cx.tx.bots();
    Ok(match stored.texts(bot, lang_code)? {
        Some(texts) => texts,
        None => stored.texts(bot, "")?.unwrap_or_default(),
    })
}

/// The bot itself; people have no bots of their own here.
fn named_bot<E: heliogram_tl::MethodError>(
    cx: &Cx<'_>,
    input: Option<&TypeInputUser>,
) -> Result<i64, Raise<E>> {
    let caller = cx.caller.user()?;
    let named = match input {
        None => Some(caller),
        Some(input) => peer::user(cx, input)?,
    };
    match named {
        Some(id) if id == caller && cx.caller.bot => Ok(id),
        Some(_) if cx.caller.bot => Err(Raise::named(400, "USER_BOT_INVALID")),
        _ => Err(Raise::named(400, "BOT_INVALID")),
    }
}

/// The user that a menu button is for; 0 for all.
fn whom<E: heliogram_tl::MethodError>(cx: &Cx<'_>, input: &TypeInputUser) -> Result<i64, Raise<E>> {
    match input {
        TypeInputUser::InputUserEmpty => Ok(0),
        input => peer::user(cx, input)?.ok_or_else(|| Raise::named(400, "USER_ID_INVALID")),
    }
}

fn check_language(code: &str) -> Result<(), RpcError> {
    match code.len() {
        0 => Ok(()),
        2 if code.bytes().all(|byte| byte.is_ascii_lowercase()) => Ok(()),
        _ => Err(RpcError::new(400, "LANG_CODE_INVALID")),
    }
}

fn check_command(command: &api::BotCommand) -> Result<(), RpcError> {
    let name = &command.command;
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || name.len() > MAX_COMMAND || !name.bytes().all(fits) {
        return Err(RpcError::new(400, "BOT_COMMAND_INVALID"));
    }
    match command.description.chars().count() {
        1..=MAX_DESCRIPTION => Ok(()),
        _ => Err(RpcError::new(400, "BOT_COMMAND_DESCRIPTION_INVALID")),
    }
}

/// Tells those who write with a bot that its commands are others.
fn tell_partners(
    cx: &mut Cx<'_>,
    bot: i64,
    commands: &[api::BotCommand],
) -> Result<(), StoreError> {
    for dialog in cx.tx.dialogs().of_user(bot)? {
        let update = TypeUpdate::UpdateBotCommands(Box::new(api::UpdateBotCommands {
            peer: shown::user_peer(bot),
            bot_id: bot,
            commands: commands.to_vec(),
        }));
        let users = shown::users(cx, dialog.peer, vec![bot])?;
        let updates = chats::updates(update, users, cx.now);
        cx.push_updates(dialog.peer, &updates)?;
    }
    Ok(())
}

fn shorter(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
    text
}
