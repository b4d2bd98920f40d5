//! `cargo xtask schema`: facts from registry packages into `schema/`.
//!
//! Facts only: names, ids, types, error codes, who may call. Descriptions are written by
//! hand, in `crates/cli/descriptions.toml`.

mod methods;

use std::fmt::Write as _;

use heliogram_tl_schema::{Schema, combinator_id, difference, fingerprint, parse};

use crate::registry::{Package, from_crates, from_npm};
use crate::repository;

const PROVENANCE: &str = "// Imported by `cargo xtask schema`, do not edit by hand.";

pub(crate) fn run() -> Result<(), String> {
    let wire = from_crates("grammers-tl-types", "0.11.0")?;
    let facts = from_npm("@mtcute/core", "0.31.0")?;
    let history = [(198, from_npm("telegram", "2.26.22")?, "tl/apiTl.js")];

    let api_text = wire.read("tl/api.tl")?;
    let api = checked(&api_text, "api.tl")?;
    import(&wire, "api.tl", &api_text, &api)?;
    let mtproto_text = wire.read("tl/mtproto.tl")?;
    let mtproto = checked(&mtproto_text, "mtproto.tl")?;
    import(&wire, "mtproto.tl", &mtproto_text, &mtproto)?;

    let table = methods::table(&api, &facts)?;
    repository::write("schema/methods.tsv", &table)?;
    repository::write("schema/errors.tsv", &methods::errors_table(&facts)?)?;

    for (layer, package, file) in &history {
        let text = from_javascript(&package.read(file)?)?;
        let older = checked(&text, &format!("layer {layer}"))?;
        let text = layer_text(*layer, package, &older, &api);
        repository::write(&format!("schema/history/{layer}.tl"), &text)?;
    }
    Ok(())
}

/// Parses, and refuses a line whose id is not the one of the CRC32 rule.
fn checked(text: &str, source: &str) -> Result<Schema, String> {
    let schema = parse(text).map_err(|error| format!("{source}: {error}"))?;
    for combinator in &schema.combinators {
        let id = combinator_id(combinator);
        if id != combinator.id && !documented_exception(&combinator.name.to_string()) {
            return Err(format!(
                "{source}: {} should have the id {id:08x}, not {:08x}",
                combinator.name, combinator.id
            ));
        }
    }
    Ok(schema)
}

fn import(package: &Package, name: &str, text: &str, schema: &Schema) -> Result<(), String> {
    let body: String = text
        .lines()
        .map(str::trim_end)
        .fold(String::new(), |text, line| text + line + "\n");
    let header = format!(
        "{PROVENANCE}\n// From {} (MIT OR Apache-2.0); {} combinators, schema {:08x}.\n\n",
        package.provenance,
        schema.combinators.len(),
        fingerprint(schema)
    );
    repository::write(&format!("schema/{name}"), &(header + &body))
}

/// What an older layer has otherwise than the newest, as TL lines, and the names it lacks.
fn layer_text(layer: i32, package: &Package, older: &Schema, newest: &Schema) -> String {
    let difference = difference(older, newest);
    let mut text = format!(
        "{PROVENANCE}\n// From {} (MIT); schema {:08x}.\n// LAYER {layer}\n",
        package.provenance,
        fingerprint(older)
    );
    for kind in [
        heliogram_tl_schema::Kind::Constructor,
        heliogram_tl_schema::Kind::Function,
    ] {
        if kind == heliogram_tl_schema::Kind::Function {
            text.push_str("---functions---\n");
        }
        for combinator in difference.otherwise.iter().filter(|c| c.kind == kind) {
            let _ = writeln!(text, "{combinator};");
        }
        for (_, name) in difference.unknown.iter().filter(|(k, _)| *k == kind) {
            let _ = writeln!(text, "// unknown: {name}");
        }
    }
    text
}

/// The TL text inside a JavaScript module that exports it as one template string.
fn from_javascript(module: &str) -> Result<String, String> {
    let (_, rest) = module.split_once('`').ok_or("no template string")?;
    let (text, _) = rest.rsplit_once('`').ok_or("the template string is open")?;
    Ok(text.to_owned())
}

/// Ids that differ from the rule in every published copy of the schema.
fn documented_exception(name: &str) -> bool {
    EXCEPTIONS.contains(&name)
}

const EXCEPTIONS: &[&str] = &["ipPortSecret", "accessPointRule", "help.configSimple"];
