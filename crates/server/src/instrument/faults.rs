//! Faults on purpose: what goes wrong between a client and the real servers, when a test wants it to.
//!
//! A [`NewFault`] is a [`FaultKind`] and a [`Trigger`]: what goes wrong, and on which calls. It strikes in one of
//! three places ([`FaultKind::strikes`]), which a client can tell apart by nothing but the effect:
//!
//! - *before* the call: it is not executed. A client that repeats it does it once.
//! - *after* the call: its effect is committed and only the answer suffers. A client that takes no answer for no
//!   effect, and calls again under a new number, does it twice.
//! - on *updates* on their way to a user's sessions.
//!
//! Several delays add up; of the other faults the first one made strikes a call. In JSON:
//!
//! ```json
//! {"kind": "flood_wait", "seconds": 30, "method": "auth.sendCode", "times": 1}
//! ```
//!
//! A fault of the connection or of the session comes out of the core as a [`WireFault`] of the answer, which
//! the gateway carries out; in process, without a gateway, whoever calls finds it there.

mod kind;
mod scenarios;
mod schema;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use heliogram_tl::{Encode, api};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use self::kind::{Effect, UpdateFault};
pub use self::kind::{FaultKind, Migration, Strikes};
use self::scenarios::SCENARIOS;
pub use self::scenarios::Scenario;
use super::trigger::{Counter, malformed, mixed};
use super::{AnsweredBy, Asked, Event, Events, Script, Trigger};
use crate::operations::OperationError;
use crate::push::{Push, PushKind};

/// How many faults may stand at once; each is looked at for every call.
const MAX_FAULTS: usize = 1000;
/// The fields of a [`Trigger`]; all others are the kind's.
const TRIGGER: [&str; 7] = [
    "method",
    "fields",
    "user_id",
    "after",
    "times",
    "probability",
    "seed",
];

/// A fault to be made: `{"kind": "drop_reply", "method": "auth.signIn"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Json")]
pub struct NewFault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// On which calls; every one when it is left out. A fault of updates takes `user_id`, `after`, `times`,
    /// `probability` and `seed`, and strikes updates.
    #[serde(flatten)]
    pub when: Trigger,
}

/// A fault in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    /// Names it.
    pub id: u64,
    /// As it was made.
    #[serde(flatten)]
    pub fault: NewFault,
    /// How many calls or updates it struck.
    pub struck: u64,
    /// The scenario it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<&'static str>,
}

/// What is done to a connection or session besides answering, or instead. The gateway does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireFault {
    /// The call never arrived: it was not executed, and nothing is answered.
    DropRequest,
    /// The answer gets lost on the way.
    DropReply,
    /// Half of the answer's packet is sent, and the connection closed.
    CloseMidFrame,
    /// So many bytes of the answer's packet are sent, and the connection closed.
    CutAfter(usize),
    /// The answer is sealed with a `msg_key` that does not fit it.
    WrongMsgKey,
    /// The call was not executed; this transport error is sent, and the connection closed.
    TransportError(i32),
    /// The call was not executed; `bad_server_salt` is answered.
    BadServerSalt,
    /// From now on other salts hold.
    SaltRotation,
    /// The session begins again with this call.
    NewSession,
    /// From now on the session acknowledges after this long, or never.
    AckDelay(Option<std::time::Duration>),
    /// From now on the session reports wrong sequence numbers.
    StrictSeqNo,
}

/// The faults of a world, in the order in which they were made.
pub struct Faults {
    /// How many stand; looked at without the lock for every call.
    count: AtomicUsize,
    standing: Mutex<Kept>,
    /// What dice start from whose trigger names no seed.
    seed: u64,
    events: Events,
}

#[derive(Default)]
struct Kept {
    last_id: u64,
    faults: Vec<Standing>,
}

struct Standing {
    fault: Fault,
    effect: Effect,
    counter: Counter,
}

impl Faults {
    pub(crate) fn new(seed: u64, events: Events) -> Self {
        Self {
            count: AtomicUsize::new(0),
            standing: Mutex::default(),
            seed,
            events,
        }
    }

    /// Makes a fault.
    ///
    /// # Errors
    /// When a field of the kind or of the trigger cannot be accepted; the error names it by its path.
    pub fn add(&self, new: NewFault) -> Result<Fault, OperationError> {
        let mut made = self.make(vec![new], None)?;
        Ok(made.remove(0))
    }

    /// All that stand, in the order in which they were made.
    #[must_use]
    pub fn list(&self) -> Vec<Fault> {
        let kept = self.lock();
        kept.faults.iter().map(Standing::shown).collect()
    }

    /// The one with this id.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Fault> {
        let kept = self.lock();
        let found = kept.faults.iter().find(|standing| standing.fault.id == id);
        found.map(Standing::shown)
    }

    /// Removes one; it is given back as it last was. What it has changed for a session stays changed.
    ///
    /// # Errors
    /// When no fault has the id.
    pub fn remove(&self, id: u64) -> Result<Fault, OperationError> {
        let mut kept = self.lock();
        let position = kept.faults.iter().position(|one| one.fault.id == id);
        let Some(position) = position else {
            return Err(OperationError::NotFound {
                field: "id",
                reason: format!("there is no fault {id}"),
            });
        };
        let removed = kept.faults.remove(position).shown();
        self.changed(kept);
        Ok(removed)
    }

    /// Removes all faults.
    pub fn clear(&self) {
        let mut kept = self.lock();
        if !kept.faults.is_empty() {
            kept.faults.clear();
            self.changed(kept);
        }
    }

    /// As at the start, so that the same faults fall the same way again.
    pub(crate) fn begin_anew(&self) {
        self.clear();
        self.lock().last_id = 0;
    }

    /// The scenarios that there are.
    #[must_use]
    pub fn scenarios(&self) -> &'static [Scenario] {
        SCENARIOS
    }

    /// Makes all faults of a scenario, for one user or for everyone. Its dice start from the world's seed.
    ///
    /// # Errors
    /// When there is no such scenario.
    pub fn start_scenario(
        &self,
        name: &str,
        user_id: Option<i64>,
    ) -> Result<Vec<Fault>, OperationError> {
        let Some(scenario) = SCENARIOS.iter().find(|scenario| scenario.name == name) else {
            let names: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
            return Err(OperationError::NotFound {
                field: "scenario",
                reason: format!("there is no {name:?}; there are {}", names.join(", ")),
            });
        };
        let faults = scenario.faults().into_iter().map(|mut fault| {
            fault.when.user_id = user_id;
            fault
        });
        self.make(faults.collect(), Some(scenario.name))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    /// Adds what faults want done with a call.
    pub(crate) fn apply(&self, asked: &Asked<'_>, script: &mut Script) {
        if self.is_empty() {
            return;
        }
        let mut kept = self.lock();
        let mut struck = false;
        for one in &mut kept.faults {
            let adds_up = matches!(one.effect, Effect::Delay(_));
            if matches!(one.effect, Effect::Update(_)) || (struck && !adds_up) {
                continue;
            }
            if !one.counter.acts(asked) {
                continue;
            }
            struck |= !adds_up;
            if struck || script.by.is_none() {
                script.by = Some(AnsweredBy::Fault(one.fault.id));
            }
            one.effect.put_into(script);
        }
    }

    /// Lets faults strike updates on their way out.
    pub(crate) fn bend(&self, pushes: Vec<Push>) -> Vec<Push> {
        if self.is_empty() {
            return pushes;
        }
        let mut kept = self.lock();
        let mut bent = Vec::with_capacity(pushes.len());
        for push in pushes {
            match (&push.kind, push.user_id) {
                (PushKind::Updates(_), Some(user_id)) => {
                    bent.extend(kept.bend(user_id, push));
                }
                _ => bent.push(push),
            }
        }
        bent
    }

    fn make(
        &self,
        new: Vec<NewFault>,
        scenario: Option<&'static str>,
    ) -> Result<Vec<Fault>, OperationError> {
        let mut kept = self.lock();
        if kept.faults.len() + new.len() > MAX_FAULTS {
            return Err(OperationError::Refused {
                field: "kind",
                reason: format!("{MAX_FAULTS} faults stand already; remove some"),
            });
        }
        let mut standing = Vec::with_capacity(new.len());
        for (id, fault) in (kept.last_id + 1..).zip(new) {
            let (effect, counter) = fault.check(mixed(self.seed.wrapping_add(id)))?;
            let fault = Fault {
                id,
                fault,
                struck: 0,
                scenario,
            };
            standing.push(Standing {
                fault,
                effect,
                counter,
            });
        }
        let made = standing.iter().map(Standing::shown).collect();
        kept.last_id += standing.len() as u64;
        kept.faults.append(&mut standing);
        self.changed(kept);
        Ok(made)
    }

    fn changed(&self, kept: MutexGuard<'_, Kept>) {
        self.count.store(kept.faults.len(), Ordering::Release);
        drop(kept);
        self.events.publish(Event::Script);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn bend(&mut self, user_id: i64, push: Push) -> Vec<Push> {
        for one in &mut self.faults {
            if let Effect::Update(kind) = &one.effect
                && one.counter.acts_on_user(user_id)
            {
                return match kind {
                    UpdateFault::Duplicate => vec![push.clone(), push],
                    UpdateFault::Swallow => Vec::new(),
                    UpdateFault::TooLong => vec![too_long(push)],
                };
            }
        }
        vec![push]
    }
}

impl Standing {
    fn shown(&self) -> Fault {
        Fault {
            struck: self.counter.acted(),
            ..self.fault.clone()
        }
    }
}

impl NewFault {
    /// A fault that strikes every call, or every update.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            when: Trigger::default(),
        }
    }

    /// The same, on these calls only.
    #[must_use]
    pub fn when(self, when: Trigger) -> Self {
        Self { when, ..self }
    }

    fn check(&self, seed: u64) -> Result<(Effect, Counter), OperationError> {
        let effect = self.kind.effect()?;
        if matches!(effect, Effect::Update(_))
            && (self.when.method.is_some() || !self.when.fields.is_empty())
        {
            return Err(malformed(
                "method",
                format!(
                    "`{}` strikes updates, which no method makes; leave it out and give `user_id`",
                    self.kind.name()
                ),
            ));
        }
        let counter = Counter::new(&self.when, seed)?;
        Ok((effect, counter))
    }
}

impl TryFrom<Json> for NewFault {
    type Error = String;

    /// Reads the JSON form. A field that no such fault has is refused, and so is one that is missing.
    fn try_from(mut json: Json) -> Result<Self, String> {
        let fields = json
            .as_object_mut()
            .ok_or("a fault is an object with the field `kind`")?;
        let mut when = serde_json::Map::new();
        for name in TRIGGER {
            if let Some((name, value)) = fields.remove_entry(name) {
                when.insert(name, value);
            }
        }
        let kind = FaultKind::deserialize(&json).map_err(|error| {
            let field = json.as_object().and_then(bad_field);
            said_of(field, &error)
        })?;
        let when = serde_path_to_error::deserialize(Json::Object(when))
            .map_err(|error| said_of(Some(&error.path().to_string()), error.inner()))?;
        Ok(Self { kind, when })
    }
}

/// The field that spoils a kind. Reading one by its tag forgets where it was, so each field is tried in an example.
fn bad_field(fields: &serde_json::Map<String, Json>) -> Option<&str> {
    let named = |kind: &FaultKind| fields.get("kind") == Some(&kind.name().into());
    let Some(example) = FaultKind::examples().into_iter().find(named) else {
        return Some("kind");
    };
    let example = serde_json::to_value(example).ok()?;
    let spoils = |(name, value): &(&String, &Json)| {
        let mut trial = example.clone();
        trial[name.as_str()] = (*value).clone();
        FaultKind::deserialize(&trial).is_err()
    };
    fields.iter().find(spoils).map(|(name, _)| name.as_str())
}

fn said_of(field: Option<&str>, error: &serde_json::Error) -> String {
    match field {
        Some(field) => format!("field `{field}`: {error}"),
        // One that is missing, which serde names itself.
        None => error.to_string(),
    }
}

/// The same news, if all that is said of them is that there are too many.
fn too_long(push: Push) -> Push {
    let kind = match api::TypeUpdates::UpdatesTooLong.to_bytes() {
        Ok(bytes) => PushKind::Updates(Bytes::from(bytes)),
        Err(_) => push.kind,
    };
    Push { kind, ..push }
}
