//! Accounts by id: oneself and the service account, mostly.

use heliogram_tl::UserId;
use heliogram_tl::api::users::{self, GetFullUserError, GetUsersError};
use heliogram_tl::api::{TypeInputUser, TypeUser, UserEmpty};

use crate::cx::{Cx, Raise};
use crate::notices::SERVICE_ID;
use crate::people;
use crate::store::StoreError;

/// `users.getUsers id:Vector<InputUser> = Vector<User>`
pub(super) fn users(
    cx: &mut Cx<'_>,
    call: users::GetUsers,
) -> Result<Vec<TypeUser>, Raise<GetUsersError>> {
    let viewer = cx.caller.user()?;
    let mut found = Vec::new();
    for input in &call.id {
        let id = id_of(input, viewer);
        let user = match id {
            Some(id) => find(cx, input, id, viewer)?,
            None => None,
        };
        let id = UserId(id.unwrap_or_default());
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
    let invalid = || Raise::Method(GetFullUserError::UserIdInvalid);
    let id = id_of(&call.id, viewer).ok_or_else(invalid)?;
    let user = find(cx, &call.id, id, viewer)?.ok_or_else(invalid)?;
    Ok(users::UserFull {
        full_user: people::full(id),
        chats: Vec::new(),
        users: vec![user],
    })
}

fn id_of(input: &TypeInputUser, viewer: i64) -> Option<i64> {
    match input {
        TypeInputUser::InputUserSelf => Some(viewer),
        TypeInputUser::InputUser(user) => Some(user.user_id.0),
        TypeInputUser::InputUserFromMessage(from) => Some(from.user_id.0),
        _ => None,
    }
}

/// The account, if the caller may see it: oneself and 777000 always, others with their access hash.
fn find(
    cx: &Cx<'_>,
    input: &TypeInputUser,
    id: i64,
    viewer: i64,
) -> Result<Option<TypeUser>, StoreError> {
    if id == SERVICE_ID {
        return Ok(Some(people::service()));
    }
    let account = cx.tx.accounts().by_id(id)?;
    let met = |access_hash| {
        id == viewer
            || matches!(input, TypeInputUser::InputUser(user) if user.access_hash.0 == access_hash)
    };
    Ok(account
        .filter(|account| met(account.access_hash))
        .map(|account| people::user(&account, viewer, cx.now)))
}
