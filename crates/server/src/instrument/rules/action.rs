//! What a rule does, as it is written and as it is once it fits the schema.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use heliogram_tl::reflect::{Method, Patch, value_from_json};
use heliogram_tl::{ErrorName, RpcError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use crate::instrument::trigger::malformed;
use crate::operations::OperationError;

/// The longest delay: nobody waits longer for a test.
const MAX_DELAY: Duration = Duration::from_secs(86_400);

/// What a rule does: one of `reply`, `error` and `alter`, a delay, or a delay before one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RuleAction {
    /// Answers with this result of the method, in its JSON form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub reply: Option<Json>,
    /// Answers with this error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub error: Option<ScriptedError>,
    /// Lets the call wait so many milliseconds first; a day at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 86_400_000)]
    pub delay_ms: Option<u64>,
    /// Lets the handler answer, then sets these fields of its result: a part of its JSON form. Objects without
    /// a `_` are merged into what is there, `null` takes an optional away, all else is replaced whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub alter: Option<Map<String, Json>>,
}

/// An error as a rule gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptedError {
    /// 303, 400, 401, 403, 404, 406, 420, 500 or -503 on the real servers; anything but 0.
    pub code: i32,
    /// `FLOOD_WAIT_30`: a documented name, or any other in capitals.
    pub name: String,
}

/// What a rule does, held against the schema.
pub(super) struct Action {
    pub(super) answer: Option<Answer>,
    pub(super) delay: Duration,
    pub(super) alter: Option<Arc<Patch>>,
}

pub(super) enum Answer {
    /// A result of the method in the newest layer.
    Reply(Bytes),
    Error(RpcError),
}

impl Action {
    pub(super) fn new(
        action: &RuleAction,
        method: Option<&'static Method>,
    ) -> Result<Self, OperationError> {
        let RuleAction {
            reply,
            error,
            delay_ms,
            alter,
        } = action;
        match (reply, error, alter) {
            (None, None, None) if delay_ms.is_none() => {
                let reason = "is missing; a rule needs one of reply, error, alter and delay_ms";
                return Err(malformed("reply", reason));
            }
            (Some(_), Some(_), _) => {
                return Err(malformed("error", "does not go with reply; make two rules"));
            }
            (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
                let reason =
                    "changes what the handler answers, so it does not go with reply or error";
                return Err(malformed("alter", reason));
            }
            _ => {}
        }
        let delay = Duration::from_millis(delay_ms.unwrap_or_default());
        if delay > MAX_DELAY {
            let reason = format!("{} is more than a day", delay.as_millis());
            return Err(malformed("delay_ms", reason));
        }
        let answer = match (reply, error) {
            (Some(reply), _) => Some(Answer::Reply(result(of(method, "reply")?, reply)?)),
            (None, Some(error)) => Some(Answer::Error(error.check()?)),
            (None, None) => None,
        };
        let alter = match alter {
            None => None,
            Some(fields) if fields.is_empty() => {
                return Err(malformed("alter", "names no field to be set"));
            }
            Some(fields) => {
                let ty = of(method, "alter")?.combinator().result;
                let patch = Patch::new(ty, fields, "alter")
                    .map_err(|error| malformed(error.path, error.what))?;
                Some(Arc::new(patch))
            }
        };
        Ok(Self {
            answer,
            delay,
            alter,
        })
    }
}

impl ScriptedError {
    fn check(&self) -> Result<RpcError, OperationError> {
        if self.code == 0 {
            return Err(malformed(
                "error.code",
                "is 0; 400 says that the call is wrong",
            ));
        }
        let in_capitals =
            |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
        let documented = || {
            ErrorName::ALL
                .iter()
                .any(|known| known.matches(&self.name).is_some())
        };
        if self.name.is_empty() || (!self.name.chars().all(in_capitals) && !documented()) {
            let reason = format!(
                "{:?} is neither documented nor in capitals like FLOOD_WAIT_30",
                self.name
            );
            return Err(malformed("error.name", reason));
        }
        Ok(RpcError::new(self.code, self.name.clone()))
    }
}

fn of(method: Option<&'static Method>, path: &str) -> Result<&'static Method, OperationError> {
    method.ok_or_else(|| {
        malformed(
            "method",
            format!("is missing; {path} has to fit its result"),
        )
    })
}

fn result(method: &'static Method, json: &Json) -> Result<Bytes, OperationError> {
    let ty = method.combinator().result;
    let value =
        value_from_json(ty, json, "reply").map_err(|error| malformed(error.path, error.what))?;
    let bytes = value.to_bytes(ty);
    Ok(Bytes::from(
        bytes.map_err(|error| malformed("reply", error.to_string()))?,
    ))
}
