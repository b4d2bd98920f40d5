//! What logging in and out comes to, whatever the way in.

use bytes::Bytes;
use heliogram_tl::api::auth;

use crate::clock::DAY;
use crate::cx::Cx;
use crate::people;
use crate::store::StoreError;
use crate::store::accounts::Account;
use crate::store::auth_keys::Standing;
use crate::store::tokens::TokenKind;

/// How long a future auth token is good for.
const TOKEN_LIFETIME: i64 = 180 * DAY;

/// Logs an account in with the caller's key.
pub(crate) fn authorise(
    cx: &mut Cx<'_>,
    key: i64,
    account: &Account,
) -> Result<auth::TypeAuthorization, StoreError> {
    let hash = cx.random.id();
    authorise_as(cx, key, account, hash)
}

/// The same, as a part of the session with this hash: an authorization carried to another DC.
pub(crate) fn authorise_as(
    cx: &mut Cx<'_>,
    key: i64,
    account: &Account,
    hash: i64,
) -> Result<auth::TypeAuthorization, StoreError> {
    enter(cx, key, account.id, Standing::Authorised, hash)?;
    cx.tx.accounts().set_active(account.id, cx.now)?;
    let account = cx
        .tx
        .accounts()
        .by_id(account.id)?
        .unwrap_or_else(|| account.clone());
    let token = (!account.bot)
        .then(|| future_token(cx, account.id))
        .transpose()?;
    Ok(auth::TypeAuthorization::Authorization(Box::new(
        auth::Authorization {
            future_auth_token: token,
            user: people::own(&account, cx.now),
            setup_password_required: false,
            otherwise_relogin_days: None,
            tmp_sessions: None,
        },
    )))
}

/// Ties an account to the caller's key until the password is proved.
pub(crate) fn await_password(cx: &mut Cx<'_>, key: i64, user_id: i64) -> Result<(), StoreError> {
    let hash = cx.random.id();
    enter(cx, key, user_id, Standing::PasswordPending, hash)
}

/// A token that spares the account its next code.
pub(crate) fn future_token(cx: &Cx<'_>, user_id: i64) -> Result<Bytes, StoreError> {
    let token = cx.random.array::<32>();
    cx.tx
        .tokens()
        .insert(&token, TokenKind::Future, user_id, cx.now + TOKEN_LIFETIME)?;
    Ok(Bytes::copy_from_slice(&token))
}

fn enter(
    cx: &mut Cx<'_>,
    key: i64,
    user_id: i64,
    standing: Standing,
    hash: i64,
) -> Result<(), StoreError> {
    cx.tx
        .auth_keys()
        .log_in(key, user_id, standing, hash, cx.now)?;
    cx.changed_user(user_id);
    cx.caller.user_id = Some(user_id);
    cx.caller.standing = standing;
    Ok(())
}
