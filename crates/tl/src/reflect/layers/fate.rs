//! What becomes of each constructor in a layer, told from the tables alone.

use super::super::tables::{Combinator, Type, combinators};
use super::fallbacks::fallback;
use super::moves::BUTTONS;
use super::refit::Source;
use super::rewrite::has_zero;
use super::table::{Direction, Step, Table, table};

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
    let fate = |newest: &'static Combinator| match table.step(
        Direction::Down,
        newest,
        newest.result,
    ) {
        Step::Copy | Step::Enter => Fate::Exact,
        Step::Refit(refit) => {
            let missing = |at: usize| {
                let field = &refit.to.fields[at];
                let needed = field.flag.is_none() && field.ty != Type::Flags;
                needed && refit.from[at].is_none() && !has_zero(field.ty)
            };
            let carried = |at: usize| {
                let taken = |from: &Option<Source>| matches!(from, Some(Source::Field(from)) if usize::from(*from) == at);
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
        // Older buttons say less of how they look.
        Step::Split(split) => {
            let mut looks = newest.fields.iter().filter(|field| field.flag.is_some());
            let kept = looks.all(|own| {
                let mut shapes = split.by.iter().map(|(_, refit)| refit.to.fields);
                shapes.all(|fields| fields.iter().any(|field| field.name == own.name))
            });
            if kept { Fate::Exact } else { Fate::Reduced }
        }
        Step::Unknown if within_a_button(newest, table) => Fate::Exact,
        Step::Unknown => of_fallback(newest),
    };
    combinators()
        .iter()
        .filter(|combinator| !combinator.function)
        .map(|combinator| (combinator, fate(combinator)))
        .collect()
}

/// What an older layer has and the newest has no place for: names of constructors and methods (`messages.getAllChats`),
/// of their fields (`connectedBot.can_reply`), and of methods that answer with something else
/// (`messages.report = Bool`). Old clients get nothing for it, and what they send in it is not heard.
#[must_use]
pub fn losses(layer: i32) -> Vec<String> {
    let Some(table) = table(layer) else {
        return Vec::new();
    };
    let mut losses = Vec::new();
    for older in table.shapes() {
        let Step::Refit(refit) = table.step(Direction::Up, older, Type::Object) else {
            losses.push(older.name.to_owned());
            continue;
        };
        let taken = |at: usize| refit.from.iter().flatten().any(|from| from.takes(at));
        for (at, field) in older.fields.iter().enumerate() {
            if field.ty != Type::Flags && !taken(at) {
                losses.push(format!("{}.{}", older.name, field.name));
            }
        }
        if older.function
            && older.result != refit.to.result
            && table.older_answer(refit.to).is_none()
        {
            losses.push(format!("{} = {}", older.name, older.result.name()));
        }
    }
    losses
}

/// Whether it is what a button does, and the layer has such a button in one piece.
fn within_a_button(newest: &Combinator, table: &Table) -> bool {
    let button = BUTTONS.iter().find(|button| button.inner == newest.name);
    button.is_some_and(|button| table.constructor(button.older).is_some())
}

fn of_fallback(newest: &Combinator) -> Fate {
    match fallback(newest) {
        Some(_) => Fate::Fallback,
        None => Fate::Refused,
    }
}
