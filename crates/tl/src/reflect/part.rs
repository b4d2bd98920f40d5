//! Parts of objects in their JSON form: fields to look for, and fields to put in.
//!
//! `{"settings": {"allow_flashcall": true}}` says something of two fields and leaves all others open. An
//! object without a `_` stands for any constructor of its type that has the fields; `null` stands for an
//! optional that is absent. Both are read once, against the schema, into what a value is then held against.

use serde_json::{Map, Value as Json};

use super::json::{JsonError, Path, is_named, lonely, read_value};
use super::tables::{Combinator, Type, combinators, types};
use super::value::{Object, Value};

/// Fields that an object must have, with their values. Vectors have to be of the same length, each element
/// holding its part.
#[derive(Clone, Debug)]
pub struct Pattern(Form);

/// Fields to be set in a value. Vectors, and objects with a `_`, are replaced whole; other objects are merged
/// into what is there.
#[derive(Clone, Debug)]
pub struct Patch(Vec<Form>);

/// Why a patch cannot be put into a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct Unfit {
    /// The field.
    pub path: String,
    /// What is in the way.
    pub what: String,
}

impl Pattern {
    /// A pattern for objects of this constructor or method; `root` is what paths in errors begin with.
    ///
    /// # Errors
    /// With the path of a field that is unknown or has a value of the wrong type.
    pub fn new(
        combinator: &'static Combinator,
        fields: &Map<String, Json>,
        root: &str,
    ) -> Result<Self, JsonError> {
        form(combinator, fields, Purpose::Find, &mut Path::new(root)).map(Self)
    }

    /// Whether an object has these fields.
    #[must_use]
    pub fn matches(&self, object: &Object) -> bool {
        self.0.matches(object)
    }
}

impl Patch {
    /// Fields for values of this type; `root` is what paths in errors begin with.
    ///
    /// # Errors
    /// With the path of a field that no constructor of the type has, or none with such a value.
    pub fn new(ty: Type, fields: &Map<String, Json>, root: &str) -> Result<Self, JsonError> {
        forms(ty, fields, Purpose::Put, &mut Path::new(root)).map(Self)
    }

    /// Sets the fields.
    ///
    /// # Errors
    /// When the value is of a constructor that does not have them.
    pub fn apply(&self, value: Value) -> Result<Value, Unfit> {
        let mut value = value;
        merge(&self.0, Some(&mut value), "result")?;
        Ok(value)
    }
}

/// What is said of one field.
#[derive(Clone)]
enum Piece {
    Absent,
    Value(Value),
    /// One for each constructor that can hold the fields.
    Object(Vec<Form>),
    Vector(Vec<Piece>),
}

/// What is said of the fields of one constructor, by their index.
#[derive(Clone, Debug)]
struct Form {
    combinator: &'static Combinator,
    fields: Vec<(usize, Piece)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Find,
    Put,
}

/// The forms that the constructors of a type give to some fields.
fn forms(
    ty: Type,
    fields: &Map<String, Json>,
    purpose: Purpose,
    path: &mut Path,
) -> Result<Vec<Form>, JsonError> {
    let constructors: Vec<&'static Combinator> = match ty {
        Type::Boxed(index) => types()[usize::from(index)].constructors().collect(),
        Type::Bare(index) => vec![&combinators()[usize::from(index)]],
        _ => {
            let name = ty.name();
            return path.error(format!("a value of type {name} has no fields to name"));
        }
    };
    let has = |constructor: &Combinator, key: &str| {
        let mut named = constructor.fields.iter();
        named.any(|field| is_named(field, key))
    };
    for key in fields.keys() {
        if !constructors.iter().any(|one| has(one, key)) {
            let name = ty.name();
            return path.within(&format!(".{key}"), |path| {
                path.error(format!("no constructor of {name} has such a field"))
            });
        }
    }
    let mut found = Vec::new();
    let mut refused = None;
    for constructor in constructors {
        if !fields.keys().all(|key| has(constructor, key)) {
            continue;
        }
        match form(constructor, fields, purpose, path) {
            Ok(form) => found.push(form),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match (found.is_empty(), refused) {
        (false, _) => Ok(found),
        (true, Some(error)) => Err(error),
        (true, None) => {
            let name = ty.name();
            path.error(format!("no constructor of {name} has all of these fields"))
        }
    }
}

fn form(
    combinator: &'static Combinator,
    fields: &Map<String, Json>,
    purpose: Purpose,
    path: &mut Path,
) -> Result<Form, JsonError> {
    let mut read = Vec::with_capacity(fields.len());
    for (key, json) in fields.iter().filter(|(key, _)| *key != "_") {
        let found = combinator.fields.iter().position(|one| is_named(one, key));
        read.push(path.within(&format!(".{key}"), |path| {
            let Some(index) = found else {
                return path.error(format!("`{}` has no such field", combinator.name));
            };
            let field = &combinator.fields[index];
            let piece = match (json, field.flag) {
                (Json::Null, Some(_)) => Piece::Absent,
                (Json::Null, None) => return path.error("is required, so it cannot be null"),
                (Json::Bool(false), _) if field.ty == Type::True => Piece::Absent,
                (Json::Bool(true), _) if field.ty == Type::True => Piece::Value(Value::True),
                _ => piece(field.ty, json, purpose, path)?,
            };
            Ok((index, piece))
        })?);
    }
    Ok(Form {
        combinator,
        fields: read,
    })
}

fn piece(ty: Type, json: &Json, purpose: Purpose, path: &mut Path) -> Result<Piece, JsonError> {
    match (ty, json) {
        (Type::Boxed(_) | Type::Bare(_), Json::Object(fields)) if !fields.contains_key("_") => {
            forms(ty, fields, purpose, path).map(Piece::Object)
        }
        (Type::Boxed(index), Json::Object(fields)) if purpose == Purpose::Find => {
            let name = fields["_"].as_str().unwrap_or_default();
            let info = &types()[usize::from(index)];
            match info.constructors().find(|one| one.name == name) {
                Some(one) => Ok(Piece::Object(vec![form(one, fields, purpose, path)?])),
                None => path.error(format!(
                    "{} is not a constructor of {}",
                    fields["_"], info.name
                )),
            }
        }
        (Type::Vector(element) | Type::BareVector(element), Json::Array(elements))
            if purpose == Purpose::Find =>
        {
            let mut pieces = Vec::with_capacity(elements.len());
            for (index, json) in elements.iter().enumerate() {
                pieces.push(path.within(&format!("[{index}]"), |path| {
                    piece(*element, json, purpose, path)
                })?);
            }
            Ok(Piece::Vector(pieces))
        }
        _ => read_value(json, ty, path).map(Piece::Value),
    }
}

impl Form {
    fn matches(&self, object: &Object) -> bool {
        self.combinator.id == object.combinator.id
            && (self.fields.iter()).all(|(index, piece)| piece.matches(&object.fields[*index]))
    }
}

impl Piece {
    fn matches(&self, value: &Option<Value>) -> bool {
        match (self, value) {
            (Self::Absent, None) => true,
            (_, None) => false,
            (_, Some(value)) => self.is_in(value),
        }
    }

    fn is_in(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Value(wanted), value) => wanted == value,
            (Self::Object(forms), Value::Object(object)) => {
                forms.iter().any(|form| form.matches(object))
            }
            (Self::Vector(pieces), Value::Vector(elements)) => {
                pieces.len() == elements.len()
                    && (pieces.iter().zip(elements)).all(|(piece, value)| piece.is_in(value))
            }
            _ => false,
        }
    }
}

fn merge(forms: &[Form], value: Option<&mut Value>, path: &str) -> Result<(), Unfit> {
    let unfit = |what: String| Unfit {
        path: path.to_owned(),
        what,
    };
    let Some(Value::Object(object)) = value else {
        return Err(unfit("there is no object to put fields into".to_owned()));
    };
    let name = object.combinator.name;
    let form = forms
        .iter()
        .find(|form| form.combinator.id == object.combinator.id)
        .ok_or_else(|| {
            unfit(format!(
                "it is a `{name}`, which does not have these fields"
            ))
        })?;
    for (index, piece) in &form.fields {
        let target = &mut object.fields[*index];
        match piece {
            Piece::Absent => *target = None,
            Piece::Value(value) => *target = Some(value.clone()),
            Piece::Object(forms) => {
                let path = format!("{path}.{}", form.combinator.fields[*index].name);
                merge(forms, target.as_mut(), &path)?;
            }
            Piece::Vector(_) => unreachable!("vectors are put in whole"),
        }
    }
    match lonely(object) {
        Some((present, absent)) => Err(unfit(format!(
            "`{present}` shares a bit with `{absent}`; set both or none"
        ))),
        None => Ok(()),
    }
}

impl std::fmt::Debug for Piece {
    /// Without values: they may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Value(_) => "Value(..)",
            Self::Object(_) => "Object(..)",
            Self::Vector(_) => "Vector(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::reflect::{by_name, from_json, to_json};

    fn send_code() -> Object {
        from_json(&json!({
            "_": "auth.sendCode", "phone_number": "9996621234", "api_id": 7, "api_hash": "x",
            "settings": {"_": "codeSettings", "allow_flashcall": true, "logout_tokens": ["AQ=="]},
        }))
        .unwrap()
    }

    fn pattern(fields: Json) -> Result<Pattern, JsonError> {
        let fields = fields.as_object().unwrap().clone();
        Pattern::new(by_name("auth.sendCode").unwrap(), &fields, "fields")
    }

    #[test]
    fn a_part_is_found_in_an_object() {
        for (fields, expected) in [
            (json!({}), true),
            (json!({"api_id": 7}), true),
            (json!({"api_id": 8}), false),
            (json!({"settings": {"allow_flashcall": true}}), true),
            (json!({"settings": {"allow_flashcall": false}}), false),
            (json!({"settings": {"current_number": false}}), true),
            (json!({"settings": {"token": null}}), true),
            (json!({"settings": {"logout_tokens": null}}), false),
            (json!({"settings": {"logout_tokens": ["AQ=="]}}), true),
            (json!({"settings": {"logout_tokens": []}}), false),
            (json!({"settings": {"_": "codeSettings"}}), true),
        ] {
            let found = pattern(fields.clone()).unwrap().matches(&send_code());
            assert_eq!(found, expected, "{fields}");
        }
    }

    #[test]
    fn a_part_that_fits_no_object_is_refused_with_its_path() {
        for (fields, expected) in [
            (
                json!({"api_ib": 7}),
                "fields.api_ib: `auth.sendCode` has no such field",
            ),
            (
                json!({"api_id": "seven"}),
                "fields.api_id: \"seven\" is not a value of type int",
            ),
            (
                json!({"api_id": null}),
                "fields.api_id: is required, so it cannot be null",
            ),
            (
                json!({"settings": {"allow_flashcal": true}}),
                "fields.settings.allow_flashcal: no constructor of CodeSettings has such a field",
            ),
            (
                json!({"settings": {"_": "user"}}),
                "fields.settings: \"user\" is not a constructor of CodeSettings",
            ),
            (
                json!({"settings": {"logout_tokens": ["AQ==", 1]}}),
                "fields.settings.logout_tokens[1]: 1 is not a value of type bytes",
            ),
        ] {
            let error = pattern(fields).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn fields_are_put_into_what_is_there() {
        let ty = by_name("auth.sendCode").unwrap().result;
        let sent = json!({
            "_": "auth.sentCode", "phone_code_hash": "h", "timeout": 60,
            "type": {"_": "auth.sentCodeTypeApp", "length": 5},
        });
        let put = |fields: Json| {
            let patch = Patch::new(ty, fields.as_object().unwrap(), "alter").unwrap();
            let altered = patch.apply(Value::Object(from_json(&sent).unwrap()));
            altered.map(|value| match value {
                Value::Object(object) => to_json(&object),
                _ => unreachable!(),
            })
        };
        let altered = put(json!({"timeout": null, "type": {"length": 6}})).unwrap();
        assert_eq!(altered["type"]["length"], 6);
        assert_eq!(altered["phone_code_hash"], "h");
        assert!(altered.get("timeout").is_none());
        let replaced = put(json!({"type": {"_": "auth.sentCodeTypeSms", "length": 6}})).unwrap();
        assert_eq!(replaced["type"]["_"], "auth.sentCodeTypeSms");
        let unfit = put(json!({"type": {"pattern": "*"}})).unwrap_err();
        assert_eq!(unfit.path, "result.type");
    }
}
