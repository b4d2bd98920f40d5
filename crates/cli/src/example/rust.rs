//! An object as the Rust that makes it, laid out as rustfmt would.

use std::fmt::Write as _;

use heliogram_tl::reflect::{self, Combinator, Field, Object, Type, TypeInfo, Value};

use super::names::{enum_path, field, struct_path, variant};

/// A whole program that makes the call.
pub(super) fn program(call: &Object) -> String {
    let request = expression(call);
    let flat = format!("client.invoke(&{request}).await?");
    let call = if !request.contains('\n') && flat.len() < CHAIN_WIDTH {
        flat
    } else {
        let request = request.replace('\n', "\n        ");
        format!("client\n        .invoke(&{request})\n        .await?")
    };
    format!(
        "use heliogram::{{ClientOptions, StringSession, TelegramClient, api}};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let session = StringSession::new(&std::env::var(\"SESSION\")?)?; // your saved session
    let api_id = std::env::var(\"API_ID\")?.parse()?;
    let api_hash = std::env::var(\"API_HASH\")?;
    let client = TelegramClient::new(session, api_id, api_hash, ClientOptions::default());
    client.connect().await?; // this assumes that the session is logged in

    let result = {call};
    println!(\"{{result:#?}}\");
    Ok(())
}}
"
    )
}

/// The expression that makes the object.
pub(super) fn expression(object: &Object) -> String {
    let combinator = object.combinator();
    match enumeration(combinator.result) {
        Some(info) if !combinator.function && !has_fields(combinator) => {
            format!("{}::{}", enum_path(info), variant(combinator))
        }
        _ => structure(object),
    }
}

fn structure(object: &Object) -> String {
    let combinator = object.combinator();
    let path = struct_path(combinator);
    let mut parts = Vec::new();
    let mut left_out = Vec::new();
    for described in fields_of(combinator) {
        let name = field(described.name);
        match object.field(described.name) {
            Some(held) => parts.push(format!("{name}: {}", slot(held, described, combinator))),
            None if described.ty == Type::True => left_out.push(format!("{name}: false")),
            None => left_out.push(format!("{name}: None")),
        }
    }
    if !left_out.is_empty() {
        if has_default(combinator) {
            parts.push("..Default::default()".to_owned());
        } else {
            parts.append(&mut left_out);
        }
    }
    let flat = parts.join(", ");
    if flat == "..Default::default()" {
        format!("{path}::default()")
    } else if parts.is_empty() {
        format!("{path} {{}}")
    } else if flat.len() <= STRUCT_WIDTH && !flat.contains('\n') && !flat.contains("..") {
        format!("{path} {{ {flat} }}")
    } else {
        let mut text = format!("{path} {{\n");
        for part in parts {
            let comma = if part.starts_with("..") { "" } else { "," };
            let _ = writeln!(text, "    {}{comma}", part.replace('\n', "\n    "));
        }
        text + "}"
    }
}

/// A value in the place of a field; optional composites may be boxed there.
fn slot(value: &Value, described: &Field, owner: &Combinator) -> String {
    let id = is_id(owner, described.name);
    match (described.flag, value) {
        (_, Value::True) => "true".to_owned(),
        (None, _) => expression_of(value, described.ty, id),
        (Some(_), Value::Object(object)) => match enumeration(described.ty) {
            Some(info) if has_fields(object.combinator()) => {
                format!(
                    "Some({}::from({}).into())",
                    enum_path(info),
                    structure(object)
                )
            }
            _ => format!("Some({}.into())", expression_of(value, described.ty, id)),
        },
        (Some(_), _) => format!("Some({})", expression_of(value, described.ty, id)),
    }
}

/// `id`: whether a `long` is one of the ids that are types of their own.
fn expression_of(value: &Value, ty: Type, id: bool) -> String {
    match value {
        Value::True => "true".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) if id => format!("{value}.into()"),
        Value::Long(value) => value.to_string(),
        Value::Double(value) => format!("{value:?}"),
        Value::Int128(bytes) => byte_array(bytes),
        Value::Int256(bytes) => byte_array(bytes),
        Value::String(text) => format!("{text:?}.into()"),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => format!("{text:?}.into()"),
            Err(_) => format!("vec!{:?}.into()", bytes.to_vec()),
        },
        Value::Vector(elements) => vector(elements, ty, id),
        Value::Object(object) => match enumeration(ty) {
            Some(info) if !has_fields(object.combinator()) => {
                format!("{}::{}", enum_path(info), variant(object.combinator()))
            }
            Some(_) => converted(&structure(object)),
            None => structure(object),
        },
    }
}

/// `value.into()`; the call stands below a value of several lines.
fn converted(value: &str) -> String {
    let new_line = if value.contains('\n') { "\n" } else { "" };
    format!("{value}{new_line}.into()")
}

fn vector(elements: &[Value], ty: Type, id: bool) -> String {
    let element = match ty {
        Type::Vector(element) | Type::BareVector(element) => *element,
        _ => Type::Object,
    };
    let parts: Vec<String> = elements
        .iter()
        .map(|value| expression_of(value, element, id))
        .collect();
    let flat = parts.join(", ");
    // A single struct hugs the brackets; anything else of several lines gets lines of its own.
    let hugs = parts.len() == 1 && !flat.ends_with("\n.into()");
    let spread = if flat.contains('\n') {
        !hugs
    } else {
        flat.len() > VECTOR_WIDTH
    };
    if spread {
        let lines: String = parts
            .iter()
            .map(|part| format!("    {},\n", part.replace('\n', "\n    ")))
            .collect();
        format!("vec![\n{lines}]")
    } else {
        format!("vec![{flat}]")
    }
}

fn byte_array(bytes: &[u8]) -> String {
    if bytes.iter().all(|byte| *byte == bytes[0]) {
        format!("[{}; {}]", bytes[0], bytes.len())
    } else {
        format!("{bytes:?}")
    }
}

/// The type, when it is an enum in Rust.
fn enumeration(ty: Type) -> Option<&'static TypeInfo> {
    match ty {
        Type::Boxed(index) => {
            let info = &reflect::types()[usize::from(index)];
            (info.constructors().count() > 1).then_some(info)
        }
        _ => None,
    }
}

/// Whether a `long` of this name is a `UserId`, `ChatId`, `ChannelId` or `AccessHash`.
fn is_id(owner: &Combinator, name: &str) -> bool {
    match name {
        "user_id" | "chat_id" | "channel_id" | "access_hash" => true,
        "id" => !owner.function && WITH_OWN_ID.contains(&owner.name),
        _ => false,
    }
}

fn has_fields(combinator: &Combinator) -> bool {
    !combinator.fields.is_empty()
}

fn fields_of(combinator: &'static Combinator) -> impl Iterator<Item = &'static Field> {
    let fields = combinator.fields.iter();
    fields.filter(|field| field.ty != Type::Flags)
}

/// Whether the struct has a `Default`: every required field must have one, and an enum has none.
fn has_default(combinator: &'static Combinator) -> bool {
    fields_of(combinator).all(|field| {
        field.flag.is_some()
            || match field.ty {
                Type::Boxed(index) => {
                    let mut constructors = reflect::types()[usize::from(index)].constructors();
                    match (constructors.next(), constructors.next()) {
                        (Some(only), None) => has_default(only),
                        _ => false,
                    }
                }
                Type::Bare(_) | Type::Object => false,
                _ => true,
            }
    })
}

/// Constructors whose `id` is that of a user, chat or channel.
const WITH_OWN_ID: &[&str] = &[
    "user",
    "userEmpty",
    "userFull",
    "chat",
    "chatEmpty",
    "chatForbidden",
    "chatFull",
    "channel",
    "channelForbidden",
    "channelFull",
];
/// The widths up to which rustfmt keeps these on one line.
const STRUCT_WIDTH: usize = 18;
const VECTOR_WIDTH: usize = 60;
const CHAIN_WIDTH: usize = 60;
