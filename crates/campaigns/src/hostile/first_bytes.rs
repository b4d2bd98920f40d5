//! Bytes before anything is agreed.

use heliogram_mtproto::transport::{FrameCodec, TransportKind};

use crate::{Dice, Failure, Line, Target};

pub(super) async fn one(target: &Target, dice: &mut Dice) -> Result<(), Failure> {
    let codec = FrameCodec::client(TransportKind::Abridged);
    let mut line = Line::dial(target, codec, dice.split()).await?;
    let mut bytes = dice.pick(&BEGINNINGS).to_vec();
    let longest = *dice.pick(&[8, 64, 700, 20_000]);
    bytes.extend(dice.bytes(longest));
    // In pieces, so that the sniffer sees each beginning.
    let cut = dice.below(bytes.len() + 1);
    line.write(&bytes[..cut]).await;
    tokio::task::yield_now().await;
    line.write(&bytes[cut..]).await;
    line.finish().await
}

/// The transports, and what else may call at a port.
const BEGINNINGS: [&[u8]; 11] = [
    b"",
    b"\xef",
    b"\xef\x7f\xff\xff\xff",
    b"\xee\xee\xee\xee",
    b"\xdd\xdd\xdd\xdd",
    b"\xee\xee\xee\xee\xff\xff\xff\x7f",
    b"\x10\0\0\0\0\0\0\0",
    b"\xff\xff\xff\xff\0\0\0\0",
    b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
    b"POST /api HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\0\x01",
];
