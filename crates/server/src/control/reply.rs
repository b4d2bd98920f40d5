//! What goes back: JSON, and refusals that name the field.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::operations::OperationError;

/// A refused request.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    field: String,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, field: &str, message: String) -> Self {
        Self {
            status,
            field: field.to_owned(),
            message,
        }
    }

    pub(super) fn bad(field: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, field, message.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": {"field": self.field, "message": self.message}});
        (self.status, Json(body)).into_response()
    }
}

impl From<OperationError> for Refusal {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Invalid { field, reason } => {
                Self::new(StatusCode::BAD_REQUEST, field, reason)
            }
            OperationError::Malformed { path, reason } => {
                Self::new(StatusCode::BAD_REQUEST, &path, reason)
            }
            OperationError::NotFound { field, reason } => {
                Self::new(StatusCode::NOT_FOUND, field, reason)
            }
            other => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "", other.to_string()),
        }
    }
}

/// Reads a body; what is wrong with it is said with the field's name.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let text = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| {
        let message = error.to_string();
        // serde names the field in backticks: missing field `phone`, unknown field `fone`.
        let field = message.split('`').nth(1).unwrap_or("body").to_owned();
        Refusal::new(StatusCode::BAD_REQUEST, &field, message)
    })
}
