//! From the tree of arguments to JSON as [`heliogram_tl::reflect::from_json`] reads it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use heliogram_tl::reflect::{self, Combinator, Field, Type, TypeInfo, spelling};
use serde_json::{Map, Value as Json};

use super::{FieldError, Node, unknown_field};

/// The JSON of an object whose constructor is known.
pub(super) fn object(
    node: &Node,
    combinator: &'static Combinator,
    path: &str,
) -> Result<Json, FieldError> {
    let mut map = Map::new();
    map.insert("_".to_owned(), combinator.name.into());
    for (name, node) in &node.fields {
        let path = format!("{path}.{name}");
        if name == "_" {
            continue;
        }
        let Some(field) = field(combinator, name) else {
            return Err(unknown_field(combinator, name, &path));
        };
        map.insert(name.clone(), value(node, field.ty, field.secret, &path)?);
    }
    Ok(Json::Object(map))
}

fn field(combinator: &'static Combinator, name: &str) -> Option<&'static Field> {
    combinator
        .fields
        .iter()
        .find(|field| field.ty != Type::Flags && field.name == name)
}

fn value(node: &Node, ty: Type, secret: bool, path: &str) -> Result<Json, FieldError> {
    if node.is_mixed() {
        return Err(FieldError::new(path, "given both as a whole and in parts"));
    }
    if let Some(text) = &node.value {
        return whole(text, ty, secret, path);
    }
    match ty {
        Type::Vector(element) | Type::BareVector(element) => {
            if node.elements.is_empty() {
                return Err(FieldError::new(path, "is a vector")
                    .hint(Some(format!("write {path}[0]=… for its first element"))));
            }
            let mut elements = Vec::with_capacity(node.elements.len());
            for (expected, (index, node)) in node.elements.iter().enumerate() {
                if *index != expected {
                    return Err(FieldError::new(
                        format!("{path}[{expected}]"),
                        format!("missing, while [{index}] is given"),
                    ));
                }
                elements.push(value(node, *element, secret, &format!("{path}[{index}]"))?);
            }
            Ok(Json::Array(elements))
        }
        _ if !node.elements.is_empty() => Err(FieldError::new(
            path,
            format!("is a {}, which has no elements", ty.name()),
        )),
        Type::Boxed(_) | Type::Bare(_) | Type::Object => {
            let combinator = chosen(node, ty, path)?;
            object(node, combinator, path)
        }
        _ => Err(FieldError::new(
            path,
            format!("is a {}, which has no fields", ty.name()),
        )),
    }
}

/// The constructor that `_` names, or the only one there is.
fn chosen(node: &Node, ty: Type, path: &str) -> Result<&'static Combinator, FieldError> {
    let constructors = constructors(ty);
    match (
        node.fields.get("_").and_then(|node| node.value.as_deref()),
        constructors.as_slice(),
    ) {
        (Some(name), _) => named(name, ty, &constructors, path),
        (None, [only]) => Ok(only),
        (None, _) => Err(
            FieldError::new(path, format!("{} has several constructors", ty.name()))
                .hint(Some(choose(ty, &constructors, path))),
        ),
    }
}

fn named(
    name: &str,
    ty: Type,
    constructors: &[&'static Combinator],
    path: &str,
) -> Result<&'static Combinator, FieldError> {
    if ty == Type::Object {
        return reflect::by_name(name)
            .ok_or_else(|| FieldError::new(path, format!("`{name}` is not in the schema")));
    }
    constructors
        .iter()
        .find(|found| found.name == name)
        .copied()
        .ok_or_else(|| {
            let near = spelling::closest(name, constructors.iter().map(|found| found.name));
            let hint = spelling::question(&near).unwrap_or_else(|| choose(ty, constructors, path));
            FieldError::new(
                path,
                format!("`{name}` is not a constructor of {}", ty.name()),
            )
            .hint(Some(hint))
        })
}

fn choose(ty: Type, constructors: &[&'static Combinator], path: &str) -> String {
    let path = path_in_method(path);
    match constructors {
        [] => format!("name the method or constructor: {path}._=help.getConfig"),
        [first, ..] => {
            let example = simplest(constructors).unwrap_or(first);
            format!(
                "choose one, for example {path}._={}; `heliogram describe {}` lists them",
                example.name,
                ty.name()
            )
        }
    }
}

/// `settings.logout_tokens` of `account.sendConfirmPhoneCode.settings.logout_tokens`: what the
/// argument has to begin with.
fn path_in_method(path: &str) -> &str {
    reflect::methods()
        .iter()
        .map(|method| method.combinator().name)
        .filter_map(|name| path.strip_prefix(name)?.strip_prefix('.'))
        .next()
        .unwrap_or(path)
}

fn simplest<'a>(constructors: &[&'a Combinator]) -> Option<&'a Combinator> {
    constructors.iter().find(|found| is_plain(found)).copied()
}

fn constructors(ty: Type) -> Vec<&'static Combinator> {
    match ty {
        Type::Boxed(index) => {
            TypeInfo::constructors(&reflect::types()[usize::from(index)]).collect()
        }
        Type::Bare(index) => vec![&reflect::combinators()[usize::from(index)]],
        _ => Vec::new(),
    }
}

/// Whether a constructor has no required field, so that its name says everything.
fn is_plain(combinator: &Combinator) -> bool {
    combinator
        .fields
        .iter()
        .all(|field| field.ty == Type::Flags || field.flag.is_some())
}

/// A value given in one argument.
fn whole(text: &str, ty: Type, secret: bool, path: &str) -> Result<Json, FieldError> {
    let wrong = |hint: &str| {
        let shown = if secret {
            "this".to_owned()
        } else {
            format!("`{text}`")
        };
        FieldError::new(
            path,
            format!("{shown} is not a value of type {}", ty.name()),
        )
        .hint((!hint.is_empty()).then(|| hint.to_owned()))
    };
    match ty {
        Type::Flags => unreachable!("a flag word is not a field to be named"),
        Type::True | Type::Bool => match text {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(wrong("write true or false")),
        },
        Type::Int => text
            .parse::<i32>()
            .map(Json::from)
            .map_err(|_| wrong("a whole number from -2147483648 to 2147483647 is expected")),
        Type::Long => match text.parse::<i64>() {
            Ok(number) => Ok(number.to_string().into()),
            Err(_) => Err(wrong("a whole number of 64 bits is expected")),
        },
        Type::Double => match text.parse::<f64>() {
            Ok(_) => Ok(text.into()),
            Err(_) => Err(wrong("a number is expected, for example 0.5")),
        },
        Type::Int128 | Type::Int256 => {
            let digits = if ty == Type::Int128 { 32 } else { 64 };
            let hex = text.strip_prefix("hex:").unwrap_or(text);
            if hex.len() == digits && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                Ok(hex.into())
            } else {
                Err(wrong(&format!("{digits} hex digits are expected")))
            }
        }
        Type::String => Ok(text.into()),
        Type::Bytes => bytes(text)
            .map(|bytes| STANDARD.encode(bytes).into())
            .map_err(wrong),
        Type::Vector(_) | Type::BareVector(_) | Type::Boxed(_) | Type::Bare(_) | Type::Object => {
            composite(text, ty, path).unwrap_or_else(|| Err(wrong("")))
        }
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, &'static str> {
    if let Some(text) = text.strip_prefix("text:") {
        Ok(text.as_bytes().to_vec())
    } else if let Some(hex) = text.strip_prefix("hex:") {
        unhex(hex).ok_or("after hex: an even number of hex digits is expected")
    } else if let Some(encoded) = text.strip_prefix("base64:") {
        let encoded = encoded.trim_end_matches('=');
        STANDARD_NO_PAD
            .decode(encoded)
            .map_err(|_| "after base64: the standard alphabet is expected, A-Z a-z 0-9 + /")
    } else {
        Err("say how the bytes are written: text:…, hex:… or base64:…")
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

/// JSON as a whole, or the name of a constructor without required fields. JSON that does
/// not fit is found by `from_json`, which knows the path inside it.
fn composite(text: &str, ty: Type, path: &str) -> Option<Result<Json, FieldError>> {
    if text.starts_with(['{', '[']) {
        let json = serde_json::from_str(text);
        return Some(json.map_err(|error| FieldError::new(path, format!("not JSON: {error}"))));
    }
    if matches!(ty, Type::Vector(_) | Type::BareVector(_)) {
        return None;
    }
    let constructors = constructors(ty);
    Some(named(text, ty, &constructors, path).map(|found| {
        let mut map = Map::new();
        map.insert("_".to_owned(), found.name.into());
        Json::Object(map)
    }))
}
