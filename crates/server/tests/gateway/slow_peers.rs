//! Peers that ask and do not read.

use std::time::Duration;

use heliogram::{Transport, api};
use heliogram_campaigns::clients::greeted;
use heliogram_campaigns::{Dice, Line, Raw, Target};
use heliogram_mtproto::transport::{FrameCodec, TransportKind};
use heliogram_server::{Server, ServerOptions};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::world::*;

/// Asks until the server takes no more, and gives how much was written.
async fn ask_without_reading(raw: &mut Raw, target: &Target) -> (Line, usize) {
    let codec = FrameCodec::client(TransportKind::Intermediate);
    let mut line = Line::dial(target, codec, Dice::new(1)).await.unwrap();
    let call = greeted(&api::help::GetConfig {}).unwrap();
    let mut written = 0;
    while written < ENOUGH {
        let mut frames = Vec::new();
        for _ in 0..64 {
            let msg_id = raw.next_msg_id();
            let packet = raw.seal(msg_id, &call);
            frames.extend(line.frame(&packet, false).unwrap());
        }
        if timeout(STUCK, line.write(&frames)).await.is_err() {
            break;
        }
        written += frames.len();
    }
    (line, written)
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_not_read_from_and_given_up_in_time() {
    let options = ServerOptions {
        slow_client_patience: Duration::from_secs(1),
        ..ServerOptions::default()
    };
    let server = Server::start(options).await.unwrap();
    let target = Target::new(server.address(), &server.identity().pem, None).unwrap();
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    config(&mut raw).await;
    let alive = || Handle::current().metrics().num_alive_tasks();
    let before = alive();
    let (line, written) = ask_without_reading(&mut raw, &target).await;
    assert!(written < ENOUGH, "the server took everything");
    assert!(alive() > before);
    // Others are served meanwhile.
    let mut other = Raw::exchange(&target, Transport::default()).await.unwrap();
    config(&mut other).await;
    drop(other);
    // The sockets still fill for a moment before nothing moves.
    let given_up = async {
        while alive() > before {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let given_up = timeout(Duration::from_secs(20), given_up).await;
    given_up.expect("the connection is still there");
    drop(line);
    server.stop().await;
}

/// More than sockets on the loopback interface and the server's own patience hold, by far.
const ENOUGH: usize = 48 << 20;
/// A write that takes so long will not succeed.
const STUCK: Duration = Duration::from_millis(500);
