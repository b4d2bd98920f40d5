//! Temporary keys (`core.telegram.org/api/pfs`) and authorizations carried from one DC to another.

use heliogram_crypto::auth_key::AuthKey;
use heliogram_crypto::ige;
use heliogram_crypto::msg_key::{Direction, MsgKey};
use heliogram_tl::api::auth::{
    self, BindTempAuthKeyError, ExportAuthorizationError, ImportAuthorizationError,
    TypeAuthorization,
};
use heliogram_tl::mtproto::BindAuthKeyInner;
use heliogram_tl::{Decode, Method};

use crate::clock::MINUTE;
use crate::cx::{Cx, Raise};
use crate::login;
use crate::push::PushKind;

/// How long an exported authorization may be on its way.
const EXPORT_LIFETIME: i64 = MINUTE;

/// `auth.bindTempAuthKey perm_auth_key_id:long nonce:long expires_at:int encrypted_message:bytes = Bool`
///
/// The proof is an MTProto 1.0 message under the permanent key: the only place where 1.0 lives on.
pub(super) fn bind_temp_auth_key(
    cx: &mut Cx<'_>,
    call: auth::BindTempAuthKey,
) -> Result<bool, Raise<BindTempAuthKeyError>> {
    let temporary = cx.tx.auth_keys().stored(cx.caller.envelope)?;
    let Some(temporary) = temporary.filter(|key| key.wire_expires.is_some()) else {
        return Err(Raise::Method(BindTempAuthKeyError::TempAuthKeyEmpty));
    };
    if temporary
        .bound_to
        .is_some_and(|bound_to| bound_to != call.perm_auth_key_id)
    {
        return Err(Raise::Method(BindTempAuthKeyError::TempAuthKeyAlreadyBound));
    }
    if i64::from(call.expires_at) <= cx.wire_now {
        return Err(Raise::Method(BindTempAuthKeyError::ExpiresAtInvalid));
    }
    let invalid = Raise::Method(BindTempAuthKeyError::EncryptedMessageInvalid);
    let permanent = cx.tx.auth_keys().stored(call.perm_auth_key_id)?;
    let permanent = permanent
        .filter(|key| key.wire_expires.is_none() && key.dc_id == cx.caller.dc_id)
        .and_then(|key| key.key.try_into().ok())
        .map(AuthKey::new);
    let Some(permanent) = permanent else {
        return Err(invalid);
    };
    let Some((msg_id, inner)) = open(&permanent, call.perm_auth_key_id, &call.encrypted_message)
    else {
        return Err(invalid);
    };
    let genuine = msg_id == cx.caller.msg_id
        && inner.nonce == call.nonce
        && inner.temp_auth_key_id == cx.caller.envelope
        && inner.perm_auth_key_id == call.perm_auth_key_id
        && inner.temp_session_id == cx.caller.session_id
        && inner.expires_at == call.expires_at;
    if !genuine {
        return Err(invalid);
    }
    cx.tx
        .auth_keys()
        .bind(cx.caller.envelope, call.perm_auth_key_id)?;
    // What the wrappers around this very call said was noted for the temporary key.
    if let Some(row) = cx.tx.auth_keys().row(cx.caller.envelope)? {
        if let Some(layer) = row.layer {
            cx.tx.auth_keys().set_layer(call.perm_auth_key_id, layer)?;
        }
        if row.client.api_id != 0 {
            cx.tx
                .auth_keys()
                .set_client(call.perm_auth_key_id, &row.client)?;
        }
    }
    Ok(true)
}

/// `auth.dropTempAuthKeys except_auth_keys:Vector<long> = Bool`
pub(super) fn drop_temp_auth_keys(
    cx: &mut Cx<'_>,
    call: auth::DropTempAuthKeys,
) -> Result<bool, Raise<<auth::DropTempAuthKeys as Method>::Error>> {
    let key = cx.caller.key()?;
    let mut dropped = cx.tx.auth_keys().bound_to(key)?;
    dropped.retain(|id| *id != cx.caller.envelope && !call.except_auth_keys.contains(id));
    for id in &dropped {
        cx.tx.auth_keys().remove(*id)?;
    }
    cx.push_keys(&dropped, PushKind::Dropped);
    Ok(true)
}

/// `auth.exportAuthorization dc_id:int = auth.ExportedAuthorization`
pub(super) fn export_authorization(
    cx: &mut Cx<'_>,
    call: auth::ExportAuthorization,
) -> Result<auth::ExportedAuthorization, Raise<ExportAuthorizationError>> {
    let user_id = cx.caller.user()?;
    let Some(dc_id) = cx.settings.import_place(call.dc_id, cx.caller.dc_id) else {
        return Err(Raise::Method(ExportAuthorizationError::DcIdInvalid));
    };
    let session = cx.tx.auth_keys().row(cx.caller.key()?)?;
    let session = session.map_or(0, |row| row.hash);
    let token = cx.random.array::<128>();
    let until = cx.now + EXPORT_LIFETIME;
    cx.tx
        .tokens()
        .insert_exported(&token, user_id, until, (dc_id, session))?;
    Ok(auth::ExportedAuthorization {
        id: user_id,
        bytes: token.to_vec().into(),
    })
}

/// `auth.importAuthorization id:long bytes:bytes = auth.Authorization`
pub(super) fn import_authorization(
    cx: &mut Cx<'_>,
    call: auth::ImportAuthorization,
) -> Result<TypeAuthorization, Raise<ImportAuthorizationError>> {
    let key = cx.caller.key()?;
    let account = cx
        .tx
        .accounts()
        .by_id(call.id)?
        .filter(|account| !account.deleted);
    let Some(account) = account else {
        return Err(Raise::Method(ImportAuthorizationError::UserIdInvalid));
    };
    let session =
        cx.tx
            .tokens()
            .redeem_exported(&call.bytes, account.id, cx.caller.dc_id, cx.now)?;
    match session {
        Some(session) => Ok(login::authorise_as(cx, key, &account, session)?),
        None => Err(Raise::Method(ImportAuthorizationError::AuthBytesInvalid)),
    }
}

/// Opens the envelope: `key_id:long msg_key:int128`, then, enciphered, a random salt and session, the msg_id
/// of the call, seq_no 0, the length, the inner object, and 0 to 15 bytes of padding.
fn open(permanent: &AuthKey, id: i64, envelope: &[u8]) -> Option<(i64, BindAuthKeyInner)> {
    let (key_id, rest) = envelope.split_first_chunk::<8>()?;
    let (msg_key, data) = rest.split_first_chunk::<16>()?;
    if i64::from_le_bytes(*key_id) != id {
        return None;
    }
    let msg_key = MsgKey(*msg_key);
    let mut data = data.to_vec();
    ige::decrypt(
        &msg_key.derive_v1(permanent, Direction::ClientToServer),
        &mut data,
    )
    .ok()?;
    let (head, body) = data.split_first_chunk::<32>()?;
    let msg_id = i64::from_le_bytes(head[16..24].try_into().ok()?);
    let length = u32::from_le_bytes(head[28..32].try_into().ok()?) as usize;
    let padding = body.len().checked_sub(length)?;
    if padding > 15 || MsgKey::v1(&data[..32 + length]) != msg_key {
        return None;
    }
    let inner = bytes::Bytes::copy_from_slice(&body[..length]);
    Some((msg_id, BindAuthKeyInner::from_bytes(&inner).ok()?))
}
