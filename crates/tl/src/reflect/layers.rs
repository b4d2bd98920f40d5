//! Objects of older layers: a reply leaves in the caller's layer, a request may arrive in one.
//!
//! `core.telegram.org/api/invoking`, "Layers". Inside there is one data model, the newest. For an older
//! layer there is a table of the combinators it has otherwise; an object keeps its name and every
//! field both layers know. What the older layer has never heard of has to have a fallback,
//! or is refused: never bytes the client cannot read.

use std::collections::HashMap;
use std::sync::LazyLock;

use bytes::Bytes;

use super::tables::{Combinator, Field, Type, by_id, by_name};
use super::value::{Object, Value};
use super::walk::Walk;
use crate::generated::LAYER;
use crate::generated::history::LAYERS;
use crate::{DecodeError, EncodeError};

/// What an older layer has otherwise than the newest.
#[derive(Debug)]
pub struct Layer {
    /// Its number.
    pub number: i32,
    pub(crate) otherwise: &'static [Combinator],
    pub(crate) unknown: &'static [&'static str],
}

/// Why a value has no bytes in an older layer.
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
    /// The layer requires a field that the newest does not have.
    #[error("layer {layer} requires {name}.{field}, which the newest layer does not have")]
    Missing {
        /// The layer.
        layer: i32,
        /// The constructor.
        name: &'static str,
        /// The field.
        field: &'static str,
    },
    /// The value itself has no bytes.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The bytes are not a value of the type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// The layers whose differences are known, oldest first, the newest included.
pub fn known_layers() -> impl Iterator<Item = i32> {
    LAYERS.iter().map(|layer| layer.number).chain([LAYER])
}

/// Bytes of the newest layer as a caller of `layer` reads them. `ty` is the type of the value:
/// the result of a method, or [`Type::Object`].
///
/// Layers without a table of their own are served as the next newer one that has one.
///
/// # Errors
/// When the layer cannot express the value.
pub fn to_layer(layer: i32, ty: Type, bytes: Bytes) -> Result<Bytes, LayerError> {
    let Some(layer) = table(layer) else {
        return Ok(bytes);
    };
    let value = Value::read(&bytes, ty)?;
    let value = layer.older(value)?;
    Ok(Bytes::from(value.to_bytes(ty)?))
}

/// A request in whatever layer its id belongs to, as the newest layer has it; none when its
/// outermost id is already one of the newest layer or of none.
///
/// # Errors
/// When the bytes are not such a request.
pub fn from_layer(layer: i32, bytes: &Bytes) -> Result<Option<Object>, LayerError> {
    let Some(layer) = table(layer) else {
        return Ok(None);
    };
    let lookup = |id| layer.by_id.get(&id).copied().or_else(|| by_id(id));
    let mut walk = Walk::of_layer(bytes, &lookup);
    let value = walk
        .read(Type::Object)
        .map_err(|malformed| walk.error(&malformed))?;
    match layer.newer(value)? {
        Value::Object(object) => Ok(Some(object)),
        _ => Ok(None),
    }
}

/// A layer's table, indexed.
struct Indexed {
    number: i32,
    by_name: HashMap<&'static str, &'static Combinator>,
    by_id: HashMap<u32, &'static Combinator>,
    unknown: &'static [&'static str],
}

fn table(number: i32) -> Option<&'static Indexed> {
    static INDEXED: LazyLock<Vec<Indexed>> = LazyLock::new(|| {
        LAYERS
            .iter()
            .map(|layer| Indexed {
                number: layer.number,
                by_name: layer.otherwise.iter().map(|c| (c.name, c)).collect(),
                by_id: layer.otherwise.iter().map(|c| (c.id, c)).collect(),
                unknown: layer.unknown,
            })
            .collect()
    });
    INDEXED.iter().find(|layer| layer.number >= number)
}

impl Indexed {
    fn older(&self, value: Value) -> Result<Value, LayerError> {
        self.convert(value, &|object| {
            let name = object.combinator.name;
            if self.unknown.contains(&name) {
                return Err(LayerError::Unknown {
                    layer: self.number,
                    name,
                });
            }
            Ok(self.by_name.get(name).copied().unwrap_or(object.combinator))
        })
    }

    fn newer(&self, value: Value) -> Result<Value, LayerError> {
        self.convert(value, &|object| {
            let name = object.combinator.name;
            by_name(name).ok_or(LayerError::Unknown { layer: LAYER, name })
        })
    }

    fn convert(
        &self,
        value: Value,
        target: &dyn Fn(&Object) -> Result<&'static Combinator, LayerError>,
    ) -> Result<Value, LayerError> {
        Ok(match value {
            Value::Vector(elements) => Value::Vector(
                elements
                    .into_iter()
                    .map(|element| self.convert(element, target))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Object(object) => {
                let combinator = target(&object)?;
                Value::Object(self.refit(object, combinator, target)?)
            }
            scalar => scalar,
        })
    }

    /// Moves the fields both forms know, by name.
    fn refit(
        &self,
        object: Object,
        combinator: &'static Combinator,
        target: &dyn Fn(&Object) -> Result<&'static Combinator, LayerError>,
    ) -> Result<Object, LayerError> {
        let Object {
            combinator: from,
            fields: mut values,
        } = object;
        let mut fields = Vec::with_capacity(combinator.fields.len());
        for field in combinator.fields {
            let value = from
                .fields
                .iter()
                .position(|other| other.name == field.name && alike(other, field))
                .and_then(|index| values[index].take());
            fields.push(match value {
                Some(value) => Some(self.convert(value, target)?),
                None if field.flag.is_some() || field.ty == Type::Flags => None,
                None => Some(zero(field.ty).ok_or(LayerError::Missing {
                    layer: self.number,
                    name: combinator.name,
                    field: field.name,
                })?),
            });
        }
        Ok(Object { combinator, fields })
    }
}

/// Whether a value of one field can stand in the other. Tables of older layers know boxed
/// types only as objects.
fn alike(one: &Field, other: &Field) -> bool {
    fn shape(ty: Type) -> Type {
        match ty {
            Type::Boxed(_) | Type::Bare(_) => Type::Object,
            Type::Vector(_) | Type::BareVector(_) => Type::Vector(&Type::Object),
            scalar => scalar,
        }
    }
    shape(one.ty) == shape(other.ty)
}

/// What stands for a field the other form does not have.
fn zero(ty: Type) -> Option<Value> {
    Some(match ty {
        Type::Int => Value::Int(0),
        Type::Long => Value::Long(0),
        Type::Double => Value::Double(0.0),
        Type::String => Value::String(String::new()),
        Type::Bytes => Value::Bytes(Bytes::new()),
        Type::Bool => Value::Bool(false),
        Type::Vector(_) | Type::BareVector(_) => Value::Vector(Vec::new()),
        _ => return None,
    })
}
