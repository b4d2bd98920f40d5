//! Whether an answer is still the one that was recorded.

use std::fmt;

use heliogram_server::{hide, left_out, make_canonical};
use serde_json::Value as Json;

/// The first place where two answers differ.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    /// `result.type.length`
    pub(super) path: String,
    /// Null when it was not there.
    pub(super) recorded: Json,
    /// Null when it is not there.
    pub(super) now: Json,
}

/// Compares what was answered, in the canonical form. When secrets were left out of the recording they are left out
/// of both.
pub(super) fn difference(recorded: &Json, mut now: Json) -> Option<Difference> {
    if recorded.get("error").is_some() != now.get("error").is_some() {
        return Some(Difference {
            path: "answer".to_owned(),
            recorded: brief(recorded),
            now: brief(&now),
        });
    }
    let mut recorded = recorded.clone();
    if left_out(&recorded).is_some() {
        hide(&mut now);
        hide(&mut recorded);
    }
    make_canonical(&mut recorded);
    make_canonical(&mut now);
    first(&recorded, &now, "")
}

fn first(recorded: &Json, now: &Json, path: &str) -> Option<Difference> {
    match (recorded, now) {
        (Json::Object(before), Json::Object(after)) => {
            let step = |name: &str| match path {
                "" => name.to_owned(),
                path => format!("{path}.{name}"),
            };
            let names = before.keys().chain(after.keys());
            names.into_iter().find_map(|name| {
                let (before, after) = (before.get(name), after.get(name));
                first(or_null(before), or_null(after), &step(name))
            })
        }
        (Json::Array(before), Json::Array(after)) => {
            let longer = before.len().max(after.len());
            (0..longer).find_map(|index| {
                let (before, after) = (before.get(index), after.get(index));
                first(or_null(before), or_null(after), &format!("{path}[{index}]"))
            })
        }
        _ if recorded == now => None,
        _ => Some(Difference {
            path: path.to_owned(),
            recorded: recorded.clone(),
            now: now.clone(),
        }),
    }
}

/// An error, or that there is a result.
fn brief(answer: &Json) -> Json {
    let error = answer.get("error");
    error.cloned().unwrap_or_else(|| "a result".into())
}

fn or_null(value: Option<&Json>) -> &Json {
    value.unwrap_or(&Json::Null)
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, recorded, now) = (&self.path, &self.recorded, &self.now);
        match (recorded, now) {
            (Json::Null, now) => write!(f, "{path} was not there, and is {now}"),
            (recorded, Json::Null) => write!(f, "{path} was {recorded}, and is not there"),
            _ => write!(f, "{path} was {recorded}, and is {now}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(recorded: Json, now: Json) -> String {
        difference(&recorded, now).map_or_else(String::new, |found| found.to_string())
    }

    #[test]
    fn the_first_difference_is_told() {
        let config =
            |date: i32, dc: i32| json!({"result": {"_": "config", "date": date, "this_dc": dc}});
        assert_eq!(told(config(1, 2), config(9, 2)), "");
        assert_eq!(
            told(config(1, 2), config(9, 3)),
            "result.this_dc was 2, and is 3"
        );
        let error = json!({"error": {"code": 400, "message": "HASH_INVALID"}});
        assert_eq!(told(error.clone(), error.clone()), "");
        assert_eq!(
            told(json!({"result": [1, 2]}), json!({"result": [1]})),
            "result[1] was 2, and is not there"
        );
        assert_eq!(
            told(json!({"result": true}), error),
            r#"answer was "a result", and is {"code":400,"message":"HASH_INVALID"}"#
        );
    }

    #[test]
    fn what_an_export_left_out_is_not_compared() {
        let code = |hash: &str| json!({"result": {"_": "user", "id": "5", "access_hash": hash}});
        assert_eq!(told(code("<hidden>"), code("7")), "");
        assert_ne!(told(code("6"), code("7")), "");
    }
}
