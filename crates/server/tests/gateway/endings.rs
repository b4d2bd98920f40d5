//! How connections and servers end.

use std::time::Duration;

use heliogram::Transport;
use heliogram_campaigns::Raw;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Handle;

use crate::world::*;

#[tokio::test]
async fn what_is_not_mtproto_gets_a_clean_end() {
    let (server, target) = server().await;
    let callers: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        b"GET /apiws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: binary\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ];
    for caller in callers {
        let mut socket = TcpStream::connect(target.address).await.unwrap();
        socket.write_all(caller).await.unwrap();
        let mut said = Vec::new();
        let end = tokio::time::timeout(Duration::from_secs(2), socket.read_to_end(&mut said)).await;
        assert_eq!(end.expect("an end").expect("no reset"), 0, "{caller:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_stopped_server_leaves_no_task_and_no_socket() {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let (server, target) = server().await;
    let mut connected = Vec::new();
    for transport in transports() {
        let mut raw = Raw::exchange(&target, transport).await.unwrap();
        config(&mut raw).await;
        connected.push(raw);
    }
    let silent = TcpStream::connect(target.address).await.unwrap();
    assert!(tasks() > before + connected.len());
    server.stop().await;
    assert_eq!(tasks(), before);
    for mut raw in connected {
        assert!(raw.ping().await.is_err());
    }
    drop(silent);
    assert!(TcpStream::connect(target.address).await.is_err());
}

#[tokio::test]
async fn a_dropped_server_ends_its_connections() {
    let (server, target) = server().await;
    let mut raw = Raw::exchange(&target, Transport::default()).await.unwrap();
    config(&mut raw).await;
    drop(server);
    let end = tokio::time::timeout(Duration::from_secs(2), raw.receive()).await;
    assert!(end.expect("an end").is_err());
}
