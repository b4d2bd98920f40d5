//! A client without care: it sends a call once, waits a little, and believes what comes.

use std::time::Duration;

use heliogram::{AuthKey, Transport};
use heliogram_campaigns::clients::wrapped;
use heliogram_campaigns::{Message, Raw, Target};
use heliogram_crypto::msg_key::Direction;
use heliogram_mtproto::envelope::{self, Outgoing};
use heliogram_mtproto::ids::{MsgId, ServerSalt, SessionId};
use heliogram_net::SystemRandom;
use heliogram_tl::{Encode as _, Method, RpcError, api};
use tokio::time::timeout;

use crate::world::World;

/// How long it waits; long enough for a call to be answered on a busy machine.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What a careless client sees of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// An answer.
    Answer,
    /// An error of the server.
    Error(RpcError),
    /// Nothing.
    Silence,
    /// The end of its connection, or a packet that it cannot read.
    Broken(String),
}

pub(crate) struct Careless {
    pub(crate) raw: Raw,
    pub(crate) target: Target,
    /// Everything that was no answer.
    pub(crate) other: Vec<Message>,
}

impl Careless {
    /// Connected, logged in, and greeted.
    pub(crate) async fn new(world: &World) -> Self {
        Self::with_key(world, world.mint().await).await
    }

    pub(crate) async fn with_key(world: &World, key: AuthKey) -> Self {
        let raw = Raw::with_key(&world.target, Transport::default(), key).await;
        let mut client = Self {
            raw: raw.unwrap(),
            target: world.target.clone(),
            other: Vec::new(),
        };
        // The one thing it knows is how to begin: its salt is 0 so far.
        client.raw.ping().await.unwrap();
        let greeting = wrapped(&api::help::GetConfig {}.to_bytes().unwrap()).unwrap();
        let call = client.raw.send(&greeting).unwrap();
        client
            .raw
            .answer_to(call, &greeting)
            .await
            .unwrap()
            .unwrap();
        client
    }

    pub(crate) async fn call<M: Method>(&mut self, method: &M) -> Seen {
        match self.raw.send(&method.to_bytes().unwrap()) {
            Ok(call) => self.wait(call).await,
            Err(failure) => Seen::Broken(failure.to_string()),
        }
    }

    /// Sends a call and does not wait.
    pub(crate) fn send<M: Method>(&mut self, method: &M) -> i64 {
        self.raw.send(&method.to_bytes().unwrap()).unwrap()
    }

    /// Sends a call under a sequence number of its own.
    pub(crate) fn send_numbered<M: Method>(&mut self, method: &M, seq_no: i32) -> i64 {
        let msg_id = self.raw.next_msg_id();
        let message = Outgoing {
            salt: ServerSalt(self.raw.salt),
            session_id: SessionId(self.raw.session),
            msg_id: MsgId(msg_id),
            seq_no,
            body: &method.to_bytes().unwrap(),
        };
        let direction = Direction::ClientToServer;
        let sealed = envelope::seal(&self.raw.key, direction, message, &mut SystemRandom);
        self.raw.stream.send(&sealed.packet).unwrap();
        msg_id
    }

    /// Waits for the answer to one call; everything else is put aside.
    pub(crate) async fn wait(&mut self, call: i64) -> Seen {
        let waiting = timeout(PATIENCE, async {
            loop {
                let messages = match self.raw.receive().await {
                    Ok(messages) => messages,
                    Err(failure) => return Seen::Broken(failure.to_string()),
                };
                for message in messages {
                    match message.as_result() {
                        Some((of, Ok(_))) if of == call => return Seen::Answer,
                        Some((of, Err(error))) if of == call => return Seen::Error(error),
                        _ => self.other.push(message),
                    }
                }
            }
        });
        waiting.await.unwrap_or(Seen::Silence)
    }

    /// The same session over a new connection, nothing asked about, nothing repeated.
    pub(crate) async fn reconnect(&mut self) {
        let again = self.raw.again(&self.target, Transport::default()).await;
        self.raw = again.unwrap();
    }
}
