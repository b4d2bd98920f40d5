//! Clients that come by another way than a TCP port.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use heliogram::{Address, Dial, Dialling, Socket, TelegramClient, api};
use heliogram_server::TestServer;
use tokio::io::duplex;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// Hands the other end of a small pipe to whoever plays the network.
#[derive(Debug)]
struct Pipes(UnboundedSender<Socket>);

impl Dial for Pipes {
    fn dial<'a>(&'a self, _: &'a Address) -> Dialling<'a> {
        Box::pin(async move {
            // So small that nothing fits at once.
            let (near, far) = duplex(100);
            let refused = |_| std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            self.0.send(Socket::other(far)).map_err(refused)?;
            Ok(Socket::other(near))
        })
    }
}

#[tokio::test]
async fn a_client_may_come_over_a_pipe_in_memory_and_dials_again_when_it_breaks() {
    let server = TestServer::start().await;
    let ada = server.user("Ada").await;
    let (pipes, mut dialled) = unbounded_channel();
    let mut options = server.client_options();
    options.dial = Some(Arc::new(Pipes(pipes)));
    let session = server.client_for(&ada).await.session();
    let client = TelegramClient::new(session, 1, "", options);
    let peer: SocketAddr = ([10, 0, 0, 1], 1).into();
    let connect = async { client.connect().await.unwrap() };
    let first = async {
        // Nobody is at the other end of the first pipe.
        drop(dialled.recv().await.unwrap());
        server
            .server()
            .serve_socket(dialled.recv().await.unwrap(), peer);
    };
    tokio::join!(connect, first);
    // Many times what the pipe holds, both ways.
    let title = "a".repeat(5_000);
    let call = api::account::UpdateStatus { offline: true };
    for _ in 0..3 {
        assert!(client.invoke(&call).await.unwrap());
    }
    let long = api::help::GetAppUpdate { source: title };
    let _ = client.invoke(&long).await;
    let config = client.invoke(&api::help::GetConfig {}).await.unwrap();
    assert_eq!(config.this_dc, 2);
    let me = client.me().await.unwrap().unwrap();
    assert!(format!("{me:?}").contains("Ada"));
    let sessions = api::account::GetAuthorizations {};
    let sessions = client.invoke(&sessions).await.unwrap().authorizations;
    assert!(sessions.iter().any(|session| session.ip == "10.0.0.1"));
    tokio::time::timeout(Duration::from_secs(5), client.disconnect())
        .await
        .unwrap();
}
