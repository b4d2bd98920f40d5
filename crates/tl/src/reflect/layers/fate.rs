//! What becomes of each constructor in a layer, told from the tables alone.

use super::super::tables::{Combinator, Type, combinators};
use super::carry::has_zero;
use super::fallbacks::fallback;
use super::table::{Direction, Step, table};

/// What becomes of a constructor in an older layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It arrives whole: under the same id, or under another with every field. Where the layer requires a field that
    /// is optional now, a value without it may be refused all the same.
    Exact,
    /// It arrives under its name with the fields that the layer knows.
    Reduced,
    /// Something else stands for it, or it is left out of its vector.
    Fallback,
    /// A reply that needs it is an error.
    Refused,
}

/// The fate of every constructor in a layer, whatever is inside it left aside; empty for the newest.
#[must_use]
pub fn fates(layer: i32) -> Vec<(&'static Combinator, Fate)> {
    let Some(table) = table(layer) else {
        return Vec::new();
    };
    let fate = |newest: &'static Combinator| match table.step(Direction::Down, newest) {
        Step::Copy | Step::Enter => Fate::Exact,
        Step::Refit(refit) => {
            let missing = |at: usize| {
                let field = &refit.to.fields[at];
                let needed = field.flag.is_none() && field.ty != Type::Flags;
                needed && refit.from[at].is_none() && !has_zero(field.ty)
            };
            let carried = |at: usize| {
                let taken = |from: &Option<u8>| from.is_some_and(|from| usize::from(from) == at);
                newest.fields[at].ty == Type::Flags || refit.from.iter().any(taken)
            };
            if (0..refit.to.fields.len()).any(missing) {
                of_fallback(newest)
            } else if (0..newest.fields.len()).all(carried) {
                Fate::Exact
            } else {
                Fate::Reduced
            }
        }
        Step::Unknown => of_fallback(newest),
    };
    combinators()
        .iter()
        .filter(|combinator| !combinator.function)
        .map(|combinator| (combinator, fate(combinator)))
        .collect()
}

fn of_fallback(newest: &Combinator) -> Fate {
    match fallback(newest) {
        Some(_) => Fate::Fallback,
        None => Fate::Refused,
    }
}
