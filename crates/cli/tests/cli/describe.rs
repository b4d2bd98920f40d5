//! `heliogram describe` as its users run it.

use std::path::{Path, PathBuf};

use crate::program::run;
use heliogram_tl::reflect;

#[test]
fn a_page_has_the_sections_and_columns_of_the_page_it_follows() {
    let page = run(&["describe", "--markdown", "account.sendConfirmPhoneCode"]).succeeds();
    assert_eq!(
        headings(&page),
        [
            "# account.SendConfirmPhoneCode",
            "## Example",
            "## Parameters",
            "## Result",
            "## Possible errors",
            "## Can bots use this method?",
            "## Related pages",
            "#### [Account deletion](https://core.telegram.org/api/account-deletion)",
        ]
    );
    let tables = tables(&page);
    assert_eq!(tables[0][0], ["Name", "Type", "Description"]);
    assert_eq!(tables[0][1][0], "**hash**");
    assert_eq!(
        tables[0][2][1],
        "[CodeSettings](https://core.telegram.org/type/CodeSettings)"
    );
    assert_eq!(tables[1][0], ["Code", "Type", "Description"]);
    assert_eq!(tables[1][1][..2], ["400", "HASH_INVALID"]);
    assert!(
        page.contains("\n## Can bots use this method?\n\nNo\n"),
        "{page}"
    );

    let Some(followed) = page_that_is_followed() else {
        return;
    };
    assert_eq!(headings(&page), headings(&followed));
    let theirs = self::tables(&followed);
    assert_eq!(tables.len(), theirs.len());
    for (ours, theirs) in tables.iter().zip(&theirs) {
        assert_eq!(ours[0], theirs[0], "columns");
        let first_two = |rows: &[Vec<String>]| -> Vec<Vec<String>> {
            rows.iter().map(|row| row[..2].to_vec()).collect()
        };
        assert_eq!(
            first_two(ours),
            first_two(theirs),
            "everything but the words, which are ours"
        );
    }
    for line in ["::::tabs", "::::", ":::"] {
        let count = |page: &str| page.lines().filter(|found| *found == line).count();
        assert_eq!(count(&page), count(&followed), "{line}");
    }
}

#[test]
fn pages_in_markdown_have_the_same_sections() {
    let of_a_method = [
        "Example",
        "Parameters",
        "Result",
        "Possible errors",
        "Can bots use this method?",
    ];
    for method in reflect::methods().iter().step_by(10) {
        let name = method.combinator().name;
        let page = run(&["describe", "--markdown", name]).succeeds();
        let sections: Vec<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(sections[..5], of_a_method, "{name}");
    }
}

#[test]
fn constructors_types_and_errors_have_pages() {
    let page = run(&["describe", "codeSettings"]).succeeds();
    assert!(
        page.contains("allow_missed_call") && page.contains("auth.sendCode"),
        "{page}"
    );
    let page = run(&["describe", "auth.SentCodeType"]).succeeds();
    assert!(page.contains("auth.sentCodeTypeMissedCall"), "{page}");
    let page = run(&["describe", "hash_invalid", "--json"]).json();
    assert_eq!(page["errors"][0]["code"], 400);
    assert!(
        page["methods"]
            .to_string()
            .contains("account.sendConfirmPhoneCode"),
        "{page}"
    );
    let page = run(&["describe", "FLOOD_WAIT_30"]).succeeds();
    assert!(page.contains("Any method may answer it"), "{page}");
}

#[test]
fn a_name_nobody_knows_is_answered_with_the_closest() {
    let ran = run(&["describe", "account.sendConfirmPhonCode"]);
    ran.fails(2, "`account.sendConfirmPhonCode` is not in the schema");
    ran.fails(2, "hint:  did you mean `account.sendConfirmPhoneCode`?");
    run(&["describe", "xyzzy.nothing"]).fails(2, "error:");
}

#[test]
fn output_that_is_not_read_to_its_end_is_no_failure() {
    let status = std::process::Command::new("sh")
        .arg("-c")
        .arg("\"$0\" describe User 2>&1 >&- | cat; \"$0\" describe InputPeer | head -1")
        .arg(crate::program::PATH)
        .output()
        .expect("a shell runs");
    let complaint = String::from_utf8_lossy(&status.stderr);
    assert!(!complaint.contains("panicked"), "{complaint}");
}

/// The reference page, when it lies beside the repository.
fn page_that_is_followed() -> Option<String> {
    let beside = repository().join("../shared/seed/account.SendConfirmPhoneCode.md");
    std::fs::read_to_string(beside).ok()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Headings outside of code.
fn headings(page: &str) -> Vec<&str> {
    let mut code = false;
    page.lines()
        .filter(|line| {
            code ^= line.starts_with("```");
            !code && line.starts_with('#')
        })
        .collect()
}

/// The cells of each table, the line under the head left out.
fn tables(page: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if !line.starts_with('|') {
            inside = false;
            continue;
        }
        if !std::mem::replace(&mut inside, true) {
            tables.push(Vec::new());
        }
        let cells: Vec<String> = line
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect();
        if !cells
            .iter()
            .all(|cell| cell.chars().all(|c| "-: ".contains(c)))
        {
            tables.last_mut().expect("one was pushed").push(cells);
        }
    }
    tables
}
