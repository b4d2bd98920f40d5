//! A call as it is read: decoded, in the newest layer.

use std::fmt;

use bytes::Bytes;
use heliogram_tl::RpcError;
use heliogram_tl::reflect::{Object, Value, to_json, value_to_json};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::canonical::make_canonical;
use super::redaction::{Secrets, hide};
use super::{AnsweredBy, Record};

/// A call and its answer, secrets included.
#[derive(Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Call)]
pub struct Entry {
    /// Its number in this journal, from 1.
    pub number: u64,
    /// Business time, unix seconds.
    pub date: i64,
    /// The connection it came by.
    pub connection: u64,
    /// The auth key of its envelope.
    #[serde(serialize_with = "decimal")]
    #[schema(value_type = String)]
    pub key: i64,
    /// Its session.
    #[serde(serialize_with = "decimal")]
    #[schema(value_type = String)]
    pub session: i64,
    /// Its message id.
    #[serde(serialize_with = "decimal")]
    #[schema(value_type = String)]
    pub msg_id: i64,
    /// Who was logged in; whoever has just logged in is meant already.
    pub user_id: Option<i64>,
    /// The caller's layer.
    pub layer: i32,
    /// The DC it was sent to.
    pub dc_id: i32,
    /// The method; none when the query names none.
    pub method: Option<&'static str>,
    /// The query without its wrappers; none when it cannot be read.
    pub request: Option<Json>,
    /// How long the query is, without its wrappers.
    pub request_bytes: usize,
    /// What was answered.
    #[serde(flatten)]
    pub answer: CallAnswer,
    /// Who answered: `handler`, `rule:3`, `fault:1`, `auto_reply` or `nobody`.
    #[schema(value_type = String)]
    pub by: AnsweredBy,
    /// From its arrival to its answer, in microseconds.
    pub took_us: u64,
}

/// What a call was answered.
#[derive(Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallAnswer {
    /// The result.
    Result(Json),
    /// The error.
    Error(CallError),
}

/// An error as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CallError {
    /// 400, 401, 420 ...
    pub code: i32,
    /// `PHONE_CODE_INVALID`, `FLOOD_WAIT_30` ...
    pub message: String,
}

impl Entry {
    /// The result, when there is one.
    #[must_use]
    pub fn result(&self) -> Option<&Json> {
        match &self.answer {
            CallAnswer::Result(result) => Some(result),
            CallAnswer::Error(_) => None,
        }
    }

    /// The error, when there is one.
    #[must_use]
    pub fn error(&self) -> Option<&CallError> {
        match &self.answer {
            CallAnswer::Result(_) => None,
            CallAnswer::Error(error) => Some(error),
        }
    }

    /// All of it as JSON.
    #[must_use]
    pub fn to_json(&self, secrets: Secrets) -> Json {
        let mut json = match serde_json::to_value(self) {
            Ok(json) => json,
            Err(error) => unreachable!("a call has string keys only: {error}"),
        };
        if secrets == Secrets::Hidden {
            hide(&mut json["request"]);
            if let Some(result) = json.get_mut("result") {
                hide(result);
            }
        }
        json
    }

    /// The same as JSON without what differs from one run to the next: its number, what the wire adds, how
    /// long it took; and [`make_canonical`].
    #[must_use]
    pub fn canonical(&self, secrets: Secrets) -> Json {
        let mut json = self.to_json(secrets);
        if let Some(map) = json.as_object_mut() {
            map.retain(|name, _| !OF_THIS_RUN.contains(&name.as_str()));
        }
        make_canonical(&mut json);
        json
    }
}

/// What is not in the canonical form.
pub(crate) const OF_THIS_RUN: [&str; 6] = [
    "number",
    "connection",
    "key",
    "session",
    "msg_id",
    "took_us",
];

impl Record {
    pub(super) fn object(&self) -> Option<Object> {
        // None: then its own length is all there is to say.
        self.method?;
        Object::from_bytes(&Bytes::copy_from_slice(self.copied.query())).ok()
    }

    pub(super) fn entry(&self) -> Entry {
        Entry {
            number: self.number,
            date: self.date,
            connection: self.connection,
            key: self.key,
            session: self.session_id,
            msg_id: self.msg_id,
            user_id: self.user_id,
            layer: self.layer,
            dc_id: self.dc_id,
            method: self.method.map(|method| method.combinator().name),
            request: self.object().as_ref().map(to_json),
            request_bytes: self.copied.query_length(),
            answer: self.answer(),
            by: self.by,
            took_us: u64::try_from(self.took.as_micros()).unwrap_or(u64::MAX),
        }
    }

    fn answer(&self) -> CallAnswer {
        let bytes = match self.copied.result() {
            Ok(bytes) => Bytes::copy_from_slice(bytes),
            Err(error) => return CallAnswer::Error(error.into()),
        };
        let ty = self.method.map(|method| method.combinator().result);
        let value = ty.and_then(|ty| Value::read(&bytes, ty).ok());
        CallAnswer::Result(value.as_ref().map_or(Json::Null, value_to_json))
    }
}

impl From<&RpcError> for CallError {
    fn from(error: &RpcError) -> Self {
        Self {
            code: error.code,
            message: error.name.clone(),
        }
    }
}

impl fmt::Debug for Entry {
    /// Without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_json(Secrets::Hidden))
    }
}

impl fmt::Debug for CallAnswer {
    /// Without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Result(result) => {
                let mut result = result.clone();
                hide(&mut result);
                write!(f, "{result}")
            }
        }
    }
}

fn decimal<S: Serializer>(number: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}
