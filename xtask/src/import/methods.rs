//! The facts per method: who may call it, and how it can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use heliogram_tl_schema::Schema;
use serde_json::Value;

use crate::registry::Package;

/// `schema/methods.tsv`: method, users, bots, errors.
pub(super) fn table(api: &Schema, facts: &Package) -> Result<String, String> {
    let schema = json(facts, "tl/api-schema.json")?;
    let raw = json(facts, "tl/raw-errors.json")?;
    let entries = entries(&schema)?;

    let mut text = format!(
        "# Imported by `cargo xtask schema`, do not edit by hand. From {} (MIT), joined by name.\n\
         # method\tusers\tbots\terrors (code and name; %d stands for a number)\n",
        facts.provenance
    );
    for method in api.functions() {
        let name = method.name.to_string();
        let entry = entries.get(name.as_str());
        let available = entry.and_then(|entry| entry["available"].as_str());
        let (users, bots) = match available {
            Some("both") => ("yes", "yes"),
            Some("user") => ("yes", "no"),
            Some("bot") => ("no", "yes"),
            _ => ("unknown", "unknown"),
        };
        let errors = errors(entry.copied(), &raw, &name)?;
        let errors: Vec<String> = errors
            .iter()
            .map(|(name, code)| format!("{code} {name}"))
            .collect();
        let _ = writeln!(text, "{name}\t{users}\t{bots}\t{}", errors.join(", "));
    }
    Ok(text)
}

/// `schema/errors.tsv`: every documented pair of name and code, whichever method answers it.
pub(super) fn errors_table(facts: &Package) -> Result<String, String> {
    let schema = json(facts, "tl/api-schema.json")?;
    let raw = json(facts, "tl/raw-errors.json")?;
    let mut pairs = BTreeSet::new();
    for entry in entries(&schema)?.values() {
        let thrown = entry["throws"].as_array().into_iter().flatten();
        pairs.extend(thrown.filter_map(pair));
    }
    let listed = raw["errors"].as_object().into_iter().flatten();
    pairs.extend(listed.filter_map(|(_, error)| pair(error)));

    let mut text = format!(
        "# Imported by `cargo xtask schema`, do not edit by hand. From {} (MIT).\n# name\tcode\n",
        facts.provenance
    );
    for (name, code) in pairs {
        let _ = writeln!(text, "{name}\t{code}");
    }
    Ok(text)
}

fn pair(error: &Value) -> Option<(String, i64)> {
    Some((error["name"].as_str()?.to_owned(), error["code"].as_i64()?))
}

/// The union of what the schema says a method throws and what the list of errors says.
fn errors(
    entry: Option<&Value>,
    raw: &Value,
    method: &str,
) -> Result<BTreeSet<(String, i64)>, String> {
    let mut errors = BTreeSet::new();
    for thrown in entry
        .and_then(|entry| entry["throws"].as_array())
        .into_iter()
        .flatten()
    {
        let (Some(name), Some(code)) = (thrown["name"].as_str(), thrown["code"].as_i64()) else {
            return Err(format!(
                "{method}: an error without code and name: {thrown}"
            ));
        };
        errors.insert((name.to_owned(), code));
    }
    for name in raw["throws"][method].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        if errors.iter().any(|(known, _)| known == name) {
            continue;
        }
        let code = raw["errors"][name]["code"]
            .as_i64()
            .ok_or_else(|| format!("{method}: {name} has no code"))?;
        errors.insert((name.to_owned(), code));
    }
    Ok(errors)
}

fn entries(schema: &Value) -> Result<BTreeMap<&str, &Value>, String> {
    let entries = schema["e"].as_array().ok_or("api-schema.json has no `e`")?;
    Ok(entries
        .iter()
        .filter(|entry| entry["kind"] == "method")
        .filter_map(|entry| Some((entry["name"].as_str()?, entry)))
        .collect())
}

fn json(package: &Package, file: &str) -> Result<Value, String> {
    serde_json::from_str(&package.read(file)?).map_err(|error| format!("{file}: {error}"))
}
