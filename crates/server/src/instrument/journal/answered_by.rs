//! Who answered a call.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Who answered a call. As text `handler`, `rule:3`, `fault:1`, `auto_reply` or `nobody`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnsweredBy {
    /// The method's handler.
    Handler,
    /// A rule, by its id.
    Rule(u64),
    /// A fault, by its id.
    Fault(u64),
    /// `--auto-reply`.
    AutoReply,
    /// Nobody: it was refused before any of them.
    Nobody,
}

/// Who is looked for: one of those of [`AnsweredBy`], or any `rule` or `fault`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    kind: &'static str,
    id: Option<u64>,
}

/// Nobody of this name answers calls.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` answers no calls; handler, rule, fault, auto_reply and nobody do, and rule:3 and fault:3 by their id"
)]
pub struct ByError(String);

impl AnsweredBy {
    fn kind(self) -> &'static str {
        match self {
            Self::Handler => HANDLER,
            Self::Rule(_) => RULE,
            Self::Fault(_) => FAULT,
            Self::AutoReply => AUTO_REPLY,
            Self::Nobody => NOBODY,
        }
    }

    fn id(self) -> Option<u64> {
        match self {
            Self::Rule(id) | Self::Fault(id) => Some(id),
            _ => None,
        }
    }
}

impl By {
    pub(super) fn is(self, by: AnsweredBy) -> bool {
        self.kind == by.kind() && (self.id.is_none() || self.id == by.id())
    }
}

impl From<AnsweredBy> for By {
    fn from(by: AnsweredBy) -> Self {
        Self {
            kind: by.kind(),
            id: by.id(),
        }
    }
}

impl FromStr for By {
    type Err = ByError;

    fn from_str(text: &str) -> Result<Self, ByError> {
        let unknown = || ByError(text.to_owned());
        let (kind, id) = match text.split_once(':') {
            Some((kind, id)) => (kind, Some(id.parse().map_err(|_| unknown())?)),
            None => (text, None),
        };
        let kinds: &[&'static str] = match id {
            Some(_) => &[RULE, FAULT],
            None => &[HANDLER, RULE, FAULT, AUTO_REPLY, NOBODY],
        };
        let kind = kinds.iter().find(|known| **known == kind);
        kind.map(|kind| Self { kind, id }).ok_or_else(unknown)
    }
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for AnsweredBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) => write!(f, "{}:{id}", self.kind()),
            None => f.write_str(self.kind()),
        }
    }
}

impl Serialize for AnsweredBy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

const HANDLER: &str = "handler";
const RULE: &str = "rule";
const FAULT: &str = "fault";
const AUTO_REPLY: &str = "auto_reply";
const NOBODY: &str = "nobody";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answers_is_found_by_name() {
        for by in [
            AnsweredBy::Handler,
            AnsweredBy::Rule(3),
            AnsweredBy::Fault(3),
            AnsweredBy::AutoReply,
            AnsweredBy::Nobody,
        ] {
            let named: By = by.to_string().parse().unwrap();
            assert_eq!(named, By::from(by));
            assert!(named.is(by));
        }
        let any: By = "rule".parse().unwrap();
        assert!(any.is(AnsweredBy::Rule(1)) && !any.is(AnsweredBy::Fault(1)));
        let one: By = "rule:1".parse().unwrap();
        assert!(one.is(AnsweredBy::Rule(1)) && !one.is(AnsweredBy::Rule(2)));
        for wrong in ["", "hander", "handler:1", "rule:", "rule:x"] {
            assert!(wrong.parse::<By>().is_err(), "{wrong}");
        }
    }
}
