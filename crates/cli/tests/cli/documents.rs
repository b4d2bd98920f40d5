//! What the documents show is what is run elsewhere.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The code blocks of this language, without their fences.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = read(document);
    let fence = format!("\n```{language}\n");
    let opened = text.split(&fence).skip(1);
    let blocks = opened.map(|rest| rest.split("```").next().unwrap_or_default().to_owned());
    blocks.collect()
}

#[test]
fn the_readme_shows_the_test_of_seven_days_as_it_is() {
    let test = read("crates/server/tests/seven_days.rs");
    let (_, test) = test.split_once("\n\n").expect("a head");
    assert!(
        blocks("README.md", "rust")
            .iter()
            .any(|block| block == test),
        "README.md shows another test than crates/server/tests/seven_days.rs"
    );
}

#[test]
fn the_page_on_testing_shows_the_examples_as_they_are() {
    for (language, files) in [
        ("python", &["examples/pytest/test_deletion.py"] as &[_]),
        (
            "js",
            &[
                "examples/npm-test/deletion.test.mjs",
                "examples/node-test/deletion.test.js",
            ],
        ),
    ] {
        let shown = blocks("docs/testing.md", language);
        assert_eq!(shown.len(), files.len(), "blocks of {language}");
        for (block, file) in shown.iter().zip(files) {
            assert!(
                read(file).contains(block),
                "docs/testing.md shows what is not in {file}:\n{block}"
            );
        }
    }
}
