//! The schema for JavaScript: which classes there are, and what is in each.

use heliogram_tl::reflect::{self, Combinator, Type, combinators};
use napi_derive::napi;

use super::names;
use crate::failure;

/// A constructor or method.
#[napi(object)]
pub struct Description {
    /// Its id on the wire.
    pub id: u32,
    /// The name of what it makes or answers, as the schema writes it.
    pub result: String,
    /// Whether it is a method.
    pub function: bool,
    /// Its fields in wire order, flag words included.
    pub fields: Vec<FieldDescription>,
}

/// A field, or a flag word.
#[napi(object)]
pub struct FieldDescription {
    /// In GramJS's spelling: `phoneCodeHash`.
    pub name: String,
    /// As the schema writes it, `#` for a flag word.
    #[napi(js_name = "type")]
    pub ty: String,
    /// Whether it may be left out.
    pub optional: bool,
}

/// The names of all classes in GramJS's spelling, one a line: the line number is the index.
#[napi]
pub fn class_names() -> String {
    let mut names = String::with_capacity(combinators().len() * 28);
    for combinator in combinators() {
        names.push_str(&names::class_name(combinator.name));
        names.push('\n');
    }
    names.pop();
    names
}

/// What is at an index of [`class_names`].
#[napi]
pub fn describe_class(index: u32) -> napi::Result<Description> {
    let combinator = &combinators()[usize::from(place(index)?)];
    Ok(Description {
        id: combinator.id,
        result: combinator.result.name(),
        function: combinator.function,
        fields: fields(combinator),
    })
}

/// The index of the class with this id.
#[napi]
pub fn index_of_id(id: u32) -> Option<u32> {
    reflect::place_of(id).and_then(|place| u32::try_from(place).ok())
}

/// The layer of the schema.
#[napi]
pub fn layer() -> i32 {
    heliogram::LAYER
}

pub(super) fn place(index: u32) -> napi::Result<u16> {
    let known = u16::try_from(index)
        .ok()
        .filter(|index| usize::from(*index) < combinators().len());
    known.ok_or_else(|| failure::argument(&format!("there is no class number {index}")))
}

fn fields(combinator: &'static Combinator) -> Vec<FieldDescription> {
    let described = combinator.fields.iter().map(|field| FieldDescription {
        name: names::field_name(field.name),
        ty: field.ty.name(),
        optional: field.flag.is_some() || field.ty == Type::Flags,
    });
    described.collect()
}
