//! Auth keys, what is known of the client behind each, and who is logged in with it.

use rusqlite::{Connection, OptionalExtension, Row};

use super::StoreError;

/// Auth keys in a transaction.
pub(crate) struct AuthKeys<'c>(pub(super) &'c Connection);

/// What a key is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody has logged in with it, or they logged out.
    Nobody,
    /// The code was right, the password is missing.
    PasswordPending,
    /// Logged in.
    Authorised,
    /// Was logged in and has been ended from elsewhere.
    Revoked,
    /// Belonged to an account that is deleted.
    Deactivated,
}

/// A row without the key itself.
#[derive(Clone, Debug)]
pub(crate) struct KeyRow {
    pub(crate) id: i64,
    pub(crate) temporary: bool,
    pub(crate) bound_to: Option<i64>,
    pub(crate) user_id: Option<i64>,
    pub(crate) standing: Standing,
    /// How `account.getAuthorizations` names it.
    pub(crate) hash: i64,
    pub(crate) created_at: i64,
    pub(crate) active_at: i64,
    pub(crate) layer: Option<i32>,
    pub(crate) client: ClientInfo,
    /// The DC it was made with.
    pub(crate) dc_id: i32,
    /// Whether it was made without a key exchange.
    pub(crate) minted: bool,
}

/// What `initConnection` said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientInfo {
    pub(crate) api_id: i32,
    pub(crate) device_model: String,
    pub(crate) system_version: String,
    pub(crate) app_version: String,
    pub(crate) lang_code: String,
    pub(crate) address: String,
}

/// The key itself.
pub(crate) struct StoredKey {
    pub(crate) key: Vec<u8>,
    pub(crate) salt: i64,
    pub(crate) wire_expires: Option<i64>,
    pub(crate) bound_to: Option<i64>,
    pub(crate) dc_id: i32,
    pub(crate) minted: bool,
}

impl AuthKeys<'_> {
    /// Keeps a key; the same key again changes nothing.
    pub(crate) fn insert(&self, id: i64, new: &StoredKey) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "INSERT OR IGNORE INTO auth_keys (id, key, salt, wire_expires, bound_to, dc_id, minted)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                id,
                &new.key,
                new.salt,
                new.wire_expires,
                new.bound_to,
                new.dc_id,
                new.minted,
            ))?;
        Ok(())
    }

    pub(crate) fn stored(&self, id: i64) -> Result<Option<StoredKey>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT key, salt, wire_expires, bound_to, dc_id, minted FROM auth_keys WHERE id = ?1",
            )?
            .query_row([id], |row| {
                Ok(StoredKey {
                    key: row.get(0)?,
                    salt: row.get(1)?,
                    wire_expires: row.get(2)?,
                    bound_to: row.get(3)?,
                    dc_id: row.get(4)?,
                    minted: row.get(5)?,
                })
            })
            .optional()
    }

    pub(crate) fn row(&self, id: i64) -> Result<Option<KeyRow>, StoreError> {
        self.0
            .prepare_cached(&format!("{SELECT} WHERE id = ?1"))?
            .query_row([id], key_row)
            .optional()
    }

    /// A permanent key, then the temporary ones bound to it, each with its layer.
    pub(crate) fn family(&self, id: i64) -> Result<Vec<(i64, StoredKey, Option<i32>)>, StoreError> {
        let ids = std::iter::once(id).chain(self.bound_to(id)?);
        let mut family = Vec::new();
        for id in ids {
            if let (Some(key), Some(row)) = (self.stored(id)?, self.row(id)?) {
                family.push((id, key, row.layer));
            }
        }
        Ok(family)
    }

    /// Forgets a key, its temporary keys with it.
    pub(crate) fn remove(&self, id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM auth_keys WHERE id = ?1")?
            .execute([id])?;
        Ok(())
    }

    pub(crate) fn bind(&self, temporary: i64, permanent: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE auth_keys SET bound_to = ?2 WHERE id = ?1")?
            .execute((temporary, permanent))?;
        Ok(())
    }

    /// The temporary keys of a permanent one.
    pub(crate) fn bound_to(&self, permanent: i64) -> Result<Vec<i64>, StoreError> {
        self.0
            .prepare_cached("SELECT id FROM auth_keys WHERE bound_to = ?1")?
            .query_map([permanent], |row| row.get(0))?
            .collect()
    }

    pub(crate) fn set_layer(&self, id: i64, layer: i32) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE auth_keys SET layer = ?2 WHERE id = ?1")?
            .execute((id, layer))?;
        Ok(())
    }

    pub(crate) fn set_client(&self, id: i64, client: &ClientInfo) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE auth_keys SET api_id = ?2, device_model = ?3, system_version = ?4, app_version = ?5,
                     lang_code = ?6, address = ?7 WHERE id = ?1",
            )?
            .execute((
                id,
                client.api_id,
                &client.device_model,
                &client.system_version,
                &client.app_version,
                &client.lang_code,
                &client.address,
            ))?;
        Ok(())
    }

    /// Logs an account in with a key, or leaves it waiting for the password.
    pub(crate) fn log_in(
        &self,
        id: i64,
        user_id: i64,
        standing: Standing,
        hash: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE auth_keys SET user_id = ?2, standing = ?3, hash = ?4, created_at = ?5, active_at = ?5 WHERE id = ?1",
            )?
            .execute((id, user_id, standing as i64, hash, now))?;
        Ok(())
    }

    /// Takes the account from a key; `standing` says what its next call is told.
    pub(crate) fn log_out(&self, id: i64, standing: Standing) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE auth_keys SET user_id = NULL, standing = ?2 WHERE id = ?1")?
            .execute((id, standing as i64))?;
        Ok(())
    }

    pub(crate) fn set_active(&self, id: i64, now: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE auth_keys SET active_at = ?2 WHERE id = ?1")?
            .execute((id, now))?;
        Ok(())
    }

    /// Until when the client behind a key is online, or since when it is not.
    pub(crate) fn set_online_until(&self, id: i64, until: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE auth_keys SET online_until = ?2 WHERE id = ?1")?
            .execute((id, until))?;
        Ok(())
    }

    /// The latest such moment of all clients that are logged in to an account.
    pub(crate) fn online_until(&self, user_id: i64) -> Result<Option<i64>, StoreError> {
        self.0
            .prepare_cached(
                "SELECT max(online_until) FROM auth_keys WHERE user_id = ?1 AND standing = ?2",
            )?
            .query_row((user_id, Standing::Authorised as i64), |row| row.get(0))
    }

    /// The keys an account is logged in with or about to be, oldest first.
    pub(crate) fn of_user(&self, user_id: i64) -> Result<Vec<KeyRow>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "{SELECT} WHERE user_id = ?1 ORDER BY created_at, id"
            ))?
            .query_map([user_id], key_row)?
            .collect()
    }

    /// All but the temporary ones, in the order in which somebody logged in with them.
    pub(crate) fn permanent(&self) -> Result<Vec<KeyRow>, StoreError> {
        self.0
            .prepare_cached(&format!(
                "{SELECT} WHERE wire_expires IS NULL ORDER BY created_at, id"
            ))?
            .query_map([], key_row)?
            .collect()
    }
}

const SELECT: &str = "SELECT id, wire_expires IS NOT NULL, bound_to, user_id, standing, coalesce(hash, 0),
    coalesce(created_at, 0), coalesce(active_at, 0), layer, coalesce(api_id, 0), coalesce(device_model, ''),
    coalesce(system_version, ''), coalesce(app_version, ''), coalesce(lang_code, ''), coalesce(address, ''), dc_id, minted FROM auth_keys";

fn key_row(row: &Row<'_>) -> Result<KeyRow, StoreError> {
    Ok(KeyRow {
        id: row.get(0)?,
        temporary: row.get(1)?,
        bound_to: row.get(2)?,
        user_id: row.get(3)?,
        standing: match row.get::<_, i64>(4)? {
            1 => Standing::PasswordPending,
            2 => Standing::Authorised,
            3 => Standing::Revoked,
            4 => Standing::Deactivated,
            _ => Standing::Nobody,
        },
        hash: row.get(5)?,
        created_at: row.get(6)?,
        active_at: row.get(7)?,
        layer: row.get(8)?,
        client: ClientInfo {
            api_id: row.get(9)?,
            device_model: row.get(10)?,
            system_version: row.get(11)?,
            app_version: row.get(12)?,
            lang_code: row.get(13)?,
            address: row.get(14)?,
        },
        dc_id: row.get(15)?,
        minted: row.get(16)?,
    })
}
