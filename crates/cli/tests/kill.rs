//! `kill -9` loses nothing that was answered: a short run of `cargo xtask full kill`.

use std::path::Path;

use heliogram_campaigns::{kill, messages};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_answered_is_lost_by_three_kills() {
    let binary = Path::new(env!("CARGO_BIN_EXE_heliogram"));
    let survived = kill::run(binary, 3, 7, |line| println!("{line}")).await;
    let survived = survived.unwrap();
    assert!(survived.answers > 0 && survived.repeated > 0, "{survived}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_message_that_was_answered_is_lost_or_doubled_by_three_kills() {
    let binary = Path::new(env!("CARGO_BIN_EXE_heliogram"));
    let kept = messages::kill(binary, 3, 7, |line| println!("{line}")).await;
    let kept = kept.unwrap();
    assert!(kept.answered > 0 && kept.interrupted > 0, "{kept}");
}
