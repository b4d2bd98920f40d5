//! What one schema has otherwise than another: the shape in which older layers are kept.

use std::collections::HashMap;

use crate::{Combinator, Kind, Name, Schema};

/// How an older schema differs from a newer one.
#[derive(Debug, Default)]
pub struct Difference<'a> {
    /// Combinators of the older schema whose name is gone or whose id is another in the newer.
    pub otherwise: Vec<&'a Combinator>,
    /// Names of the newer schema that the older does not know, constructors and functions apart.
    pub unknown: Vec<(Kind, &'a Name)>,
}

/// Compares by kind and name; a combinator is the same when its id is.
#[must_use]
pub fn difference<'a>(older: &'a Schema, newer: &'a Schema) -> Difference<'a> {
    let ids = |schema: &'a Schema| -> HashMap<(Kind, &'a Name), u32> {
        schema
            .combinators
            .iter()
            .map(|combinator| ((combinator.kind, &combinator.name), combinator.id))
            .collect()
    };
    let (old_ids, new_ids) = (ids(older), ids(newer));
    Difference {
        otherwise: older
            .combinators
            .iter()
            .filter(|c| new_ids.get(&(c.kind, &c.name)) != Some(&c.id))
            .collect(),
        unknown: newer
            .combinators
            .iter()
            .map(|combinator| (combinator.kind, &combinator.name))
            .filter(|key| !old_ids.contains_key(key))
            .collect(),
    }
}
