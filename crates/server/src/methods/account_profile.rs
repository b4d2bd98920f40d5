//! What an account says of itself: its names, its user name and a line about it.
//! `core.telegram.org/api/profile`, `core.telegram.org/api/usernames`.

use heliogram_tl::AnyMethodError;
use heliogram_tl::api::TypeUser;
use heliogram_tl::api::account::{
    self, CheckUsernameError, UpdateProfileError, UpdateUsernameError,
};

use crate::cx::{Cx, Raise};
use crate::people::{self, news, username};
use crate::store::StoreError;
use crate::store::accounts::Account;

/// `about_length_limit_default` of the client configuration.
const MAX_ABOUT: usize = 70;
/// The longest name, in characters.
const MAX_NAME: usize = 64;

/// `account.updateProfile flags:# first_name:flags.0?string last_name:flags.1?string about:flags.2?string = User`
pub(super) fn update_profile(
    cx: &mut Cx<'_>,
    call: account::UpdateProfile,
) -> Result<TypeUser, Raise<UpdateProfileError>> {
    let account = caller(cx)?;
    let given = |name: Option<&String>| name.map(|name| name.trim().to_owned());
    let (first, last) = (
        given(call.first_name.as_ref()),
        given(call.last_name.as_ref()),
    );
    let is_long = |name: &str| name.chars().count() > MAX_NAME;
    if first
        .as_deref()
        .is_some_and(|first| first.is_empty() || is_long(first))
    {
        return Err(Raise::Method(UpdateProfileError::FirstnameInvalid));
    }
    if let Some(about) = &call.about {
        if about.chars().count() > MAX_ABOUT {
            return Err(Raise::Method(UpdateProfileError::AboutTooLong));
        }
        cx.tx.accounts().set_about(account.id, about.trim())?;
        news::tell_own(cx, news::look_again(account.id))?;
    }
    if first.is_some() || last.is_some() {
        let first = first.unwrap_or(account.first_name);
        let last = last.unwrap_or(account.last_name);
        // No error is documented for a last name that is too long.
        let last: String = last.chars().take(MAX_NAME).collect();
        cx.tx.accounts().set_names(account.id, &first, &last)?;
        renamed(cx, account.id)?;
    }
    Ok(people::own(&caller(cx)?, cx.now))
}

/// `account.checkUsername username:string = Bool`
pub(super) fn check_username(
    cx: &mut Cx<'_>,
    call: account::CheckUsername,
) -> Result<bool, Raise<CheckUsernameError>> {
    let user_id = cx.caller.user()?;
    match username::available(cx, &call.username, user_id)? {
        Ok(()) => Ok(true),
        Err(username::Refused::Malformed) => {
            Err(Raise::Method(CheckUsernameError::UsernameInvalid))
        }
        Err(username::Refused::ForSale) => {
            Err(Raise::Method(CheckUsernameError::UsernamePurchaseAvailable))
        }
        Err(username::Refused::Taken) => Err(Raise::Method(CheckUsernameError::UsernameOccupied)),
    }
}

/// `account.updateUsername username:string = User`
///
/// An empty name gives up the one there is.
pub(super) fn update_username(
    cx: &mut Cx<'_>,
    call: account::UpdateUsername,
) -> Result<TypeUser, Raise<UpdateUsernameError>> {
    let account = caller(cx)?;
    let wanted = Some(call.username.as_str()).filter(|name| !name.is_empty());
    if wanted == account.username.as_deref() {
        return Err(Raise::Method(UpdateUsernameError::UsernameNotModified));
    }
    if let Some(name) = wanted {
        username::available(cx, name, account.id)?.map_err(|refused| {
            Raise::Method(match refused {
                username::Refused::Malformed => UpdateUsernameError::UsernameInvalid,
                username::Refused::ForSale => UpdateUsernameError::UsernamePurchaseAvailable,
                username::Refused::Taken => UpdateUsernameError::UsernameOccupied,
            })
        })?;
    }
    cx.tx.accounts().set_username(account.id, wanted)?;
    renamed(cx, account.id)?;
    Ok(people::own(&caller(cx)?, cx.now))
}

fn renamed(cx: &mut Cx<'_>, user_id: i64) -> Result<(), StoreError> {
    cx.changed_user(user_id);
    let calling = cx.caller.session();
    news::renamed(cx, user_id, Some(calling))
}

fn caller<E>(cx: &Cx<'_>) -> Result<Account, Raise<E>> {
    let account = cx.tx.accounts().by_id(cx.caller.user()?)?;
    Ok(account.ok_or(AnyMethodError::AuthKeyUnregistered)?)
}
