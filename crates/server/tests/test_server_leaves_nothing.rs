//! What is left of a `TestServer`: nothing. Alone in its process, so that what is counted is its own.

#![cfg(target_os = "linux")]

use std::fs::{read_dir, read_link, read_to_string};
use std::time::{Duration, Instant};

use heliogram_server::TestServer;
use tokio::runtime::Handle;

/// What this process has besides the runtime's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    descriptors: usize,
    files: usize,
    threads: usize,
    tasks: usize,
}

impl Held {
    fn now() -> Self {
        let links = entries("/proc/self/fd", |path| read_link(path).ok());
        let threads = entries("/proc/self/task", |path| {
            read_to_string(path.join("comm")).ok()
        });
        Self {
            descriptors: links.len(),
            files: links.iter().filter(|link| link.is_file()).count(),
            threads: threads
                .iter()
                .filter(|name| name.starts_with("heliogram"))
                .count(),
            tasks: Handle::current().metrics().num_alive_tasks(),
        }
    }
}

fn entries<T>(folder: &str, what: impl Fn(&std::path::Path) -> Option<T>) -> Vec<T> {
    let entries = read_dir(folder).unwrap();
    entries
        .filter_map(|entry| what(&entry.ok()?.path()))
        .collect()
}

/// Clients and servers come and go, and so does all they held.
#[tokio::test]
async fn a_dropped_server_leaves_no_task_socket_thread_or_file() {
    let before = Held::now();
    let mut servers = Vec::new();
    for _ in 0..3 {
        let server = TestServer::start().await;
        let ada = server.user("Ada").await;
        let other = server.world("other").await;
        let client = server.client_for(&ada).await;
        let stranger = other.client().await;
        servers.push((server, client, stranger));
    }
    let during = Held::now();
    assert!(during.descriptors > before.descriptors && during.tasks > before.tasks);
    assert_eq!(during.threads, before.threads + 6, "one for each world");
    assert_eq!(during.files, before.files, "all in memory");

    drop(servers);
    let patience = Instant::now() + Duration::from_secs(5);
    while Held::now() != before && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(Held::now(), before);
}
