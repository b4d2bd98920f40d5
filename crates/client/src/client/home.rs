//! The home DC: where it is, connecting to it, moving to another.
//!
//! The first call of every connection is `help.getConfig` inside two wrappers that tell the server
//! which layer the client speaks and what it is:
//!
//! ```text
//! invokeWithLayer(layer, initConnection(api_id, device, versions, languages, help.getConfig))
//! ```
//!
//! `core.telegram.org/api/invoking`; `core.telegram.org/api/datacenter`, "User migration".

use std::sync::Arc;

use bytes::Bytes;
use heliogram_crypto::auth_key::AuthKey;
use heliogram_mtproto::exchange::client::Wanted;
use heliogram_net::{
    Address,
    client::{Connection, ConnectionConfig, Greeted, Listener},
};
use heliogram_tl::{Decode, Encode, EncodeError, LAYER, Method, api};

use super::{ClientError, TelegramClient};
use crate::StringSession;

impl TelegramClient {
    /// Where to connect to: the session's DC, or the one DC of a server of one's own when the session
    /// is new.
    pub(super) fn first_home(&self) -> (u8, Option<Address>) {
        let session = self.session();
        let network = &self.inner.options.network;
        let saved = Address::new(session.address(), session.port());
        let listed = || network.address(session.dc_id(), None);
        match network.home() {
            // A new session may name another DC of such a server, by its number and address.
            Some((dc_id, _))
                if session.auth_key().is_none() && listed().as_ref() != Some(&saved) =>
            {
                (dc_id, None)
            }
            _ => (session.dc_id(), Some(saved)),
        }
    }

    /// Leaves the home for another DC. It is a stranger there, with a new key: for logins that are to be finished on
    /// another DC, as one by QR code is (`auth.loginTokenMigrateTo`). Other moves are made where the server asks for them.
    ///
    /// # Errors
    /// When that DC is not known or cannot be reached; the home is as before then.
    pub async fn switch_dc(&self, dc_id: u8) -> Result<(), ClientError> {
        let (home, connection) = self.home_connection();
        match connection {
            Some(_) if home == dc_id => Ok(()),
            _ => self.migrate(home, dc_id.into()).await,
        }
    }

    /// Follows a 303 error to another DC, unless another call did so already.
    pub(super) async fn migrate(&self, from: u8, to: i32) -> Result<(), ClientError> {
        let _moving = self.inner.moving.lock().await;
        if self.home_connection().0 != from {
            return Ok(());
        }
        let dc_id = u8::try_from(to).map_err(|_| ClientError::UnknownDc { dc_id: to })?;
        tracing::info!(from, to, "the server sends us to another DC");
        self.move_to(dc_id, None).await
    }

    /// Makes a connection to a DC, and this the home.
    pub(super) async fn move_to(
        &self,
        dc_id: u8,
        saved: Option<Address>,
    ) -> Result<(), ClientError> {
        let session = self.session();
        let auth_key = session
            .auth_key()
            .filter(|_| session.dc_id() == dc_id)
            .cloned();
        let (address, connection, greeted) = self
            .open(dc_id, saved, auth_key, Some(self.hub().listener()))
            .await?;
        let config = api::Config::from_bytes(&greeted.answer).map_err(ClientError::Config)?;
        let mut state = self.state();
        state.session =
            StringSession::with_key(dc_id, &address.host, address.port, greeted.auth_key);
        state.session_version += 1;
        state.config = Some(Arc::new(config));
        let former = state.connection.replace(Arc::new(connection));
        // What was carried to other DCs was the former home's.
        let others = std::mem::take(&mut state.others).into_values();
        // Calls that wait at the former DC hold its connection, and it ends with the last of them.
        state.left.retain(|left| left.strong_count() > 0);
        let former = former.into_iter().chain(others);
        state
            .left
            .extend(former.map(|former| Arc::downgrade(&former)));
        Ok(())
    }

    /// Makes a connection to a DC.
    pub(super) async fn open(
        &self,
        dc_id: u8,
        saved: Option<Address>,
        auth_key: Option<AuthKey>,
        listener: Option<Arc<dyn Listener>>,
    ) -> Result<(Address, Connection, Greeted), ClientError> {
        let network = &self.inner.options.network;
        let address = network
            .address(dc_id, saved)
            .or_else(|| self.configured(dc_id))
            .ok_or(ClientError::UnknownDc {
                dc_id: dc_id.into(),
            })?;
        let config = self
            .connection_config(dc_id, address.clone(), auth_key, listener)
            .map_err(ClientError::Options)?;
        match Connection::open(config).await {
            Ok((connection, greeted)) => Ok((address, connection, greeted)),
            Err(source) => Err(ClientError::Connect {
                dc_id,
                address,
                source: Arc::new(source),
            }),
        }
    }

    /// The address of a DC in the server's own list: over TCP, for everything, and not a CDN.
    fn configured(&self, dc_id: u8) -> Option<Address> {
        let config = self.config()?;
        let option = config.dc_options.iter().find(|option| {
            option.id == i32::from(dc_id)
                && !(option.cdn || option.media_only || option.tcpo_only || option.ipv6)
        })?;
        Some(Address::new(
            option.ip_address.clone(),
            u16::try_from(option.port).ok()?,
        ))
    }

    fn connection_config(
        &self,
        dc_id: u8,
        address: Address,
        auth_key: Option<AuthKey>,
        listener: Option<Arc<dyn Listener>>,
    ) -> Result<ConnectionConfig, EncodeError> {
        let options = &self.inner.options;
        let test = if options.network.is_test() {
            TEST_DC
        } else {
            0
        };
        let dc = i32::from(dc_id) + test;
        let home = listener.is_some();
        Ok(ConnectionConfig {
            address,
            dial: options.dial.clone(),
            transport: options.transport,
            dc: dc as i16,
            auth_key,
            keys: options.network.keys().clone(),
            wanted: Wanted {
                dc: Some(dc),
                expires_in: None,
            },
            // Where nobody listens, nothing needs to be sent unasked.
            greeting: match listener {
                Some(_) => self.greeting(CONFIG)?,
                None => self.greeting(api::InvokeWithoutUpdates { query: CONFIG })?,
            },
            timeout: options.timeout,
            connect_retries: if home {
                options.connection_retries
            } else {
                options.download_retries
            },
            reconnect_retries: options.reconnect_retries,
            retry_delay: options.retry_delay,
            listener,
        })
    }

    fn greeting<Q: Method>(&self, query: Q) -> Result<Bytes, EncodeError> {
        let options = &self.inner.options;
        let greeting = api::InvokeWithLayer {
            layer: LAYER,
            query: api::InitConnection {
                api_id: self.inner.api_id,
                device_model: options.device_model.clone(),
                system_version: options.system_version.clone(),
                app_version: options.app_version.clone(),
                system_lang_code: options.system_lang_code.clone(),
                lang_pack: options.lang_pack.clone(),
                lang_code: options.lang_code.clone(),
                proxy: None,
                params: None,
                query,
            },
        };
        Ok(greeting.to_bytes()?.into())
    }
}

const CONFIG: api::help::GetConfig = api::help::GetConfig {};
/// What test DCs are numbered above in a key exchange and an obfuscated header.
const TEST_DC: i32 = 10_000;
