//! The names that the generated crate has for names of the schema.

use heliogram_tl::reflect::{Combinator, TypeInfo};

/// `api::account::SendConfirmPhoneCode`
pub(super) fn struct_path(combinator: &Combinator) -> String {
    path(combinator.name, "")
}

/// `api::auth::TypeSentCode`
pub(super) fn enum_path(info: &TypeInfo) -> String {
    path(info.name, "Type")
}

/// `SentCodeTypeSms`
pub(super) fn variant(combinator: &Combinator) -> String {
    type_name(
        combinator
            .name
            .rsplit('.')
            .next()
            .unwrap_or(combinator.name),
    )
}

/// `type_` for `type`, `srp_b` for `srp_B`.
pub(super) fn field(name: &str) -> String {
    let name = name.to_lowercase();
    if RUST_WORDS.contains(&name.as_str()) {
        name + "_"
    } else {
        name
    }
}

fn path(name: &str, prefix: &str) -> String {
    match name.rsplit_once('.') {
        Some((namespace, local)) => format!("api::{namespace}::{prefix}{}", type_name(local)),
        None => format!("api::{prefix}{}", type_name(name)),
    }
}

fn type_name(local: &str) -> String {
    local
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<Vec<_>>()
        })
        .collect()
}

/// Those that occur as field names in the schema or are likely to in a later layer.
const RUST_WORDS: &[&str] = &[
    "as", "async", "await", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];
