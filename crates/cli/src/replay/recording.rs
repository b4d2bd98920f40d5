//! The lines of an export.

use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use heliogram_server::left_out;
use heliogram_tl::Encode as _;
use heliogram_tl::reflect::{Combinator, from_json};
use serde_json::{Value as Json, json};

/// A call as it was recorded.
#[derive(Debug)]
pub(super) struct Recorded {
    /// Its line in the file, from 1.
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) request: Request,
    /// `{"result": …}` or `{"error": {"code", "message"}}`.
    pub(super) answer: Json,
    /// The auth key and session it came from, when the export says so.
    session: Option<(String, String)>,
}

/// What was asked.
#[derive(Debug)]
pub(super) enum Request {
    Call(Call),
    /// Why it cannot be sent again.
    Unsendable(String),
}

/// A call that can be sent.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) combinator: &'static Combinator,
    pub(super) bytes: Bytes,
}

/// A line that is no call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LineError {
    line: usize,
    what: String,
}

impl Recorded {
    /// Whether it cannot be sent since its export left something out.
    pub(super) fn lacks_secrets(&self) -> bool {
        matches!(&self.request, Request::Unsendable(why) if why.ends_with(LEFT_OUT))
    }
}

/// Reads all lines. Empty ones are passed over.
pub(super) fn read(text: &str) -> Result<Vec<Recorded>, LineError> {
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            let line_number = index + 1;
            recorded(line_number, line).map_err(|what| LineError {
                line: line_number,
                what,
            })
        })
        .collect()
}

/// From how many sessions the calls came.
pub(super) fn sessions(calls: &[Recorded]) -> usize {
    let sessions = calls.iter().filter_map(|call| call.session.as_ref());
    sessions.collect::<BTreeSet<_>>().len()
}

fn recorded(line: usize, text: &str) -> Result<Recorded, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| {
        format!("not JSON ({error}); each line has to be a call of GET /v1/calls.ndjson")
    })?;
    let answer = match (json.get("result"), json.get("error")) {
        (Some(result), None) => json!({"result": result}),
        (None, Some(error)) if error["code"].is_i64() && error["message"].is_string() => {
            json!({"error": {"code": error["code"], "message": error["message"]}})
        }
        (None, Some(error)) => return Err(format!("`error` has no code and message: {error}")),
        _ => return Err("not a call: it needs one of `result` and `error`".to_owned()),
    };
    let Some(request) = json.get("request") else {
        return Err("not a call: `request` is missing".to_owned());
    };
    let said = json["method"].as_str().or(request["_"].as_str());
    let part = |name: &str| json[name].as_str().map(str::to_owned);
    Ok(Recorded {
        line,
        name: said.unwrap_or("a call without a name").to_owned(),
        request: sendable(request)?,
        answer,
        session: part("key").zip(part("session")),
    })
}

fn sendable(request: &Json) -> Result<Request, String> {
    if request.is_null() {
        let why = "the server could not read it, and only its length was kept";
        return Ok(Request::Unsendable(why.to_owned()));
    }
    if let Some(path) = left_out(request) {
        return Ok(Request::Unsendable(format!("`{path}`{LEFT_OUT}")));
    }
    let object = from_json(request).map_err(|error| format!("`request`: {error}"))?;
    if !object.combinator().function {
        let name = object.combinator().name;
        return Err(format!("`request`: `{name}` is not a method"));
    }
    let bytes = object.to_bytes().map_err(|error| error.to_string())?;
    Ok(Request::Call(Call {
        combinator: object.combinator(),
        bytes: bytes.into(),
    }))
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.what)
    }
}

const LEFT_OUT: &str = " was left out of the export";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_and_those_that_cannot_be_sent_say_why() {
        let calls = read(
            r#"{"method":"help.getConfig","key":"1","session":"2","request":{"_":"help.getConfig"},"result":{"_":"x"}}

{"method":null,"key":"1","session":"3","request":null,"request_bytes":9,"error":{"code":400,"message":"INPUT_METHOD_INVALID"}}
{"method":"account.confirmPhone","request":{"_":"account.confirmPhone","phone_code_hash":"h","phone_code":"<hidden>"},"result":true}
"#,
        )
        .unwrap();
        assert!(matches!(&calls[0].request, Request::Call(call) if call.bytes.len() == 4));
        assert_eq!((calls[1].line, calls[2].line), (3, 4));
        assert!(!calls[1].lacks_secrets() && calls[2].lacks_secrets());
        let why = |call: &Recorded| match &call.request {
            Request::Unsendable(why) => why.clone(),
            Request::Call(_) => panic!("it can be sent"),
        };
        assert_eq!(why(&calls[2]), "`phone_code` was left out of the export");
        assert!(why(&calls[1]).contains("length"));
        assert_eq!(sessions(&calls), 2);
    }

    #[test]
    fn a_line_that_is_no_call_is_named() {
        for (text, expected) in [
            ("\n{", "2: not JSON"),
            ("{}", "1: not a call: it needs one of"),
            (r#"{"result":1}"#, "1: not a call: `request` is missing"),
            (
                r#"{"request":null,"error":{"code":1}}"#,
                "1: `error` has no",
            ),
            (
                r#"{"request":{"_":"help.getAppConfig"},"result":1}"#,
                "1: `request`: help.getAppConfig.hash: missing",
            ),
            (
                r#"{"request":{"_":"inputUserSelf"},"result":1}"#,
                "1: `request`: `inputUserSelf` is not a method",
            ),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
