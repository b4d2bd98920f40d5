//! Answers scripted from outside.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use heliogram_tl::reflect::{self, Method, Value};
use heliogram_tl::{Encode, RpcError};

use super::trigger::Counter;
use super::{Alteration, AnsweredBy, Asked, Script, Trigger};

/// A rule to be made.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// When it acts.
    pub when: Trigger,
    /// What it does.
    pub action: RuleAction,
}

/// What a rule does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RuleAction {
    /// Answers with this object, in its JSON form.
    Reply(serde_json::Value),
    /// Answers with this error.
    Error(RpcError),
    /// Lets the call wait, then go on.
    Delay(Duration),
    /// Lets the handler answer, then sets these fields of its result.
    Alter(serde_json::Map<String, serde_json::Value>),
}

/// A rule in force.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Names it.
    pub id: u64,
    /// As it was made.
    pub rule: NewRule,
    /// How often it acted.
    pub acted: u64,
}

/// The rules of a world, in the order in which they were made.
#[derive(Default)]
pub struct Rules(Mutex<Vec<Standing>>);

struct Standing {
    rule: Rule,
    effect: Effect,
    counter: Counter,
}

enum Effect {
    Answer(Result<Bytes, RpcError>),
    Delay(Duration),
    Alter(Alteration),
}

impl Rules {
    pub(crate) fn is_empty(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
    }

    pub(crate) fn apply(&self, asked: &Asked<'_>, script: &mut Script) {
        let mut standing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in standing.iter_mut() {
            if !one.counter.acts(asked) {
                continue;
            }
            one.rule.acted += 1;
            match &one.effect {
                Effect::Answer(answer) => script.answer = Some(answer.clone()),
                Effect::Delay(delay) => script.delay += *delay,
                Effect::Alter(alteration) => script.alter.push(alteration.clone()),
            }
            script.by = Some(AnsweredBy::Rule(one.rule.id));
            if script.answer.is_some() {
                return;
            }
        }
    }
}

impl Alteration {
    /// Sets the fields in a result. A result that cannot carry them, an error for one, stays as it is.
    pub(crate) fn apply(
        &self,
        method: &'static Method,
        result: Result<Bytes, RpcError>,
    ) -> Result<Bytes, RpcError> {
        let bytes = result?;
        let altered = || {
            let object = match Value::read(&bytes, method.combinator().result).ok()? {
                Value::Object(object) => object,
                _ => return None,
            };
            let mut json = reflect::to_json(&object);
            let fields = json.as_object_mut()?;
            fields.extend(
                self.0
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
            let object = reflect::from_json(&json).ok()?;
            Some(Bytes::from(object.to_bytes().ok()?))
        };
        Ok(altered().unwrap_or(bytes))
    }
}
