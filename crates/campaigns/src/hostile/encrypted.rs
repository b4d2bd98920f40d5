//! Under a good key, everything inside wrong.

use std::sync::Arc;

use heliogram::{AuthKey, Transport, api};
use heliogram_crypto::Random as _;
use heliogram_net::wire_now;
use heliogram_tl::{Encode as _, mtproto};

use crate::clients::greeted;
use crate::{Dice, Failure, Line, Raw, Target, seal_anything};

/// A key that the server knows, and its salt.
#[derive(Clone)]
pub(super) struct Known {
    key: Arc<AuthKey>,
    salt: i64,
}

impl Known {
    pub(super) async fn of(target: &Target) -> Result<Self, Failure> {
        let mut raw = Raw::exchange(target, Transport::default()).await?;
        raw.ping().await?;
        Ok(Self {
            key: Arc::new(raw.key),
            salt: raw.salt,
        })
    }

    /// Some messages over a new connection, which must end.
    pub(super) async fn send(
        &self,
        target: &Target,
        dice: &mut Dice,
        insides: &[Vec<u8>],
    ) -> Result<(), Failure> {
        let mut line = Line::dial_any(target, dice).await?;
        for inside in insides {
            let packet = seal_anything(&self.key, inside);
            let frame = line.frame(&packet, dice.below(4) == 0)?;
            line.write(&frame).await;
        }
        line.finish().await
    }

    /// What is enciphered, with everything right around a body.
    pub(super) fn inside(&self, session: i64, body: &[u8], dice: &mut Dice) -> Vec<u8> {
        Inside {
            salt: self.salt,
            session,
            msg_id: msg_id(dice),
            seq_no: dice.below(100) as u32 * 2 + 1,
            length: body.len() as u32,
        }
        .around(body, 12, dice)
    }
}

struct Inside {
    salt: i64,
    session: i64,
    msg_id: i64,
    seq_no: u32,
    length: u32,
}

impl Inside {
    fn around(self, body: &[u8], padding: usize, dice: &mut Dice) -> Vec<u8> {
        let mut inside = self.salt.to_le_bytes().to_vec();
        inside.extend(self.session.to_le_bytes());
        inside.extend(self.msg_id.to_le_bytes());
        inside.extend(self.seq_no.to_le_bytes());
        inside.extend(self.length.to_le_bytes());
        inside.extend(body);
        let start = inside.len();
        inside.resize((start + padding).next_multiple_of(16), 0);
        dice.fill(&mut inside[start..]);
        inside
    }
}

pub(super) async fn one(target: &Target, known: &Known, dice: &mut Dice) -> Result<(), Failure> {
    // A few sessions that come back, and many that do not.
    let session = match dice.below(3) {
        0 => dice.long(),
        _ => dice.below(8) as i64,
    };
    let count = 1 + dice.below(4);
    let mut insides = Vec::new();
    for _ in 0..count {
        insides.push(altered(known, session, dice)?);
    }
    known.send(target, dice, &insides).await
}

/// A message with one thing wrong: its head, its body, its padding, or all of it.
fn altered(known: &Known, session: i64, dice: &mut Dice) -> Result<Vec<u8>, Failure> {
    let mut body = body(dice)?;
    if dice.below(2) == 0 {
        dice.mutate(&mut body);
    }
    let mut head = Inside {
        salt: known.salt,
        session,
        msg_id: msg_id(dice),
        seq_no: dice.below(100) as u32 * 2 + 1,
        length: body.len() as u32,
    };
    let mut padding = 12;
    match dice.below(9) {
        0 => head.length = dice.long() as u32,
        1 => {
            head.length = head
                .length
                .wrapping_add(dice.below(64) as u32)
                .wrapping_sub(32)
        }
        2 => head.msg_id = dice.long(),
        3 => head.msg_id += dice.below(4) as i64,
        4 => head.msg_id -= 400 << 32,
        5 => head.msg_id += 400 << 32,
        6 => head.salt = dice.long(),
        7 => head.seq_no = dice.long() as u32,
        _ => padding = dice.below(2000),
    }
    let mut inside = head.around(&body, padding, dice);
    if dice.below(8) == 0 {
        dice.mutate(&mut inside);
    }
    Ok(inside)
}

/// Service messages, containers of all sorts, packed objects, calls, and noise.
fn body(dice: &mut Dice) -> Result<Vec<u8>, Failure> {
    let ids: Vec<i64> = (0..dice.below(40)).map(|_| msg_id(dice)).collect();
    Ok(match dice.below(14) {
        0 => mtproto::Ping { ping_id: 1 }.to_bytes()?,
        1 => mtproto::PingDelayDisconnect {
            ping_id: 1,
            disconnect_delay: dice.long() as i32,
        }
        .to_bytes()?,
        2 => mtproto::MsgsAck { msg_ids: ids }.to_bytes()?,
        3 => mtproto::MsgsStateReq { msg_ids: ids }.to_bytes()?,
        4 => mtproto::MsgResendReq { msg_ids: ids }.to_bytes()?,
        5 => mtproto::GetFutureSalts {
            num: dice.long() as i32,
        }
        .to_bytes()?,
        6 => mtproto::RpcDropAnswer {
            req_msg_id: msg_id(dice),
        }
        .to_bytes()?,
        7 => mtproto::DestroySession {
            session_id: dice.below(8) as i64,
        }
        .to_bytes()?,
        8 => container(dice)?,
        9 => packed(dice),
        10 => nested(dice),
        11 => dice.bytes(2000),
        _ => greeted(&api::help::GetConfig {})?,
    })
}

fn container(dice: &mut Dice) -> Result<Vec<u8>, Failure> {
    let inside = mtproto::Ping { ping_id: 5 }.to_bytes()?;
    let real = dice.below(60) as u32;
    let claimed = *dice.pick(&[real, real, real + 1, 0, u32::MAX, 100_000]);
    let mut body = CONTAINER.to_le_bytes().to_vec();
    body.extend(claimed.to_le_bytes());
    for _ in 0..real {
        body.extend(msg_id(dice).to_le_bytes());
        body.extend(1_u32.to_le_bytes());
        let length = *dice.pick(&[inside.len() as u32, inside.len() as u32, 0, u32::MAX]);
        body.extend(length.to_le_bytes());
        body.extend(&inside);
    }
    Ok(body)
}

/// A packed object: much of the same, a bomb's beginning, or nothing readable.
fn packed(dice: &mut Dice) -> Vec<u8> {
    let plain = vec![dice.below(256) as u8; dice.below(100_000)];
    let mut packed = heliogram_mtproto::session::gzip::gzip(&plain)
        .map_or_else(|| dice.bytes(300), |packed| packed.to_vec());
    if dice.below(2) == 0 {
        dice.mutate(&mut packed);
    }
    packed.resize(packed.len().next_multiple_of(4), 0);
    packed
}

/// invokeWithLayer in invokeWithLayer in ..., or containers in containers.
fn nested(dice: &mut Dice) -> Vec<u8> {
    let mut body = Vec::new();
    let deep = dice.below(20_000);
    for _ in 0..deep {
        body.extend(INVOKE_WITH_LAYER.to_le_bytes());
        body.extend(230_u32.to_le_bytes());
    }
    body
}

fn msg_id(dice: &mut Dice) -> i64 {
    let fraction = (dice.below(1 << 30) as u64) << 2;
    ((wire_now().as_secs() << 32) | fraction).cast_signed()
}

const CONTAINER: u32 = 0x73f1_f8dc;
const INVOKE_WITH_LAYER: u32 = 0xda9b_0d0d;
