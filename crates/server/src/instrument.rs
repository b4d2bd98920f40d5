//! What makes the server an instrument: it can be watched, scripted and broken on purpose.
//!
//! All of it hangs on one place, [`Core::call`](crate::core::Core::call). Before a call reaches its handler the
//! rules and faults are asked ([`Instrument::script`]); when it has its answer it goes into the journal
//! ([`Journal::record`]). What is scripted and what is kept is in the newest layer; older ones exist only at
//! the edge.

mod auto_reply;
mod events;
mod faults;
mod flat_schema;
mod journal;
mod rules;
mod trigger;

use std::cell::OnceCell;
use std::time::Duration;

use bytes::Bytes;
use heliogram_tl::RpcError;
use heliogram_tl::reflect::{Method, Object};

pub(crate) use self::auto_reply::AutoReply;
pub use self::events::{Event, Events};
pub use self::faults::{
    Fault, FaultKind, Faults, Migration, NewFault, Scenario, Strikes, WireFault,
};
pub(crate) use self::journal::OF_THIS_RUN;
pub use self::journal::{
    AnsweredBy, By, ByError, CallAnswer, CallError, Entry, Filter, HIDDEN, Journal, Secrets, hide,
    left_out, make_canonical, to_ndjson,
};
pub(crate) use self::journal::{Copied, Record};
pub(crate) use self::rules::Alteration;
pub use self::rules::{NewRule, Rule, RuleAction, Rules, ScriptedError};
pub use self::trigger::Trigger;

/// The journal, the rules and the faults of one world.
pub(crate) struct Instrument {
    pub(crate) journal: Journal,
    pub(crate) rules: Rules,
    pub(crate) faults: Faults,
    pub(crate) auto_reply: Option<AutoReply>,
    pub(crate) events: Events,
}

/// A call before it is answered.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'static Method,
    /// Who is logged in.
    pub(crate) user_id: Option<i64>,
    query: &'a Bytes,
    decoded: OnceCell<Option<Object>>,
}

impl<'a> Asked<'a> {
    /// A query in the newest layer, without wrappers.
    pub(crate) fn new(method: &'static Method, query: &'a Bytes, user_id: Option<i64>) -> Self {
        Self {
            method,
            user_id,
            query,
            decoded: OnceCell::new(),
        }
    }

    /// The query as a tree. It is read when the first trigger looks into it, and once for all of them.
    pub(crate) fn object(&self) -> Option<&Object> {
        let read = || Object::from_bytes(self.query).ok();
        self.decoded.get_or_init(read).as_ref()
    }
}

/// What is to be done with a call.
#[derive(Default)]
pub(crate) struct Script {
    /// Wait first.
    pub(crate) delay: Duration,
    /// Answer this, and leave the handler alone.
    pub(crate) answer: Option<Result<Bytes, RpcError>>,
    /// Put these fields into the handler's result.
    pub(crate) alter: Vec<Alteration>,
    /// Revoke the login of the session first.
    pub(crate) revoke: bool,
    /// Do this to the connection.
    pub(crate) wire: Option<WireFault>,
    /// Who answers, for the journal.
    pub(crate) by: Option<AnsweredBy>,
}

impl Instrument {
    /// Whether anything may want to have a say in calls.
    pub(crate) fn is_scripting(&self) -> bool {
        !self.rules.is_empty() || !self.faults.is_empty()
    }

    /// What rules and faults want done with a call. A fault comes first: it is what happens on the way to
    /// the server.
    pub(crate) fn script(&self, asked: &Asked<'_>) -> Script {
        let mut script = Script::default();
        self.faults.apply(asked, &mut script);
        if script.answer.is_none() {
            self.rules.apply(asked, &mut script);
        }
        script
    }
}
