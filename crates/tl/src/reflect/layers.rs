//! Objects of older layers: a reply leaves in the caller's layer, a request may arrive in one.
//!
//! `core.telegram.org/api/invoking`, "Layers". Inside there is one data model, the newest. For an older
//! layer there is a table of the combinators it has otherwise, as data; bytes are carried over by walking
//! them (`carry.rs`): what is the same in both layers is copied as it stands, and an object that is
//! otherwise keeps its name and every field both layers know.
//!
//! What means the same and is made otherwise is on a list (`moves.rs`): fields that moved into objects, buttons, answers.
//! What the older layer has never heard of has a stand-in from another (`fallbacks.rs`), or is refused
//! by name: never bytes the client cannot read. What the newest has no place for is on a third (`lost.rs`).

mod carry;
mod fallbacks;
mod fate;
mod lost;
mod moves;
mod refit;
mod rewrite;
mod straight;
mod table;

use bytes::Bytes;

use super::tables::{Combinator, Type};
use super::value::Value;
use crate::DecodeError;
use crate::generated::LAYER;
use crate::generated::history::LAYERS;

pub use self::fallbacks::{FALLBACKS, Fallback, Instead};
pub use self::fate::{Fate, fates, losses};
pub use self::lost::{LOST, Lost};
pub use self::table::Layer;

use self::carry::{Carrier, Stop};
use self::table::{Direction, Table, table};

/// Why a value has no bytes in another layer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    /// The layer does not know the constructor, and nothing stands in for it.
    #[error("layer {layer} does not know {name}, and has nothing that could stand for it")]
    Unknown {
        /// The layer.
        layer: i32,
        /// The constructor.
        name: &'static str,
    },
    /// The layer requires a field that the other one does not have, or has otherwise.
    #[error("layer {layer} requires {name}.{field}, which has no value in the other layer")]
    Missing {
        /// The layer.
        layer: i32,
        /// The constructor.
        name: &'static str,
        /// The field.
        field: &'static str,
    },
    /// The layer has it, but not where it stands: a button of one kind of keyboard in the other, for instance.
    #[error("in layer {layer} {name} cannot stand where it does")]
    Misplaced {
        /// The layer.
        layer: i32,
        /// The constructor.
        name: &'static str,
    },
    /// In the layer the method answers with something else.
    #[error("in layer {layer} {name} answers with another type")]
    Answer {
        /// The layer.
        layer: i32,
        /// The method.
        name: &'static str,
    },
    /// The bytes are not a value of the type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl LayerError {
    /// The constructor or method that has no form in the layer.
    #[must_use]
    pub fn subject(&self) -> &'static str {
        match self {
            Self::Unknown { name, .. }
            | Self::Missing { name, .. }
            | Self::Misplaced { name, .. }
            | Self::Answer { name, .. } => name,
            Self::Decode(_) => "malformed",
        }
    }
}

/// The layers whose schemas are known, oldest first, the newest included.
pub fn known_layers() -> impl Iterator<Item = i32> {
    LAYERS.iter().map(|layer| layer.number).chain([LAYER])
}

/// Bytes of the newest layer as a caller of `layer` reads them. `ty` is the type of the value, or
/// [`Type::Object`].
///
/// # Errors
/// When the layer cannot express the value.
pub fn to_layer(layer: i32, ty: Type, bytes: Bytes) -> Result<Bytes, LayerError> {
    let Some(table) = table(layer) else {
        return Ok(bytes);
    };
    let carried = Carrier::new(table, Direction::Down, &bytes).carry(ty);
    match carried {
        Ok(Some(carried)) => Ok(Bytes::from(carried)),
        Ok(None) => Ok(bytes),
        Err(Stop::Layer(error)) => Err(error),
        Err(Stop::Malformed) => Err(malformed(&bytes, ty, table.number)),
    }
}

/// The answer to a method, as [`to_layer`].
///
/// # Errors
/// When the layer cannot express it, or knows the method as one that answers with something else.
pub fn answer_to_layer(
    layer: i32,
    method: &'static Combinator,
    bytes: Bytes,
) -> Result<Bytes, LayerError> {
    if let Some(table) = table(layer)
        && let Some(older) = table.older(method)
        && older.result != method.result
    {
        return older_answer(table, method, older, &bytes);
    }
    to_layer(layer, method.result, bytes)
}

/// The answer of a layer in which the method answers with a part of what it answers with now.
fn older_answer(
    table: &'static Table,
    method: &'static Combinator,
    older: &'static Combinator,
    bytes: &Bytes,
) -> Result<Bytes, LayerError> {
    let other = LayerError::Answer {
        layer: table.number,
        name: method.name,
    };
    let Some(answer) = table.older_answer(method) else {
        return Err(other);
    };
    let mut carrier = Carrier::new(table, Direction::Down, bytes);
    match carrier.part(answer.constructor, answer.field) {
        Ok(Some((ty, part))) if ty == older.result => to_layer(table.number, ty, bytes.slice(part)),
        Ok(_) => Err(other),
        Err(_) => Err(malformed(bytes, method.result, table.number)),
    }
}

/// A request (or any object) in whatever layer its ids belong to, as the newest layer has it.
///
/// # Errors
/// When the bytes are not such an object, or the newest layer has nothing like it.
pub fn from_layer(layer: i32, bytes: &Bytes) -> Result<Bytes, LayerError> {
    let Some(table) = table(layer) else {
        return Ok(bytes.clone());
    };
    match Carrier::new(table, Direction::Up, bytes).carry(Type::Object) {
        Ok(Some(carried)) => Ok(Bytes::from(carried)),
        Ok(None) => Ok(bytes.clone()),
        Err(Stop::Layer(error)) => Err(error),
        Err(Stop::Malformed) => Err(table.malformed(bytes)),
    }
}

/// Whether bytes are exactly one object of a layer, by that layer's own schema.
///
/// # Errors
/// Where and why they are not.
pub fn check_in_layer(layer: i32, ty: Type, bytes: &Bytes) -> Result<(), DecodeError> {
    match table(layer) {
        Some(table) => table.read(ty, bytes).map(drop),
        None => Value::read(bytes, ty).map(drop),
    }
}

/// The walk that knows paths says where bytes break.
fn malformed(bytes: &Bytes, ty: Type, layer: i32) -> LayerError {
    match Value::read(bytes, ty) {
        Err(error) => error.into(),
        // The two walks disagree, which the tests hold to be impossible.
        Ok(_) => LayerError::Unknown {
            layer,
            name: "these bytes",
        },
    }
}
