//! A client that sends exactly what it is told.
//!
//! It keeps no rules of its own: numbers, lengths and bodies are the trial's. What comes back is
//! deciphered and taken out of its containers.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use heliogram::Transport;
use heliogram_crypto::auth_key::AuthKey;
use heliogram_crypto::msg_key::{Direction, MsgKey};
use heliogram_crypto::{Random as _, ige};
use heliogram_mtproto::envelope::{self, Outgoing};
use heliogram_mtproto::exchange::client::Wanted;
use heliogram_mtproto::ids::{MsgId, ServerSalt, SessionId};
use heliogram_mtproto::session::{containers, gzip, rpc};
use heliogram_mtproto::transport::Incoming;
use heliogram_net::client::make_key;
use heliogram_net::{PacketStream, SystemRandom, dial, wire_now};
use heliogram_tl::{Combinator, Decode, Encode as _, Method, RpcError, mtproto};
use tokio::time::timeout;

use crate::{Failure, Target};

/// A connection with a key and a session.
pub struct Raw {
    /// The connection.
    pub stream: PacketStream,
    /// The key.
    pub key: AuthKey,
    /// The salt; put right when the server names another.
    pub salt: i64,
    /// The session.
    pub session: i64,
    last: i64,
    contents: i32,
    unacknowledged: Vec<i64>,
}

/// A message of the server.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its number.
    pub msg_id: i64,
    /// The object, unpacked.
    pub body: Bytes,
}

impl Message {
    /// The object, if it is one of these.
    #[must_use]
    pub fn as_object<T: Combinator + Decode>(&self) -> Option<T> {
        T::from_bytes(&self.body).ok()
    }

    /// The call that this answers, and the answer.
    #[must_use]
    pub fn as_result(&self) -> Option<(i64, Result<Bytes, RpcError>)> {
        let head: [u8; 12] = *self.body.first_chunk()?;
        if head[..4] != rpc::RPC_RESULT.to_le_bytes() {
            return None;
        }
        let call = i64::from_le_bytes(head[4..].try_into().ok()?);
        let result = rpc::result(&self.body.slice(12..), INFLATED).ok()?;
        Some((call, result))
    }
}

impl Raw {
    /// Dials and makes a key.
    ///
    /// # Errors
    /// When the server does not answer as it should.
    pub async fn exchange(target: &Target, transport: Transport) -> Result<Self, Failure> {
        Self::exchange_for(target, transport, None).await
    }

    /// Dials and makes a key; a temporary one when it says for how many seconds.
    ///
    /// # Errors
    /// When the server does not answer as it should.
    pub async fn exchange_for(
        target: &Target,
        transport: Transport,
        expires_in: Option<i32>,
    ) -> Result<Self, Failure> {
        let mut stream = dial(&target.dialled(), transport, 2, PATIENCE).await?;
        let wanted = Wanted {
            dc: None,
            expires_in,
        };
        let made = make_key(&mut stream, target.keys.clone(), wanted, PATIENCE).await?;
        Ok(Self::on(stream, made.auth_key, made.salt.0))
    }

    /// Dials with a key that is there already.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn with_key(
        target: &Target,
        transport: Transport,
        key: AuthKey,
    ) -> Result<Self, Failure> {
        let stream = dial(&target.dialled(), transport, 2, PATIENCE).await?;
        Ok(Self::on(stream, key, 0))
    }

    /// Another connection of the same session.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn again(&self, target: &Target, transport: Transport) -> Result<Self, Failure> {
        let stream = dial(&target.dialled(), transport, 2, PATIENCE).await?;
        Ok(Self {
            session: self.session,
            last: self.last,
            contents: self.contents,
            ..Self::on(stream, self.key.clone(), self.salt)
        })
    }

    fn on(stream: PacketStream, key: AuthKey, salt: i64) -> Self {
        let mut session = [0; 8];
        SystemRandom.fill(&mut session);
        Self {
            stream,
            key,
            salt,
            session: i64::from_le_bytes(session),
            last: 0,
            contents: 0,
            unacknowledged: Vec::new(),
        }
    }

    /// Acknowledges everything received so far.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn acknowledge(&mut self) -> Result<(), Failure> {
        let msg_ids = std::mem::take(&mut self.unacknowledged);
        let acks = mtproto::MsgsAck { msg_ids }.to_bytes()?;
        self.send(&acks).map(drop)
    }

    /// The next good number of a message.
    pub fn next_msg_id(&mut self) -> i64 {
        let now = wire_now();
        let fraction = (u64::from(now.subsec_nanos()) << 32) / 1_000_000_000;
        let id = ((now.as_secs() << 32) | fraction).cast_signed() & !3;
        self.last = id.max(self.last + 4);
        self.last
    }

    /// Sends a message that wants an answer; gives its number.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, body: &[u8]) -> Result<i64, Failure> {
        let msg_id = self.next_msg_id();
        self.send_as(msg_id, body)?;
        Ok(msg_id)
    }

    /// The same, with a number of one's own.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send_as(&mut self, msg_id: i64, body: &[u8]) -> Result<(), Failure> {
        let packet = self.seal(msg_id, body);
        self.stream.send(&packet)?;
        Ok(())
    }

    /// A packet that is right in everything.
    pub fn seal(&mut self, msg_id: i64, body: &[u8]) -> Vec<u8> {
        let seq_no = self.contents * 2 + 1;
        self.contents += 1;
        let message = Outgoing {
            salt: ServerSalt(self.salt),
            session_id: SessionId(self.session),
            msg_id: MsgId(msg_id),
            seq_no,
            body,
        };
        let direction = Direction::ClientToServer;
        envelope::seal(&self.key, direction, message, &mut SystemRandom).packet
    }

    /// The messages of the next packet, quick acks and transport errors as errors.
    ///
    /// # Errors
    /// When the connection ends, or nothing comes in time.
    pub async fn receive(&mut self) -> Result<Vec<Message>, Failure> {
        match timeout(PATIENCE, self.stream.next()).await?? {
            Incoming::Packet { bytes, .. } => self.open(bytes),
            other => Err(format!("{other:?}").into()),
        }
    }

    /// The messages of a packet.
    ///
    /// # Errors
    /// When it does not open.
    pub fn open(&mut self, packet: BytesMut) -> Result<Vec<Message>, Failure> {
        let opened = envelope::open(&self.key, Direction::ServerToClient, packet)?;
        if opened.session_id.0 != self.session {
            return Err("a message of another session".into());
        }
        let body = gzip::ungzip(&opened.body, INFLATED).unwrap_or(opened.body);
        if !containers::is_container(&body) {
            self.unacknowledged.push(opened.msg_id.0);
            return Ok(vec![Message {
                msg_id: opened.msg_id.0,
                body,
            }]);
        }
        let inside = containers::messages(&body)?;
        let ids = inside.iter().map(|message| message.msg_id.0);
        self.unacknowledged.extend(ids);
        Ok(inside
            .into_iter()
            .map(|message| Message {
                msg_id: message.msg_id.0,
                body: gzip::ungzip(&message.body, INFLATED).unwrap_or(message.body),
            })
            .collect())
    }

    /// Waits for a message that is wanted; others are dropped.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub async fn wait_for<T>(
        &mut self,
        mut wanted: impl FnMut(&Message) -> Option<T>,
    ) -> Result<T, Failure> {
        loop {
            for message in self.receive().await? {
                if let Some(found) = wanted(&message) {
                    return Ok(found);
                }
            }
        }
    }

    /// The answer to a call. A wrong salt is put right and the call sent again.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub async fn answer_to(
        &mut self,
        msg_id: i64,
        body: &[u8],
    ) -> Result<Result<Bytes, RpcError>, Failure> {
        let mut call = msg_id;
        loop {
            for message in self.receive().await? {
                if let Some(bad) = message.as_object::<mtproto::BadServerSalt>()
                    && bad.bad_msg_id == call
                {
                    self.salt = bad.new_server_salt;
                    call = self.send(body)?;
                }
                if let Some((of, result)) = message.as_result()
                    && of == call
                {
                    return Ok(result);
                }
            }
        }
    }

    /// Calls a method.
    ///
    /// # Errors
    /// As [`receive`](Self::receive); the server's own are inside.
    pub async fn call<M: Method>(
        &mut self,
        method: &M,
    ) -> Result<Result<M::Response, RpcError>, Failure> {
        let body = method.to_bytes()?;
        let msg_id = self.send(&body)?;
        Ok(match self.answer_to(msg_id, &body).await? {
            Ok(bytes) => Ok(M::Response::from_bytes(&bytes)?),
            Err(error) => Err(error),
        })
    }

    /// Sends a ping and waits for its pong.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub async fn ping(&mut self) -> Result<(), Failure> {
        let ping_id = self.next_msg_id();
        let body = mtproto::Ping { ping_id }.to_bytes()?;
        let mut sent = self.send(&body)?;
        loop {
            for message in self.receive().await? {
                if let Some(pong) = message.as_object::<mtproto::Pong>()
                    && pong.ping_id == ping_id
                {
                    return Ok(());
                }
                if let Some(bad) = message.as_object::<mtproto::BadServerSalt>()
                    && bad.bad_msg_id == sent
                {
                    self.salt = bad.new_server_salt;
                    sent = self.send(&body)?;
                }
            }
        }
    }
}

/// A packet whose inside, from salt to padding, is whatever is given, cut to whole blocks;
/// enciphered as it should be.
#[must_use]
pub fn seal_anything(key: &AuthKey, inside: &[u8]) -> Vec<u8> {
    let inside = &inside[..inside.len() / 16 * 16];
    let direction = Direction::ClientToServer;
    let msg_key = MsgKey::v2(key, direction, inside);
    let mut packet = key.id().0.to_le_bytes().to_vec();
    packet.extend(msg_key.0);
    packet.extend(inside);
    let ige_key = msg_key.derive_v2(key, direction);
    ige::encrypt(&ige_key, &mut packet[24..]).expect("cut to whole blocks");
    packet
}

/// How long anything on the loopback interface may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);
const INFLATED: usize = 4 << 20;
