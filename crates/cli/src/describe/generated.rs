//! For tests: what the source of the generated crate defines.

use std::collections::BTreeSet;
use std::path::Path;

/// The structs and enums of the generated crate, as its source says.
pub(super) struct Generated {
    paths: BTreeSet<String>,
}

impl Generated {
    pub(super) fn read() -> Self {
        let mut paths = BTreeSet::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tl/src/generated/api");
        for file in std::fs::read_dir(folder).expect("the generated files are checked in") {
            let file = file.expect("a file").path();
            let stem = file
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let module = if stem.starts_with("types_") {
                "api".to_owned()
            } else {
                format!("api::{stem}")
            };
            let source = std::fs::read_to_string(&file).expect("source is text");
            let mut item = String::new();
            for line in source.lines() {
                let words: Vec<_> = line
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .filter(|w| !w.is_empty())
                    .collect();
                match words.as_slice() {
                    ["pub", "struct" | "enum", name, ..] => item = format!("{module}::{name}"),
                    ["pub", field, ..] if line.starts_with("    pub ") => {
                        paths.insert(format!("{item}.{field}"));
                        continue;
                    }
                    [variant, ..] if line.starts_with("    ") && line.ends_with(',') => {
                        paths.insert(format!("{item}::{variant}"));
                        continue;
                    }
                    _ => continue,
                }
                paths.insert(item.clone());
            }
        }
        Self { paths }
    }

    /// Every `api::…` path of the example is one of them, and so is every field.
    pub(super) fn check(&self, rust: &str, name: &str) {
        let mut open: Vec<String> = Vec::new();
        for line in rust.lines().skip_while(|line| !line.contains("let ")) {
            let mut rest = line;
            while let Some(at) = rest.find("api::") {
                rest = &rest[at..];
                let end = rest
                    .find(|c: char| !c.is_alphanumeric() && c != ':' && c != '_')
                    .unwrap_or(rest.len());
                let (path, behind) = rest.split_at(end);
                let path = path
                    .strip_suffix("::default")
                    .or(path.strip_suffix("::from"))
                    .unwrap_or(path);
                assert!(self.paths.contains(path), "{name}: {path} does not exist");
                if behind == " {" {
                    open.push(path.to_owned());
                }
                rest = behind;
            }
            let line = line.trim();
            if let (Some((field, _)), Some(path)) = (line.split_once(": "), open.last())
                && !line.ends_with('{')
                && field.chars().all(|c| c.is_alphanumeric() || c == '_')
            {
                assert!(
                    self.paths.contains(&format!("{path}.{field}")),
                    "{name}: {path} has no {field}"
                );
            }
            if line.starts_with('}') {
                open.pop();
            }
        }
    }
}
