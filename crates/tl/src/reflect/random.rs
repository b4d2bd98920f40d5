//! Random values by the schema: for tests of anything that reads or writes objects.

use bytes::Bytes;

use super::least::height;
use super::tables::{Combinator, Type, by_name, combinators, types};
use super::value::{Object, Value};

/// Below this depth optionals are absent, vectors empty and the flattest constructor is taken.
const FULL_DEPTH: u32 = 3;
const MAX_ELEMENTS: u64 = 3;

/// A random value of a type. `word` gives random 64-bit words; the same words give the
/// same value.
pub fn random(ty: Type, word: &mut dyn FnMut() -> u64) -> Value {
    value(ty, 0, word)
}

/// A random value of one constructor or method.
pub fn random_object(combinator: &'static Combinator, word: &mut dyn FnMut() -> u64) -> Object {
    object(combinator, 0, word)
}

fn value(ty: Type, depth: u32, word: &mut dyn FnMut() -> u64) -> Value {
    match ty {
        Type::Flags | Type::True => Value::True,
        Type::Int => Value::Int(word() as i32),
        Type::Long => Value::Long(word() as i64),
        Type::Double => Value::Double((word() as i64) as f64 / 1024.0),
        Type::Int128 => Value::Int128(array(word)),
        Type::Int256 => Value::Int256(array(word)),
        Type::String => Value::String(text(word)),
        Type::Bytes => Value::Bytes(Bytes::from(byte_string(word))),
        Type::Bool => Value::Bool(word() & 1 == 1),
        Type::Vector(element) | Type::BareVector(element) => {
            let count = if depth > FULL_DEPTH {
                0
            } else {
                word() % (MAX_ELEMENTS + 1)
            };
            Value::Vector(
                (0..count)
                    .map(|_| value(*element, depth + 1, word))
                    .collect(),
            )
        }
        Type::Bare(index) => Value::Object(object(&combinators()[usize::from(index)], depth, word)),
        Type::Boxed(index) => {
            let variants = types()[usize::from(index)].constructors;
            let chosen = if depth > FULL_DEPTH {
                variants.iter().min_by_key(|variant| height(**variant))
            } else {
                variants.get((word() % variants.len() as u64) as usize)
            };
            let chosen = *chosen.expect("a type has a constructor");
            Value::Object(object(&combinators()[usize::from(chosen)], depth + 1, word))
        }
        Type::Object => {
            let call = by_name("help.getConfig").expect("the schema has help.getConfig");
            Value::Object(object(call, depth, word))
        }
    }
}

fn object(combinator: &'static Combinator, depth: u32, word: &mut dyn FnMut() -> u64) -> Object {
    let words = [word(), word(), word()];
    let fields = combinator
        .fields
        .iter()
        .map(|field| match (field.ty, field.flag) {
            (Type::Flags, _) => None,
            (ty, None) => Some(value(ty, depth + 1, word)),
            (ty, Some((of, bit))) => {
                let present = words[usize::from(of)] & (1 << bit) != 0;
                (present && depth <= FULL_DEPTH).then(|| value(ty, depth + 1, word))
            }
        })
        .collect();
    Object { combinator, fields }
}

fn array<const N: usize>(word: &mut dyn FnMut() -> u64) -> [u8; N] {
    std::array::from_fn(|_| word() as u8)
}

fn byte_string(word: &mut dyn FnMut() -> u64) -> Vec<u8> {
    // Mostly short; sometimes long enough for the four-byte length prefix.
    let length = match word() % 16 {
        0 => 254 + word() % 8,
        _ => word() % 12,
    };
    (0..length).map(|_| word() as u8).collect()
}

fn text(word: &mut dyn FnMut() -> u64) -> String {
    let letters = ['a', 'Z', '0', ' ', 'é', '→', '🌞'];
    let length = match word() % 16 {
        0 => 130,
        _ => word() % 10,
    };
    (0..length)
        .map(|_| letters[(word() % letters.len() as u64) as usize])
        .collect()
}
