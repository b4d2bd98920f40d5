//! A client, as JavaScript holds it.
//!
//! Each method begins something on the clients' thread and returns; what comes of it goes through the channel. When
//! JavaScript has lost the last reference, the collector drops this, and with it the tasks and sockets.

use bytes::Bytes;
use heliogram::{StringSession, TelegramClient};
use napi_derive::napi;

use crate::{
    delivery::{Channel, What},
    failure::{self, Failure},
    js::{self, Any},
    options::{self, Options},
    runtime, tl,
    updates::Following,
};

/// A client of the library.
#[napi]
pub struct Client {
    pub(crate) channel: Channel,
    pub(crate) client: TelegramClient,
    pub(crate) following: Following,
}

#[napi]
impl Client {
    /// A client that is not connected; its session comes with `setSession`.
    #[napi(constructor)]
    pub fn new(
        channel: &Channel,
        api_id: i32,
        api_hash: String,
        options: Options,
    ) -> napi::Result<Self> {
        let session =
            StringSession::new("").map_err(|error| failure::argument(&error.to_string()))?;
        Ok(Self {
            channel: channel.clone(),
            client: TelegramClient::new(session, api_id, api_hash, options.into_client()?),
            following: Following::default(),
        })
    }

    /// Connects.
    #[napi]
    pub fn connect(&self, call: u32) {
        self.run(call, async |client| {
            let connected = client.connect().await;
            connected.map_err(|error| Failure::other("connect", error))?;
            Ok(What::Nothing)
        });
    }

    /// Closes all connections.
    #[napi]
    pub fn disconnect(&self, call: u32) {
        self.run(call, async |client| {
            client.disconnect().await;
            Ok(What::Nothing)
        });
    }

    /// Whether there is a connection.
    #[napi(getter)]
    pub fn connected(&self) -> bool {
        self.client.is_connected()
    }

    /// Sleeps flood waits up to so many seconds from now on.
    #[napi]
    pub fn set_flood_sleep_threshold(&self, threshold: f64) -> napi::Result<()> {
        let threshold = options::seconds("floodSleepThreshold", threshold)?;
        self.client.set_flood_sleep_threshold(threshold);
        Ok(())
    }

    /// Calls a method; on another DC when one is given.
    #[napi]
    pub fn invoke(
        &self,
        env: napi::Env,
        call: u32,
        request: Any,
        dc_id: Option<u8>,
    ) -> napi::Result<()> {
        let env = js::Env::new(&env);
        let tl::Request { method, bytes } = tl::request(env, request.value(env))?;
        let (name, bytes) = (method.name, Bytes::from(bytes));
        self.run(call, async move |client| {
            let answer = match dc_id {
                Some(dc_id) => client.invoke_raw_on(dc_id, name, bytes).await,
                None => client.invoke_raw(name, bytes).await,
            };
            Ok(What::Value(method.result, answer?))
        });
        Ok(())
    }

    pub(crate) fn run<F>(&self, call: u32, work: impl FnOnce(TelegramClient) -> F)
    where
        F: Future<Output = Result<What, Failure>> + Send + 'static,
    {
        let channel = self.channel.clone();
        let work = work(self.client.clone());
        let stop = channel.stop_of(call);
        runtime::handle().spawn(async move {
            let what = match stop {
                None => work.await,
                Some(stop) => {
                    let what = tokio::select! {
                        biased;
                        () = stop.notified() => return,
                        what = work => what,
                    };
                    channel.take_stop(call);
                    what
                }
            };
            channel.send(call, what.unwrap_or_else(What::Failed));
        });
    }
}
