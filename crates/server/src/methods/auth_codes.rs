//! `core.telegram.org/api/auth`, "Sending a verification code": sendCode, resendCode, cancelCode.

use heliogram_tl::AnyMethodError;
use heliogram_tl::api::auth::{self, CancelCodeError, ResendCodeError, SendCodeError};

use crate::clock::DAY;
use crate::codes::{self, ResendFault, Wanted};
use crate::cx::{Cx, Raise};
use crate::store::accounts::Account;
use crate::store::auth_keys::Standing;
use crate::store::codes::Purpose;
use crate::store::tokens::TokenKind;
use crate::{login, password, phone};

/// How many future auth tokens are looked at: no more are stored or sent, says the documentation.
const MAX_TOKENS: usize = 20;

/// `auth.sendCode phone_number:string api_id:int api_hash:string settings:CodeSettings = auth.SentCode`
pub(super) fn send_code(
    cx: &mut Cx<'_>,
    call: auth::SendCode,
) -> Result<auth::TypeSentCode, Raise<SendCodeError>> {
    let key = cx.caller.key()?;
    if call.api_id <= 0 {
        return Err(Raise::Method(SendCodeError::ApiIdInvalid));
    }
    let phone =
        phone::parse(&call.phone_number).ok_or(Raise::Method(SendCodeError::PhoneNumberInvalid))?;
    let account = cx.tx.accounts().by_phone(&phone)?;
    if let Some(account) = &account {
        if let Some(home) = cx.settings.elsewhere(account.dc_id, cx.caller.dc_id) {
            return Err(AnyMethodError::PhoneMigrate(home).into());
        }
        if account.bot {
            return Err(Raise::Method(SendCodeError::PhoneNumberBanned));
        }
        let subject = password::attempts_subject(account.id);
        let limit = cx.settings.limits.passwords_per_day;
        if cx
            .tx
            .codes()
            .attempt(&subject, limit, cx.now - DAY)?
            .is_some()
        {
            return Err(Raise::Method(SendCodeError::PhonePasswordFlood));
        }
        let tokens = call.settings.logout_tokens.as_deref().unwrap_or_default();
        for token in tokens.iter().take(MAX_TOKENS) {
            if cx
                .tx
                .tokens()
                .redeem(token, TokenKind::Future, account.id, cx.now)?
            {
                return without_code(cx, key, account);
            }
        }
    }
    flood(cx, &phone)?;
    let wanted = Wanted {
        purpose: Purpose::Login,
        phone: &phone,
        user_id: None,
        key_id: key,
        deletion_id: None,
        settings: &call.settings,
        api_id: call.api_id,
        has_app: match &account {
            Some(account) => has_other_session(cx, account.id, key)?,
            None => false,
        },
    };
    Ok(codes::send(cx, &wanted)?)
}

/// `auth.resendCode flags:# phone_number:string phone_code_hash:string reason:flags.0?string = auth.SentCode`
pub(super) fn resend_code(
    cx: &mut Cx<'_>,
    call: auth::ResendCode,
) -> Result<auth::TypeSentCode, Raise<ResendCodeError>> {
    if call.phone_code_hash.is_empty() {
        return Err(Raise::Method(ResendCodeError::PhoneCodeHashEmpty));
    }
    let phone = phone::parse(&call.phone_number)
        .ok_or(Raise::Method(ResendCodeError::PhoneNumberInvalid))?;
    codes::resend(cx, &phone, &call.phone_code_hash)?.map_err(|fault| match fault {
        ResendFault::Expired => Raise::Method(ResendCodeError::PhoneCodeExpired),
        ResendFault::Exhausted => Raise::Method(ResendCodeError::SendCodeUnavailable),
        ResendFault::Wait(seconds) => Raise::Any(AnyMethodError::FloodWait(seconds)),
    })
}

/// `auth.cancelCode phone_number:string phone_code_hash:string = Bool`
pub(super) fn cancel_code(
    cx: &mut Cx<'_>,
    call: auth::CancelCode,
) -> Result<bool, Raise<CancelCodeError>> {
    let phone = phone::parse(&call.phone_number)
        .ok_or(Raise::Method(CancelCodeError::PhoneNumberInvalid))?;
    match codes::cancel(cx, &phone, &call.phone_code_hash)? {
        true => Ok(true),
        false => Err(Raise::Method(CancelCodeError::PhoneCodeExpired)),
    }
}

/// A future auth token stands for the code; the password is still asked for.
fn without_code(
    cx: &mut Cx<'_>,
    key: i64,
    account: &Account,
) -> Result<auth::TypeSentCode, Raise<SendCodeError>> {
    if password::current(cx, account.id)?.is_some() {
        login::await_password(cx, key, account.id)?;
        return Err(Raise::Method(SendCodeError::SessionPasswordNeeded));
    }
    let authorization = login::authorise(cx, key, account)?;
    Ok(auth::TypeSentCode::SentCodeSuccess(auth::SentCodeSuccess {
        authorization,
    }))
}

fn flood(cx: &Cx<'_>, phone: &str) -> Result<(), Raise<SendCodeError>> {
    let subject = format!("login:{phone}");
    let per_day = cx.settings.limits.codes_per_day;
    if cx
        .tx
        .codes()
        .attempt(&subject, per_day, cx.now - DAY)?
        .is_some()
    {
        return Err(Raise::Method(SendCodeError::PhoneNumberFlood));
    }
    match codes::flood(cx, &subject)? {
        Some(seconds) => Err(AnyMethodError::FloodWait(seconds).into()),
        None => Ok(()),
    }
}

fn has_other_session(
    cx: &Cx<'_>,
    user_id: i64,
    key: i64,
) -> Result<bool, crate::store::StoreError> {
    let keys = cx.tx.auth_keys().of_user(user_id)?;
    Ok(keys
        .iter()
        .any(|row| row.standing == Standing::Authorised && row.id != key))
}
