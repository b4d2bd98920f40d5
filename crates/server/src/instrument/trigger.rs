//! When a rule or a fault acts: on which calls, and how often.

use serde_json::{Map, Value as Json};

use super::Asked;

/// Which calls something acts on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trigger {
    /// The name of the method, `account.sendConfirmPhoneCode`; none for every one.
    pub method: Option<String>,
    /// Fields that the call must have, with these values: a part of its JSON form.
    pub fields: Map<String, Json>,
    /// The user who must be logged in.
    pub user_id: Option<i64>,
    /// So many matching calls are let pass first.
    pub after: u64,
    /// It acts so often at most; none for ever.
    pub times: Option<u64>,
}

impl Trigger {
    /// Whether a call matches, its count left aside.
    pub(crate) fn matches(&self, asked: &Asked<'_>) -> bool {
        let method = asked.method.combinator().name;
        self.method.as_deref().is_none_or(|wanted| wanted == method)
            && (self.user_id.is_none() || self.user_id == asked.user_id)
            && self.fields.is_empty()
    }
}
