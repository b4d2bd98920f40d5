//! The OpenAPI document, made from the routes and the types they read and write.
//!
//! What is true of every room is said here once: which refusals there are, and what the rooms of a named
//! world have besides those of the main one.

use serde_json::Value as Json;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Info, License, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, Response, ResponseBuilder,
};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::health;
use super::in_world::WORLD;
use super::reply::ErrorBody;

/// A body that is one of several objects, for the document: [`input::Fields`](super::input::Fields) reads it.
macro_rules! one_of {
    ($(#[doc = $about:literal])+ $name:ident = $($one:ident)|+) => {
        $(#[doc = $about])+
        struct $name;

        impl utoipa::ToSchema for $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::OneOfBuilder::new()
                    .description(Some(concat!($($about),+).trim()))
                    $(.item(<$one as utoipa::PartialSchema>::schema()))+
                    .into()
            }
        }
    };
}
pub(super) use one_of;

const TOKEN: &str = "token";

/// The document before any route.
pub(super) fn cover() -> OpenApi {
    let mut info = Info::new("Heliogram control API", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "A Telegram server as an instrument. Paths under `/v1/` are about the main world, those under \
         `/v1/worlds/{world}/` about the named one. Bodies are JSON of at most 1 MiB unless said otherwise; a \
         method that a path does not have is answered with 405 and `Allow`."
            .to_owned(),
    );
    info.license = Some(License::new("MIT OR Apache-2.0"));
    let mut schemas = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut schemas);
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme(
            TOKEN,
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components.build()))
        .build()
}

/// Makes the operations of the main world those of a named one.
pub(super) fn name_the_world(api: &mut OpenApi) {
    for operation in operations(api) {
        operation
            .parameters
            .get_or_insert_default()
            .insert(0, world().into());
        if let Some(id) = &mut operation.operation_id {
            id.push_str("_in_world");
        }
        answer(operation, "404", "There is no such world");
    }
}

/// The document as it is served: with the range of every number that has none of its own.
pub(super) fn finish(api: &OpenApi) -> Json {
    let mut document = serde_json::to_value(api).expect("strings, numbers and lists make JSON");
    bound_integers(&mut document);
    document
}

/// Adds the refusals that any operation may answer with, and lets those that are declared have their body.
pub(super) fn add_common_answers(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        for operation in of(item) {
            let reads = operation.request_body.is_some();
            if reads
                || operation
                    .parameters
                    .as_ref()
                    .is_some_and(|some| !some.is_empty())
            {
                answer(
                    operation,
                    "400",
                    "Something that was sent cannot be accepted; `field` says what",
                );
            }
            if reads {
                answer(operation, "413", "The body is too long");
                answer(operation, "415", "The body is of another type");
            }
            if path != health::PATH {
                answer(operation, "401", "The server asks for its control token");
                // Either with the token or, where the server has none, without.
                operation.security = Some(vec![
                    SecurityRequirement::new::<_, [&str; 0], &str>(TOKEN, []),
                    SecurityRequirement::default(),
                ]);
            }
            answer(
                operation,
                "403",
                "Sent from a page of another origin, or to a name that is not this machine's",
            );
            answer(operation, "503", "The server is stopping");
            for (status, response) in &mut operation.responses.responses {
                let RefOr::T(response) = response else {
                    continue;
                };
                if response.description.is_empty() {
                    // Readers of OpenAPI 3.1 insist on one.
                    response.description = "Done".to_owned();
                }
                if status.as_str() >= "400" && response.content.is_empty() {
                    response
                        .content
                        .insert("application/json".to_owned(), error().into());
                }
            }
        }
    }
}

/// Says how large a number may be: as large as the type that it is read into, which `format` and `minimum` tell.
fn bound_integers(schema: &mut Json) {
    match schema {
        Json::Array(parts) => parts.iter_mut().for_each(bound_integers),
        Json::Object(map) => {
            map.values_mut().for_each(bound_integers);
            let is_integer = match &map.get("type") {
                Some(Json::String(name)) => name == "integer",
                Some(Json::Array(names)) => names.iter().any(|name| name == "integer"),
                _ => false,
            };
            if !is_integer {
                return;
            }
            let short = map.get("format").is_some_and(|format| format == "int32");
            let least = map.get("minimum").and_then(Json::as_i64);
            let unsigned = least.is_some_and(|least| least >= 0);
            let (least, most): (Json, Json) = match (short, unsigned) {
                (true, true) => (0.into(), u32::MAX.into()),
                (true, false) => (i32::MIN.into(), i32::MAX.into()),
                (false, true) => (0.into(), u64::MAX.into()),
                (false, false) => (i64::MIN.into(), i64::MAX.into()),
            };
            map.entry("minimum").or_insert(least);
            map.entry("maximum").or_insert(most);
        }
        _ => {}
    }
}

fn answer(operation: &mut Operation, status: &str, why: &str) {
    let declared = &mut operation.responses.responses;
    declared
        .entry(status.to_owned())
        .and_modify(|declared| {
            if let RefOr::T(Response { description, .. }) = declared
                && !description.contains(why)
            {
                *description = format!("{description}. {why}");
            }
        })
        .or_insert_with(|| ResponseBuilder::new().description(why).build().into());
}

fn error() -> utoipa::openapi::Content {
    let schema = Ref::from_schema_name(ErrorBody::name());
    ContentBuilder::new().schema(Some(schema)).build()
}

fn world() -> Parameter {
    let name = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[A-Za-z0-9_-]{1,64}$"));
    ParameterBuilder::new()
        .name(WORLD)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The world's name; `main` is always there"))
        .schema(Some(name))
        .build()
}

fn operations(api: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    api.paths.paths.values_mut().flat_map(of)
}

fn of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}
