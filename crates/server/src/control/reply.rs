//! What goes back when something is refused: JSON that names the field.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::operations::OperationError;
use crate::server::WorldError;

/// A refused request.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: Complaint,
}

/// The body of every answer of 400 and above.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
pub(super) struct ErrorBody {
    error: Complaint,
}

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Complaint)]
struct Complaint {
    /// The field, header or part of the path; empty when it is none of them.
    field: String,
    /// What is wrong with it, and what would be right.
    message: String,
}

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let error = Complaint {
            field: field.into(),
            message: message.into(),
        };
        Self { status, error }
    }

    pub(super) fn bad(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, field, message)
    }

    pub(super) fn not_found(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, field, message)
    }

    pub(super) fn stopping() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "",
            "the server is stopping",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(ErrorBody { error: self.error })).into_response()
    }
}

impl From<OperationError> for Refusal {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Invalid { field, reason } => Self::bad(field, reason),
            OperationError::Malformed { path, reason } => Self::bad(path, reason),
            OperationError::NotFound { field, reason } => Self::not_found(field, reason),
            OperationError::Refused { field, reason } => {
                Self::new(StatusCode::CONFLICT, field, reason)
            }
            OperationError::Stopped => Self::stopping(),
            other => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "", other.to_string()),
        }
    }
}

impl From<WorldError> for Refusal {
    fn from(error: WorldError) -> Self {
        let (status, field) = match &error {
            WorldError::Name(_) => (StatusCode::BAD_REQUEST, "name"),
            WorldError::Taken(_) => (StatusCode::CONFLICT, "name"),
            WorldError::ApiId(_) => (StatusCode::CONFLICT, "api_ids"),
            WorldError::Unknown(_) => (StatusCode::NOT_FOUND, "world"),
            WorldError::Main => (StatusCode::CONFLICT, "world"),
            WorldError::Start(_) => (StatusCode::INTERNAL_SERVER_ERROR, ""),
        };
        Self::new(status, field, error.to_string())
    }
}
