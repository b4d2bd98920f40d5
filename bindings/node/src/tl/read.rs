//! Bytes to objects of JavaScript.
//!
//! The checks are those of every decoder of this library, since it is the same reader: nothing beyond the bytes is
//! read, and nesting has a bound.

use bytes::Bytes;
use heliogram_tl::{
    Malformed, Reader,
    reflect::{Type, combinators, place_of, types},
};

use super::shapes::Shapes;
use crate::{
    failure,
    js::{Env, Refused, Value},
};

/// Why a value was not made.
enum Stop {
    Malformed(Malformed),
    Refused,
}

impl From<Malformed> for Stop {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Refused> for Stop {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

/// The value of a type that fills the bytes.
pub(crate) fn read_whole<'call>(
    env: Env<'call>,
    shapes: &Shapes,
    bytes: &Bytes,
    ty: Type,
) -> napi::Result<Value<'call>> {
    let (value, end) = read_some(env, shapes, bytes, ty)?;
    match bytes.len() - end {
        0 => Ok(value),
        over => Err(failure::unreadable(&format!(
            "{over} bytes are left over after the {}",
            ty.name()
        ))),
    }
}

/// The value of a type that the bytes begin with, and its length.
pub(super) fn read_some<'call>(
    env: Env<'call>,
    shapes: &Shapes,
    bytes: &Bytes,
    ty: Type,
) -> napi::Result<(Value<'call>, usize)> {
    let read = Reading::new(env, shapes, bytes).and_then(|mut reading| {
        let value = reading.value(ty)?;
        Ok((value, reading.reader.position()))
    });
    match read {
        Ok(read) => Ok(read),
        Err(Stop::Refused) => Err(failure::pending(Refused)),
        Err(Stop::Malformed(malformed)) => {
            // The walk that knows where it is has the better words.
            let told = heliogram_tl::reflect::Value::read(bytes, ty).err();
            Err(failure::unreadable(&match told {
                Some(error) => error.to_string(),
                None => format!("{:?} at byte {}", malformed.fault(), malformed.offset()),
            }))
        }
    }
}

struct Reading<'call, 'a> {
    env: Env<'call>,
    shapes: &'a Shapes,
    reader: Reader<'a>,
    /// What stands in most fields.
    null: Value<'call>,
    no: Value<'call>,
    yes: Value<'call>,
}

impl<'call, 'a> Reading<'call, 'a> {
    fn new(env: Env<'call>, shapes: &'a Shapes, bytes: &'a Bytes) -> Result<Self, Stop> {
        Ok(Self {
            env,
            shapes,
            reader: Reader::of_shared(bytes),
            null: env.null()?,
            no: env.boolean(false)?,
            yes: env.boolean(true)?,
        })
    }

    fn boolean(&self, value: bool) -> Value<'call> {
        if value { self.yes } else { self.no }
    }

    fn value(&mut self, ty: Type) -> Result<Value<'call>, Stop> {
        let env = self.env;
        Ok(match ty {
            Type::Flags => env.uint(self.reader.word()?)?,
            Type::True => self.yes,
            Type::Int => env.int(self.reader.int()?)?,
            Type::Long => {
                let long = self.long()?;
                self.shapes.long(env, long)?
            }
            Type::Double => {
                let bytes = self.reader.array::<8>()?;
                env.double(f64::from_le_bytes(bytes))?
            }
            Type::Int128 => self.large::<16>()?,
            Type::Int256 => self.large::<32>()?,
            Type::String => env.string(self.reader.byte_string()?)?,
            Type::Bytes => env.buffer(self.reader.byte_string()?)?,
            Type::Bool => {
                let value = self.reader.read::<bool>()?;
                self.boolean(value)
            }
            Type::Vector(element) => self.elements(false, *element)?,
            Type::BareVector(element) => self.elements(true, *element)?,
            Type::Bare(index) => self.object(usize::from(index))?,
            Type::Boxed(index) => {
                let made_by = types()[usize::from(index)].constructors;
                self.boxed(|place| made_by.iter().any(|one| usize::from(*one) == place))?
            }
            // Where anything may stand, a list and a Bool may as well.
            Type::Object => match self.reader.peek_word() {
                Some(VECTOR) => self.elements(false, Type::Object)?,
                Some(BOOL_TRUE | BOOL_FALSE) => self.value(Type::Bool)?,
                _ => self.boxed(|_| true)?,
            },
        })
    }

    fn boxed(&mut self, fits: impl Fn(usize) -> bool) -> Result<Value<'call>, Stop> {
        self.reader.descend()?;
        let id = self.reader.word()?;
        let place = place_of(id)
            .filter(|place| fits(*place))
            .ok_or_else(|| self.reader.unexpected(id))?;
        let object = self.object(place)?;
        self.reader.ascend();
        Ok(object)
    }

    fn object(&mut self, place: usize) -> Result<Value<'call>, Stop> {
        let env = self.env;
        let fields = combinators()[place].fields;
        let mut values = Vec::with_capacity(fields.len());
        let mut words = [0; MAX_FLAG_WORDS];
        let mut word_count = 0;
        for field in fields {
            values.push(match (field.flag, field.ty) {
                (None, Type::Flags) => {
                    let word = self.reader.word()?;
                    words[word_count] = word;
                    word_count += 1;
                    env.uint(word)?
                }
                (Some((word, bit)), ty) => {
                    let present = words[usize::from(word)] & (1 << bit) != 0;
                    match ty {
                        Type::True => self.boolean(present),
                        _ if present => self.field(ty)?,
                        _ => self.null,
                    }
                }
                (None, ty) => self.field(ty)?,
            });
        }
        Ok(env.construct(self.shapes.maker(env, place)?, &values)?)
    }

    /// The makers make what a long is of BigInts: a call from here costs more.
    fn field(&mut self, ty: Type) -> Result<Value<'call>, Stop> {
        match ty {
            Type::Long => self.long(),
            ty => self.value(ty),
        }
    }

    fn long(&mut self) -> Result<Value<'call>, Stop> {
        Ok(self.env.bigint(self.reader.long()?)?)
    }

    fn elements(&mut self, bare: bool, element: Type) -> Result<Value<'call>, Stop> {
        let env = self.env;
        // Four bytes are the least that anything but an empty bare object takes, and of those there are none in lists.
        let count = self.reader.vector_count(bare, LEAST_ELEMENT)?;
        self.reader.descend()?;
        let list = env.array(count as usize)?;
        for index in 0..count {
            let value = env.scoped(|| self.value(element))?;
            env.set_element(list, index, value)?;
        }
        self.reader.ascend();
        Ok(list)
    }

    /// An integer of 128 or 256 bits, as GramJS reads it: little-endian and signed.
    fn large<const N: usize>(&mut self) -> Result<Value<'call>, Stop> {
        let mut bytes = self.reader.array::<N>()?;
        let negative = bytes[N - 1] & 0x80 != 0;
        if negative {
            negate(&mut bytes);
        }
        let words: Vec<u64> = bytes
            .chunks_exact(8)
            .map(|word| u64::from_le_bytes(word.try_into().expect("a chunk of eight bytes")))
            .collect();
        let bigint = self.env.bigint_of_words(negative, &words)?;
        Ok(self.shapes.long(self.env, bigint)?)
    }
}

/// The two's complement of a little-endian number.
pub(super) fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes {
        (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
    }
}

/// No combinator has more flag words.
const MAX_FLAG_WORDS: usize = 4;
const LEAST_ELEMENT: usize = 4;
const VECTOR: u32 = 0x1cb5_c415;
const BOOL_TRUE: u32 = 0x9972_75b5;
const BOOL_FALSE: u32 = 0xbc79_9737;
