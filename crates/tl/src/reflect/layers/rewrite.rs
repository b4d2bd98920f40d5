//! Writes an object anew, in another shape.

use super::super::tables::{Combinator, Field, Type};
use super::LayerError;
use super::carry::{Carrier, MAX_WORDS, Mark, Stop, VECTOR};
use super::refit::{FALSE, Refit, Source, TRUE};
use super::straight::Straight;
use super::table::Split;

/// Where the fields of the source stand, those that are there.
struct Spans {
    source: &'static Combinator,
    starts: Vec<Option<usize>>,
}

/// What a field is written from.
#[derive(Clone, Copy)]
enum Value<'a> {
    /// What stands here.
    At(Type, usize),
    /// This word.
    Word(u32),
    /// An object made of the source's fields.
    Made(&'a Refit),
}

impl Carrier<'_> {
    pub(super) fn refit(
        &mut self,
        start: Mark,
        source: &'static Combinator,
        refit: &Refit,
    ) -> Result<(), Stop> {
        if let Some(straight) = &refit.straight {
            let fields = self.mark();
            match self.straight(start, straight, refit.to) {
                Ok(true) => return Ok(()),
                // Something in it cannot be said: perhaps it can be done without, if it is looked at as a whole.
                Ok(false) | Err(Stop::Layer(_)) => self.back_to(fields),
                Err(stop) => return Err(stop),
            }
        }
        let spans = self.spans(source)?;
        self.anew(start, refit, &spans)
    }

    /// In one pass. False when there is something that needs another look.
    fn straight(
        &mut self,
        start: Mark,
        straight: &Straight,
        to: &'static Combinator,
    ) -> Result<bool, Stop> {
        let mut words = [0; MAX_WORDS];
        for (word, special) in words[..straight.words].iter_mut().zip(&straight.special) {
            *word = self.take_word()?;
            if *word & special != 0 {
                return Ok(false);
            }
        }
        let fields = self.at;
        self.flush(start.at);
        self.word(to.id);
        for (word, kept) in words.iter().zip(&straight.kept[..straight.words_of_target]) {
            self.word(word & kept);
        }
        self.at = fields;
        self.written = fields;
        for pass in &straight.passes {
            if let Some((word, bit)) = pass.flag
                && words[usize::from(word)] & bit == 0
            {
                continue;
            }
            if pass.kept {
                self.value(pass.ty, pass.to)?;
            } else {
                self.flush(self.at);
                self.skip(pass.ty)?;
                self.written = self.at;
            }
        }
        Ok(true)
    }

    /// Writes an object in the shape that what is in one of its fields had before.
    pub(super) fn split(
        &mut self,
        start: Mark,
        source: &'static Combinator,
        split: &Split,
    ) -> Result<(), Stop> {
        let spans = self.spans(source)?;
        let end = self.at;
        self.at = spans.starts[usize::from(split.at)].ok_or(Stop::Malformed)?;
        let inner = self.take_word()?;
        self.at = end;
        match split.by.iter().find(|(id, _)| *id == inner) {
            Some((_, refit)) => self.anew(start, refit, &spans),
            None => Err(Stop::Layer(LayerError::Unknown {
                layer: self.table.target(self.direction),
                name: self
                    .table
                    .source(self.direction, inner)
                    .map_or(source.name, |inner| inner.name),
            })),
        }
    }

    fn anew(&mut self, start: Mark, refit: &Refit, spans: &Spans) -> Result<(), Stop> {
        let end = self.at;
        self.flush(start.at);
        self.fill(refit, spans)?;
        self.at = end;
        self.written = end;
        Ok(())
    }

    /// Goes over the fields of an object and remembers where they begin.
    fn spans(&mut self, source: &'static Combinator) -> Result<Spans, Stop> {
        let mut starts = Vec::with_capacity(source.fields.len());
        self.each_field_or_none(source, |carrier, field| {
            let from = carrier.at;
            if let Some(field) = field {
                carrier.skip(field.ty)?;
            }
            starts.push(field.map(|_| from));
            Ok(())
        })?;
        Ok(Spans { source, starts })
    }

    fn fill(&mut self, refit: &Refit, spans: &Spans) -> Result<(), Stop> {
        let mut values = Vec::with_capacity(refit.from.len());
        for (field, from) in refit.to.fields.iter().zip(&refit.from) {
            values.push(match from {
                Some(from) => self.find(from, field, spans)?,
                None => None,
            });
        }
        self.word(refit.to.id);
        let mut words = [0; MAX_WORDS];
        let mut next = 0;
        let fields = refit.to.fields.iter().zip(&refit.shared);
        for ((field, &shared), value) in fields.zip(&values) {
            if field.ty == Type::Flags {
                *words.get_mut(next).ok_or(Stop::Malformed)? = self.out.len();
                next += 1;
                self.word(0);
                continue;
            }
            let Some((word, bit)) = field.flag else {
                match value {
                    Some(value) if self.field(*value, field, spans)? => {}
                    _ => self.zero(refit.to, field)?,
                }
                continue;
            };
            if shared {
                // They are there together or not at all.
                let group = || refit.group((word, bit));
                if !group().any(|(at, _)| values[at].is_some())
                    || group().any(|(at, field)| values[at].is_none() && !has_zero(field.ty))
                {
                    continue;
                }
            }
            let written = match value {
                Some(value) => self.field(*value, field, spans)?,
                None => false,
            };
            if !written && !shared {
                continue;
            }
            if !written {
                self.zero(refit.to, field)?;
            }
            let place = words[..next]
                .get(usize::from(word))
                .ok_or(Stop::Malformed)?;
            self.out[place + usize::from(bit) / 8] |= 1 << (bit % 8);
        }
        Ok(())
    }

    /// What a field is to be written from, when the source has it.
    fn find<'r>(
        &mut self,
        from: &'r Source,
        to: &Field,
        spans: &Spans,
    ) -> Result<Option<Value<'r>>, Stop> {
        let there = |at: &u8| {
            let at = usize::from(*at);
            Some((spans.source.fields[at].ty, spans.starts[at]?))
        };
        Ok(match from {
            Source::Field(at) => match there(at) {
                Some((ty, at)) => self.usable(ty, at, to)?,
                None => None,
            },
            Source::Inside {
                at,
                constructor,
                field,
            } => match there(at) {
                Some((_, at)) => match self.inside(at, constructor, *field)? {
                    Some((ty, at)) => self.usable(ty, at, to)?,
                    None => None,
                },
                None => None,
            },
            Source::Around {
                refit,
                empty,
                always,
            } => {
                if let Some((at, id)) = empty
                    && let Some((_, at)) = there(at)
                    && self.peek_at(at)? == 0
                {
                    return Ok(Some(Value::Word(*id)));
                }
                let any = refit.from.iter().flatten().any(|from| match from {
                    Source::Field(at) => there(at).is_some(),
                    _ => false,
                });
                (any || *always).then_some(Value::Made(refit))
            }
            Source::Word { at, words } => match there(at) {
                Some((_, at)) => {
                    let word = self.peek_at(at)?;
                    let found = words.iter().find(|(from, _)| *from == word);
                    found.map(|(_, to)| Value::Word(*to))
                }
                None => None,
            },
            Source::Months { at, into_days } => match there(at) {
                Some((_, at)) => {
                    let number = self.peek_at(at)?.cast_signed();
                    let number = if *into_days {
                        number.saturating_mul(DAYS)
                    } else {
                        number.saturating_add(DAYS / 2) / DAYS
                    };
                    Some(Value::Word(number.cast_unsigned()))
                }
                None => None,
            },
        })
    }

    /// What stands here, if the other layer would have it at all: a `false` is no flag, an empty vector has no first.
    fn usable<'r>(&mut self, ty: Type, at: usize, to: &Field) -> Result<Option<Value<'r>>, Stop> {
        Ok(match (ty, to.ty) {
            (Type::Bool, Type::True) => (self.peek_at(at)? == TRUE).then_some(Value::At(ty, at)),
            (Type::Vector(_), Type::Vector(_)) => Some(Value::At(ty, at)),
            (Type::Vector(element), _) => {
                let any = self.peek_at(at + 4)? != 0;
                any.then_some(Value::At(*element, at + 8))
            }
            _ => Some(Value::At(ty, at)),
        })
    }

    /// A field of the object that stands here, if it has this constructor and the field is there.
    fn inside(
        &mut self,
        at: usize,
        constructor: &'static Combinator,
        field: u8,
    ) -> Result<Option<(Type, usize)>, Stop> {
        let back = std::mem::replace(&mut self.at, at);
        let mut found = None;
        if self.take_word()? == constructor.id {
            let starts = self.spans(constructor)?.starts;
            let field = usize::from(field);
            found = starts[field].map(|at| (constructor.fields[field].ty, at));
        }
        self.at = back;
        Ok(found)
    }

    /// Writes a field. False when it is left out.
    fn field(
        &mut self,
        value: Value<'_>,
        field: &'static Field,
        spans: &Spans,
    ) -> Result<bool, Stop> {
        let (ty, at) = match value {
            Value::At(ty, at) => (ty, at),
            Value::Word(word) => {
                self.word(word);
                return Ok(true);
            }
            Value::Made(refit) => {
                let before = self.mark();
                return match self.fill(refit, spans) {
                    Ok(()) => Ok(true),
                    Err(Stop::Layer(_)) if field.flag.is_some() => {
                        self.back_to(before);
                        Ok(false)
                    }
                    Err(stop) => Err(stop),
                };
            }
        };
        self.at = at;
        self.written = at;
        match (ty, field.ty) {
            (Type::True, Type::Bool) => self.word(TRUE),
            (Type::True, _) | (Type::Bool, Type::True) => {}
            (Type::Int | Type::Long | Type::Double, to) if to != ty => {
                return self.number(ty, to);
            }
            _ => {
                let before = self.mark();
                let mut to = field.ty;
                if !matches!(ty, Type::Vector(_))
                    && let Type::Vector(element) = to
                {
                    self.word(VECTOR);
                    self.word(1);
                    to = *element;
                }
                match self.value(ty, to) {
                    Ok(()) => self.flush(self.at),
                    Err(Stop::Layer(_)) if field.flag.is_some() => {
                        self.back_to(before);
                        return Ok(false);
                    }
                    Err(stop) => return Err(stop),
                }
            }
        }
        Ok(true)
    }

    /// Writes a number in another width. False when it has no room there.
    fn number(&mut self, ty: Type, to: Type) -> Result<bool, Stop> {
        let low = self.take_word()?;
        let number = if ty == Type::Int {
            i64::from(low.cast_signed())
        } else {
            let bits = u64::from(self.take_word()?) << 32 | u64::from(low);
            match ty {
                // Seconds, where this happens: a part of one is not missed.
                Type::Double => f64::from_bits(bits) as i64,
                _ => bits.cast_signed(),
            }
        };
        match to {
            Type::Int => match i32::try_from(number) {
                Ok(number) => self.word(number.cast_unsigned()),
                Err(_) => return Ok(false),
            },
            Type::Double => self.out.extend_from_slice(&(number as f64).to_le_bytes()),
            _ => self.out.extend_from_slice(&number.to_le_bytes()),
        }
        Ok(true)
    }

    /// What stands for a required field that the source does not have.
    fn zero(&mut self, to: &'static Combinator, field: &'static Field) -> Result<(), Stop> {
        match field.ty {
            Type::Int if ONE_AT_LEAST.contains(&field.name) => self.word(1),
            Type::Int => self.word(0),
            Type::Long | Type::Double => self.out.extend_from_slice(&[0; 8]),
            Type::String | Type::Bytes => self.word(0),
            Type::Bool => self.word(FALSE),
            Type::Vector(_) => {
                self.word(VECTOR);
                self.word(0);
            }
            Type::BareVector(_) => self.word(0),
            Type::True => {}
            _ => {
                return Err(Stop::Layer(LayerError::Missing {
                    layer: self.table.target(self.direction),
                    name: to.name,
                    field: field.name,
                }));
            }
        }
        Ok(())
    }

    fn peek_at(&mut self, at: usize) -> Result<u32, Stop> {
        let back = std::mem::replace(&mut self.at, at);
        let word = self.take_word();
        self.at = back;
        word
    }
}

/// Whether a field of this type can be filled with nothing.
pub(super) fn has_zero(ty: Type) -> bool {
    !matches!(
        ty,
        Type::Boxed(_) | Type::Object | Type::Bare(_) | Type::Int128 | Type::Int256
    )
}

/// The days that count as a month of Premium.
const DAYS: i32 = 30;

/// Required numbers that an older layer lacks and that cannot be 0: a button that asks for a peer asks for one.
const ONE_AT_LEAST: &[&str] = &["max_quantity"];
