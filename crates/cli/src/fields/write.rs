//! An object as the arguments that [`parse`](super::parse) makes it of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use heliogram_tl::reflect::{self, Object, Type, Value};

/// The arguments of a call, in the order of its fields.
pub(crate) fn arguments(object: &Object) -> Vec<String> {
    let mut arguments = Vec::new();
    fields(object, "", &mut arguments);
    arguments
}

fn fields(object: &Object, path: &str, arguments: &mut Vec<String>) {
    for field in object.combinator().fields {
        if let Some(held) = object.field(field.name) {
            let dot = if path.is_empty() { "" } else { "." };
            value(
                held,
                field.ty,
                &format!("{path}{dot}{}", field.name),
                arguments,
            );
        }
    }
}

fn value(value_: &Value, ty: Type, path: &str, arguments: &mut Vec<String>) {
    let text = match value_ {
        Value::True => "true".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Int128(value) => hex(value),
        Value::Int256(value) => hex(value),
        Value::String(value) => value.clone(),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if text.chars().all(|c| !c.is_control()) => format!("text:{text}"),
            _ => format!("base64:{}", STANDARD.encode(bytes)),
        },
        Value::Vector(elements) if elements.is_empty() => "[]".to_owned(),
        Value::Vector(elements) => {
            let element = match ty {
                Type::Vector(element) | Type::BareVector(element) => *element,
                _ => Type::Object,
            };
            for (index, one) in elements.iter().enumerate() {
                value(one, element, &format!("{path}[{index}]"), arguments);
            }
            return;
        }
        Value::Object(object) => {
            let before = arguments.len();
            let needs_name = !has_one_constructor(ty);
            fields(object, path, arguments);
            match (needs_name, arguments.len() > before) {
                (false, true) => {}
                (true, true) => {
                    arguments.insert(before, format!("{path}._={}", object.combinator().name))
                }
                (_, false) => arguments.push(format!("{path}={}", object.combinator().name)),
            }
            return;
        }
    };
    arguments.push(format!("{path}={text}"));
}

fn has_one_constructor(ty: Type) -> bool {
    match ty {
        Type::Boxed(index) => reflect::types()[usize::from(index)].constructors().count() == 1,
        Type::Bare(_) => true,
        _ => false,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
