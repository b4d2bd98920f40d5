//! Accounts by id.

use heliogram_tl::UserId;
use heliogram_tl::api::users::{self, GetFullUserError, GetUsersError};
use heliogram_tl::api::{TypeInputUser, TypeUser, UserEmpty};

use super::bots;
use crate::cx::{Cx, Raise};
use crate::people::{self, Nobody};
use crate::store::accounts::Account;

/// `users.getUsers id:Vector<InputUser> = Vector<User>`
pub(super) fn users(
    cx: &mut Cx<'_>,
    call: users::GetUsers,
) -> Result<Vec<TypeUser>, Raise<GetUsersError>> {
    let viewer = cx.caller.user()?;
    let mut found = Vec::new();
    for input in &call.id {
        let id = match people::addressed(cx, input)? {
            Ok(id) => Some(id),
            // Whoever is not met is shown as nothing, and not as an error: others of the list may be.
            Err(Nobody::Unknown | Nobody::NotAPerson) if !is_by_message(input) => None,
            Err(Nobody::Unknown | Nobody::NotAPerson) => {
                return Err(Raise::Method(GetUsersError::PeerIdInvalid));
            }
            Err(Nobody::Channel) => return Err(Raise::Method(GetUsersError::ChannelInvalid)),
            Err(Nobody::Message) => return Err(Raise::Method(GetUsersError::MsgIdInvalid)),
            Err(Nobody::MessageForBot) => {
                return Err(Raise::Method(GetUsersError::FromMessageBotDisabled));
            }
        };
        let user = match id {
            Some(id) => people::user(cx, viewer, id)?,
            None => None,
        };
        let id = UserId(named(input));
        found.push(user.unwrap_or(TypeUser::UserEmpty(UserEmpty { id })));
    }
    Ok(found)
}

/// `users.getFullUser id:InputUser = users.UserFull`
pub(super) fn full_user(
    cx: &mut Cx<'_>,
    call: users::GetFullUser,
) -> Result<users::UserFull, Raise<GetFullUserError>> {
    let viewer = cx.caller.user()?;
    let id = people::addressed(cx, &call.id)?.map_err(|nobody| {
        Raise::Method(match nobody {
            Nobody::Channel => GetFullUserError::ChannelInvalid,
            Nobody::Message => GetFullUserError::MsgIdInvalid,
            _ => GetFullUserError::UserIdInvalid,
        })
    })?;
    let mut full_user = people::full(cx, viewer, id)?;
    let is_bot = |account: Account| account.bot && !account.deleted;
    if cx.tx.accounts().by_id(id)?.is_some_and(is_bot) {
        let (texts, info) = bots::bot_info(cx, id, viewer)?;
        full_user.about = Some(texts.about).filter(|about| !about.is_empty());
        full_user.bot_info = Some(Box::new(info));
    }
    Ok(users::UserFull {
        full_user,
        chats: Vec::new(),
        users: people::users(cx, viewer, [id])?,
    })
}

fn is_by_message(input: &TypeInputUser) -> bool {
    matches!(input, TypeInputUser::InputUserFromMessage(_))
}

fn named(input: &TypeInputUser) -> i64 {
    match input {
        TypeInputUser::InputUser(user) => user.user_id.0,
        TypeInputUser::InputUserFromMessage(from) => from.user_id.0,
        _ => 0,
    }
}
