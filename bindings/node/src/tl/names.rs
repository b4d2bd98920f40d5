//! How GramJS spells the schema's names: `account.sendConfirmPhoneCode` is `account.SendConfirmPhoneCode`,
//! `phone_code_hash` is `phoneCodeHash`.

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
