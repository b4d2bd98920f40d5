//! Objects written on a command line: `settings.logout_tokens[0]=text:arbitrary data here`.
//!
//! An argument is a path, `=`, and a value. A path goes through fields by `.name` and through
//! vectors by `[index]`. How a value is read follows from the field's type in the schema:
//!
//! | type | value |
//! |---|---|
//! | `int`, `long`, `double` | a number |
//! | `string` | the rest of the argument as it is |
//! | `bytes` | `text:…`, `hex:…` or `base64:…` |
//! | `int128`, `int256` | hex digits |
//! | `true`, `Bool` | `true` or `false` |
//! | a constructor without required fields | its name: `peer=inputPeerSelf` |
//! | any other object or vector | fields by further paths, or JSON as a whole |
//!
//! The field `_` chooses among the constructors of a type; a type with one constructor
//! needs none.

mod path;
mod read;
mod write;

use std::collections::BTreeMap;

use heliogram_tl::reflect::{Combinator, JsonError, Object, from_json, spelling};

use crate::failure::Failure;

pub(crate) use write::arguments;

use path::{Step, steps};

/// Why arguments are not the fields of a method.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// `account.sendConfirmPhoneCode.settings.logout_tokens[0]`.
    path: String,
    what: String,
    hint: Option<String>,
}

/// The call that the arguments describe.
pub(crate) fn parse(
    combinator: &'static Combinator,
    arguments: &[String],
) -> Result<Object, FieldError> {
    let mut root = Node::default();
    for argument in arguments {
        place(&mut root, combinator.name, argument)?;
    }
    let json = read::object(&root, combinator, combinator.name)?;
    from_json(&json).map_err(|error| missing(combinator, error))
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        let failure = Self::usage(format!("{}: {}", error.path, error.what));
        match error.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl FieldError {
    fn new(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            what: what.into(),
            hint: None,
        }
    }

    fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

/// The arguments as a tree, before the schema gives them types.
#[derive(Default)]
struct Node {
    value: Option<String>,
    fields: BTreeMap<String, Node>,
    elements: BTreeMap<usize, Node>,
}

impl Node {
    /// `a=…` given together with `a.b=…` or `a[0]=…`, or fields with elements.
    fn is_mixed(&self) -> bool {
        let ways = [
            self.value.is_some(),
            !self.fields.is_empty(),
            !self.elements.is_empty(),
        ];
        ways.into_iter().filter(|way| *way).count() > 1
    }
}

fn place(root: &mut Node, name: &str, argument: &str) -> Result<(), FieldError> {
    let Some((path, value)) = argument.split_once('=') else {
        return Err(
            FieldError::new(name, format!("`{argument}` has no `=`")).hint(Some(
                "arguments are written field=value, for example hash=abc".to_owned(),
            )),
        );
    };
    let mut node = root;
    let steps = steps(path).map_err(|what| FieldError::new(format!("{name}.{path}"), what))?;
    for step in steps {
        node = match step {
            Step::Field(field) => node.fields.entry(field.to_owned()).or_default(),
            Step::Index(index) => node.elements.entry(index).or_default(),
        };
    }
    if node.value.replace(value.to_owned()).is_some() {
        return Err(FieldError::new(format!("{name}.{path}"), "given twice"));
    }
    Ok(())
}

/// What `from_json` found, which after [`read::object`] is a required field left out.
fn missing(combinator: &Combinator, error: JsonError) -> FieldError {
    let hint = format!("`heliogram describe {}` lists the fields", combinator.name);
    FieldError::new(error.path, error.what).hint(Some(hint))
}

fn unknown_field(combinator: &Combinator, field: &str, path: &str) -> FieldError {
    let names = || {
        let fields = combinator.fields.iter();
        fields
            .filter(|field| field.ty != heliogram_tl::reflect::Type::Flags)
            .map(|field| field.name)
    };
    let hint = spelling::question(&spelling::closest(field, names())).or_else(|| {
        let names: Vec<_> = names().collect();
        (!names.is_empty()).then(|| format!("its fields are {}", names.join(", ")))
    });
    FieldError::new(path, format!("`{}` has no such field", combinator.name)).hint(hint)
}
