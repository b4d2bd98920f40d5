//! The page that says why something did not happen.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::frame;
use crate::operations::OperationError;

/// A request that came to nothing.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    message: String,
}

impl Refused {
    pub(super) fn not_found(message: String) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            message,
        }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
        }
    }
}

impl From<OperationError> for Refused {
    fn from(error: OperationError) -> Self {
        let status = match error {
            OperationError::Invalid { .. }
            | OperationError::Malformed { .. }
            | OperationError::Refused { .. } => StatusCode::BAD_REQUEST,
            OperationError::NotFound { .. } => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self {
            status,
            message: error.to_string(),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let heading = match self.status {
            StatusCode::NOT_FOUND => "Not here",
            StatusCode::BAD_REQUEST => "That does not work",
            _ => "The server failed",
        };
        let body = html! {
            h1 { (heading) }
            p.notice.bad role="alert" { (self.message) }
            p { a href="/" { "To the accounts" } }
        };
        (self.status, frame::bare(heading, &body)).into_response()
    }
}
