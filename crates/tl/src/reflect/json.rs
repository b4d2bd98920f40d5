//! Objects as JSON: `{"_": "auth.sentCode", "phone_code_hash": "…", …}`.
//!
//! A `long` is a string of decimal digits, since JSON readers round large numbers; a number is
//! accepted too. `bytes` are base64, `int128` and `int256` hex. An absent optional is
//! left out; `null` is accepted for it. A `true` flag is `true` or left out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value as Json};

use super::tables::{Combinator, Field, Type, by_name, combinators, types};
use super::value::{Object, Value};

/// Why JSON is not an object of the schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct JsonError {
    /// `account.sendConfirmPhoneCode.settings.logout_tokens[0]`.
    pub path: String,
    /// What is wrong there, with the value.
    pub what: String,
}

/// The JSON of an object.
#[must_use]
pub fn to_json(object: &Object) -> Json {
    let mut map = Map::new();
    map.insert("_".to_owned(), object.combinator.name.into());
    for (field, value) in object.combinator.fields.iter().zip(&object.fields) {
        if let Some(value) = value {
            map.insert(field.name.to_owned(), value_to_json(value));
        }
    }
    Json::Object(map)
}

/// The value of a type that JSON describes; `root` is what paths in errors begin with.
///
/// # Errors
/// With the path of what is missing, unknown or of the wrong type.
pub fn value_from_json(ty: Type, json: &Json, root: &str) -> Result<Value, JsonError> {
    read_value(json, ty, &mut Path::new(root))
}

/// The JSON of a value of any type.
#[must_use]
pub fn value_to_json(value: &Value) -> Json {
    match value {
        Value::True => true.into(),
        Value::Int(value) => (*value).into(),
        Value::Long(value) => value.to_string().into(),
        Value::Double(value) => serde_json::Number::from_f64(*value)
            .map_or_else(|| Json::String(value.to_string()), Json::Number),
        Value::Int128(value) => hex(value).into(),
        Value::Int256(value) => hex(value).into(),
        Value::String(value) => value.as_str().into(),
        Value::Bytes(value) => STANDARD.encode(value).into(),
        Value::Bool(value) => (*value).into(),
        Value::Vector(elements) => elements.iter().map(value_to_json).collect(),
        Value::Object(object) => to_json(object),
    }
}

/// The object that JSON describes. The `_` names the constructor or method.
///
/// # Errors
/// With the path of what is missing, unknown or of the wrong type.
pub fn from_json(json: &Json) -> Result<Object, JsonError> {
    read_object(json, Type::Object, &|_| true, &mut Path::default())
}

/// Where in the JSON a walk is.
#[derive(Default)]
pub(super) struct Path(String);

impl Path {
    pub(super) fn new(root: &str) -> Self {
        Self(root.to_owned())
    }

    pub(super) fn error<T>(&self, what: impl Into<String>) -> Result<T, JsonError> {
        Err(JsonError {
            path: if self.0.is_empty() {
                "object".to_owned()
            } else {
                self.0.clone()
            },
            what: what.into(),
        })
    }

    pub(super) fn within<T>(
        &mut self,
        step: &str,
        read: impl FnOnce(&mut Self) -> Result<T, JsonError>,
    ) -> Result<T, JsonError> {
        let length = self.0.len();
        self.0.push_str(step);
        let value = read(self);
        self.0.truncate(length);
        value
    }
}

fn read_object(
    json: &Json,
    ty: Type,
    fits: &dyn Fn(&Combinator) -> bool,
    path: &mut Path,
) -> Result<Object, JsonError> {
    let Some(map) = json.as_object() else {
        return path.error(format!("an object with \"_\" was expected, not {json}"));
    };
    let Some(name) = map.get("_").and_then(Json::as_str) else {
        return path.error("\"_\" is missing: it names the constructor");
    };
    let Some(combinator) = by_name(name) else {
        return path.error(format!("`{name}` is not in the schema"));
    };
    if !fits(combinator) {
        return path.error(format!(
            "`{name}` cannot stand here; a value of type {} is wanted",
            ty.name()
        ));
    }
    if path.0.is_empty() {
        path.0.push_str(name);
    }
    if let Some(unknown) = map
        .keys()
        .find(|key| *key != "_" && !combinator.fields.iter().any(|field| is_named(field, key)))
    {
        let what = format!("`{name}` has no such field");
        return path.within(&format!(".{unknown}"), |path| path.error(what));
    }
    let mut fields = Vec::with_capacity(combinator.fields.len());
    for field in combinator.fields {
        fields.push(read_field(map, field, path)?);
    }
    let object = Object { combinator, fields };
    match lonely(&object) {
        Some((present, absent)) => path.error(format!(
            "`{absent}` is missing: it shares a bit with `{present}`; give both or none"
        )),
        None => Ok(object),
    }
}

/// Two optionals of one bit of which the first is present and the second is not. What is
/// only a bit is present with the others.
pub(super) fn lonely(object: &Object) -> Option<(&'static str, &'static str)> {
    let optionals = || {
        let fields = object.combinator.fields.iter().zip(&object.fields);
        fields.filter(|(field, _)| field.flag.is_some())
    };
    optionals()
        .filter(|(field, value)| value.is_none() && field.ty != Type::True)
        .find_map(|(absent, _)| {
            let mut others = optionals();
            others
                .find(|(field, value)| field.flag == absent.flag && value.is_some())
                .map(|(present, _)| (present.name, absent.name))
        })
}

pub(super) fn is_named(field: &Field, key: &str) -> bool {
    field.ty != Type::Flags && field.name == key
}

fn read_field(
    map: &Map<String, Json>,
    field: &'static Field,
    path: &mut Path,
) -> Result<Option<Value>, JsonError> {
    if field.ty == Type::Flags {
        return Ok(None);
    }
    path.within(&format!(".{}", field.name), |path| {
        match (map.get(field.name), field.flag) {
            (None | Some(Json::Null), Some(_)) => Ok(None),
            (None | Some(Json::Null), None) => path.error(format!(
                "missing; a value of type {} is required",
                field.ty.name()
            )),
            (Some(Json::Bool(set)), _) if field.ty == Type::True => Ok(set.then_some(Value::True)),
            (Some(json), _) => read_value(json, field.ty, path).map(Some),
        }
    })
}

pub(super) fn read_value(json: &Json, ty: Type, path: &mut Path) -> Result<Value, JsonError> {
    let value = match (ty, json) {
        (Type::Int, Json::Number(number)) => number
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .map(Value::Int),
        (Type::Long, Json::Number(number)) => number.as_i64().map(Value::Long),
        (Type::Long, Json::String(text)) => text.parse().ok().map(Value::Long),
        (Type::Double, Json::Number(number)) => number.as_f64().map(Value::Double),
        (Type::Double, Json::String(text)) => text.parse().ok().map(Value::Double),
        (Type::Int128, Json::String(text)) => unhex(text).map(Value::Int128),
        (Type::Int256, Json::String(text)) => unhex(text).map(Value::Int256),
        (Type::String, Json::String(text)) => Some(Value::String(text.clone())),
        (Type::Bytes, Json::String(text)) => STANDARD
            .decode(text)
            .ok()
            .map(|bytes| Value::Bytes(Bytes::from(bytes))),
        (Type::Bool, Json::Bool(value)) => Some(Value::Bool(*value)),
        (Type::Vector(element) | Type::BareVector(element), Json::Array(elements)) => {
            let mut values = Vec::with_capacity(elements.len());
            for (index, json) in elements.iter().enumerate() {
                values.push(path.within(&format!("[{index}]"), |path| {
                    read_value(json, *element, path)
                })?);
            }
            Some(Value::Vector(values))
        }
        (Type::Bare(index), _) => {
            let bare = &combinators()[usize::from(index)];
            Some(Value::Object(read_object(
                json,
                ty,
                &|found| found.id == bare.id,
                path,
            )?))
        }
        (Type::Boxed(index), Json::Object(_)) => {
            let info = &types()[usize::from(index)];
            let fits = |found: &Combinator| info.constructors().any(|one| one.id == found.id);
            Some(Value::Object(read_object(json, ty, &fits, path)?))
        }
        (Type::Object, _) => Some(Value::Object(read_object(json, ty, &|_| true, path)?)),
        _ => None,
    };
    match value {
        Some(value) => Ok(value),
        None => path.error(format!("{json} is not a value of type {}", ty.name())),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}
