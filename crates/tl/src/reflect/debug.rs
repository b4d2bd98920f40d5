//! `Debug` and equality of the generated types, by way of their bytes.

use std::fmt;

use bytes::Bytes;

use super::tables::{Field, Type};
use super::value::{Object, Value};
use crate::{Encode, Writer};

/// Gives a generated type its `Debug` and equality, compiled where they are used.
macro_rules! inspect {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::reflect::debug(self, f)
            }
        }

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                crate::reflect::same(self, other)
            }
        }
    };
    ($name:ident, $variable:ident) => {
        impl<$variable: crate::Encode + crate::Decode> std::fmt::Debug for $name<$variable> {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::reflect::debug(self, f)
            }
        }

        impl<$variable: crate::Encode + crate::Decode> PartialEq for $name<$variable> {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                crate::reflect::same(self, other)
            }
        }
    };
}

pub(crate) use inspect;

/// Prints a value by the tables, without its secret fields.
pub(crate) fn debug<T: Encode>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = Writer::new();
    value.encode(&mut out);
    debug_written(out, f)
}

fn debug_written(out: Writer, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match out.finish() {
        Err(error) => write!(f, "<{error}>"),
        Ok(bytes) => match Object::from_bytes(&Bytes::from(bytes)) {
            Ok(object) => fmt::Debug::fmt(&object, f),
            Err(error) => write!(f, "<{error}>"),
        },
    }
}

/// Whether two values have the same bytes.
pub(crate) fn same<T: Encode>(left: &T, right: &T) -> bool {
    let mut bytes = [Writer::new(), Writer::new()];
    left.encode(&mut bytes[0]);
    right.encode(&mut bytes[1]);
    let [left, right] = bytes;
    left.finish() == right.finish()
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut object = f.debug_struct(self.combinator.name);
        for (field, value) in self.combinator.fields.iter().zip(&self.fields) {
            match value {
                None => {}
                Some(_) if hides(field) => {
                    object.field(field.name, &format_args!("<hidden>"));
                }
                Some(value) => {
                    object.field(field.name, value);
                }
            }
        }
        object.finish()
    }
}

/// A secret field is shown only when it is nothing but a flag.
fn hides(field: &Field) -> bool {
    field.secret && field.ty != Type::True
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::True => f.write_str("true"),
            Self::Int(value) => value.fmt(f),
            Self::Long(value) => value.fmt(f),
            Self::Double(value) => value.fmt(f),
            Self::Int128(value) => hex(value, f),
            Self::Int256(value) => hex(value, f),
            Self::String(value) => value.fmt(f),
            Self::Bytes(value) => hex(value, f),
            Self::Bool(value) => value.fmt(f),
            Self::Vector(elements) => f.debug_list().entries(elements).finish(),
            Self::Object(object) => object.fmt(f),
        }
    }
}

const SHOWN_BYTES: usize = 32;

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("0x")?;
    for byte in bytes.iter().take(SHOWN_BYTES) {
        write!(f, "{byte:02x}")?;
    }
    if bytes.len() > SHOWN_BYTES {
        write!(f, "… ({} bytes)", bytes.len())?;
    }
    Ok(())
}
