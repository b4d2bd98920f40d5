//! Ids: a combinator's own, by the CRC32 rule, and a whole schema's.

use crate::{Combinator, ParamType, Schema, Type};

/// The id that the CRC32 rule gives a combinator.
///
/// It is the CRC32 (IEEE) of the line without `#id`, with `flags.N?true` parameters removed,
/// `bytes` read as `string` (but not inside a vector), and `<`, `>`, `{` and `}` as spaces or
/// nothing. So adding a `true` flag never changes an id.
#[must_use]
pub fn combinator_id(combinator: &Combinator) -> u32 {
    let mut line = combinator.name.to_string();
    if let Some(variable) = &combinator.variable {
        line.push_str(&format!(" {variable}:Type"));
    }
    for param in &combinator.params {
        let ty = match &param.ty {
            ParamType::Flags => "#".to_owned(),
            ParamType::Required(ty) => spelled(ty),
            ParamType::Conditional { ty, .. } if spelled(ty) == "true" => continue,
            ParamType::Conditional { flags, bit, ty } => format!("{flags}.{bit}?{}", spelled(ty)),
        };
        line.push_str(&format!(" {}:{ty}", param.name));
    }
    match &combinator.result {
        Type::Variable(name) => line.push_str(&format!(" = {name}")),
        ty => line.push_str(&format!(" = {}", spelled(ty))),
    }
    crc32fast::hash(line.as_bytes())
}

/// Identifies a schema by its set of (name, id), since two sources that both claim a layer
/// number can differ by whole methods.
#[must_use]
pub fn fingerprint(schema: &Schema) -> u32 {
    let mut lines: Vec<String> = schema
        .combinators
        .iter()
        .map(|combinator| format!("{}#{:08x}\n", combinator.name, combinator.id))
        .collect();
    lines.sort();
    crc32fast::hash(lines.concat().as_bytes())
}

fn spelled(ty: &Type) -> String {
    match ty {
        Type::Named(name) if name.local == "bytes" => "string".to_owned(),
        _ => ty.to_string().replace('<', " ").replace('>', ""),
    }
}

#[cfg(test)]
mod tests {
    use crate::{combinator_id, parse};

    #[test]
    fn true_flags_do_not_count_and_bytes_are_strings() {
        let schema = parse(
            "codeSettings#ad253d78 flags:# allow_flashcall:flags.0?true current_number:flags.1?true allow_app_hash:flags.4?true allow_missed_call:flags.5?true allow_firebase:flags.7?true unknown_number:flags.9?true logout_tokens:flags.6?Vector<bytes> token:flags.8?string app_sandbox:flags.8?Bool = CodeSettings;",
        )
        .unwrap();
        assert_eq!(combinator_id(&schema.combinators[0]), 0xad25_3d78);
    }
}
