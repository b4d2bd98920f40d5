//! Lists of every constructor and method, for the tests that go through all of them: one over
//! our types, one over those of another library.

use std::fmt::Write as _;

use heliogram_tl_schema::{Combinator, Kind, Schema, Type};

use super::names::type_name;
use super::shape::Shapes;

/// Where our list goes; the round-trip tests and the oracle share it.
pub(super) const OURS: &str = "crates/tl/tests/every/list.rs";
/// Where the list over grammers-tl-types goes.
pub(super) const THEIRS: &str = "interop/tl-oracle/src/theirs.rs";

/// (name, read and write again) over our types.
pub(super) fn ours(api: &Schema, shapes: &Shapes<'_>) -> String {
    list(
        api,
        "use heliogram_tl::api;\n\nuse super::{Again, again};\n",
        |item| {
            let path = match item.kind {
                Kind::Constructor => match &item.result {
                    Type::Named(name) => shapes.path(name, "-"),
                    other => other.to_string(),
                },
                Kind::Function => shapes.path_of(item, "-"),
            };
            let path = path.replace("super::", "api::");
            match item.variable {
                Some(_) => format!("{path}::<api::help::GetConfig>"),
                None => path,
            }
        },
    )
}

/// The same over grammers-tl-types, whose names follow other rules.
pub(super) fn theirs(api: &Schema) -> String {
    list(
        api,
        "use grammers_tl_types::{enums, functions};\n\nuse super::{Again, again};\n",
        |item| {
            let path = |folder: &str, name: &heliogram_tl_schema::Name| {
                let local = their_name(&name.local);
                match name.namespace.as_str() {
                    "" => format!("{folder}::{local}"),
                    namespace => format!("{folder}::{namespace}::{local}"),
                }
            };
            let own = match (&item.result, item.kind) {
                (Type::Named(name), Kind::Constructor) => path("enums", name),
                _ => path("functions", &item.name),
            };
            match item.variable {
                Some(_) => format!("{own}::<functions::help::GetConfig>"),
                None => own,
            }
        },
    )
}

fn list(api: &Schema, uses: &str, path: impl Fn(&Combinator) -> String) -> String {
    let mut text = format!("{uses}\npub(crate) static EVERY: &[(&str, Again)] = &[\n");
    for item in &api.combinators {
        let _ = writeln!(text, "    (\"{}\", again::<{}>),", item.name, path(item));
    }
    text.push_str("];\n");
    text
}

/// `inputCheckPasswordSRP` is `InputCheckPasswordSrp` there: runs of capitals are lowered.
fn their_name(local: &str) -> String {
    let mut name = String::new();
    for word in type_name(local).split('_') {
        let mut previous_upper = false;
        for (index, letter) in word.chars().enumerate() {
            name.push(if index > 0 && previous_upper {
                letter.to_ascii_lowercase()
            } else {
                letter
            });
            previous_upper = letter.is_ascii_uppercase();
        }
    }
    name
}
