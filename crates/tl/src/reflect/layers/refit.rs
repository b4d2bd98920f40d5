//! How one shape is filled from another: by fields of the same name, and by the lists of what moved.

use super::super::tables::{Combinator, Field, Type, by_name, types};
use super::moves::{BUTTON_TYPE, Button, How, MOVES, Move, SPLIT_TYPES};
use super::straight::Straight;

/// How the fields of one shape are filled from another's.
pub(super) struct Refit {
    pub(super) to: &'static Combinator,
    /// For each field of `to`, where it comes from.
    pub(super) from: Vec<Option<Source>>,
    /// For each field of `to`, whether others stand for its bit too.
    pub(super) shared: Vec<bool>,
    /// How it goes in one pass, where it does.
    pub(super) straight: Option<Straight>,
}

/// Where a field comes from. Numbers are places among the fields of the source.
pub(super) enum Source {
    /// A field, as it is or with another width.
    Field(u8),
    /// A field of the object that is in a field.
    Inside {
        at: u8,
        constructor: &'static Combinator,
        field: u8,
    },
    /// An object made of fields of the source.
    Around {
        refit: Box<Refit>,
        /// The field whose empty text has this constructor of its own.
        empty: Option<(u8, u32)>,
        /// Whether it is made even when none of its fields is there.
        always: bool,
    },
    /// One of two words for another.
    Word { at: u8, words: [(u32, u32); 2] },
    /// Months that are days in the newest layer.
    Months { at: u8, into_days: bool },
}

impl Refit {
    pub(super) fn new(from: &'static Combinator, to: &'static Combinator) -> Self {
        let moves: Vec<&Move> = if from.name == to.name {
            let of_it = MOVES.iter().filter(|moved| moved.of.contains(&to.name));
            of_it.collect()
        } else {
            Vec::new()
        };
        let source = |field: &'static Field| {
            place_of(from, field.name)
                .filter(|at| fits(from.fields[usize::from(*at)].ty, field.ty))
                .map(Source::Field)
                .or_else(|| moved(&moves, from, field))
        };
        let sources: Vec<_> = to.fields.iter().map(source).collect();
        Self {
            straight: Straight::of(from, to, &sources),
            ..Self::of(to, sources)
        }
    }

    fn of(to: &'static Combinator, from: Vec<Option<Source>>) -> Self {
        let shared = |field: &Field| shares_its_bit(to, field);
        Self {
            to,
            from,
            shared: to.fields.iter().map(shared).collect(),
            straight: None,
        }
    }

    /// An older button from what the newest layer has made of it, or the other way round.
    pub(super) fn button(
        button: &Button,
        from: &'static Combinator,
        to: &'static Combinator,
    ) -> Option<Self> {
        let inner = by_name(button.inner)?;
        let mut refit = Self {
            straight: None,
            ..Self::new(from, to)
        };
        for (field, source) in to.fields.iter().zip(&mut refit.from) {
            if field.ty == Type::Flags {
                continue;
            }
            if field.name == BUTTON_TYPE && to.name == button.outer && field.ty == inner.result {
                *source = Some(Source::Around {
                    refit: Box::new(Self::new(from, inner)),
                    empty: None,
                    always: true,
                });
            } else if source.is_none()
                && let Some(at) = place_of(from, BUTTON_TYPE)
                && let Some(inside) = place_of(inner, field.name)
            {
                *source = Some(Source::Inside {
                    at,
                    constructor: inner,
                    field: inside,
                });
            }
        }
        Some(refit)
    }

    /// The fields that stand for a bit, by their places.
    pub(super) fn group(&self, bit: (u8, u8)) -> impl Iterator<Item = (usize, &'static Field)> {
        let fields = self.to.fields.iter().enumerate();
        fields.filter(move |(_, field)| field.flag == Some(bit))
    }
}

impl Source {
    /// Whether anything comes from this field.
    pub(super) fn takes(&self, place: usize) -> bool {
        match self {
            Self::Field(at)
            | Self::Inside { at, .. }
            | Self::Word { at, .. }
            | Self::Months { at, .. } => usize::from(*at) == place,
            Self::Around { refit, .. } => refit.from.iter().flatten().any(|from| from.takes(place)),
        }
    }
}

/// Where a field comes from that is another one in the newest layer.
fn moved(moves: &[&Move], from: &'static Combinator, field: &'static Field) -> Option<Source> {
    moves.iter().find_map(|moved| {
        let (upwards, at) = match (place_of(from, moved.older), place_of(from, moved.newer)) {
            (Some(at), _) if field.name == moved.newer && is_older(moved, from, at, field) => {
                (true, at)
            }
            (_, Some(at)) if field.name == moved.older => (false, at),
            _ => return None,
        };
        let ty = from.fields[usize::from(at)].ty;
        match moved.how {
            How::Renamed | How::Several => fits(ty, field.ty).then_some(Source::Field(at)),
            How::Months => Some(Source::Months {
                at,
                into_days: upwards,
            }),
            How::Named(yes, no) => {
                let mut words = [(TRUE, by_name(yes)?.id), (FALSE, by_name(no)?.id)];
                if !upwards {
                    words = words.map(|(older, newer)| (newer, older));
                }
                Some(Source::Word { at, words })
            }
            How::Inside(constructor, inside) | How::InsideOrEmpty(constructor, inside, _) => {
                let constructor = by_name(constructor)?;
                if !upwards {
                    let inside = place_of(constructor, inside)?;
                    let value = constructor.fields[usize::from(inside)].ty;
                    return (ty == constructor.result && fits(value, field.ty)).then_some(
                        Source::Inside {
                            at,
                            constructor,
                            field: inside,
                        },
                    );
                }
                let empty = match moved.how {
                    How::InsideOrEmpty(_, _, empty) => Some((at, by_name(empty)?.id)),
                    _ => None,
                };
                (field.ty == constructor.result).then(|| Source::Around {
                    refit: Box::new(around(moves, from, field, constructor)),
                    empty,
                    always: false,
                })
            }
        }
    })
}

/// Whether a line is about the way up: the older field is there, and is not yet what the newer one is.
fn is_older(moved: &Move, from: &Combinator, at: u8, to: &Field) -> bool {
    moved.older != moved.newer
        || match moved.how {
            How::Inside(constructor, _) | How::InsideOrEmpty(constructor, ..) => {
                by_name(constructor).is_some_and(|constructor| to.ty == constructor.result)
            }
            How::Named(..) => from.fields[usize::from(at)].ty == Type::Bool,
            _ => true,
        }
}

/// An object of the newest layer from all the fields that moved into it.
fn around(
    moves: &[&Move],
    from: &Combinator,
    field: &Field,
    constructor: &'static Combinator,
) -> Refit {
    let source = |inner: &Field| {
        moves.iter().find_map(|moved| match moved.how {
            How::Inside(name, inside) | How::InsideOrEmpty(name, inside, _)
                if moved.newer == field.name
                    && name == constructor.name
                    && inside == inner.name =>
            {
                place_of(from, moved.older).map(Source::Field)
            }
            _ => None,
        })
    };
    Refit::of(constructor, constructor.fields.iter().map(source).collect())
}

/// Whether an optional field has another one beside it on its bit.
pub(super) fn shares_its_bit(of: &Combinator, field: &Field) -> bool {
    let mut same = of.fields.iter().filter(|own| own.flag == field.flag);
    field.flag.is_some() && same.nth(1).is_some()
}

fn place_of(combinator: &Combinator, name: &str) -> Option<u8> {
    let place = combinator
        .fields
        .iter()
        .position(|field| field.name == name && field.ty != Type::Flags)?;
    u8::try_from(place).ok()
}

/// Whether a value of one type can be made one of the other where it stands.
fn fits(from: Type, to: Type) -> bool {
    from == to
        || match (from, to) {
            (Type::Int, Type::Long | Type::Double)
            | (Type::Long | Type::Double, Type::Int)
            | (Type::Bool, Type::True)
            | (Type::True, Type::Bool) => true,
            (Type::Vector(from), Type::Vector(to)) => split(*from, *to),
            (Type::Vector(element), one) | (one, Type::Vector(element)) => *element == one,
            _ => split(from, to),
        }
}

fn split(from: Type, to: Type) -> bool {
    let (Type::Boxed(from), Type::Boxed(to)) = (from, to) else {
        return false;
    };
    let names = (
        types()[usize::from(from)].name,
        types()[usize::from(to)].name,
    );
    SPLIT_TYPES.contains(&names) || SPLIT_TYPES.contains(&(names.1, names.0))
}

pub(super) const TRUE: u32 = 0x9972_75b5;
pub(super) const FALSE: u32 = 0xbc79_9737;
