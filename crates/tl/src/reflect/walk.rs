//! The one walk that reads: it applies the same checks as the generated decoders, in the
//! same order, and remembers where it is.

use std::fmt::Write as _;

use bytes::Bytes;

use super::tables::{Combinator, Field, Type, by_id, combinators, types};
use super::value::{Object, Value};
use crate::{Decode, DecodeError, Fault, Malformed, Reader};

/// A walk over bytes.
pub(super) struct Walk<'a> {
    reader: Reader<'a>,
    path: Vec<Step>,
    lookup: &'a dyn Fn(u32) -> Option<&'static Combinator>,
    /// Whether the tables of types say which constructors a type has; those of older layers are told by what
    /// they make.
    newest: bool,
}

enum Step {
    Root(&'static str),
    Field(&'static str),
    Element(usize),
}

impl<'a> Walk<'a> {
    /// Reads objects of the newest layer.
    pub(super) fn of_newest(bytes: &'a Bytes) -> Self {
        Self {
            newest: true,
            ..Self::of_layer(bytes, &by_id)
        }
    }

    /// Reads objects whose ids mean what `lookup` says.
    pub(super) fn of_layer(
        bytes: &'a Bytes,
        lookup: &'a dyn Fn(u32) -> Option<&'static Combinator>,
    ) -> Self {
        Self {
            reader: Reader::of_shared(bytes),
            path: Vec::new(),
            lookup,
            newest: false,
        }
    }

    pub(super) fn end(&self) -> Result<(), Malformed> {
        self.reader.end()
    }

    /// The error for a fault of this walk, which stands where the path ends.
    pub(super) fn error(&self, malformed: &Malformed) -> DecodeError {
        DecodeError {
            path: self.path(),
            offset: malformed.offset(),
            fault: malformed.fault(),
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            let _ = match step {
                Step::Root(name) => write!(path, "{name}"),
                Step::Field(name) if path.is_empty() => write!(path, "{name}"),
                Step::Field(name) => write!(path, ".{name}"),
                Step::Element(index) => write!(path, "[{index}]"),
            };
        }
        path
    }

    /// Reads one value; after an error, the path tells where.
    pub(super) fn read(&mut self, ty: Type) -> Result<Value, Malformed> {
        Ok(match ty {
            Type::Flags | Type::True => Value::True,
            Type::Int => Value::Int(self.reader.read()?),
            Type::Long => Value::Long(self.reader.read()?),
            Type::Double => Value::Double(self.reader.read()?),
            Type::Int128 => Value::Int128(self.reader.read()?),
            Type::Int256 => Value::Int256(self.reader.read()?),
            Type::String => Value::String(String::decode(&mut self.reader)?),
            Type::Bytes => Value::Bytes(self.reader.bytes()?),
            Type::Bool => Value::Bool(self.reader.read()?),
            Type::Vector(element) => self.elements(false, *element)?,
            Type::BareVector(element) => self.elements(true, *element)?,
            Type::Bare(index) => Value::Object(self.fields(&combinators()[usize::from(index)])?),
            Type::Boxed(_) if !self.newest => {
                self.reader.descend()?;
                let combinator = self.constructor(|combinator| combinator.result == ty)?;
                let object = self.fields(combinator)?;
                self.reader.ascend();
                Value::Object(object)
            }
            Type::Boxed(index) => {
                let variants = types()[usize::from(index)].constructors;
                let alone = variants.len() == 1;
                if !alone {
                    self.reader.descend()?;
                }
                let combinator = self.constructor(|combinator| {
                    variants
                        .iter()
                        .any(|variant| combinators()[usize::from(*variant)].id == combinator.id)
                })?;
                let object = self.fields(combinator)?;
                if !alone {
                    self.reader.ascend();
                }
                Value::Object(object)
            }
            Type::Object => {
                self.reader.descend()?;
                let combinator = self.constructor(|_| true)?;
                if self.path.is_empty() {
                    self.path.push(Step::Root(combinator.name));
                }
                let object = self.fields(combinator)?;
                self.reader.ascend();
                Value::Object(object)
            }
        })
    }

    fn constructor(
        &mut self,
        fits: impl Fn(&Combinator) -> bool,
    ) -> Result<&'static Combinator, Malformed> {
        let id = self.reader.word()?;
        (self.lookup)(id)
            .filter(|combinator| fits(combinator))
            .ok_or_else(|| self.reader.unexpected(id))
    }

    fn fields(&mut self, combinator: &'static Combinator) -> Result<Object, Malformed> {
        let mut fields = Vec::with_capacity(combinator.fields.len());
        let mut words = Vec::new();
        for field in combinator.fields {
            self.path.push(Step::Field(field.name));
            if field.ty == Type::Flags {
                words.push(self.reader.word()?);
                fields.push(None);
            } else if is_present(field, &words) {
                fields.push(Some(self.read(field.ty)?));
            } else {
                fields.push(None);
            }
            self.path.pop();
        }
        Ok(Object { combinator, fields })
    }

    fn elements(&mut self, bare: bool, element: Type) -> Result<Value, Malformed> {
        let count = self.reader.vector_count(bare, element.min_bytes())? as usize;
        self.reader.descend()?;
        let fits = self.reader.remaining().len() / size_of::<Value>();
        let mut elements = Vec::with_capacity(count.min(fits));
        for index in 0..count {
            self.path.push(Step::Element(index));
            elements.push(self.read(element)?);
            self.path.pop();
        }
        self.reader.ascend();
        Ok(Value::Vector(elements))
    }
}

fn is_present(field: &Field, words: &[u32]) -> bool {
    field.flag.is_none_or(|(word, bit)| {
        words
            .get(usize::from(word))
            .is_some_and(|word| word & (1 << bit) != 0)
    })
}

/// The walk's error for the bytes of a boxed object, when there is one.
pub(super) fn fault_of(bytes: &Bytes) -> Option<DecodeError> {
    let mut walk = Walk::of_newest(bytes);
    match walk.read(Type::Object) {
        Ok(_) => None,
        Err(malformed) => Some(walk.error(&malformed)),
    }
}

/// Whether a fault is one of bytes after the end.
pub(super) fn is_trailing(fault: Fault) -> bool {
    matches!(fault, Fault::Trailing(_))
}
