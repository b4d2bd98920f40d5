//! The last result of each trial, in a file that is checked in.

use std::time::Duration;

use super::machine;
use crate::repository;

const FILE: &str = "docs/campaigns.md";
const HEAD: &str = "\
# Campaigns

Trials that take too long for `cargo test`, run by `cargo xtask full [NAME...]`. This file is written by that
command: the last result of each that passed. `cargo test` runs `hostile` and `kill` with small numbers.
";

/// Replaces the section of a trial.
pub(super) fn write(name: &str, claim: &str, result: &str, took: Duration) -> Result<(), String> {
    let old = repository::read(FILE).unwrap_or_else(|_| HEAD.to_owned());
    // A table ends by itself.
    let stop = if result.ends_with('|') { "" } else { "." };
    let section = format!(
        "## {name}\n\nClaim: {claim}.\n\nLast result: {result}{stop}\n\n{} on {} (load {}), in {} s.\n",
        machine::today(),
        machine::describe(),
        machine::load(),
        took.as_secs()
    );
    repository::write(FILE, &with_section(&old, name, &section))
}

fn with_section(old: &str, name: &str, section: &str) -> String {
    let (head, sections) = match old.find("\n## ") {
        Some(at) => old.split_at(at + 1),
        None => (old, ""),
    };
    let mut kept: Vec<&str> = sections
        .split_inclusive("\n## ")
        .collect::<Vec<_>>()
        .into_iter()
        .map(|part| {
            part.trim_start_matches("## ")
                .trim_end_matches("## ")
                .trim()
        })
        .filter(|part| !part.is_empty() && part.lines().next() != Some(name))
        .collect();
    let section = section.trim_start_matches("## ").trim();
    kept.push(section);
    kept.sort_unstable();
    let sections: Vec<String> = kept.iter().map(|part| format!("## {part}\n")).collect();
    format!("{}\n\n{}", head.trim_end(), sections.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let one = with_section(HEAD, "kill", "## kill\n\nfirst\n");
        let two = with_section(&one, "idle", "## idle\n\nother\n");
        let three = with_section(&two, "kill", "## kill\n\nsecond\n");
        assert!(three.starts_with(HEAD.trim_end()));
        assert!(!three.contains("first"));
        assert!(
            three.ends_with("## idle\n\nother\n\n## kill\n\nsecond\n"),
            "{three}"
        );
    }
}
