//! Sessions, made and ended from outside.

use heliogram_crypto::auth_key::{AuthKey, AuthKeyId};
use heliogram_tl::LAYER;

use crate::core::Core;
use crate::cx::Scope;
use crate::operations::OperationError;
use crate::phone;
use crate::push::PushKind;
use crate::store::auth_keys::{ClientInfo, KeyRow, Standing, StoredKey};

/// An auth key made without a key exchange, for a session string.
#[derive(Clone, Debug)]
pub struct MintedKey {
    /// The key.
    pub key: AuthKey,
    /// The account it is logged in with.
    pub user_id: Option<i64>,
    /// The DC it is for: the account's, or the server's own when it does not have that.
    pub dc_id: i32,
}

/// A permanent auth key: a session of an account, or one that may become it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The id of the key.
    pub key: AuthKeyId,
    /// How `account.getAuthorizations` names it; 0 until somebody has logged in.
    pub hash: i64,
    /// Whose it is: the account that is logged in, or whose password is waited for.
    pub user_id: Option<i64>,
    /// What it is worth.
    pub standing: SessionStanding,
    /// The layer its client speaks; none while it has not said so.
    pub layer: Option<i32>,
    /// The application, as `initConnection` names it; 0 while it has not.
    pub api_id: i32,
    /// As `initConnection` says.
    pub device_model: String,
    /// As `initConnection` says.
    pub system_version: String,
    /// As `initConnection` says.
    pub app_version: String,
    /// Where its client was when it said so.
    pub address: String,
    /// When somebody logged in, in business time; 0 when nobody has.
    pub created_at: i64,
    /// Its last call as a logged-in session, in business time, to the minute.
    pub active_at: i64,
    /// Whether it was made without a key exchange, by [`Core::mint_key`].
    pub minted: bool,
    /// The DC it was made with.
    pub dc_id: i32,
}

/// What a session is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionStanding {
    /// Nobody is logged in.
    Nobody,
    /// The code was right, the password is missing.
    PasswordPending,
    /// Logged in.
    Authorised,
    /// Ended from elsewhere.
    Revoked,
    /// Of an account that is deleted.
    Deactivated,
}

impl SessionStanding {
    /// The name the control API uses: `password_pending`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::PasswordPending => "password_pending",
            Self::Authorised => "authorised",
            Self::Revoked => "revoked",
            Self::Deactivated => "deactivated",
        }
    }
}

impl Core {
    /// Makes an auth key without a key exchange, logged in to the account of this number if so wanted.
    ///
    /// # Errors
    /// When nobody has the number.
    pub async fn mint_key(
        &self,
        phone: &str,
        authorized: bool,
    ) -> Result<MintedKey, OperationError> {
        let number = phone::digits(phone);
        let said = phone.to_owned();
        let shared = self.shared();
        let key = shared.random.auth_key(&shared.settings.world);
        let salt = self.shared().random.id();
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            let scope = &mut turn.scope;
            let account = scope.tx.accounts().by_phone(&number)?;
            let Some(account) = account else {
                return Err(OperationError::NotFound {
                    field: "phone",
                    reason: format!("nobody has the number {said:?}; create the user first"),
                });
            };
            let id = key.id().0;
            let dc_id = scope.settings.door_to(account.dc_id);
            let new = StoredKey {
                key: key.as_bytes().to_vec(),
                salt,
                wire_expires: None,
                bound_to: None,
                dc_id,
                minted: true,
            };
            scope.tx.auth_keys().insert(id, &new)?;
            scope.tx.auth_keys().set_layer(id, LAYER)?;
            let client = ClientInfo {
                device_model: "minted session".to_owned(),
                ..ClientInfo::default()
            };
            scope.tx.auth_keys().set_client(id, &client)?;
            if authorized {
                let hash = scope.random.id();
                scope.tx.auth_keys().log_in(
                    id,
                    account.id,
                    Standing::Authorised,
                    hash,
                    scope.now,
                )?;
            }
            Ok(MintedKey {
                user_id: authorized.then_some(account.id),
                dc_id,
                key,
            })
        })
        .await
    }

    /// All permanent keys, those that nobody is logged in with included, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self) -> Result<Vec<Session>, OperationError> {
        let keys = self.read(|tx| tx.auth_keys().permanent()).await?;
        Ok(keys.into_iter().map(session).collect())
    }

    /// The sessions of an account, oldest first; those that wait for its password are among them.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn sessions_of(&self, user_id: i64) -> Result<Vec<Session>, OperationError> {
        self.user(user_id).await?;
        let keys = self.read(move |tx| tx.auth_keys().of_user(user_id)).await?;
        Ok(keys.into_iter().map(session).collect())
    }

    /// Ends a session, as `account.resetAuthorization` does: its next call is answered 401.
    ///
    /// # Errors
    /// When there is no such key, or nobody is logged in with it.
    pub async fn revoke_session(&self, key: AuthKeyId) -> Result<(), OperationError> {
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            let row = turn.scope.tx.auth_keys().row(key.0)?;
            let row = row.filter(|row| row.user_id.is_some());
            let Some((hash, user_id)) = row.and_then(|row| Some((row.hash, row.user_id?))) else {
                return Err(OperationError::not_found(
                    "key",
                    format!("nobody is logged in with the key {}", key.0),
                ));
            };
            // What was carried to other DCs has the hash of its session.
            let rows = turn.scope.tx.auth_keys().of_user(user_id)?;
            let keys = rows.iter().filter(|row| row.hash == hash);
            let keys: Vec<_> = keys.map(|row| row.id).collect();
            revoke(&mut turn.scope, user_id, &keys)
        })
        .await
    }

    /// Ends all sessions of an account. How many there were.
    ///
    /// # Errors
    /// When there is no such account.
    pub async fn revoke_sessions_of(&self, user_id: i64) -> Result<usize, OperationError> {
        self.user(user_id).await?;
        let wire_now = self.shared().settings.wire_clock.now();
        self.write(wire_now, move |turn| {
            let rows = turn.scope.tx.auth_keys().of_user(user_id)?;
            let keys: Vec<_> = rows.iter().map(|row| row.id).collect();
            revoke(&mut turn.scope, user_id, &keys)?;
            Ok(keys.len())
        })
        .await
    }
}

fn revoke(scope: &mut Scope<'_>, user_id: i64, keys: &[i64]) -> Result<(), OperationError> {
    for key in keys {
        scope.tx.auth_keys().log_out(*key, Standing::Revoked)?;
    }
    scope.push_keys(keys, PushKind::Revoked);
    scope.changed_user(user_id);
    Ok(())
}

fn session(row: KeyRow) -> Session {
    Session {
        key: AuthKeyId(row.id),
        hash: row.hash,
        user_id: row.user_id,
        standing: match row.standing {
            Standing::Nobody => SessionStanding::Nobody,
            Standing::PasswordPending => SessionStanding::PasswordPending,
            Standing::Authorised => SessionStanding::Authorised,
            Standing::Revoked => SessionStanding::Revoked,
            Standing::Deactivated => SessionStanding::Deactivated,
        },
        layer: row.layer,
        api_id: row.client.api_id,
        device_model: row.client.device_model,
        system_version: row.client.system_version,
        app_version: row.client.app_version,
        address: row.client.address,
        created_at: row.created_at,
        active_at: row.active_at,
        minted: row.minted,
        dc_id: row.dc_id,
    }
}
