//! A TL value as a tree.

use bytes::Bytes;

use super::tables::{Combinator, Type};
use super::walk::Walk;
use crate::{DecodeError, Encode, EncodeError, Writer};

/// Any TL value.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// A `flags.N?true` whose bit is set.
    True,
    /// 32 bits.
    Int(i32),
    /// 64 bits.
    Long(i64),
    /// A floating-point number.
    Double(f64),
    /// 16 bytes.
    Int128([u8; 16]),
    /// 32 bytes.
    Int256([u8; 32]),
    /// Text.
    String(String),
    /// Bytes.
    Bytes(Bytes),
    /// `Bool`.
    Bool(bool),
    /// Elements; whether boxed or bare, the field's type says.
    Vector(Vec<Value>),
    /// A constructor or method with its fields.
    Object(Object),
}

/// A constructor or method with its fields.
#[derive(Clone)]
pub struct Object {
    pub(crate) combinator: &'static Combinator,
    /// One for each field of the combinator; none for flag words and absent optionals.
    pub(crate) fields: Vec<Option<Value>>,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.combinator.id == other.combinator.id && self.fields == other.fields
    }
}

impl Object {
    /// What it is.
    #[must_use]
    pub fn combinator(&self) -> &'static Combinator {
        self.combinator
    }

    /// A field by its name, when it is present.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        let index = self
            .combinator
            .fields
            .iter()
            .position(|field| field.name == name)?;
        self.fields[index].as_ref()
    }

    /// Reads a boxed object of the newest layer that fills `bytes` exactly.
    ///
    /// # Errors
    /// Where and why the bytes are not an object, with the path of the field.
    pub fn from_bytes(bytes: &Bytes) -> Result<Self, DecodeError> {
        match Value::read(bytes, Type::Object)? {
            Value::Object(object) => Ok(object),
            _ => unreachable!("the walk of Type::Object gives objects only"),
        }
    }

    pub(crate) fn write_fields(&self, out: &mut Writer) {
        let fields = || self.combinator.fields.iter().zip(&self.fields);
        let mut word = 0u8;
        for (field, value) in fields() {
            if field.ty == Type::Flags {
                let bits = fields().filter_map(|(field, value)| match (field.flag, value) {
                    (Some((of, bit)), Some(_)) if of == word => Some(1 << bit),
                    _ => None,
                });
                out.word(bits.fold(0, |bits, bit: u32| bits | bit));
                word += 1;
            } else if let Some(value) = value {
                value.write(field.ty, out);
            }
        }
    }
}

impl Value {
    /// Reads a value of a type that fills `bytes` exactly.
    ///
    /// # Errors
    /// Where and why the bytes are not such a value, with the path of the field.
    pub fn read(bytes: &Bytes, ty: Type) -> Result<Self, DecodeError> {
        let mut walk = Walk::of_newest(bytes);
        walk.read(ty)
            .and_then(|value| {
                walk.end()?;
                Ok(value)
            })
            .map_err(|malformed| walk.error(&malformed))
    }

    pub(crate) fn write(&self, ty: Type, out: &mut Writer) {
        match self {
            Self::True => {}
            Self::Int(value) => value.encode(out),
            Self::Long(value) => value.encode(out),
            Self::Double(value) => value.encode(out),
            Self::Int128(value) => value.encode(out),
            Self::Int256(value) => value.encode(out),
            Self::String(value) => value.encode(out),
            Self::Bytes(value) => value.encode(out),
            Self::Bool(value) => value.encode(out),
            Self::Vector(elements) => {
                let (bare, element) = match ty {
                    Type::BareVector(element) => (true, *element),
                    Type::Vector(element) => (false, *element),
                    _ => (false, Type::Object),
                };
                out.vector_start(bare, elements.len());
                for value in elements {
                    value.write(element, out);
                }
            }
            Self::Object(object) => {
                if !matches!(ty, Type::Bare(_)) {
                    out.id(object.combinator.id);
                }
                object.write_fields(out);
            }
        }
    }

    /// The bytes of this value as one of type `ty`.
    ///
    /// # Errors
    /// When a byte string is too long for TL.
    pub fn to_bytes(&self, ty: Type) -> Result<Vec<u8>, EncodeError> {
        let mut out = Writer::new();
        self.write(ty, &mut out);
        out.finish()
    }
}

impl Encode for Object {
    fn encode(&self, out: &mut Writer) {
        out.id(self.combinator.id);
        self.write_fields(out);
    }
}
