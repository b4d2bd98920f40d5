//! `core.telegram.org/api/srp`: setting, changing, removing and resetting the 2FA password.

use heliogram_crypto::dh::DhGroup;
use heliogram_crypto::srp::Verifier;
use heliogram_tl::api::account::{
    self, CancelPasswordEmailError, ConfirmPasswordEmailError, DeclinePasswordResetError,
    GetPasswordError, PasswordInputSettings, ResendPasswordEmailError, ResetPasswordError,
    TypeResetPasswordResult, UpdatePasswordSettingsError,
};
use heliogram_tl::api::{
    SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000, TypePasswordKdfAlgo, TypeSecurePasswordKdfAlgo,
};
use subtle::ConstantTimeEq;

use crate::clock::{DAY, HOUR, wire_date};
use crate::cx::{Cx, Raise, Scope};
use crate::deletion;
use crate::inbox::{Arrival, InboxKind};
use crate::password::{self, ProofFault};
use crate::store::StoreError;
use crate::store::passwords::PasswordRow;

/// How long a reset has to wait, and how long after one was declined the next is refused.
const RESET_DELAY: i64 = 7 * DAY;
/// How many digits a mailed code has.
const EMAIL_CODE: usize = 6;
/// How long it lives.
const EMAIL_CODE_LIFETIME: i64 = HOUR;
/// The server's part of `salt1`; the client appends 32 bytes or more.
const SALT1_MIN: usize = 8 + 32;

/// `account.getPassword = account.Password`
pub(super) fn get_password(
    cx: &mut Cx<'_>,
    _: account::GetPassword,
) -> Result<account::Password, Raise<GetPasswordError>> {
    let user_id = cx.caller.user_or_pending()?;
    let row = password::current(cx, user_id)?;
    let challenge = match &row {
        Some(row) => password::open_challenge(cx, user_id, row)?,
        None => None,
    };
    let row = row.unwrap_or_default();
    let secure = SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000 {
        salt: cx.random.array::<8>().to_vec().into(),
    };
    Ok(account::Password {
        has_recovery: row.email.is_some(),
        has_secure_values: false,
        has_password: challenge.is_some(),
        current_algo: challenge
            .as_ref()
            .map(|_| password::algo(&row.salt1, &row.salt2)),
        srp_id: challenge.as_ref().map(|(srp_id, _)| *srp_id),
        srp_b: challenge.map(|(_, public)| public.into()),
        hint: row.hint.filter(|hint| !hint.is_empty()),
        email_unconfirmed_pattern: row.new_email.as_deref().map(pattern),
        new_algo: password::new_algo(cx.random),
        new_secure_algo: TypeSecurePasswordKdfAlgo::SecurePasswordKdfAlgoPBKDF2HMACSHA512iter100000(
            Box::new(secure),
        ),
        secure_random: cx.random.array::<256>().to_vec().into(),
        pending_reset_date: row.reset_at.map(wire_date),
        login_email_pattern: None,
    })
}

/// `account.updatePasswordSettings password:InputCheckPasswordSRP new_settings:account.PasswordInputSettings = Bool`
pub(super) fn update_password_settings(
    cx: &mut Cx<'_>,
    call: account::UpdatePasswordSettings,
) -> Result<bool, Raise<UpdatePasswordSettingsError>> {
    let user_id = cx.caller.user()?;
    let settings = call.new_settings;
    if settings.new_algo.is_none()
        && settings.email.is_none()
        && settings.new_secure_settings.is_none()
    {
        return Err(Raise::Method(UpdatePasswordSettingsError::NewSettingsEmpty));
    }
    if settings
        .email
        .as_deref()
        .is_some_and(|email| !email.is_empty() && !email.contains('@'))
    {
        return Err(Raise::Method(UpdatePasswordSettingsError::EmailInvalid));
    }
    let mut row = cx.tx.passwords().of(user_id)?.unwrap_or_default();
    if row.verifier.is_some() {
        password::check(cx, user_id, &row, &call.password)?.map_err(|fault| {
            Raise::Method(match fault {
                ProofFault::Wrong => UpdatePasswordSettingsError::PasswordHashInvalid,
                ProofFault::UnknownId => UpdatePasswordSettingsError::SrpIdInvalid,
                ProofFault::PasswordChanged => UpdatePasswordSettingsError::SrpPasswordChanged,
            })
        })?;
    }
    if settings.new_algo.is_some() {
        set_password(cx, &mut row, &settings).map_err(Raise::Method)?;
        cx.tx.passwords().set(user_id, &row)?;
        let key = cx.caller.key;
        deletion::cancel_pending(cx, user_id, key)?;
    }
    let Some(email) = settings.email else {
        return Ok(true);
    };
    if row.verifier.is_none() {
        return Err(Raise::Method(
            UpdatePasswordSettingsError::NewSettingsInvalid,
        ));
    }
    if email.is_empty() {
        (row.email, row.new_email) = (None, None);
        cx.tx.passwords().set(user_id, &row)?;
        return Ok(true);
    }
    row.new_email = Some(email.clone());
    mail_code(cx, user_id, &mut row, &email, "to confirm this address")?;
    cx.tx.passwords().set(user_id, &row)?;
    // The settings are in force; what is missing is the code. So says the documentation.
    Err(Raise::Method(
        UpdatePasswordSettingsError::EmailUnconfirmedN(EMAIL_CODE as i32),
    ))
}

/// `account.confirmPasswordEmail code:string = Bool`
pub(super) fn confirm_password_email(
    cx: &mut Cx<'_>,
    call: account::ConfirmPasswordEmail,
) -> Result<bool, Raise<ConfirmPasswordEmailError>> {
    let user_id = cx.caller.user()?;
    let mut row = cx.tx.passwords().of(user_id)?.unwrap_or_default();
    if row.new_email.is_none() || row.email_code_until <= cx.now {
        return Err(Raise::Method(ConfirmPasswordEmailError::EmailHashExpired));
    }
    let expected = row.email_code.as_deref().unwrap_or_default();
    if expected.is_empty() || !bool::from(expected.as_bytes().ct_eq(call.code.as_bytes())) {
        return Err(Raise::Method(ConfirmPasswordEmailError::CodeInvalid));
    }
    row.email = row.new_email.take();
    row.email_code = None;
    cx.tx.passwords().set(user_id, &row)?;
    Ok(true)
}

/// `account.resendPasswordEmail = Bool`
pub(super) fn resend_password_email(
    cx: &mut Cx<'_>,
    _: account::ResendPasswordEmail,
) -> Result<bool, Raise<ResendPasswordEmailError>> {
    let user_id = cx.caller.user()?;
    let mut row = cx.tx.passwords().of(user_id)?.unwrap_or_default();
    let Some(email) = row.new_email.clone() else {
        return Err(Raise::Method(ResendPasswordEmailError::EmailHashExpired));
    };
    mail_code(cx, user_id, &mut row, &email, "to confirm this address")?;
    cx.tx.passwords().set(user_id, &row)?;
    Ok(true)
}

/// `account.cancelPasswordEmail = Bool`
pub(super) fn cancel_password_email(
    cx: &mut Cx<'_>,
    _: account::CancelPasswordEmail,
) -> Result<bool, Raise<CancelPasswordEmailError>> {
    let user_id = cx.caller.user()?;
    let mut row = cx.tx.passwords().of(user_id)?.unwrap_or_default();
    if row.new_email.take().is_none() {
        return Err(Raise::Method(CancelPasswordEmailError::EmailHashExpired));
    }
    row.email_code = None;
    cx.tx.passwords().set(user_id, &row)?;
    Ok(true)
}

/// `account.resetPassword = account.ResetPasswordResult`
pub(super) fn reset_password(
    cx: &mut Cx<'_>,
    _: account::ResetPassword,
) -> Result<TypeResetPasswordResult, Raise<ResetPasswordError>> {
    let user_id = cx.caller.user()?;
    let Some(mut row) = password::current(cx, user_id)? else {
        return Err(Raise::Method(ResetPasswordError::PasswordEmpty));
    };
    if let Some(retry_at) = row.reset_refused_until.filter(|until| *until > cx.now) {
        let retry_date = wire_date(retry_at);
        return Ok(TypeResetPasswordResult::ResetPasswordFailedWait(
            account::ResetPasswordFailedWait { retry_date },
        ));
    }
    let reset_at = *row.reset_at.get_or_insert(cx.now + RESET_DELAY);
    if reset_at > cx.now {
        cx.tx.passwords().set(user_id, &row)?;
        let until_date = wire_date(reset_at);
        return Ok(TypeResetPasswordResult::ResetPasswordRequestedWait(
            account::ResetPasswordRequestedWait { until_date },
        ));
    }
    password::remove(cx, &mut row);
    cx.tx.passwords().set(user_id, &row)?;
    let key = cx.caller.key;
    deletion::cancel_pending(cx, user_id, key)?;
    Ok(TypeResetPasswordResult::ResetPasswordOk)
}

/// `account.declinePasswordReset = Bool`
pub(super) fn decline_password_reset(
    cx: &mut Cx<'_>,
    _: account::DeclinePasswordReset,
) -> Result<bool, Raise<DeclinePasswordResetError>> {
    let user_id = cx.caller.user()?;
    let mut row = cx.tx.passwords().of(user_id)?.unwrap_or_default();
    if row.reset_at.take().is_none() {
        return Err(Raise::Method(
            DeclinePasswordResetError::ResetRequestMissing,
        ));
    }
    row.reset_refused_until = Some(cx.now + RESET_DELAY);
    cx.tx.passwords().set(user_id, &row)?;
    Ok(true)
}

/// Sets, changes or, with no hash, removes the password in a row.
///
/// The documentation removes it with `passwordKdfAlgoUnknown`; GramJS and Telethon send the algorithm they
/// were offered, and no hash.
pub(super) fn set_password(
    scope: &Scope<'_>,
    row: &mut PasswordRow,
    settings: &PasswordInputSettings,
) -> Result<(), UpdatePasswordSettingsError> {
    let hash = settings.new_password_hash.as_deref().unwrap_or_default();
    match &settings.new_algo {
        Some(_) if hash.is_empty() => {
            password::remove(scope, row);
            Ok(())
        }
        Some(
            TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
                algo,
            ),
        ) => {
            let group = DhGroup::well_known();
            if algo.g != i32::from(group.generator()) || algo.p[..] != group.prime() {
                return Err(UpdatePasswordSettingsError::NewSettingsInvalid);
            }
            if algo.salt1.len() < SALT1_MIN || algo.salt2.is_empty() {
                return Err(UpdatePasswordSettingsError::NewSaltInvalid);
            }
            let verifier = Verifier::new(hash, &group)
                .map_err(|_| UpdatePasswordSettingsError::NewSettingsInvalid)?;
            row.salt1 = algo.salt1.to_vec();
            row.salt2 = algo.salt2.to_vec();
            row.verifier = Some(verifier.as_bytes().to_vec());
            row.hint.clone_from(&settings.hint);
            password::changed(scope, row);
            Ok(())
        }
        _ => Err(UpdatePasswordSettingsError::NewSettingsInvalid),
    }
}

/// Mails a new code; here that means to the inbox of the account's phone.
pub(super) fn mail_code(
    scope: &mut Scope<'_>,
    user_id: i64,
    row: &mut PasswordRow,
    email: &str,
    purpose: &str,
) -> Result<(), StoreError> {
    let code = scope.random.digits(EMAIL_CODE);
    let account = scope.tx.accounts().by_id(user_id)?;
    if let Some(phone) = account.and_then(|account| account.phone) {
        let arrival = Arrival {
            kind: InboxKind::Email,
            from: email.to_owned(),
            text: format!("{code} is your Heliogram code {purpose}."),
        };
        scope.deliver(&phone, &arrival)?;
    }
    row.email_code = Some(code);
    row.email_code_until = scope.now + EMAIL_CODE_LIFETIME;
    Ok(())
}

/// An address with its middle hidden: `a***e@example.org`. `core.telegram.org/api/pattern`.
pub(super) fn pattern(email: &str) -> String {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    let mut letters = name.chars();
    match (letters.next(), letters.next_back()) {
        (Some(first), Some(last)) => format!("{first}***{last}@{host}"),
        (Some(first), None) => format!("{first}***@{host}"),
        _ => format!("***@{host}"),
    }
}
