//! Who was away gets all that was missed: a short run of `cargo xtask full gap`.

use std::path::Path;

use heliogram_campaigns::messages;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gaps_of_ten_and_a_thousand_updates_are_recovered() {
    let binary = Path::new(env!("CARGO_BIN_EXE_heliogram"));
    let recovered = messages::gap(binary, &[10, 1_000]).await.unwrap();
    assert_eq!(recovered.gaps.len(), 2);
}
