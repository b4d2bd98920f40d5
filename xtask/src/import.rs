//! `cargo xtask schema`: facts from registry packages into `schema/`.
//!
//! Facts only: names, ids, types, error codes, who may call. Descriptions are written by
//! hand, in `crates/cli/descriptions.toml`.

mod methods;
mod mtcute;
mod teleproto;
mod telethon;

use std::fmt::Write as _;

use heliogram_tl_schema::{Schema, combinator_id, difference, fingerprint, parse};

use crate::registry::{Package, from_crates, from_npm, from_pypi};
use crate::repository;

const PROVENANCE: &str = "// Imported by `cargo xtask schema`, do not edit by hand.";

pub(crate) fn run() -> Result<(), String> {
    let wire = from_crates("grammers-tl-types", "0.11.0")?;
    let facts = from_npm("@mtcute/core", "0.31.0")?;

    let api_text = wire.read("tl/api.tl")?;
    let api = checked(&api_text, "api.tl")?;
    import(&wire, "api.tl", &api_text, &api)?;
    let mtproto_text = wire.read("tl/mtproto.tl")?;
    let mtproto = checked(&mtproto_text, "mtproto.tl")?;
    import(&wire, "mtproto.tl", &mtproto_text, &mtproto)?;

    let table = methods::table(&api, &facts)?;
    repository::write("schema/methods.tsv", &table)?;
    repository::write("schema/errors.tsv", &methods::errors_table(&facts)?)?;

    let mut known = vec![api];
    for source in HISTORY {
        let package = source.fetch()?;
        let text = source.text(&package, &known, &mtproto)?;
        let older = checked(&text, &format!("layer {}", source.layer))?;
        if older.layer.is_some_and(|said| said != source.layer) {
            return Err(format!(
                "{} says it is layer {:?}, not {}",
                package.provenance, older.layer, source.layer
            ));
        }
        let text = layer_text(source, &package, &older, &known[0]);
        repository::write(&format!("schema/history/{}.tl", source.layer), &text)?;
        known.push(older);
    }
    Ok(())
}

/// Where the schema of an older layer comes from.
struct Source {
    layer: i32,
    package: &'static str,
    version: &'static str,
    form: Form,
}

/// How a package holds its schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// TL text in a crate.
    Crate,
    /// TL text in a template string of JavaScript.
    Script,
    /// mtcute's JSON, at this path.
    Mtcute(&'static str),
    /// teleproto's definitions.
    Teleproto,
    /// Telethon's table of ids.
    Telethon,
}

/// Newest first, so that definitions are spelled as the newer schemas spell them.
const HISTORY: &[Source] = &[
    source(
        228,
        "@mtcute/core",
        "0.31.0",
        Form::Mtcute("tl/api-schema.json"),
    ),
    source(229, "teleproto", "1.229.0", Form::Teleproto),
    source(227, "grammers-tl-types", "0.10.0", Form::Crate),
    source(
        225,
        "@mtcute/core",
        "0.29.7",
        Form::Mtcute("tl/api-schema.json"),
    ),
    source(
        223,
        "@mtcute/tl",
        "223.0.0",
        Form::Mtcute("api-schema.json"),
    ),
    source(222, "grammers-tl-types", "0.9.0", Form::Crate),
    source(
        221,
        "@mtcute/tl",
        "221.0.0",
        Form::Mtcute("api-schema.json"),
    ),
    source(
        220,
        "@mtcute/tl",
        "220.0.0",
        Form::Mtcute("api-schema.json"),
    ),
    source(
        218,
        "@mtcute/tl",
        "218.0.1",
        Form::Mtcute("api-schema.json"),
    ),
    source(216, "grammers-tl-types", "0.8.0", Form::Crate),
    source(214, "teleproto", "214.1.7", Form::Script),
    source(
        204,
        "@mtcute/tl",
        "204.0.0",
        Form::Mtcute("api-schema.json"),
    ),
    source(198, "telegram", "2.26.22", Form::Script),
    source(
        189,
        "@mtcute/tl",
        "189.0.0",
        Form::Mtcute("api-schema.json"),
    ),
    source(
        185,
        "@mtcute/tl",
        "185.1.0",
        Form::Mtcute("api-schema.json"),
    ),
    source(184, "telegram", "2.24.11", Form::Script),
    source(181, "telegram", "2.22.2", Form::Script),
    source(179, "grammers-tl-types", "0.6.0", Form::Crate),
    source(174, "telegram", "2.20.2", Form::Script),
    source(
        167,
        "@mtcute/tl",
        "167.0.0",
        Form::Mtcute("api-schema.json"),
    ),
    source(158, "telegram", "2.17.3", Form::Script),
    source(155, "Telethon", "1.28.5", Form::Telethon),
];

/// What layer 155 shares with the layer before it: layer 152, from npm.
const BEFORE_155: (&str, &str) = ("telegram", "2.16.4");

const fn source(layer: i32, package: &'static str, version: &'static str, form: Form) -> Source {
    Source {
        layer,
        package,
        version,
        form,
    }
}

impl Source {
    fn fetch(&self) -> Result<Package, String> {
        match self.form {
            Form::Crate => from_crates(self.package, self.version),
            Form::Telethon => from_pypi(self.package, self.version),
            _ => from_npm(self.package, self.version),
        }
    }

    fn text(
        &self,
        package: &Package,
        known: &[Schema],
        mtproto: &Schema,
    ) -> Result<String, String> {
        match self.form {
            Form::Crate => package.read("tl/api.tl"),
            Form::Script => from_javascript(&package.read("tl/apiTl.js")?),
            Form::Mtcute(file) => mtcute::text(&package.read(file)?),
            Form::Teleproto => {
                let module = package.read("tl/generated/api-definitions.js")?;
                teleproto::text(&module, known, mtproto)
            }
            Form::Telethon => {
                let before = from_npm(BEFORE_155.0, BEFORE_155.1)?;
                let before = from_javascript(&before.read("tl/apiTl.js")?)?;
                let mut around = known.to_vec();
                around.push(checked(&before, "the layer before")?);
                let table = package.read("telethon/tl/alltlobjects.py")?;
                telethon::text(&table, &around, mtproto)
            }
        }
    }
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
fn layer_text(source: &Source, package: &Package, older: &Schema, newest: &Schema) -> String {
    let difference = difference(older, newest);
    let mut text = format!(
        "{PROVENANCE}\n// From {} (MIT); schema {:08x}.\n// LAYER {}\n",
        package.provenance,
        fingerprint(older),
        source.layer
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
