//! Whatever arrives at the port, the server goes on serving: a reduced run of `cargo xtask full hostile`.

use std::sync::atomic::{AtomicUsize, Ordering};

use heliogram_campaigns::Target;
use heliogram_campaigns::hostile::{self, STAGES};
use heliogram_server::{Server, ServerOptions};

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Connections for each stage; the long run has 10,000.
const EACH: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_bytes_at_every_stage_leave_the_server_serving() {
    // A panic in a task of the server ends only that task; the test must see it all the same.
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        default(info);
    }));
    let server = Server::start(ServerOptions::default()).await.unwrap();
    let target = Target::new(server.address(), &server.identity().pem, None).unwrap();
    for (seed, stage) in STAGES.into_iter().enumerate() {
        let ran = hostile::run(&target, stage, EACH, seed as u64, |_| {}).await;
        ran.unwrap();
        assert_eq!(PANICS.load(Ordering::SeqCst), 0, "panics in {stage:?}");
    }
    server.stop().await;
}
