//! When a rule or a fault acts: on which calls, and how often.
//!
//! A [`Trigger`] is what one writes; a [`Counter`] is one in force: checked against the schema, and with
//! the calls it has seen. A call that matches is counted as seen; then it is let pass while it is one of the
//! first `after`, or once the trigger has acted `times` times, or as the dice fall. The dice are a seed's, so
//! the same calls fall the same way again.

use heliogram_tl::reflect::{self, Pattern, Type, spelling};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::Asked;
use crate::operations::OperationError;

/// Which calls something acts on. The default is every call, always.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Trigger {
    /// The name of the method, `account.sendConfirmPhoneCode`; none for every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Fields that the call must have, with these values: a part of its JSON form in the newest layer. They
    /// need a method.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub fields: Map<String, Json>,
    /// The user who must be logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// So many matching calls are let pass first.
    #[serde(skip_serializing_if = "is_zero")]
    pub after: u64,
    /// It acts so often at most, from 1; none for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub times: Option<u64>,
    /// How likely it acts on a call that it could act on, from 0 to 1; none for always.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    pub probability: Option<f64>,
    /// What the dice of `probability` start from; none for the world's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

impl Trigger {
    /// Every call of a method.
    #[must_use]
    pub fn method(name: impl Into<String>) -> Self {
        Self {
            method: Some(name.into()),
            ..Self::default()
        }
    }

    /// Only so many times.
    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Only after so many matching calls.
    #[must_use]
    pub fn after(self, after: u64) -> Self {
        Self { after, ..self }
    }

    /// Only calls of this user.
    #[must_use]
    pub fn user(self, user_id: i64) -> Self {
        Self {
            user_id: Some(user_id),
            ..self
        }
    }

    /// Only calls with this value in this field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }
}

impl From<&str> for Trigger {
    fn from(method: &str) -> Self {
        Self::method(method)
    }
}

/// A trigger in force: what it looks for, and what it has seen.
pub(crate) struct Counter {
    method: Option<&'static reflect::Method>,
    pattern: Option<Pattern>,
    user_id: Option<i64>,
    after: u64,
    times: Option<u64>,
    dice: Option<Dice>,
    seen: u64,
    acted: u64,
}

impl Counter {
    /// Checks a trigger. `seed` is for the dice when the trigger names none.
    pub(crate) fn new(trigger: &Trigger, seed: u64) -> Result<Self, OperationError> {
        let method = trigger.method.as_deref().map(method).transpose()?;
        let pattern = pattern(method, &trigger.fields)?;
        if trigger.times == Some(0) {
            return Err(malformed("times", "is 0; leave it out for always"));
        }
        let dice = match trigger.probability {
            None => None,
            Some(probability) if (0.0..=1.0).contains(&probability) => Some(Dice {
                probability,
                state: trigger.seed.unwrap_or(seed),
            }),
            Some(other) => {
                let reason = format!("{other} is not between 0 and 1");
                return Err(malformed("probability", reason));
            }
        };
        Ok(Self {
            method,
            pattern,
            user_id: trigger.user_id,
            after: trigger.after,
            times: trigger.times,
            dice,
            seen: 0,
            acted: 0,
        })
    }

    /// Whether to act on this call, which is counted.
    pub(crate) fn acts(&mut self, asked: &Asked<'_>) -> bool {
        self.matches(asked) && self.is_due()
    }

    /// Whether to act on something that happens to a user and is no call; it is counted.
    pub(crate) fn acts_on_user(&mut self, user_id: i64) -> bool {
        self.user_id.is_none_or(|wanted| wanted == user_id) && self.is_due()
    }

    /// Counts a match.
    fn is_due(&mut self) -> bool {
        self.seen += 1;
        let due = self.seen > self.after && self.times.is_none_or(|times| self.acted < times);
        let acts = due && self.dice.as_mut().is_none_or(Dice::fall);
        self.acted += u64::from(acts);
        acts
    }

    /// The method it is for.
    pub(crate) fn method(&self) -> Option<&'static reflect::Method> {
        self.method
    }

    /// How many calls have matched.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// How many calls it acted on.
    pub(crate) fn acted(&self) -> u64 {
        self.acted
    }

    /// Whether it will never act again.
    pub(crate) fn is_spent(&self) -> bool {
        self.times.is_some_and(|times| self.acted >= times)
    }

    fn matches(&self, asked: &Asked<'_>) -> bool {
        let id = asked.method.combinator().id;
        self.method
            .is_none_or(|wanted| wanted.combinator().id == id)
            && (self.user_id.is_none() || self.user_id == asked.user_id)
            && (self.pattern.as_ref())
                .is_none_or(|pattern| asked.object().is_some_and(|query| pattern.matches(query)))
    }
}

/// What calls of a method must have; none when they may have anything.
pub(crate) fn pattern(
    method: Option<&'static reflect::Method>,
    fields: &Map<String, Json>,
) -> Result<Option<Pattern>, OperationError> {
    match method {
        _ if fields.is_empty() => Ok(None),
        Some(method) => Pattern::new(method.combinator(), fields, "fields")
            .map(Some)
            .map_err(|error| malformed(error.path, error.what)),
        None => Err(malformed("fields", "need a method to be fields of")),
    }
}

/// The method of this name, if it is one that reaches the server on its own.
pub(crate) fn method(name: &str) -> Result<&'static reflect::Method, OperationError> {
    let Some(method) = reflect::method(name) else {
        let names = reflect::methods()
            .iter()
            .map(|known| known.combinator().name);
        let hint = spelling::question(&spelling::closest(name, names))
            .map(|hint| format!("; {hint}"))
            .unwrap_or_default();
        let reason = format!("`{name}` is not a method of the schema{hint}");
        return Err(malformed("method", reason));
    };
    let mut fields = method.combinator().fields.iter();
    if fields.any(|field| field.ty == Type::Object) {
        let reason = format!("`{name}` wraps a call; name the method inside it");
        return Err(malformed("method", reason));
    }
    Ok(method)
}

pub(crate) fn malformed(path: impl Into<String>, reason: impl Into<String>) -> OperationError {
    OperationError::Malformed {
        path: path.into(),
        reason: reason.into(),
    }
}

/// SplitMix64: one step and a mix give a word.
struct Dice {
    probability: f64,
    state: u64,
}

impl Dice {
    fn fall(&mut self) -> bool {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        // The highest 53 bits make a number from 0 up to 1.
        let number = (mixed(self.state) >> 11) as f64 / (1u64 << 53) as f64;
        number < self.probability
    }
}

/// The mix of SplitMix64: every bit of the word depends on every other.
pub(crate) fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
