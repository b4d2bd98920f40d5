//! Which methods are answered, and how well.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Control;
use super::in_world::InWorld;

pub(super) fn rooms() -> OpenApiRouter<Control> {
    OpenApiRouter::default().routes(routes!(coverage))
}

/// A method of the schema.
#[derive(Serialize, ToSchema)]
struct Method {
    /// Its name, `account.sendConfirmPhoneCode`.
    method: &'static str,
    /// One of four words.
    #[schema(pattern = r"^(stateful\+foreign|stateful|rule|none)$")]
    coverage: String,
    /// How often it had a result since the start.
    #[schema(minimum = 0)]
    answered: u64,
}

/// Every method of the newest layer.
#[derive(Serialize, ToSchema)]
#[schema(as = Coverage)]
struct Methods {
    /// In the order of the schema.
    methods: Vec<Method>,
}

/// How every method of the schema is answered, derived from handlers, rules and the interop record
#[utoipa::path(get, path = "/coverage", tag = "coverage", responses((status = 200, body = Methods)))]
async fn coverage(InWorld(core): InWorld) -> Json<Methods> {
    let answered = core.answered();
    let methods = core.coverage().into_iter().map(|method| Method {
        method: method.name,
        coverage: method.coverage.to_string(),
        answered: answered.get(method.name).copied().unwrap_or(0),
    });
    Json(Methods {
        methods: methods.collect(),
    })
}
