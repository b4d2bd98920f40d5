//! Shapes that differ by fields left out: they are gone through once, and what stays is copied as it stands.
//!
//! This is what nearly every object of an answer needs. What it does not cover (fields that moved, that are required
//! in one layer only, or in another order) is found by `refit.rs` as a whole.

use super::super::tables::{Combinator, Type};
use super::carry::MAX_WORDS;
use super::refit::{Source, shares_its_bit};

/// How to get from one shape to the other in one pass.
pub(super) struct Straight {
    /// How many flag words the source has, and the target.
    pub(super) words: usize,
    pub(super) words_of_target: usize,
    /// The bits that the target has too.
    pub(super) kept: [u32; MAX_WORDS],
    /// The bits for whose fields one pass is not enough.
    pub(super) special: [u32; MAX_WORDS],
    /// The fields that take bytes.
    pub(super) passes: Vec<Pass>,
}

/// A field of the source.
pub(super) struct Pass {
    /// The word it depends on and its bit.
    pub(super) flag: Option<(u8, u32)>,
    pub(super) ty: Type,
    pub(super) to: Type,
    /// Or else it is left out.
    pub(super) kept: bool,
}

impl Straight {
    pub(super) fn of(
        from: &'static Combinator,
        to: &'static Combinator,
        sources: &[Option<Source>],
    ) -> Option<Self> {
        let words = words_in_front(from)?;
        let words_of_target = words_in_front(to)?;
        // A word that only one of them has would change nothing but the code below.
        if words_of_target > words || words > MAX_WORDS {
            return None;
        }
        let mut straight = Self {
            words,
            words_of_target,
            kept: [0; MAX_WORDS],
            special: [0; MAX_WORDS],
            passes: Vec::new(),
        };
        let mut taken = vec![None; from.fields.len()];
        let mut last = 0;
        for (at, (field, source)) in to.fields.iter().zip(sources).enumerate() {
            match source {
                _ if field.ty == Type::Flags => {}
                Some(Source::Field(place)) => {
                    let place = usize::from(*place);
                    let own = &from.fields[place];
                    let same = own.flag == field.flag && same_bytes(own.ty, field.ty);
                    if !same || (place < last && field.ty != Type::True) {
                        return None;
                    }
                    last = last.max(place);
                    taken[place] = Some(at);
                    if let Some((word, bit)) = field.flag {
                        straight.kept[usize::from(word)] |= 1 << bit;
                    }
                }
                // What stands for its bit beside it would have to know.
                _ if shares_its_bit(to, field) => return None,
                // Made of something else: one pass is enough as long as nothing of it is there.
                Some(other) if field.flag.is_some() => {
                    for (place, own) in from.fields.iter().enumerate() {
                        if other.takes(place) {
                            let (word, bit) = own.flag?;
                            straight.special[usize::from(word)] |= 1 << bit;
                        }
                    }
                }
                None if field.flag.is_some() => {}
                _ => return None,
            }
        }
        for (place, own) in from.fields.iter().enumerate() {
            if matches!(own.ty, Type::Flags | Type::True) {
                continue;
            }
            straight.passes.push(Pass {
                flag: own.flag.map(|(word, bit)| (word, 1 << bit)),
                ty: own.ty,
                to: taken[place].map_or(own.ty, |at| to.fields[at].ty),
                kept: taken[place].is_some(),
            });
        }
        Some(straight)
    }
}

/// How many flag words there are, if they stand before everything that takes bytes.
fn words_in_front(combinator: &Combinator) -> Option<usize> {
    let is_word = |ty| ty == Type::Flags;
    let data = combinator
        .fields
        .iter()
        .position(|field| !matches!(field.ty, Type::Flags | Type::True))
        .unwrap_or(combinator.fields.len());
    let (front, rest) = combinator.fields.split_at(data);
    (!rest.iter().any(|field| is_word(field.ty)))
        .then(|| front.iter().filter(|field| is_word(field.ty)).count())
}

/// Whether a value of one type is written where it stands as one of the other: numbers of another width are not.
fn same_bytes(from: Type, to: Type) -> bool {
    from == to
        || matches!(
            (from, to),
            (Type::Vector(_), Type::Vector(_)) | (Type::Boxed(_), Type::Boxed(_))
        )
}
