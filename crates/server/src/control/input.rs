//! How bodies, paths and queries are read. What is wrong with them is said with the field's name.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};

use super::Control;
use super::reply::Refusal;

/// A body of JSON.
pub(super) struct JsonBody<T>(pub(super) T);

/// The fields of a body that can be one of several, before it is known which.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Fields(Map<String, Json>);

/// How long a request may wait: milliseconds, a minute at most, since proxies and clients give up soon after.
#[derive(Clone, Copy, Default)]
pub(super) struct Patience(Duration);

/// What a path says in its variable parts.
pub(super) struct InPath<T>(pub(super) T);

/// What comes after the `?`.
pub(super) struct InQuery<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Control> for JsonBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, control: &Control) -> Result<Self, Refusal> {
        expect_type(request.headers(), "application/json")?;
        let body = body(request, control).await?;
        if body.is_empty() {
            return Err(Refusal::bad("body", "is empty; send an object of JSON"));
        }
        read(&body).map(Self)
    }
}

impl Fields {
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Json::Bool(true))
    }

    /// Reads them as what they turned out to be.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, Refusal> {
        let mut fields = Json::Object(self.0);
        // Numbers of JSON know no difference between 5 and 5.0.
        let read = serde_path_to_error::deserialize(&fields);
        let read = match read {
            Err(_) if make_integral(&mut fields) => serde_path_to_error::deserialize(&fields),
            read => read,
        };
        read.map_err(complain)
    }
}

impl Patience {
    /// None when there is nothing to wait for.
    pub(super) fn duration(self) -> Option<Duration> {
        Some(self.0).filter(|wait| !wait.is_zero())
    }
}

impl<'de> Deserialize<'de> for Patience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wait = Duration::from_millis(u64::deserialize(deserializer)?);
        if wait > LONGEST_WAIT {
            let longest = LONGEST_WAIT.as_millis();
            return Err(D::Error::custom(format!("more than {longest} ms")));
        }
        Ok(Self(wait))
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Control> for InPath<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self, Refusal> {
        let read = Path::<T>::from_request_parts(parts, control).await;
        read.map(|Path(read)| Self(read)).map_err(|error| {
            let field = match &error {
                PathRejection::FailedToDeserializePathParams(failed) => match failed.kind() {
                    ErrorKind::ParseErrorAtKey { key, .. }
                    | ErrorKind::InvalidUtf8InPathParam { key } => key.clone(),
                    ErrorKind::DeserializeError { key, .. } => key.clone(),
                    _ => "path".to_owned(),
                },
                _ => "path".to_owned(),
            };
            Refusal::bad(field, error.body_text())
        })
    }
}

impl<T: DeserializeOwned> FromRequestParts<Control> for InQuery<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, control: &Control) -> Result<Self, Refusal> {
        let read = Query::<T>::from_request_parts(parts, control).await;
        read.map(|Query(read)| Self(read)).map_err(|error| {
            let said = error.body_text();
            let message = said
                .rsplit_once("query string: ")
                .map_or(&*said, |(_, why)| why);
            Refusal::bad(field_in(message).unwrap_or("query"), message)
        })
    }
}

/// The whole body, unless it is longer than a room takes.
pub(super) async fn body(request: Request, control: &Control) -> Result<Bytes, Refusal> {
    Bytes::from_request(request, control)
        .await
        .map_err(|error| Refusal::new(error.status(), "body", error.body_text()))
}

/// Refuses what says that it is something else. Nothing said is taken for what is expected.
pub(super) fn expect_type(headers: &HeaderMap, expected: &str) -> Result<(), Refusal> {
    let Some(said) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let said = String::from_utf8_lossy(said.as_bytes());
    let essence = said.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    let curl = match expected {
        "application/json" => "; with curl use --json, or -H 'Content-Type: application/json'",
        _ => "",
    };
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "Content-Type",
        format!("{essence:?} is not {expected}{curl}"),
    ))
}

/// Reads JSON.
fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => value,
        Err(error) => {
            let fields: Option<Fields> = serde_json::from_slice(text).ok();
            return fields.ok_or_else(|| complain(error))?.read();
        }
    };
    let rest = reader.end();
    rest.map_err(|error| Refusal::bad("body", error.to_string()))?;
    Ok(value)
}

/// Writes 5.0 as 5, wherever it stands; whether there was such a number.
fn make_integral(json: &mut Json) -> bool {
    match json {
        // Counted, so that none is passed over.
        Json::Array(elements) => {
            let found = elements.iter_mut().map(make_integral);
            found.filter(|found| *found).count() > 0
        }
        Json::Object(fields) => {
            let found = fields.values_mut().map(make_integral);
            found.filter(|found| *found).count() > 0
        }
        Json::Number(number) if number.is_f64() => {
            let exact = number
                .as_f64()
                .filter(|float| float.fract() == 0.0 && float.abs() <= MOST_EXACT);
            if let Some(float) = exact {
                *json = Json::from(float as i64);
            }
            exact.is_some()
        }
        _ => false,
    }
}

fn complain(error: serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let message = error.inner().to_string();
    let path = error.path().to_string();
    let path = Some(path).filter(|path| path != ".");
    // A field that is missing or unknown is none of the path, which ends at what should hold it.
    let field = match (path, field_in(&message)) {
        (Some(path), Some(field)) if !path.ends_with(field) => format!("{path}.{field}"),
        (Some(path), _) => path,
        (None, Some(field)) => field.to_owned(),
        (None, None) => "body".to_owned(),
    };
    Refusal::bad(field, message)
}

/// serde names the field in backticks: missing field `phone`, unknown field `fone`.
fn field_in(message: &str) -> Option<&str> {
    let named = message.contains("field `");
    message.split('`').nth(1).filter(|_| named)
}

const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Up to here every whole number is a number of its own as a float.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;
