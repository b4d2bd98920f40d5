//! The planted bugs of `cargo xtask full planted` must keep up with the code that they spoil.

use std::path::Path;
use std::process::Command;

#[test]
fn every_planted_bug_can_still_be_planted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::fs::read_dir(root.join("crates/simulation/planted")).unwrap();
    let mut patches: Vec<_> = folder.map(|patch| patch.unwrap().path()).collect();
    patches.sort();
    assert!(
        patches.len() >= 10,
        "there are {} planted bugs",
        patches.len()
    );
    let mut git = Command::new("git");
    git.args(["apply", "--check"])
        .args(&patches)
        .current_dir(&root);
    let checked = git.output().unwrap();
    let why = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{why}");
}
