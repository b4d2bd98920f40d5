//! `core.telegram.org/api/srp`, "Email recovery": a way back for who forgot the 2FA password.

use heliogram_tl::api::auth::{
    self, CheckRecoveryPasswordError, RecoverPasswordError, RequestPasswordRecoveryError,
    TypeAuthorization,
};
use heliogram_tl::{AnyMethodError, RpcError};
use subtle::ConstantTimeEq;

use super::account_password::{self, mail_code, pattern};
use crate::clock::DAY;
use crate::cx::{Cx, Raise, Scope};
use crate::store::StoreError;
use crate::store::passwords::PasswordRow;
use crate::{deletion, login, password};

/// `auth.requestPasswordRecovery = auth.PasswordRecovery`
pub(super) fn request_password_recovery(
    cx: &mut Cx<'_>,
    _: auth::RequestPasswordRecovery,
) -> Result<auth::PasswordRecovery, Raise<RequestPasswordRecoveryError>> {
    let user_id = cx.caller.user_or_pending()?;
    let Some(mut row) = password::current(cx, user_id)? else {
        return Err(Raise::Method(RequestPasswordRecoveryError::PasswordEmpty));
    };
    let Some(email) = row.email.clone() else {
        return Err(Raise::Method(
            RequestPasswordRecoveryError::PasswordRecoveryNa,
        ));
    };
    mail_code(cx, user_id, &mut row, &email, "to recover your account")?;
    cx.tx.passwords().set(user_id, &row)?;
    Ok(auth::PasswordRecovery {
        email_pattern: pattern(&email),
    })
}

/// `auth.checkRecoveryPassword code:string = Bool`
pub(super) fn check_recovery_password(
    cx: &mut Cx<'_>,
    call: auth::CheckRecoveryPassword,
) -> Result<bool, Raise<CheckRecoveryPasswordError>> {
    let user_id = cx.caller.user_or_pending()?;
    if call.code.is_empty() {
        return Err(Raise::Method(CheckRecoveryPasswordError::CodeEmpty));
    }
    let row = password::current(cx, user_id)?.unwrap_or_default();
    match check(cx, user_id, &row, &call.code)? {
        Ok(()) => Ok(true),
        Err(Fault::Expired) => Err(Raise::Method(
            CheckRecoveryPasswordError::PasswordRecoveryExpired,
        )),
        Err(fault) => Err(fault.rpc().into()),
    }
}

/// `auth.recoverPassword flags:# code:string new_settings:flags.0?account.PasswordInputSettings = auth.Authorization`
pub(super) fn recover_password(
    cx: &mut Cx<'_>,
    call: auth::RecoverPassword,
) -> Result<TypeAuthorization, Raise<RecoverPasswordError>> {
    let key = cx.caller.key()?;
    let user_id = cx.caller.user_or_pending()?;
    if call.code.is_empty() {
        return Err(Raise::Method(RecoverPasswordError::CodeEmpty));
    }
    let mut row = password::current(cx, user_id)?.unwrap_or_default();
    if let Err(fault) = check(cx, user_id, &row, &call.code)? {
        return Err(fault.rpc().into());
    }
    match &call.new_settings {
        Some(settings) => account_password::set_password(cx, &mut row, settings)
            .map_err(|_| Raise::Method(RecoverPasswordError::NewSettingsInvalid))?,
        None => password::remove(cx, &mut row),
    }
    row.email_code = None;
    cx.tx.passwords().set(user_id, &row)?;
    deletion::cancel_pending(cx, user_id, Some(key))?;
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    Ok(login::authorise(cx, key, &account)?)
}

enum Fault {
    Expired,
    Wrong,
    Flood(i32),
}

impl Fault {
    fn rpc(&self) -> RpcError {
        match self {
            Self::Expired => RpcError::new(400, "PASSWORD_RECOVERY_EXPIRED"),
            Self::Wrong => RpcError::new(400, "CODE_INVALID"),
            Self::Flood(seconds) => RpcError::new(420, format!("FLOOD_WAIT_{seconds}")),
        }
    }
}

fn check(
    scope: &Scope<'_>,
    user_id: i64,
    row: &PasswordRow,
    code: &str,
) -> Result<Result<(), Fault>, StoreError> {
    let subject = format!("recovery:{user_id}");
    let limit = scope.settings.limits.passwords_per_day;
    if let Some(at) = scope.tx.codes().attempt(&subject, limit, scope.now - DAY)? {
        return Ok(Err(Fault::Flood((at + DAY - scope.now).max(1) as i32)));
    }
    let Some(expected) = row
        .email_code
        .as_deref()
        .filter(|_| row.email_code_until > scope.now)
    else {
        return Ok(Err(Fault::Expired));
    };
    if expected.as_bytes().ct_eq(code.as_bytes()).into() {
        return Ok(Ok(()));
    }
    scope.tx.codes().note_attempt(&subject, scope.now)?;
    Ok(Err(Fault::Wrong))
}
