//! The names of errors in TypeScript: all of them, and those that are documented for each method.
//!
//! They are only types: an editor offers them where `errorMessage` is compared, and a misspelt one can be found.

use std::{collections::BTreeSet, fmt::Write as _};

use super::facts::Facts;

pub(super) const FILE: &str = "bindings/node/ts/errors/names.ts";

/// The text of the file. `spelled` gives a method's name as JavaScript has it.
pub(super) fn text(facts: &Facts, spelled: impl Fn(&str) -> String) -> String {
    let all: BTreeSet<&str> = facts.errors.iter().map(|(name, _)| &**name).collect();
    let any = all
        .iter()
        .filter(|name| facts.any.iter().any(|any| any == *name));
    let mut text =
        String::from("/** The name of every documented error. */\nexport type ErrorName =");
    union(&mut text, all.iter().copied());
    text += "\n/** The names of errors that any method may answer. */\nexport type AnyErrorName =";
    union(&mut text, any.copied());
    text += "\n/** The names of errors that are documented for a method. */\nexport interface MethodErrorNames {\n";
    for method in facts.methods.keys() {
        let own = facts.own_errors(method).unwrap_or_default();
        let names: BTreeSet<&str> = own.into_iter().map(|(name, _)| &**name).collect();
        if !names.is_empty() {
            let names: Vec<String> = names.into_iter().map(literal).collect();
            let _ = writeln!(text, "  \"{}\": {};", spelled(method), names.join(" | "));
        }
    }
    text += "}\n";
    text
}

fn union<'a>(text: &mut String, names: impl Iterator<Item = &'a str>) {
    for name in names {
        let _ = write!(text, "\n  | {}", literal(name));
    }
    text.push_str(";\n");
}

/// `FLOOD_WAIT_%d` is any text that begins so and goes on with a number.
fn literal(name: &str) -> String {
    match name.contains("%d") {
        true => format!("`{}`", name.replace("%d", "${number}")),
        false => format!("\"{name}\""),
    }
}
