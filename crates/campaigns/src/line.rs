//! A connection down to its bytes.

use std::time::Duration;

use bytes::BytesMut;
use heliogram_mtproto::transport::{FrameCodec, Incoming, TransportKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::{Dice, Failure, Target};

/// A connection whose frames can be altered before they leave.
pub struct Line {
    socket: TcpStream,
    codec: FrameCodec,
    incoming: BytesMut,
    dice: Dice,
}

impl Line {
    /// Connects, to speak a given transport.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn dial(target: &Target, codec: FrameCodec, dice: Dice) -> Result<Self, Failure> {
        Ok(Self {
            socket: TcpStream::connect(target.address).await?,
            codec,
            incoming: BytesMut::new(),
            dice,
        })
    }

    /// Connects, to speak any of the transports.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn dial_any(target: &Target, dice: &mut Dice) -> Result<Self, Failure> {
        let kind = *dice.pick(&KINDS);
        let codec = if kind != TransportKind::Full && dice.below(2) == 0 {
            FrameCodec::client_obfuscated(kind, 2, None, dice)?
        } else {
            FrameCodec::client(kind)
        };
        Self::dial(target, codec, dice.split()).await
    }

    /// The bytes of the next frame, with what goes before the first. The full transport has no
    /// quick acks and ignores the wish for one.
    ///
    /// # Errors
    /// When the packet fits into no frame.
    pub fn frame(&mut self, packet: &[u8], quick_ack: bool) -> Result<Vec<u8>, Failure> {
        let mut out = BytesMut::new();
        let Self { codec, dice, .. } = self;
        let quick_ack = quick_ack && codec.kind() != TransportKind::Full;
        codec.encode(packet, quick_ack, dice, &mut out)?;
        Ok(out.to_vec())
    }

    /// Sends bytes as they are. When the server has closed meanwhile, that is for the reader to see.
    pub async fn write(&mut self, bytes: &[u8]) {
        let _ = self.socket.write_all(bytes).await;
    }

    /// What comes next; none at the end of the connection.
    ///
    /// # Errors
    /// When nothing comes in time, or no frame.
    pub async fn next(&mut self) -> Result<Option<Incoming>, Failure> {
        loop {
            if let Some(incoming) = self.codec.decode(&mut self.incoming)? {
                return Ok(Some(incoming));
            }
            let read = self.socket.read_buf(&mut self.incoming);
            // A reset is an end as well: the server closed with bytes of ours unread.
            if timeout(PATIENCE, read).await?.unwrap_or(0) == 0 {
                return Ok(None);
            }
        }
    }

    /// Says that no more will come, and waits until the server has closed.
    ///
    /// # Errors
    /// When it does not.
    pub async fn finish(mut self) -> Result<(), Failure> {
        let _ = self.socket.shutdown().await;
        let mut sink = [0; 4096];
        loop {
            match timeout(PATIENCE, self.socket.read(&mut sink)).await {
                Ok(Ok(1..)) => {}
                Ok(_) => return Ok(()),
                Err(_) => return Err("the server neither reads nor closes".into()),
            }
        }
    }
}

const KINDS: [TransportKind; 4] = [
    TransportKind::Abridged,
    TransportKind::Intermediate,
    TransportKind::Padded,
    TransportKind::Full,
];
const PATIENCE: Duration = Duration::from_secs(10);
