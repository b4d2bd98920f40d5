//! The sessions of an account, and codes that have been seen by others.

use std::collections::HashSet;

use heliogram_tl::api;
use heliogram_tl::api::account::{
    self, GetAuthorizationsError, InvalidateSignInCodesError, ResetAuthorizationError,
};

use crate::clock::wire_date;
use crate::cx::{Cx, Raise};
use crate::phone;
use crate::push::PushKind;
use crate::store::auth_keys::{KeyRow, Standing};
use crate::store::codes::CodeState;

/// `account.getAuthorizations = account.Authorizations`
pub(super) fn authorizations(
    cx: &mut Cx<'_>,
    _: account::GetAuthorizations,
) -> Result<account::Authorizations, Raise<GetAuthorizationsError>> {
    let user_id = cx.caller.user()?;
    let mut keys = cx.tx.auth_keys().of_user(user_id)?;
    let current = cx.caller.key;
    keys.sort_by_key(|key| (Some(key.id) != current, -key.active_at));
    // What a session carried to other DCs is a part of it.
    let mut listed = HashSet::new();
    keys.retain(|key| listed.insert(key.hash));
    Ok(account::Authorizations {
        authorization_ttl_days: 180,
        authorizations: keys
            .iter()
            .map(|key| authorization(key, Some(key.id) == current))
            .collect(),
    })
}

/// `account.resetAuthorization hash:long = Bool`
pub(super) fn reset_authorization(
    cx: &mut Cx<'_>,
    call: account::ResetAuthorization,
) -> Result<bool, Raise<ResetAuthorizationError>> {
    let user_id = cx.caller.user()?;
    let current = cx.caller.key;
    let keys = cx.tx.auth_keys().of_user(user_id)?;
    let meant = keys.iter().filter(|key| key.hash == call.hash);
    let meant: Vec<_> = meant.map(|key| key.id).collect();
    if call.hash == 0 || meant.is_empty() || meant.iter().any(|id| Some(*id) == current) {
        return Err(Raise::Method(ResetAuthorizationError::HashInvalid));
    }
    for key in &meant {
        cx.tx.auth_keys().log_out(*key, Standing::Revoked)?;
    }
    cx.push_keys(&meant, PushKind::Revoked);
    cx.changed_user(user_id);
    Ok(true)
}

/// `account.invalidateSignInCodes codes:Vector<string> = Bool`
///
/// A client calls it when a code in a message of 777000 was forwarded or is on a screenshot: it may be in wrong hands.
pub(super) fn invalidate_sign_in_codes(
    cx: &mut Cx<'_>,
    call: account::InvalidateSignInCodes,
) -> Result<bool, Raise<InvalidateSignInCodesError>> {
    let user_id = cx.caller.user()?;
    let seen: Vec<_> = call.codes.iter().map(|code| phone::digits(code)).collect();
    let account = cx.tx.accounts().by_id(user_id)?;
    if let Some(phone) = account.and_then(|account| account.phone) {
        for code in cx.tx.codes().live_of_phone(&phone)? {
            if seen.contains(&code.digits) {
                cx.tx.codes().set_state(&code.hash, CodeState::Dead)?;
            }
        }
    }
    Ok(true)
}

fn authorization(key: &KeyRow, current: bool) -> api::Authorization {
    let client = &key.client;
    let or_unknown = |text: &str| {
        if text.is_empty() {
            "unknown".to_owned()
        } else {
            text.to_owned()
        }
    };
    api::Authorization {
        current,
        password_pending: key.standing == Standing::PasswordPending,
        // The session that asks is not to be addressed by its hash.
        hash: if current { 0 } else { key.hash },
        device_model: or_unknown(&client.device_model),
        platform: String::new(),
        system_version: client.system_version.clone(),
        api_id: client.api_id,
        app_name: format!("app {}", client.api_id),
        app_version: or_unknown(&client.app_version),
        date_created: wire_date(key.created_at),
        date_active: wire_date(key.active_at),
        ip: or_unknown(&client.address),
        country: String::new(),
        region: String::new(),
        ..api::Authorization::default()
    }
}
