//! Several connections to the home DC, for a transfer.
//!
//! One connection enciphers in one task and, at Telegram, has a share of the bandwidth of its own. A large file goes over
//! some more, with the same key and sessions of their own, which ask for no updates. They live as long as the transfer.

use std::sync::Arc;

use heliogram_net::client::Connection;
use heliogram_tl::Method;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::TelegramClient;
use super::invoke::{Failed, Remedy, remedy};
use crate::InvokeError;

/// The home's own connection, and those opened beside it.
#[derive(Clone)]
pub(crate) struct Lanes {
    client: TelegramClient,
    beside: Arc<[Arc<Connection>]>,
}

impl Lanes {
    /// Opens so many beside the home's; fewer when that fails.
    pub(crate) async fn open(client: &TelegramClient, beside: usize) -> Self {
        let mut opening = JoinSet::new();
        for _ in 0..beside {
            let client = client.clone();
            opening.spawn(async move { client.open_beside().await });
        }
        let mut opened = Vec::with_capacity(beside);
        while let Some(connection) = opening.join_next().await {
            opened.extend(connection.ok().flatten());
        }
        Self {
            client: client.clone(),
            beside: opened.into(),
        }
    }

    pub(crate) fn client(&self) -> &TelegramClient {
        &self.client
    }

    /// A call that may be made twice: where it is not known whether it took effect, it is. `turn` says over which lane;
    /// when that is broken, the home's is taken.
    pub(crate) async fn invoke<M: Method>(
        &self,
        turn: usize,
        request: &M,
    ) -> Result<M::Response, InvokeError<M::Error>> {
        let lane = turn % (self.beside.len() + 1);
        let mut tries = self.client.options().request_retries.max(1);
        loop {
            tries -= 1;
            let beside = lane.checked_sub(1).map(|lane| &self.beside[lane]);
            let answer = match beside {
                Some(connection) if connection.lost().is_none() => {
                    self.over(connection, request).await
                }
                _ => self.client.invoke(request).await,
            };
            match answer {
                Err(InvokeError::OutcomeUnknown { .. }) if tries > 0 => {}
                other => return other,
            }
        }
    }

    async fn over<M: Method>(
        &self,
        connection: &Connection,
        request: &M,
    ) -> Result<M::Response, InvokeError<M::Error>> {
        let options = self.client.options();
        let mut tries = options.request_retries.max(1);
        loop {
            let answer = self
                .client
                .typed(request, async |_, body, _| {
                    connection.call(body).await.map_err(Failed::from)
                })
                .await;
            tries -= 1;
            match answer {
                Err(InvokeError::Connect { .. } | InvokeError::Disconnected { .. }) => {
                    return self.client.invoke(request).await;
                }
                Err(error) if tries > 0 => {
                    let raw = error.rpc().map(|raw| raw.to_rpc());
                    let wait = raw.and_then(|raw| {
                        let own = matches!(error, InvokeError::Method { .. });
                        remedy(&raw, own, self.client.flood_sleep_threshold())
                    });
                    match wait {
                        Some(Remedy::Wait(time)) => sleep(time).await,
                        _ => return Err(error),
                    }
                }
                other => return other,
            }
        }
    }
}

impl TelegramClient {
    /// One more connection with the home's key. It is closed with the client, and otherwise when nobody holds it.
    async fn open_beside(&self) -> Option<Arc<Connection>> {
        let (dc_id, home) = self.home_connection();
        let home = home?;
        let (_, saved) = self.first_home();
        let auth_key = self.session().auth_key().cloned();
        let opened = self.open(dc_id, saved, auth_key, None).await;
        let connection = match opened {
            Ok((_, connection, _)) => Arc::new(connection),
            Err(error) => {
                tracing::info!(dc_id, %error, "no further connection for a transfer");
                return None;
            }
        };
        let mut state = self.state();
        // Whoever disconnected meanwhile wants nothing to be left.
        let still = matches!(&state.connection, Some(now) if Arc::ptr_eq(now, &home));
        state.left.retain(|left| left.strong_count() > 0);
        state.left.push(Arc::downgrade(&connection));
        still.then_some(connection)
    }
}
