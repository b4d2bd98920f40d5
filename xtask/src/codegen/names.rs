//! How names of the schema become names of Rust.

/// `sentCodeTypeSms` -> `SentCodeTypeSms`, `server_DH_params_ok` -> `ServerDHParamsOk`.
pub(super) fn type_name(local: &str) -> String {
    local.split('_').map(capitalised).collect()
}

/// `logout_tokens` as it is; `srp_B` -> `srp_b`; `type` -> `type_`.
pub(super) fn field_name(name: &str) -> String {
    let name = name.to_lowercase();
    if RESERVED.contains(&name.as_str()) {
        name + "_"
    } else {
        name
    }
}

/// `2FA_CONFIRM_WAIT_%d` -> `TwoFaConfirmWait`.
pub(super) fn error_variant(pattern: &str) -> String {
    let spelled = match pattern.as_bytes().first() {
        Some(b'2') => format!("TWO_{}", &pattern[1..]),
        _ => pattern.to_owned(),
    };
    spelled
        .split('_')
        .map(|part| part.replace("%d", ""))
        .map(|part| capitalised(&part.to_lowercase()))
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

const RESERVED: &[&str] = &[
    "as", "async", "await", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];
