//! Which calls somebody wants to see.

use heliogram_tl::reflect::{Method, Pattern};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{By, Record};
use crate::instrument::trigger;
use crate::operations::OperationError;

/// Which calls to read. The default is all of them, oldest first.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// The name of the method, `account.sendConfirmPhoneCode`.
    pub method: Option<String>,
    /// Fields that the request must have, with these values: a part of its JSON form in the newest layer.
    /// They need a method.
    pub fields: Map<String, Json>,
    /// Who must have been logged in.
    pub user_id: Option<i64>,
    /// The error it must have been answered: `FLOOD_WAIT_30`, or `FLOOD_WAIT` for any number.
    pub error: Option<String>,
    /// Who must have answered.
    pub by: Option<By>,
    /// Only calls with a higher number; [`Journal::newest`](super::Journal::newest) for those from now on.
    pub since: u64,
    /// So many at most, counted from where reading begins.
    pub limit: Option<usize>,
    /// Whether reading begins with the newest.
    pub newest_first: bool,
}

impl Filter {
    /// All calls of a method.
    #[must_use]
    pub fn method(name: impl Into<String>) -> Self {
        Self {
            method: Some(name.into()),
            ..Self::default()
        }
    }
}

impl From<&str> for Filter {
    fn from(method: &str) -> Self {
        Self::method(method)
    }
}

/// A filter that was checked against the schema.
pub(super) struct Sieve<'a> {
    filter: &'a Filter,
    method: Option<&'static Method>,
    pattern: Option<Pattern>,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(filter: &'a Filter) -> Result<Self, OperationError> {
        let method = filter.method.as_deref().map(trigger::method).transpose()?;
        Ok(Self {
            filter,
            method,
            pattern: trigger::pattern(method, &filter.fields)?,
        })
    }

    pub(super) fn passes(&self, record: &Record) -> bool {
        let filter = self.filter;
        let id = |method: &Method| method.combinator().id;
        (self.method).is_none_or(|wanted| record.method.map(id) == Some(id(wanted)))
            && (filter.user_id.is_none() || filter.user_id == record.user_id)
            && filter.by.is_none_or(|by| by.is(record.by))
            && filter.error.as_deref().is_none_or(|name| {
                let error = record.copied.result().err();
                error.is_some_and(|error| error.name == name || error.kind() == name)
            })
            // Last, since it decodes.
            && self.pattern.as_ref().is_none_or(|pattern| {
                record.object().is_some_and(|object| pattern.matches(&object))
            })
    }
}
