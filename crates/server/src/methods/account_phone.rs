//! Changing the phone number. That someone else may own the old number is the very reason to do it, so it
//! cancels a pending deletion.

use heliogram_tl::AnyMethodError;
use heliogram_tl::api::account::{self, ChangePhoneError, SendChangePhoneCodeError};
use heliogram_tl::api::{TypeUser, auth};

use crate::codes::{self, CodeFault, Wanted};
use crate::cx::{Cx, Raise};
use crate::store::codes::{CodeState, Purpose};
use crate::{deletion, people, phone};

/// `account.sendChangePhoneCode phone_number:string settings:CodeSettings = auth.SentCode`
pub(super) fn send_change_phone_code(
    cx: &mut Cx<'_>,
    call: account::SendChangePhoneCode,
) -> Result<auth::TypeSentCode, Raise<SendChangePhoneCodeError>> {
    let key = cx.caller.key()?;
    let user_id = cx.caller.user()?;
    let phone = phone::parse(&call.phone_number)
        .ok_or(Raise::Method(SendChangePhoneCodeError::PhoneNumberInvalid))?;
    if cx.tx.accounts().by_phone(&phone)?.is_some() {
        return Err(Raise::Method(SendChangePhoneCodeError::PhoneNumberOccupied));
    }
    if let Some(seconds) = codes::flood(cx, &format!("change:{phone}"))? {
        return Err(AnyMethodError::FloodWait(seconds).into());
    }
    let wanted = Wanted {
        purpose: Purpose::ChangePhone,
        phone: &phone,
        user_id: Some(user_id),
        key_id: key,
        deletion_id: None,
        settings: &call.settings,
        api_id: cx.caller.api_id,
        has_app: false,
    };
    Ok(codes::send(cx, &wanted)?)
}

/// `account.changePhone phone_number:string phone_code_hash:string phone_code:string = User`
pub(super) fn change_phone(
    cx: &mut Cx<'_>,
    call: account::ChangePhone,
) -> Result<TypeUser, Raise<ChangePhoneError>> {
    let key = cx.caller.key()?;
    let user_id = cx.caller.user()?;
    let phone = phone::parse(&call.phone_number)
        .ok_or(Raise::Method(ChangePhoneError::PhoneNumberInvalid))?;
    let belongs = |code: &crate::store::codes::CodeRow| {
        code.phone == phone && code.user_id == Some(user_id) && code.key_id == key
    };
    let entered = codes::enter(
        cx,
        Purpose::ChangePhone,
        &call.phone_code_hash,
        belongs,
        &call.phone_code,
    )?;
    let code = entered.map_err(|fault| {
        Raise::Method(match fault {
            CodeFault::Empty => ChangePhoneError::PhoneCodeEmpty,
            CodeFault::Wrong => ChangePhoneError::PhoneCodeInvalid,
            CodeFault::Unknown | CodeFault::Expired => ChangePhoneError::PhoneCodeExpired,
        })
    })?;
    if cx.tx.accounts().by_phone(&phone)?.is_some() {
        return Err(Raise::Method(ChangePhoneError::PhoneNumberOccupied));
    }
    cx.tx.codes().set_state(&code.hash, CodeState::Used)?;
    cx.tx.accounts().set_phone(user_id, &phone)?;
    let calling = cx.caller.session();
    people::numbers::arrived(cx, user_id, &phone, Some(calling))?;
    cx.changed_user(user_id);
    deletion::cancel_pending(cx, user_id, None)?;
    let account = cx
        .tx
        .accounts()
        .by_id(user_id)?
        .ok_or(AnyMethodError::AuthKeyUnregistered)?;
    Ok(people::own(&account, cx.now))
}
