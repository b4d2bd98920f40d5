//! `core.telegram.org/api/account-deletion`: asking for it, cancelling it, and the life-time of idle accounts.

use heliogram_tl::AnyMethodError;
use heliogram_tl::api::account::{
    self, ConfirmPhoneError, DeleteAccountError, GetAccountTTLError, SendConfirmPhoneCodeError,
    SetAccountTTLError,
};
use heliogram_tl::api::{AccountDaysTTL, TypeInputCheckPasswordSRP, auth};

use crate::codes::{self, CodeFault, Wanted};
use crate::cx::{Cx, Raise};
use crate::deletion::{self, DELAY};
use crate::password::{self, ProofFault};
use crate::store::auth_keys::Standing;
use crate::store::codes::Purpose;

/// What `account.setAccountTTL` takes, in days.
const TTL_DAYS: std::ops::RangeInclusive<i32> = 30..=730;

/// `account.deleteAccount flags:# reason:string password:flags.0?InputCheckPasswordSRP = Bool`
///
/// | password set | proof | password older than 7 days | owner active in the last 7 | outcome |
/// |---|---|---|---|---|
/// | no | any | | | now |
/// | yes | right | | | now |
/// | yes | wrong | | | an error |
/// | yes | none | yes | yes | in 7 days |
/// | yes | none | otherwise | otherwise | now |
pub(super) fn delete_account(
    cx: &mut Cx<'_>,
    call: account::DeleteAccount,
) -> Result<bool, Raise<DeleteAccountError>> {
    let key = cx.caller.key()?;
    // Clients count the days and ask once more; by then it has happened.
    if cx.caller.standing == Standing::Deactivated && cx.tx.deletions().asked_for_executed(key)? {
        return Ok(true);
    }
    let user_id = cx.caller.user_or_pending()?;
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    let Some(row) = password::current(cx, user_id)? else {
        deletion::execute(cx, user_id, Some(key))?;
        return Ok(true);
    };
    if let Some(proof @ TypeInputCheckPasswordSRP::InputCheckPasswordSRP(_)) = &call.password {
        password::check(cx, user_id, &row, proof)?.map_err(|fault| {
            Raise::Method(match fault {
                ProofFault::Wrong => DeleteAccountError::PasswordHashInvalid,
                ProofFault::UnknownId => DeleteAccountError::SrpIdInvalid,
                ProofFault::PasswordChanged => DeleteAccountError::SrpPasswordChanged,
            })
        })?;
        deletion::execute(cx, user_id, Some(key))?;
        return Ok(true);
    }
    if let Some(pending) = cx.tx.deletions().pending(user_id)? {
        cx.tx.deletions().add_requester(pending.id, key)?;
        return Err(wait(cx, pending.due_at));
    }
    if account.cancelled_at.is_some_and(|at| cx.now - at < DELAY) {
        return Err(Raise::Method(DeleteAccountError::TwoFaRecentConfirm));
    }
    let password_is_old = cx.now - row.changed_at > DELAY;
    let owner_is_around = account.active_at.is_some_and(|at| cx.now - at <= DELAY);
    if !(password_is_old && owner_is_around) {
        deletion::execute(cx, user_id, Some(key))?;
        return Ok(true);
    }
    let phone = account.phone.unwrap_or_default();
    let pending = deletion::request(cx, user_id, &phone, None)?;
    cx.tx.deletions().add_requester(pending.id, key)?;
    Err(wait(cx, pending.due_at))
}

/// `account.sendConfirmPhoneCode hash:string settings:CodeSettings = auth.SentCode`
///
/// The code goes to the number of the account, whatever the link says. Whatever is wrong with a hash, the answer is
/// the same: it tells nothing about the deletions of others.
pub(super) fn send_confirm_phone_code(
    cx: &mut Cx<'_>,
    call: account::SendConfirmPhoneCode,
) -> Result<auth::TypeSentCode, Raise<SendConfirmPhoneCodeError>> {
    let key = cx.caller.key()?;
    let user_id = cx.caller.user()?;
    let account = cx.tx.accounts().by_id(user_id)?;
    let pending = cx.tx.deletions().pending(user_id)?;
    let found = pending.filter(|pending| !call.hash.is_empty() && pending.hash == call.hash);
    let (Some(pending), Some(phone)) = (found, account.and_then(|account| account.phone)) else {
        return Err(Raise::Method(SendConfirmPhoneCodeError::HashInvalid));
    };
    let wanted = Wanted {
        purpose: Purpose::CancelDeletion,
        phone: &phone,
        user_id: Some(user_id),
        key_id: key,
        deletion_id: Some(pending.id),
        settings: &call.settings,
        api_id: cx.caller.api_id,
        has_app: false,
    };
    if let Some(live) = codes::live(cx, &wanted)? {
        return Ok(live);
    }
    if let Some(seconds) = codes::flood(cx, &format!("confirm:{user_id}"))? {
        return Err(AnyMethodError::FloodWait(seconds).into());
    }
    Ok(codes::send(cx, &wanted)?)
}

/// `account.confirmPhone phone_code_hash:string phone_code:string = Bool`
pub(super) fn confirm_phone(
    cx: &mut Cx<'_>,
    call: account::ConfirmPhone,
) -> Result<bool, Raise<ConfirmPhoneError>> {
    let key = cx.caller.key()?;
    let user_id = cx.caller.user()?;
    let belongs =
        |code: &crate::store::codes::CodeRow| code.user_id == Some(user_id) && code.key_id == key;
    let entered = codes::enter(
        cx,
        Purpose::CancelDeletion,
        &call.phone_code_hash,
        belongs,
        &call.phone_code,
    )?;
    let code = entered.map_err(|fault| {
        Raise::Method(match fault {
            CodeFault::Empty => ConfirmPhoneError::PhoneCodeEmpty,
            CodeFault::Unknown => ConfirmPhoneError::CodeHashInvalid,
            CodeFault::Expired => ConfirmPhoneError::PhoneCodeExpired,
            CodeFault::Wrong => ConfirmPhoneError::PhoneCodeInvalid,
        })
    })?;
    let pending = cx.tx.deletions().pending(user_id)?;
    let Some(pending) = pending.filter(|pending| Some(pending.id) == code.deletion_id) else {
        return Err(Raise::Method(ConfirmPhoneError::CodeHashInvalid));
    };
    deletion::cancel(cx, &pending, None)?;
    cx.tx.accounts().set_cancelled(user_id, cx.now)?;
    Ok(true)
}

/// `account.getAccountTTL = AccountDaysTTL`
pub(super) fn account_ttl(
    cx: &mut Cx<'_>,
    _: account::GetAccountTTL,
) -> Result<AccountDaysTTL, Raise<GetAccountTTLError>> {
    let user_id = cx.caller.user()?;
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    Ok(AccountDaysTTL {
        days: account.ttl_days as i32,
    })
}

/// `account.setAccountTTL ttl:AccountDaysTTL = Bool`
pub(super) fn set_account_ttl(
    cx: &mut Cx<'_>,
    call: account::SetAccountTTL,
) -> Result<bool, Raise<SetAccountTTLError>> {
    let user_id = cx.caller.user()?;
    if !TTL_DAYS.contains(&call.ttl.days) {
        return Err(Raise::Method(SetAccountTTLError::TtlDaysInvalid));
    }
    cx.tx
        .accounts()
        .set_ttl(user_id, i64::from(call.ttl.days), cx.now)?;
    Ok(true)
}

fn wait(cx: &Cx<'_>, due_at: i64) -> Raise<DeleteAccountError> {
    Raise::Method(DeleteAccountError::TwoFaConfirmWait(
        (due_at - cx.now).max(1) as i32,
    ))
}
