//! A key exchange that goes wrong at a chosen step.

use bytes::Bytes;
use heliogram_mtproto::exchange::client::{self, Wanted};
use heliogram_mtproto::exchange::plain;
use heliogram_mtproto::ids::MsgId;
use heliogram_mtproto::transport::Incoming;
use heliogram_net::wire_now;

use crate::{Dice, Failure, Line, Target};

/// Goes through `good` steps and then sends the next request altered.
pub(super) async fn one(target: &Target, good: usize, dice: &mut Dice) -> Result<(), Failure> {
    let mut line = Line::dial_any(target, dice).await?;
    let wanted = Wanted {
        dc: (dice.below(2) == 0).then_some(2),
        expires_in: (dice.below(2) == 0).then_some(60),
    };
    let (step, mut request) = client::start(wanted, dice);
    if good > 0 {
        let answer = ask(&mut line, &request).await?;
        let (step, next) = step.handle(&answer, &target.keys, dice)?;
        request = next;
        if good > 1 {
            let answer = ask(&mut line, &request).await?;
            let now = wire_now().as_secs().cast_signed();
            (_, request) = step.handle(&answer, now, dice)?;
        }
    }
    let mut packet = plain::write(msg_id(), &request);
    // The object, the packet with its head, or the frame.
    match dice.below(4) {
        0 | 1 => {
            dice.mutate(&mut request);
            packet = plain::write(msg_id(), &request);
        }
        2 => dice.mutate(&mut packet),
        _ => {}
    }
    packet.resize(packet.len().next_multiple_of(4).max(4), 0);
    let mut frame = line.frame(&packet, false)?;
    if dice.below(4) == 0 {
        dice.mutate(&mut frame);
    }
    line.write(&frame).await;
    line.finish().await
}

async fn ask(line: &mut Line, request: &[u8]) -> Result<Bytes, Failure> {
    let frame = line.frame(&plain::write(msg_id(), request), false)?;
    line.write(&frame).await;
    match line.next().await? {
        Some(Incoming::Packet { bytes, .. }) => Ok(plain::read(&bytes.freeze())?.body),
        other => Err(format!("a good request got {other:?}").into()),
    }
}

fn msg_id() -> MsgId {
    MsgId((wire_now().as_secs() << 32).cast_signed())
}
