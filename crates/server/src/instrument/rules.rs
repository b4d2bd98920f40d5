//! Answers scripted from outside.
//!
//! A rule says on which calls it acts and what it does: answer with an object or an error instead of the
//! handler, let the call wait, or let the handler answer and change fields of its result. Rules act in the
//! order in which they were made; the first answer ends the walk, while delays add up and alterations follow
//! one another. Everything is held against the schema when the rule is made, so a rule in force
//! cannot be misspelt.

mod action;
mod new_rule;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use heliogram_tl::RpcError;
use heliogram_tl::reflect::{Method, Patch, Value};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use self::action::{Action, Answer};
use super::flat_schema::flat_schema;
use super::trigger::{Counter, mixed};
use super::{AnsweredBy, Asked, Event, Events, Script};
use crate::operations::OperationError;

pub use self::action::{RuleAction, ScriptedError};
pub use self::new_rule::NewRule;

/// A rule in force. In JSON the fields of the rule beside `id`, `seen` and `acted`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// Names it; from 1, never given again.
    pub id: u64,
    /// As it was made.
    #[serde(flatten)]
    pub rule: NewRule,
    /// How many calls have matched.
    pub seen: u64,
    /// On how many of them it acted.
    pub acted: u64,
    /// Why the last result that it could not alter could not carry the alteration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfit: Option<String>,
}

/// The rules of a world, in the order in which they were made.
pub struct Rules {
    seed: u64,
    events: Events,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    standing: Vec<Standing>,
    made: u64,
}

struct Standing {
    id: u64,
    rule: NewRule,
    counter: Counter,
    action: Action,
    unfit: Option<String>,
}

/// Fields to be put into a result.
#[derive(Clone, Debug)]
pub(crate) struct Alteration {
    rule: u64,
    patch: Arc<Patch>,
}

impl Rules {
    /// No rules yet. `seed` is for the dice of those that name none.
    pub(crate) fn new(seed: u64, events: Events) -> Self {
        Self {
            seed,
            events,
            kept: Mutex::default(),
        }
    }

    /// Makes a rule, which acts after those that are there.
    ///
    /// # Errors
    /// With the path of what does not fit the schema, or the parts of the rule that do not go together.
    pub fn add(&self, rule: NewRule) -> Result<Rule, OperationError> {
        let mut kept = self.kept();
        let id = kept.made + 1;
        let counter = Counter::new(&rule.when, mixed(self.seed.wrapping_add(id)))?;
        let action = Action::new(&rule.action, counter.method())?;
        let standing = Standing {
            id,
            rule,
            counter,
            action,
            unfit: None,
        };
        let made = standing.shown();
        kept.made = id;
        kept.standing.push(standing);
        drop(kept);
        self.events.publish(Event::Script);
        Ok(made)
    }

    /// The rules in force, in the order in which they act.
    #[must_use]
    pub fn list(&self) -> Vec<Rule> {
        self.kept().standing.iter().map(Standing::shown).collect()
    }

    /// A rule by its id.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Rule> {
        let kept = self.kept();
        let found = kept.standing.iter().find(|standing| standing.id == id);
        found.map(Standing::shown)
    }

    /// Removes a rule; it is given back as it last was.
    ///
    /// # Errors
    /// When no rule has the id.
    pub fn remove(&self, id: u64) -> Result<Rule, OperationError> {
        let mut kept = self.kept();
        let place = kept.standing.iter().position(|standing| standing.id == id);
        let Some(place) = place else {
            return Err(OperationError::NotFound {
                field: "id",
                reason: format!("there is no rule {id}"),
            });
        };
        let removed = kept.standing.remove(place).shown();
        drop(kept);
        self.events.publish(Event::Script);
        Ok(removed)
    }

    /// Removes all rules.
    pub fn clear(&self) {
        let removed = std::mem::take(&mut self.kept().standing);
        if !removed.is_empty() {
            self.events.publish(Event::Script);
        }
    }

    /// As at the start, so that the same rules fall the same way again.
    pub(crate) fn begin_anew(&self) {
        self.clear();
        self.kept().made = 0;
    }

    /// The methods that a rule of their own answers.
    pub(crate) fn answered(&self) -> BTreeSet<&'static str> {
        let kept = self.kept();
        let answering = kept
            .standing
            .iter()
            .filter(|standing| standing.action.answer.is_some() && !standing.counter.is_spent());
        answering
            .filter_map(|standing| standing.counter.method())
            .map(|method| method.combinator().name)
            .collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept().standing.is_empty()
    }

    /// What the rules want done with a call.
    pub(crate) fn apply(&self, asked: &Asked<'_>, script: &mut Script) {
        for standing in &mut self.kept().standing {
            if !standing.counter.acts(asked) {
                continue;
            }
            script.delay = script.delay.saturating_add(standing.action.delay);
            if let Some(patch) = &standing.action.alter {
                script.alter.push(Alteration {
                    rule: standing.id,
                    patch: Arc::clone(patch),
                });
            }
            if let Some(answer) = &standing.action.answer {
                script.answer = Some(match answer {
                    Answer::Reply(bytes) => Ok(bytes.clone()),
                    Answer::Error(error) => Err(error.clone()),
                });
                script.by = Some(AnsweredBy::Rule(standing.id));
                return;
            }
        }
    }

    /// A result with its alterations. One that cannot carry an alteration stays without it, which the log and
    /// the rule tell.
    pub(crate) fn alter(
        &self,
        alterations: &[Alteration],
        method: &'static Method,
        result: Result<Bytes, RpcError>,
    ) -> Result<Bytes, RpcError> {
        if alterations.is_empty() {
            return result;
        }
        let ty = method.combinator().result;
        let mut value = match &result {
            Ok(bytes) => Value::read(bytes, ty).map_err(|error| error.to_string()),
            Err(error) => Err(format!(
                "the answer was the error {} {}",
                error.code, error.name
            )),
        };
        for alteration in alterations {
            let altered = match &value {
                Ok(value) => alteration
                    .patch
                    .apply(value.clone())
                    .map_err(|unfit| unfit.to_string()),
                Err(reason) => Err(reason.clone()),
            };
            match altered {
                Ok(altered) => value = Ok(altered),
                Err(reason) => self.note_unfit(alteration.rule, method, reason),
            }
        }
        let written = value.ok().and_then(|value| value.to_bytes(ty).ok());
        written.map_or(result, |bytes| Ok(Bytes::from(bytes)))
    }

    fn note_unfit(&self, id: u64, method: &'static Method, reason: String) {
        let name = method.combinator().name;
        tracing::warn!(
            rule = id,
            name,
            reason,
            "a result cannot carry an alteration"
        );
        let mut kept = self.kept();
        if let Some(standing) = kept.standing.iter_mut().find(|standing| standing.id == id) {
            standing.unfit = Some(format!("{name}: {reason}"));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    fn shown(&self) -> Rule {
        Rule {
            id: self.id,
            rule: self.rule.clone(),
            seen: self.counter.seen(),
            acted: self.counter.acted(),
            unfit: self.unfit.clone(),
        }
    }
}

impl ToSchema for Rule {}

impl PartialSchema for Rule {
    fn schema() -> RefOr<Schema> {
        let number = || u64::schema();
        let own = ObjectBuilder::new()
            .property("id", number())
            .property("seen", number())
            .property("acted", number())
            .property("unfit", String::schema())
            .required("id")
            .required("seen")
            .required("acted");
        let own = RefOr::T(Schema::from(own));
        flat_schema(
            "A rule in force: how many calls have matched, on how many it acted, and why the last result that \
             it could not alter could not carry the alteration.",
            [own, NewRule::schema()],
        )
        .into()
    }
}
