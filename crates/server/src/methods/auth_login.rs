//! `core.telegram.org/api/auth`, "Sign in/sign up" and "Two-factor authentication"; the bots' way in; and out.

use heliogram_tl::api::TypeInputCheckPasswordSRP;
use heliogram_tl::api::auth::{
    self, CheckPasswordError, ImportBotAuthorizationError, SignInError, SignUpError,
    TypeAuthorization,
};
use heliogram_tl::{AnyMethodError, RpcError};

use super::help;
use crate::clock::DAY;
use crate::codes::{self, CodeFault};
use crate::cx::{Cx, Raise};
use crate::password::{self, Need, ProofFault};
use crate::people::numbers;
use crate::push::PushKind;
use crate::store::accounts::NewAccount;
use crate::store::auth_keys::Standing;
use crate::store::codes::{CodeState, Purpose};
use crate::{deletion, login, phone};

/// The longest first or last name, in characters.
const MAX_NAME: usize = 64;
/// Since this layer `auth.signIn` says by its answer, not by an error, that a number has no account.
const SIGN_UP_REQUIRED_SINCE: i32 = 104;

/// What a proof in a call needs.
pub(super) fn proof(password: &TypeInputCheckPasswordSRP) -> Need {
    match password {
        TypeInputCheckPasswordSRP::InputCheckPasswordSRP(proof) => Need::Proof(proof.clone()),
        _ => Need::Nothing,
    }
}

/// `auth.signIn flags:# phone_number:string phone_code_hash:string phone_code:flags.0?string
/// email_verification:flags.1?EmailVerification = auth.Authorization`
pub(super) fn sign_in(
    cx: &mut Cx<'_>,
    call: auth::SignIn,
) -> Result<TypeAuthorization, Raise<SignInError>> {
    let key = cx.caller.key()?;
    let phone =
        phone::parse(&call.phone_number).ok_or(Raise::Method(SignInError::PhoneNumberInvalid))?;
    let account = cx.tx.accounts().by_phone(&phone)?;
    if let Some(account) = &account
        && let Some(home) = cx.settings.elsewhere(account.dc_id, cx.caller.dc_id)
    {
        return Err(AnyMethodError::PhoneMigrate(home).into());
    }
    let entered = call.phone_code.as_deref().unwrap_or_default();
    // Once entered, a code is good for the same key only: the password or the sign-up follows there.
    let belongs = |code: &crate::store::codes::CodeRow| {
        code.phone == phone && code.verified_by.is_none_or(|by| by == key)
    };
    let code = codes::enter(cx, Purpose::Login, &call.phone_code_hash, belongs, entered)?.map_err(
        |fault| {
            Raise::Method(match fault {
                CodeFault::Empty => SignInError::PhoneCodeEmpty,
                CodeFault::Wrong => SignInError::PhoneCodeInvalid,
                CodeFault::Unknown | CodeFault::Expired => SignInError::PhoneCodeExpired,
            })
        },
    )?;
    let Some(account) = account else {
        cx.tx.codes().set_verified(&code.hash, key)?;
        if cx.caller.layer < SIGN_UP_REQUIRED_SINCE {
            return Err(Raise::Method(SignInError::PhoneNumberUnoccupied));
        }
        let required = auth::AuthorizationSignUpRequired {
            terms_of_service: Some(Box::new(help::terms_of_service())),
        };
        return Ok(TypeAuthorization::AuthorizationSignUpRequired(required));
    };
    if password::current(cx, account.id)?.is_some() {
        cx.tx.codes().set_verified(&code.hash, key)?;
        login::await_password(cx, key, account.id)?;
        return Err(RpcError::new(401, "SESSION_PASSWORD_NEEDED").into());
    }
    cx.tx.codes().set_state(&code.hash, CodeState::Used)?;
    Ok(login::authorise(cx, key, &account)?)
}

/// `auth.signUp flags:# no_joined_notifications:flags.0?true phone_number:string phone_code_hash:string
/// first_name:string last_name:string = auth.Authorization`
pub(super) fn sign_up(
    cx: &mut Cx<'_>,
    call: auth::SignUp,
) -> Result<TypeAuthorization, Raise<SignUpError>> {
    let key = cx.caller.key()?;
    let phone =
        phone::parse(&call.phone_number).ok_or(Raise::Method(SignUpError::PhoneNumberInvalid))?;
    if call.phone_code_hash.is_empty() {
        return Err(Raise::Method(SignUpError::PhoneCodeEmpty));
    }
    let code = codes::verified(cx, &phone, &call.phone_code_hash, key)?.map_err(|fault| {
        Raise::Method(match fault {
            CodeFault::Wrong => SignUpError::PhoneCodeInvalid,
            _ => SignUpError::PhoneCodeExpired,
        })
    })?;
    if cx.tx.accounts().by_phone(&phone)?.is_some() {
        return Err(Raise::Method(SignUpError::PhoneNumberOccupied));
    }
    let (first_name, last_name) = (call.first_name.trim(), call.last_name.trim());
    if first_name.is_empty() || first_name.chars().count() > MAX_NAME {
        return Err(Raise::Method(SignUpError::FirstnameInvalid));
    }
    if last_name.chars().count() > MAX_NAME {
        return Err(Raise::Method(SignUpError::LastnameInvalid));
    }
    let new = NewAccount {
        access_hash: cx.random.id(),
        phone: Some(&phone),
        first_name,
        last_name,
        bot: false,
        ttl_days: cx.settings.account_ttl_days,
        dc_id: cx.caller.dc_id,
    };
    let id = cx.tx.accounts().insert(&new, cx.now)?;
    cx.tx.codes().set_state(&code.hash, CodeState::Used)?;
    numbers::arrived(cx, id, &phone, None)?;
    let account = cx
        .tx
        .accounts()
        .by_id(id)?
        .ok_or(AnyMethodError::RpcCallFail)?;
    Ok(login::authorise(cx, key, &account)?)
}

/// `auth.checkPassword password:InputCheckPasswordSRP = auth.Authorization`
pub(super) fn check_password(
    cx: &mut Cx<'_>,
    call: auth::CheckPassword,
) -> Result<TypeAuthorization, Raise<CheckPasswordError>> {
    let key = cx.caller.key()?;
    let user_id = cx.caller.user_or_pending()?;
    let Some(row) = password::current(cx, user_id)? else {
        // Removed while this key was waiting; getPassword will tell the client so.
        return Err(Raise::Method(CheckPasswordError::SrpPasswordChanged));
    };
    let subject = password::attempts_subject(user_id);
    let limit = cx.settings.limits.passwords_per_day;
    if let Some(at) = cx.tx.codes().attempt(&subject, limit, cx.now - DAY)? {
        return Err(AnyMethodError::FloodWait((at + DAY - cx.now).max(1) as i32).into());
    }
    password::check(cx, user_id, &row, &call.password)?.map_err(|fault| {
        Raise::Method(match fault {
            ProofFault::Wrong => CheckPasswordError::PasswordHashInvalid,
            ProofFault::UnknownId => CheckPasswordError::SrpIdInvalid,
            ProofFault::PasswordChanged => CheckPasswordError::SrpPasswordChanged,
        })
    })?;
    // Who asked for the deletion knows the password after all: it is the owner.
    if let Some(pending) = cx.tx.deletions().pending(user_id)?
        && cx.tx.deletions().requesters(pending.id)?.contains(&key)
    {
        deletion::cancel(cx, &pending, Some(key))?;
    }
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    Ok(login::authorise(cx, key, &account)?)
}

/// `auth.importBotAuthorization flags:int api_id:int api_hash:string bot_auth_token:string = auth.Authorization`
pub(super) fn import_bot_authorization(
    cx: &mut Cx<'_>,
    call: auth::ImportBotAuthorization,
) -> Result<TypeAuthorization, Raise<ImportBotAuthorizationError>> {
    let key = cx.caller.key()?;
    if call.api_id <= 0 {
        return Err(Raise::Method(ImportBotAuthorizationError::ApiIdInvalid));
    }
    let Some(bot) = cx.tx.accounts().by_bot_token(&call.bot_auth_token)? else {
        return Err(Raise::Method(
            ImportBotAuthorizationError::AccessTokenInvalid,
        ));
    };
    match cx.settings.elsewhere(bot.dc_id, cx.caller.dc_id) {
        Some(home) => Err(AnyMethodError::UserMigrate(home).into()),
        None => Ok(login::authorise(cx, key, &bot)?),
    }
}

/// `auth.logOut = auth.LoggedOut`
pub(super) fn log_out(
    cx: &mut Cx<'_>,
    _: auth::LogOut,
) -> Result<auth::LoggedOut, Raise<<auth::LogOut as heliogram_tl::Method>::Error>> {
    let key = cx.caller.key()?;
    let user_id = cx.caller.user_or_pending()?;
    let known = cx.caller.standing == Standing::Authorised && !cx.caller.bot;
    let future_auth_token = known
        .then(|| login::future_token(cx, user_id))
        .transpose()?;
    cx.tx.auth_keys().log_out(key, Standing::Nobody)?;
    cx.push_keys(&[key], PushKind::Revoked);
    cx.changed_user(user_id);
    Ok(auth::LoggedOut { future_auth_token })
}
