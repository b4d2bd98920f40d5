//! How GramJS spells the schema's names: `account.sendConfirmPhoneCode` is `account.SendConfirmPhoneCode`,
//! `phone_code_hash` is `phoneCodeHash`.

use std::{ffi::CString, sync::OnceLock};

use heliogram_tl::reflect::combinators;

/// The names of the fields of the combinator at a place in the table, for Node-API.
pub(super) fn fields(place: usize) -> &'static [CString] {
    static ALL: OnceLock<Vec<OnceLock<Box<[CString]>>>> = OnceLock::new();
    let all = ALL.get_or_init(|| combinators().iter().map(|_| OnceLock::new()).collect());
    all[place].get_or_init(|| {
        let names = combinators()[place].fields.iter().map(|field| {
            CString::new(field_name(field.name)).expect("names of the schema have no NUL")
        });
        names.collect()
    })
}

/// `phone_code_hash` as `phoneCodeHash`. An underscore stays before anything but a small letter.
pub(super) fn field_name(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next) if letter == '_' && next.is_ascii_lowercase() => {
                camel.push(next.to_ascii_uppercase());
                letters.next();
            }
            _ => camel.push(letter),
        }
    }
    camel
}

/// `account.sendConfirmPhoneCode` as `account.SendConfirmPhoneCode`.
pub(super) fn class_name(name: &str) -> String {
    let (space, own) = match name.split_once('.') {
        Some((space, own)) => (Some(space), own),
        None => (None, name),
    };
    let mut camel: String = field_name(&format!("_{own}"));
    camel.retain(|letter| letter != '_');
    match space {
        Some(space) => format!("{space}.{camel}"),
        None => camel,
    }
}
