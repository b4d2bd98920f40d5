//! A layer's table, indexed.

use std::collections::HashMap;
use std::sync::OnceLock;

use bytes::Bytes;

use super::super::tables::{Combinator, Type, by_id, by_name, combinators, place_of, types};
use super::super::value::Value;
use super::super::walk::Walk;
use super::LayerError;
use super::moves::{ANSWERS, Answer, BUTTON_TYPE, BUTTONS, ROW};
use super::refit::Refit;
use crate::DecodeError;
use crate::generated::LAYER;
use crate::generated::history::{LAYERS, SHAPES};

/// What an older layer has otherwise than the newest.
#[derive(Debug)]
pub struct Layer {
    /// Its number.
    pub number: i32,
    /// Indices in [`SHAPES`].
    pub(crate) otherwise: &'static [u16],
    /// Indices in [`combinators`].
    pub(crate) unknown: &'static [u16],
}

/// Which way objects are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the newest layer to an older one.
    Down,
    /// From an older layer to the newest.
    Up,
}

/// What becomes of an object.
pub(super) enum Step {
    /// It is the same, and so is everything that can be in it.
    Copy,
    /// It is the same, but what is in it may not be.
    Enter,
    /// It has this other shape.
    Refit(Box<Refit>),
    /// It has another shape for each constructor that may be in one of its fields.
    Split(Box<Split>),
    /// The other layer does not know it.
    Unknown,
}

/// An object of the newest layer that was several before.
pub(super) struct Split {
    /// The field that decides.
    pub(super) at: u8,
    /// By the id of what is in it.
    pub(super) by: Vec<(u32, Refit)>,
}

/// The table of a layer, made at its first use.
pub(super) struct Table {
    pub(super) number: i32,
    by_name: HashMap<&'static str, &'static Combinator>,
    by_id: HashMap<u32, &'static Combinator>,
    down: Vec<Step>,
    up: HashMap<u32, Step>,
    /// The row of any keyboard as one of an inline keyboard, which is decided by where it stands.
    inline_row: Option<(Type, Step)>,
}

/// The table of the layer that callers of this one are served in; none for the newest.
pub(super) fn table(number: i32) -> Option<&'static Table> {
    static TABLES: [OnceLock<Table>; LAYERS.len()] = [const { OnceLock::new() }; LAYERS.len()];
    let place = LAYERS.iter().position(|layer| layer.number >= number)?;
    Some(TABLES[place].get_or_init(|| Table::of(&LAYERS[place])))
}

impl Table {
    fn of(layer: &Layer) -> Self {
        let otherwise = || layer.otherwise.iter().map(|at| &SHAPES[usize::from(*at)]);
        // Constructors and methods share no name within a layer, or the newer kind would win.
        let own: HashMap<_, _> = otherwise().map(|shape| (shape.name, shape)).collect();
        let mut down: Vec<Step> = combinators()
            .iter()
            .map(|newest| match own.get(newest.name) {
                Some(older) if older.function == newest.function => {
                    Step::Refit(Box::new(Refit::new(newest, older)))
                }
                _ => Step::Copy,
            })
            .collect();
        for at in layer.unknown {
            let at = usize::from(*at);
            if !matches!(down[at], Step::Refit(_)) {
                down[at] = Step::Unknown;
            }
        }
        split_buttons(&mut down, &own);
        open_what_may_change(&mut down);
        let up = |older: &'static Combinator| match by_name_and_kind(older) {
            Some(newest) => Step::Refit(Box::new(Refit::new(older, newest))),
            None => Step::Unknown,
        };
        let mut up: HashMap<u32, Step> = otherwise().map(|older| (older.id, up(older))).collect();
        for button in BUTTONS {
            if let (Some(older), Some(outer)) = (own.get(button.older), by_name(button.outer))
                && let Some(refit) = Refit::button(button, older, outer)
            {
                up.insert(older.id, Step::Refit(Box::new(refit)));
            }
        }
        let rows = by_name(ROW.0).zip(by_name(ROW.1));
        Self {
            number: layer.number,
            by_id: otherwise().map(|shape| (shape.id, shape)).collect(),
            by_name: own,
            down,
            up,
            inline_row: rows.map(|(row, inline)| {
                (
                    inline.result,
                    Step::Refit(Box::new(Refit::new(row, inline))),
                )
            }),
        }
    }

    /// The combinator with this id, for objects that come from `direction`'s beginning.
    pub(super) fn source(&self, direction: Direction, id: u32) -> Option<&'static Combinator> {
        match direction {
            Direction::Down => by_id(id),
            Direction::Up => self.by_id.get(&id).copied().or_else(|| by_id(id)),
        }
    }

    /// What becomes of an object with this combinator, where the other layer has one of type `to`.
    pub(super) fn step(&self, direction: Direction, source: &Combinator, to: Type) -> &Step {
        if to != source.result
            && direction == Direction::Up
            && let Some((row, step)) = &self.inline_row
            && (*row, ROW.0) == (to, source.name)
        {
            return step;
        }
        match direction {
            Direction::Down => position(source).map_or(&Step::Unknown, |at| &self.down[at]),
            Direction::Up => self.up.get(&source.id).unwrap_or(&Step::Enter),
        }
    }

    /// What the layer has otherwise.
    pub(super) fn shapes(&self) -> impl Iterator<Item = &'static Combinator> {
        self.by_id.values().copied()
    }

    /// The older form of a combinator, when it has one that differs.
    pub(super) fn older(&self, newest: &Combinator) -> Option<&'static Combinator> {
        self.by_name
            .get(newest.name)
            .copied()
            .filter(|older| older.function == newest.function)
    }

    /// How the answer to a method became part of another one since this layer.
    pub(super) fn older_answer(&self, method: &Combinator) -> Option<&'static Answer> {
        ANSWERS
            .iter()
            .find(|answer| answer.methods.contains(&method.name))
    }

    /// A constructor by its name, as this layer has it.
    pub(super) fn constructor(&self, name: &str) -> Option<&'static Combinator> {
        match self.by_name.get(name) {
            Some(older) => Some(older),
            None => {
                let newest = by_name(name)?;
                let at = position(newest)?;
                (!matches!(self.down[at], Step::Unknown)).then_some(newest)
            }
        }
    }

    /// The number of the layer that objects are carried to.
    pub(super) fn target(&self, direction: Direction) -> i32 {
        match direction {
            Direction::Down => self.number,
            Direction::Up => LAYER,
        }
    }

    /// Reads a value by this layer's own schema.
    pub(super) fn read(&self, ty: Type, bytes: &Bytes) -> Result<Value, DecodeError> {
        let lookup = |id| {
            let found = self.by_id.get(&id).copied();
            found.or_else(|| by_id(id).filter(|newest| self.has(newest)))
        };
        let mut walk = Walk::of_layer(bytes, &lookup);
        walk.read(ty)
            .and_then(|value| {
                walk.end()?;
                Ok(value)
            })
            .map_err(|malformed| walk.error(&malformed))
    }

    /// The error for bytes that this layer cannot read.
    pub(super) fn malformed(&self, bytes: &Bytes) -> LayerError {
        match self.read(Type::Object, bytes) {
            Err(error) => error.into(),
            Ok(_) => LayerError::Unknown {
                layer: LAYER,
                name: "these bytes",
            },
        }
    }

    /// Whether the layer has a combinator of the newest unchanged.
    fn has(&self, newest: &'static Combinator) -> bool {
        position(newest).is_some_and(|at| matches!(self.down[at], Step::Copy | Step::Enter))
    }
}

/// What is one button with something in it now was one of many kinds of button before.
fn split_buttons(down: &mut [Step], older: &HashMap<&'static str, &'static Combinator>) {
    let mut split: HashMap<&str, Split> = HashMap::new();
    for button in BUTTONS {
        if let (Some(outer), Some(inner), Some(older)) = (
            by_name(button.outer),
            by_name(button.inner),
            older.get(button.older),
        ) && let Some(at) = outer
            .fields
            .iter()
            .position(|field| field.name == BUTTON_TYPE)
            && let Some(refit) = Refit::button(button, outer, older)
        {
            let at = u8::try_from(at).unwrap_or(u8::MAX);
            let by = Vec::new();
            let split = split.entry(button.outer).or_insert(Split { at, by });
            split.by.push((inner.id, refit));
        }
    }
    // A layer without these shapes has the newest ones.
    if split.is_empty() {
        return;
    }
    if let (Some(row), Some(inline)) = (by_name(ROW.0), by_name(ROW.1))
        && let Some(at) = position(inline)
    {
        down[at] = Step::Refit(Box::new(Refit::new(inline, row)));
    }
    for (outer, split) in split {
        if let Some(at) = by_name(outer).and_then(position) {
            down[at] = Step::Split(Box::new(split));
        }
    }
}

fn by_name_and_kind(older: &Combinator) -> Option<&'static Combinator> {
    by_name(older.name).filter(|newest| newest.function == older.function)
}

fn position(newest: &Combinator) -> Option<usize> {
    place_of(newest.id)
}

/// Turns `Copy` into `Enter` wherever something inside may be otherwise, until nothing changes any more.
fn open_what_may_change(down: &mut [Step]) {
    let closed = |down: &[Step], ty: Type| {
        let mut ty = ty;
        while let Type::Vector(element) | Type::BareVector(element) = ty {
            ty = *element;
        }
        match ty {
            Type::Object => false,
            Type::Bare(at) => matches!(down[usize::from(at)], Step::Copy),
            Type::Boxed(at) => types()[usize::from(at)]
                .constructors
                .iter()
                .all(|at| matches!(down[usize::from(*at)], Step::Copy)),
            _ => true,
        }
    };
    loop {
        let mut opened = false;
        for (at, combinator) in combinators().iter().enumerate() {
            if matches!(down[at], Step::Copy)
                && !combinator.fields.iter().all(|field| closed(down, field.ty))
            {
                down[at] = Step::Enter;
                opened = true;
            }
        }
        if !opened {
            return;
        }
    }
}
