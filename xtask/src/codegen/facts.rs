//! What `schema/` says about methods beside their TL lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::repository;

/// The facts per method and error.
pub(super) struct Facts {
    /// By method name.
    pub(super) methods: BTreeMap<String, MethodFacts>,
    /// Every documented (name, code), sorted.
    pub(super) errors: Vec<(String, i32)>,
    /// The names of `AnyMethodError`.
    pub(super) any: Vec<String>,
    /// Names of fields that are never printed.
    pub(super) secret_fields: BTreeSet<String>,
    /// Hand-written summaries, by name of method or constructor.
    pub(super) summaries: BTreeMap<String, String>,
}

/// One line of `schema/methods.tsv`, with the additions.
#[derive(Default)]
pub(super) struct MethodFacts {
    /// `yes`, `no` or `unknown`.
    pub(super) users: String,
    /// The same for bots.
    pub(super) bots: String,
    /// (name, code), sorted; those of any method included.
    pub(super) errors: BTreeSet<(String, i32)>,
}

impl Facts {
    pub(super) fn load() -> Result<Self, String> {
        let mut methods = BTreeMap::new();
        let mut errors = BTreeSet::new();
        for line in lines(&repository::read("schema/methods.tsv")?) {
            let [name, users, bots, list] = columns(line)?;
            let mut facts = MethodFacts {
                users: users.to_owned(),
                bots: bots.to_owned(),
                errors: BTreeSet::new(),
            };
            for pair in list.split(", ").filter(|pair| !pair.is_empty()) {
                let (code, name) = pair.split_once(' ').ok_or_else(|| line.to_owned())?;
                facts.errors.insert((name.to_owned(), number(code)?));
            }
            errors.extend(facts.errors.iter().cloned());
            methods.insert(name.to_owned(), facts);
        }
        for line in lines(&repository::read("schema/errors.tsv")?) {
            let (name, code) = line.split_once('\t').ok_or_else(|| line.to_owned())?;
            errors.insert((name.to_owned(), number(code)?));
        }
        for line in lines(&repository::read("schema/errors_added.tsv")?) {
            let [method, code, name, _] = columns(line)?;
            let pair = (name.to_owned(), number(code)?);
            errors.insert(pair.clone());
            if method != "*" {
                methods
                    .get_mut(method)
                    .ok_or_else(|| format!("errors_added.tsv: no method {method}"))?
                    .errors
                    .insert(pair);
            }
        }
        let any_text = repository::read("schema/errors_any.txt")?;
        let secret_text = repository::read("schema/secret_fields.txt")?;
        Ok(Self {
            methods,
            errors: errors.into_iter().collect(),
            any: lines(&any_text).map(str::to_owned).collect(),
            secret_fields: lines(&secret_text).map(str::to_owned).collect(),
            summaries: summaries()?,
        })
    }

    /// The index of an error in the table.
    pub(super) fn index(&self, error: &(String, i32)) -> usize {
        self.errors
            .binary_search(error)
            .expect("every error was put into the table when it was loaded")
    }

    /// The errors of a method that are its own.
    pub(super) fn own_errors(&self, method: &str) -> Option<Vec<&(String, i32)>> {
        let facts = self.methods.get(method)?;
        if facts.errors.is_empty() {
            return None;
        }
        Some(
            facts
                .errors
                .iter()
                .filter(|(name, _)| !self.any.contains(name))
                .collect(),
        )
    }
}

fn summaries() -> Result<BTreeMap<String, String>, String> {
    let path = "crates/cli/descriptions.toml";
    let table: toml::Table = repository::read(path)?
        .parse()
        .map_err(|error| format!("{path}: {error}"))?;
    let mut summaries = BTreeMap::new();
    for (section, entries) in &table {
        if section != "methods" && section != "constructors" {
            continue;
        }
        for (name, entry) in entries.as_table().into_iter().flatten() {
            if let Some(summary) = entry.get("summary").and_then(|summary| summary.as_str()) {
                summaries.insert(name.clone(), summary.to_owned());
            }
        }
    }
    Ok(summaries)
}

pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

pub(super) fn columns<const N: usize>(line: &str) -> Result<[&str; N], String> {
    line.split('\t')
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| format!("`{line}` has not {N} columns"))
}

fn number(text: &str) -> Result<i32, String> {
    text.parse().map_err(|_| format!("`{text}` is no code"))
}
