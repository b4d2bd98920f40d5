//! Which methods are answered, derived from the table of handlers and never written by hand.

use std::fmt;

use heliogram_tl::reflect;

use crate::core::Core;
use crate::methods;

/// How well a method is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// By a handler with state, and a client others wrote has been seen to use it in our interop runs.
    StatefulForeign,
    /// By a handler with state.
    Stateful,
    /// By a rule of this world that names the method, and by no handler.
    Rule,
    /// With 400 METHOD_NOT_IMPLEMENTED.
    None,
}

/// A method of the schema and how well it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodCoverage {
    /// Its name.
    pub name: &'static str,
    /// How well.
    pub coverage: Coverage,
}

/// Every method of the newest layer, in the order of the schema, as a world without rules answers it. `foreign`
/// says which ones the interop journal has seen a foreign client use.
#[must_use]
pub fn method_coverage(foreign: impl Fn(&str) -> bool) -> Vec<MethodCoverage> {
    cover(foreign, |_| false)
}

impl Core {
    /// Every method of the newest layer, in the order of the schema, as this world answers it.
    #[must_use]
    pub fn coverage(&self) -> Vec<MethodCoverage> {
        let scripted = self.rules().answered();
        cover(seen_foreign, |name| scripted.contains(name))
    }
}

fn cover(foreign: impl Fn(&str) -> bool, scripted: impl Fn(&str) -> bool) -> Vec<MethodCoverage> {
    let cover = |method: &'static reflect::Method| {
        let name = method.combinator().name;
        let handled = methods::TABLE.iter().any(|entry| entry.name == name);
        let coverage = match handled {
            true if foreign(name) => Coverage::StatefulForeign,
            true => Coverage::Stateful,
            false if scripted(name) => Coverage::Rule,
            false => Coverage::None,
        };
        MethodCoverage { name, coverage }
    };
    reflect::methods().iter().map(cover).collect()
}

/// Whether a foreign client was seen to get an answer to this method, by the interop journal.
#[must_use]
pub fn seen_foreign(method: &str) -> bool {
    FOREIGN_CALLS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .any(|line| line.split('\t').next() == Some(method))
}

/// Written by the interop run: method, and the clients that had it answered.
const FOREIGN_CALLS: &str = include_str!("../foreign_calls.tsv");

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StatefulForeign => "stateful+foreign",
            Self::Stateful => "stateful",
            Self::Rule => "rule",
            Self::None => "none",
        })
    }
}
