//! A rule as it is written: one flat object in JSON and in world files.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::{RuleAction, ScriptedError};
use crate::instrument::Trigger;
use crate::instrument::flat_schema::flat_schema;

/// A rule to be made. In JSON, the fields of its trigger and of its action in one object:
/// `{"method": "auth.sendCode", "times": 1, "error": {"code": 420, "name": "FLOOD_WAIT_3"}}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// When it acts.
    #[serde(flatten)]
    pub when: Trigger,
    /// What it does.
    #[serde(flatten)]
    pub action: RuleAction,
}

impl NewRule {
    /// Answers with this result, in its JSON form.
    #[must_use]
    pub fn reply(when: impl Into<Trigger>, result: impl Into<Json>) -> Self {
        let reply = Some(result.into());
        Self::new(
            when,
            RuleAction {
                reply,
                ..RuleAction::default()
            },
        )
    }

    /// Answers with this error: `NewRule::error("auth.sendCode", 420, "FLOOD_WAIT_3")`.
    #[must_use]
    pub fn error(when: impl Into<Trigger>, code: i32, name: impl Into<String>) -> Self {
        let name = name.into();
        let error = Some(ScriptedError { code, name });
        Self::new(
            when,
            RuleAction {
                error,
                ..RuleAction::default()
            },
        )
    }

    /// Lets calls wait, then go on.
    #[must_use]
    pub fn delay(when: impl Into<Trigger>, delay: Duration) -> Self {
        let delay_ms = Some(delay.as_millis().try_into().unwrap_or(u64::MAX));
        Self::new(
            when,
            RuleAction {
                delay_ms,
                ..RuleAction::default()
            },
        )
    }

    /// Lets the handler answer, then sets these fields of its result: a JSON object.
    #[must_use]
    pub fn alter(when: impl Into<Trigger>, fields: Json) -> Self {
        // What is no object names no field, and is refused for it.
        let fields = fields.as_object().cloned().unwrap_or_default();
        let alter = Some(fields);
        Self::new(
            when,
            RuleAction {
                alter,
                ..RuleAction::default()
            },
        )
    }

    fn new(when: impl Into<Trigger>, action: RuleAction) -> Self {
        Self {
            when: when.into(),
            action,
        }
    }
}

impl ToSchema for NewRule {}

impl PartialSchema for NewRule {
    fn schema() -> RefOr<Schema> {
        flat_schema(
            "When a rule acts, and what it does: `reply`, `error` or `alter`, and perhaps `delay_ms`.",
            [Trigger::schema(), RuleAction::schema()],
        )
        .into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_one_flat_object() {
        let json = json!({
            "method": "auth.sendCode", "fields": {"api_id": 7}, "times": 1,
            "error": {"code": 420, "name": "FLOOD_WAIT_3"}, "delay_ms": 20,
        });
        let rule: NewRule = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(rule.when.times, Some(1));
        assert_eq!(rule.action.delay_ms, Some(20));
        assert_eq!(serde_json::to_value(&rule).unwrap(), json);
    }

    #[test]
    fn its_schema_has_the_fields_that_its_json_has() {
        let schema = serde_json::to_value(NewRule::schema()).unwrap();
        assert_eq!(schema["additionalProperties"], false);
        let properties = schema["properties"].as_object().unwrap();
        let mut names: Vec<&str> = properties.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "after",
                "alter",
                "delay_ms",
                "error",
                "fields",
                "method",
                "probability",
                "reply",
                "seed",
                "times",
                "user_id"
            ]
        );
        assert!(!schema.to_string().contains("$ref"));
    }

    #[test]
    fn a_field_that_rules_do_not_have_is_refused() {
        let json = json!({"method": "help.getConfig", "repyl": true});
        let error = serde_json::from_value::<NewRule>(json).unwrap_err();
        assert_eq!(error.to_string(), "unknown field `repyl`");
    }
}
