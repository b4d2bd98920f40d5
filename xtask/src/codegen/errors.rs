//! The table of errors, and the enums that are views of it.

use std::fmt::Write as _;

use super::facts::Facts;
use super::names::error_variant;

/// `errors.rs`: the table and the enum of errors any method may answer.
pub(super) fn table(facts: &Facts) -> String {
    let mut text = String::from(
        "use super::super::errors::ErrorName;\n\npub(crate) static ERRORS: &[ErrorName] = &[\n",
    );
    for (name, code) in &facts.errors {
        let _ = writeln!(
            text,
            "    ErrorName {{ code: {code}, pattern: \"{name}\", variant: \"{}\" }},",
            base_name(name, facts)
        );
    }
    text.push_str("];\n\n");
    let any: Vec<_> = facts
        .errors
        .iter()
        .filter(|(name, _)| facts.any.contains(name))
        .collect();
    enumeration(
        &mut text,
        "AnyMethodError",
        "The errors that any method may answer.",
        &any,
        facts,
    );
    text
}

/// One enum over some entries of the table.
pub(super) fn enumeration(
    text: &mut String,
    name: &str,
    summary: &str,
    errors: &[&(String, i32)],
    facts: &Facts,
) {
    let variants: Vec<Variant> = errors
        .iter()
        .map(|error| Variant {
            name: variant_name(error, errors, facts),
            index: facts.index(error),
            with_value: error.0.contains("%d"),
            doc: format!("{} {}", error.1, error.0),
        })
        .collect();
    let _ = writeln!(
        text,
        "/// {summary}\n#[derive(Clone, Copy, PartialEq, Eq)]\n#[non_exhaustive]\npub enum {name} {{"
    );
    for variant in &variants {
        let payload = if variant.with_value { "(i32)" } else { "" };
        let _ = writeln!(
            text,
            "    /// `{}`\n    {}{payload},",
            variant.doc, variant.name
        );
    }
    let _ = writeln!(
        text,
        "}}\ncrate::errors::view!({name});\nimpl crate::MethodError for {name} {{"
    );
    let list: Vec<String> = variants
        .iter()
        .map(|variant| {
            let payload = if variant.with_value { "(0)" } else { "" };
            format!("({}, Self::{}{payload})", variant.index, variant.name)
        })
        .collect();
    let _ = writeln!(
        text,
        "    const VARIANTS: &'static [(u16, Self)] = &[{}];",
        list.join(", ")
    );
    if variants.iter().any(|variant| variant.with_value) {
        text.push_str("    #[inline]\n    fn value(self) -> Option<i32> {\n        match self {\n");
        for variant in variants.iter().filter(|variant| variant.with_value) {
            let _ = writeln!(
                text,
                "            Self::{}(value) => Some(value),",
                variant.name
            );
        }
        if variants.iter().any(|variant| !variant.with_value) {
            text.push_str("            _ => None,\n");
        }
        text.push_str("        }\n    }\n    #[inline]\n    fn with_value(self, value: i32) -> Self {\n        match self {\n");
        for variant in variants.iter().filter(|variant| variant.with_value) {
            let _ = writeln!(
                text,
                "            Self::{0}(_) => Self::{0}(value),",
                variant.name
            );
        }
        if variants.iter().any(|variant| !variant.with_value) {
            text.push_str("            other => other,\n");
        }
        text.push_str("        }\n    }\n");
    }
    text.push_str("}\n\n");
}

struct Variant {
    name: String,
    index: usize,
    with_value: bool,
    doc: String,
}

/// The variant's name, with the code behind it when one name has two codes in this enum.
fn variant_name(error: &(String, i32), all: &[&(String, i32)], facts: &Facts) -> String {
    let name = base_name(&error.0, facts);
    if all.iter().filter(|other| other.0 == error.0).count() > 1 {
        format!("{name}{}", error.1.unsigned_abs())
    } else {
        name
    }
}

/// The name in Rust; `AUTH_RESTART_%d` is `AuthRestartN`, since `AUTH_RESTART` exists as well.
fn base_name(pattern: &str, facts: &Facts) -> String {
    let name = error_variant(pattern);
    match pattern.strip_suffix("_%d") {
        Some(plain) if facts.errors.iter().any(|(other, _)| other == plain) => name + "N",
        _ => name,
    }
}
