//! The schema as data.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::generated::tables::{COMBINATORS, METHODS, TYPES};
use crate::{Availability, ErrorName};

/// A constructor or a method.
#[derive(Debug)]
pub struct Combinator {
    /// The id before the fields on the wire.
    pub id: u32,
    /// `account.sendConfirmPhoneCode`.
    pub name: &'static str,
    /// True for methods.
    pub function: bool,
    /// In wire order, flag words included.
    pub fields: &'static [Field],
    /// What it makes, or answers.
    pub result: Type,
}

/// A field, or a flag word.
#[derive(Debug)]
pub struct Field {
    /// As the schema spells it.
    pub name: &'static str,
    /// For optionals: which flag word (counted from 0) and which bit.
    pub flag: Option<(u8, u8)>,
    /// What stands on the wire.
    pub ty: Type,
    /// Never printed.
    pub secret: bool,
}

/// The type of a field or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A flag word.
    Flags,
    /// Nothing but its bit in a flag word.
    True,
    /// 32 bits.
    Int,
    /// 64 bits.
    Long,
    /// A floating-point number of 64 bits.
    Double,
    /// 16 bytes.
    Int128,
    /// 32 bytes.
    Int256,
    /// UTF-8 text.
    String,
    /// Bytes.
    Bytes,
    /// `boolTrue` or `boolFalse`.
    Bool,
    /// Any boxed object.
    Object,
    /// Id, count, elements.
    Vector(&'static Type),
    /// Count and elements.
    BareVector(&'static Type),
    /// A constructor without its id, by index in [`combinators`].
    Bare(u16),
    /// A type of the schema, by index in [`types`].
    Boxed(u16),
}

/// A type and what makes it.
#[derive(Debug)]
pub struct TypeInfo {
    /// `auth.SentCode`.
    pub name: &'static str,
    /// Indices in [`combinators`].
    pub constructors: &'static [u16],
}

/// What is known of a method beside its shape.
#[derive(Debug)]
pub struct Method {
    pub(crate) combinator: u16,
    /// Whether user accounts may call it.
    pub users: Availability,
    /// Whether bots may call it.
    pub bots: Availability,
    pub(crate) errors: &'static [u16],
}

impl Method {
    /// Its shape.
    #[must_use]
    pub fn combinator(&self) -> &'static Combinator {
        &COMBINATORS[usize::from(self.combinator)]
    }

    /// The errors documented for it, those of any method included.
    pub fn errors(&self) -> impl Iterator<Item = &'static ErrorName> {
        self.errors
            .iter()
            .map(|index| &ErrorName::ALL[usize::from(*index)])
    }
}

impl TypeInfo {
    /// The constructors of this type.
    pub fn constructors(&self) -> impl Iterator<Item = &'static Combinator> {
        self.constructors
            .iter()
            .map(|index| &COMBINATORS[usize::from(*index)])
    }
}

impl Type {
    /// The type as the schema writes it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Flags => "#".to_owned(),
            Self::True => "true".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Long => "long".to_owned(),
            Self::Double => "double".to_owned(),
            Self::Int128 => "int128".to_owned(),
            Self::Int256 => "int256".to_owned(),
            Self::String => "string".to_owned(),
            Self::Bytes => "bytes".to_owned(),
            Self::Bool => "Bool".to_owned(),
            Self::Object => "Object".to_owned(),
            Self::Vector(element) => format!("Vector<{}>", element.name()),
            Self::BareVector(element) => format!("vector<{}>", element.name()),
            Self::Bare(index) => COMBINATORS[usize::from(*index)].name.to_owned(),
            Self::Boxed(index) => TYPES[usize::from(*index)].name.to_owned(),
        }
    }

    /// The least number of bytes a value takes.
    pub(crate) fn min_bytes(&self) -> usize {
        match self {
            Self::True => 0,
            Self::Long | Self::Double | Self::Vector(_) => 8,
            Self::Int128 => 16,
            Self::Int256 => 32,
            _ => 4,
        }
    }
}

/// Every constructor and method of the newest layer and of MTProto, sorted by id.
#[must_use]
pub fn combinators() -> &'static [Combinator] {
    COMBINATORS
}

/// Every type, sorted by name.
#[must_use]
pub fn types() -> &'static [TypeInfo] {
    TYPES
}

/// Every method of the API, in the order of the schema.
#[must_use]
pub fn methods() -> &'static [Method] {
    METHODS
}

/// The constructor or method with this id.
#[must_use]
pub fn by_id(id: u32) -> Option<&'static Combinator> {
    place_of(id).map(|place| &COMBINATORS[place])
}

/// Where the combinator with this id stands in [`combinators`].
#[must_use]
pub fn place_of(id: u32) -> Option<usize> {
    // Open addressing by the lowest bits: ids are checksums, and so spread evenly by themselves.
    static PLACES: LazyLock<Box<[u16; SLOTS]>> = LazyLock::new(|| {
        let mut places = Box::new([FREE; SLOTS]);
        for (place, combinator) in COMBINATORS.iter().enumerate() {
            let mut slot = combinator.id as usize % SLOTS;
            while places[slot] != FREE {
                slot = (slot + 1) % SLOTS;
            }
            places[slot] =
                u16::try_from(place).expect("a schema has fewer than 65,535 combinators");
        }
        places
    });
    let places = &**PLACES;
    let mut slot = id as usize % SLOTS;
    loop {
        let place = usize::from(places[slot]);
        match COMBINATORS.get(place) {
            Some(combinator) if combinator.id == id => return Some(place),
            Some(_) => slot = (slot + 1) % SLOTS,
            None => return None,
        }
    }
}

/// About three times as many as there are combinators.
const SLOTS: usize = 8192;
const FREE: u16 = u16::MAX;

/// The constructor or method with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Combinator> {
    static NAMES: LazyLock<HashMap<&str, &Combinator>> = LazyLock::new(|| {
        COMBINATORS
            .iter()
            .map(|combinator| (combinator.name, combinator))
            .collect()
    });
    NAMES.get(name).copied()
}

/// The facts of the method with this name.
#[must_use]
pub fn method(name: &str) -> Option<&'static Method> {
    by_name(name).and_then(|combinator| method_by_id(combinator.id))
}

/// The facts of the method with this id.
#[must_use]
pub fn method_by_id(id: u32) -> Option<&'static Method> {
    static IDS: LazyLock<HashMap<u32, &Method>> = LazyLock::new(|| {
        METHODS
            .iter()
            .map(|method| (method.combinator().id, method))
            .collect()
    });
    IDS.get(&id).copied()
}
