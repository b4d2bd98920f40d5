//! Carries an object from one layer to another, on its bytes.
//!
//! A cursor walks over the bytes by the tables. As long as nothing changes, nothing is written: what is the
//! same is copied in one piece when something that is not comes along. When something cannot be said in the
//! other layer the walk goes back to the nearest place that can do without it.

use std::ops::Range;

use super::super::tables::{Combinator, Field, Type, combinators};
use super::LayerError;
use super::fallbacks::{Instead, fallback};
use super::refit::Refit;
use super::table::{Direction, Step, Table};
use crate::Reader;

pub(super) const VECTOR: u32 = 0x1cb5_c415;

/// Why carrying stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The bytes are not what they should be.
    Malformed,
    /// Something has no form in the other layer.
    Layer(LayerError),
}

/// One carrying.
pub(super) struct Carrier<'a> {
    pub(super) table: &'static Table,
    pub(super) direction: Direction,
    data: &'a [u8],
    pub(super) at: usize,
    /// What stands before this is in `out` already, in its new form.
    pub(super) written: usize,
    pub(super) out: Vec<u8>,
    depth: u32,
}

/// A place to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) at: usize,
    written: usize,
    out: usize,
    depth: u32,
}

impl<'a> Carrier<'a> {
    pub(super) fn new(table: &'static Table, direction: Direction, data: &'a [u8]) -> Self {
        Self {
            table,
            direction,
            data,
            at: 0,
            written: 0,
            out: Vec::new(),
            depth: 0,
        }
    }

    /// The value in the other layer; none when it is the same there.
    pub(super) fn carry(mut self, ty: Type) -> Result<Option<Vec<u8>>, Stop> {
        self.value(ty, ty)?;
        if self.at != self.data.len() {
            return Err(Stop::Malformed);
        }
        if self.written == 0 {
            return Ok(None);
        }
        self.flush(self.at);
        Ok(Some(self.out))
    }

    /// The type and place of a field of the object, if it has this constructor and the field is there.
    pub(super) fn part(
        &mut self,
        constructor: &str,
        field: &str,
    ) -> Result<Option<(Type, Range<usize>)>, Stop> {
        let source = self.constructor(Type::Object)?;
        let mut part = None;
        self.each_field(source, |carrier, own| {
            let start = carrier.at;
            carrier.skip(own.ty)?;
            if (source.name, own.name) == (constructor, field) {
                part = Some((own.ty, start..carrier.at));
            }
            Ok(())
        })?;
        Ok(part)
    }

    /// Carries a value of type `ty` to where the other layer has one of type `to`.
    pub(super) fn value(&mut self, ty: Type, to: Type) -> Result<(), Stop> {
        match ty {
            Type::Vector(element) => {
                let to = match to {
                    Type::Vector(to) => *to,
                    _ => *element,
                };
                self.vector(false, *element, to)
            }
            Type::BareVector(element) => self.vector(true, *element, *element),
            Type::Bare(at) => self.fields(&combinators()[usize::from(at)]),
            Type::Boxed(_) | Type::Object => self.object(ty, to),
            _ => self.skip(ty),
        }
    }

    fn object(&mut self, ty: Type, to: Type) -> Result<(), Stop> {
        let start = self.mark();
        self.descend()?;
        let source = self.constructor(ty)?;
        let carried = match self.table.step(self.direction, source, to) {
            Step::Copy => self.skip_fields(source),
            Step::Enter => self.entered(start, source),
            Step::Refit(refit) if to != Type::Object && refit.to.result != to => {
                Err(Stop::Layer(LayerError::Misplaced {
                    layer: self.table.target(self.direction),
                    name: source.name,
                }))
            }
            Step::Refit(refit) => self.refit(start, source, refit),
            Step::Split(split) => self.split(start, source, split),
            Step::Unknown => Err(Stop::Layer(LayerError::Unknown {
                layer: self.table.target(self.direction),
                name: source.name,
            })),
        };
        match carried {
            Err(Stop::Layer(error)) => self.stand_in(start, source, error)?,
            other => other?,
        }
        self.depth -= 1;
        Ok(())
    }

    /// The fields of an object that is the same; when one of them cannot be said it is done without.
    fn entered(&mut self, start: Mark, source: &'static Combinator) -> Result<(), Stop> {
        match self.fields(source) {
            Err(Stop::Layer(_)) if source.fields.iter().any(|field| field.flag.is_some()) => {
                self.back_to(start);
                self.depth += 1;
                self.constructor(Type::Object)?;
                self.refit(start, source, &Refit::new(source, source))
            }
            other => other,
        }
    }

    fn fields(&mut self, combinator: &'static Combinator) -> Result<(), Stop> {
        self.each_field(combinator, |carrier, field| {
            carrier.value(field.ty, field.ty)
        })
    }

    /// Puts what the list of fallbacks has in the place of an object that cannot be said.
    fn stand_in(
        &mut self,
        start: Mark,
        source: &'static Combinator,
        error: LayerError,
    ) -> Result<(), Stop> {
        let name = match fallback(source) {
            Some(fallback) if self.direction == Direction::Down => match fallback.instead {
                Instead::StandIn(name) => name,
                Instead::LeaveOut => return Err(Stop::Layer(error)),
            },
            _ => return Err(Stop::Layer(error)),
        };
        let Some(to) = self.table.constructor(name).filter(|to| to.id != source.id) else {
            return Err(Stop::Layer(error));
        };
        self.back_to(start);
        self.depth += 1;
        self.constructor(Type::Object)?;
        self.refit(start, source, &Refit::new(source, to))
    }

    fn vector(&mut self, bare: bool, element: Type, to: Type) -> Result<(), Stop> {
        let start = self.mark();
        self.descend()?;
        let count = self.count(bare, element)?;
        for _ in 0..count {
            match self.value(element, to) {
                Err(Stop::Layer(_)) => {
                    self.back_to(start);
                    self.depth += 1;
                    self.vector_with_gaps(bare, element, to)?;
                    break;
                }
                other => other?,
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// A vector without the elements that cannot be said and may be left out.
    fn vector_with_gaps(&mut self, bare: bool, element: Type, to: Type) -> Result<(), Stop> {
        let count = self.count(bare, element)?;
        self.flush(self.at);
        let place = self.out.len() - 4;
        let mut kept = 0u32;
        for _ in 0..count {
            let before = self.mark();
            match self.value(element, to) {
                Ok(()) => {
                    self.flush(self.at);
                    kept += 1;
                }
                Err(Stop::Layer(error)) => {
                    self.back_to(before);
                    let source = self
                        .peek()
                        .and_then(|id| self.table.source(self.direction, id));
                    let left_out = source.and_then(fallback).is_some_and(|fallback| {
                        self.direction == Direction::Down && fallback.instead == Instead::LeaveOut
                    });
                    if !left_out {
                        return Err(Stop::Layer(error));
                    }
                    self.skip(element)?;
                    self.written = self.at;
                }
                Err(stop) => return Err(stop),
            }
        }
        self.out[place..place + 4].copy_from_slice(&kept.to_le_bytes());
        Ok(())
    }

    pub(super) fn skip(&mut self, ty: Type) -> Result<(), Stop> {
        match ty {
            Type::True => Ok(()),
            Type::Flags | Type::Int | Type::Bool => self.pass(4),
            Type::Long | Type::Double => self.pass(8),
            Type::Int128 => self.pass(16),
            Type::Int256 => self.pass(32),
            Type::String | Type::Bytes => self.pass_string(),
            Type::Vector(element) | Type::BareVector(element) => {
                self.descend()?;
                let count = self.count(matches!(ty, Type::BareVector(_)), *element)?;
                for _ in 0..count {
                    self.skip(*element)?;
                }
                self.depth -= 1;
                Ok(())
            }
            Type::Bare(at) => self.skip_fields(&combinators()[usize::from(at)]),
            Type::Boxed(_) | Type::Object => {
                self.descend()?;
                let combinator = self.constructor(ty)?;
                self.skip_fields(combinator)?;
                self.depth -= 1;
                Ok(())
            }
        }
    }

    fn skip_fields(&mut self, combinator: &'static Combinator) -> Result<(), Stop> {
        self.each_field(combinator, |carrier, field| carrier.skip(field.ty))
    }

    fn each_field(
        &mut self,
        combinator: &'static Combinator,
        mut act: impl FnMut(&mut Self, &'static Field) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.each_field_or_none(combinator, |carrier, field| match field {
            Some(field) => act(carrier, field),
            None => Ok(()),
        })
    }

    /// Goes through the fields; flag words and absent optionals are none.
    pub(super) fn each_field_or_none(
        &mut self,
        combinator: &'static Combinator,
        mut act: impl FnMut(&mut Self, Option<&'static Field>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut words = [0u32; MAX_WORDS];
        let mut next = 0;
        for field in combinator.fields {
            if field.ty == Type::Flags {
                let word = self.take_word()?;
                *words.get_mut(next).ok_or(Stop::Malformed)? = word;
                next += 1;
                act(self, None)?;
                continue;
            }
            let present = match field.flag {
                None => true,
                Some((word, bit)) => words
                    .get(usize::from(word))
                    .is_some_and(|word| word & (1 << bit) != 0),
            };
            act(self, present.then_some(field))?;
        }
        Ok(())
    }

    fn constructor(&mut self, ty: Type) -> Result<&'static Combinator, Stop> {
        let id = self.take_word()?;
        let found = self.table.source(self.direction, id);
        found
            .filter(|combinator| ty == Type::Object || combinator.result == ty)
            .ok_or(Stop::Malformed)
    }

    fn count(&mut self, bare: bool, element: Type) -> Result<u32, Stop> {
        if !bare && self.take_word()? != VECTOR {
            return Err(Stop::Malformed);
        }
        let count = self.take_word()?;
        let least = (count as usize).checked_mul(element.min_bytes());
        match least {
            Some(least) if least <= self.data.len() - self.at => Ok(count),
            _ => Err(Stop::Malformed),
        }
    }

    fn descend(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > Reader::MAX_DEPTH {
            return Err(Stop::Malformed);
        }
        Ok(())
    }

    fn peek(&self) -> Option<u32> {
        let word = self.data.get(self.at..)?.first_chunk()?;
        Some(u32::from_le_bytes(*word))
    }

    pub(super) fn take_word(&mut self) -> Result<u32, Stop> {
        let word = self.peek().ok_or(Stop::Malformed)?;
        self.at += 4;
        Ok(word)
    }

    fn pass(&mut self, count: usize) -> Result<(), Stop> {
        if count > self.data.len() - self.at {
            return Err(Stop::Malformed);
        }
        self.at += count;
        Ok(())
    }

    fn pass_string(&mut self) -> Result<(), Stop> {
        let word = self.peek().ok_or(Stop::Malformed)?;
        let whole = match word & 0xff {
            0xff => return Err(Stop::Malformed),
            0xfe => 4 + (word >> 8) as usize,
            short => 1 + short as usize,
        };
        self.pass(whole.next_multiple_of(4))
    }

    pub(super) fn word(&mut self, word: u32) {
        self.out.extend_from_slice(&word.to_le_bytes());
    }

    /// Copies what is the same, up to `until`.
    pub(super) fn flush(&mut self, until: usize) {
        self.out.extend_from_slice(&self.data[self.written..until]);
        self.written = until;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            at: self.at,
            written: self.written,
            out: self.out.len(),
            depth: self.depth,
        }
    }

    pub(super) fn back_to(&mut self, mark: Mark) {
        self.at = mark.at;
        self.written = mark.written;
        self.out.truncate(mark.out);
        self.depth = mark.depth;
    }
}

/// More flag words than any combinator has.
pub(super) const MAX_WORDS: usize = 4;
