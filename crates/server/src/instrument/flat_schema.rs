//! The JSON schema of what is several structs in Rust and one flat object in JSON.
//!
//! Derived, it would be an `allOf` of its parts, which cannot say that there are no other fields.

use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, Schema};
use utoipa::openapi::{RefOr, Type};

/// One object with the properties of all parts, and no others.
pub(crate) fn flat_schema(
    description: &str,
    parts: impl IntoIterator<Item = RefOr<Schema>>,
) -> Object {
    let empty = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
        .build();
    parts.into_iter().fold(empty, |mut whole, part| {
        if let RefOr::T(Schema::Object(part)) = part {
            whole.properties.extend(part.properties);
            whole.required.extend(part.required);
        }
        whole
    })
}
