//! Objects of JavaScript to bytes.
//!
//! What stands in a field is checked against the field's type; an error names the field with its whole path, what is
//! there and what is wanted.

use std::{fmt::Write as _, rc::Rc};

use heliogram_tl::{
    Writer,
    reflect::{Combinator, Field, Type, by_id, combinators, place_of, types},
};

use super::{names, read::negate, shapes::Takers};
use crate::{
    failure,
    js::{Env, Kind, Refused, Value},
};

/// A call to be made: its method and its bytes.
pub(crate) struct Request {
    pub(crate) method: &'static Combinator,
    pub(crate) bytes: Vec<u8>,
}

/// The bytes of a method with its arguments.
pub(crate) fn request(env: Env<'_>, object: Value<'_>) -> napi::Result<Request> {
    let bytes = self::object(env, object)?;
    let id = u32::from_le_bytes(bytes[..4].try_into().expect("an object begins with its id"));
    match by_id(id) {
        Some(method) if method.function => Ok(Request { method, bytes }),
        other => {
            let name = other.map_or("?", |combinator| combinator.name);
            let what = format!(
                "`{}` is a constructor; only methods can be invoked",
                names::class_name(name)
            );
            Err(failure::type_error(env, &what))
        }
    }
}

/// The bytes of an object, id first.
pub(crate) fn object(env: Env<'_>, object: Value<'_>) -> napi::Result<Vec<u8>> {
    let mut writing = Writing {
        env,
        takers: Takers::of(env).ok_or_else(|| failure::argument("no Codec has been made"))?,
        out: Writer::new(),
        path: Vec::new(),
    };
    match writing.boxed(object, Type::Object) {
        Ok(()) => {
            let written = writing.out.finish();
            written.map_err(|error| failure::type_error(env, &error.to_string()))
        }
        Err(Stop::Refused) => Err(failure::pending(Refused)),
        Err(Stop::Wrong(what)) => Err(failure::type_error(env, &what)),
    }
}

enum Stop {
    /// An exception of JavaScript's.
    Refused,
    Wrong(String),
}

impl From<Refused> for Stop {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

struct Writing<'call> {
    env: Env<'call>,
    takers: Rc<Takers>,
    out: Writer,
    path: Vec<Step>,
}

/// On the way from the object that is written to a value in it.
enum Step {
    Object(usize),
    Field(&'static Field),
    Item(u32),
}

impl<'call> Writing<'call> {
    fn value(&mut self, value: Value<'call>, ty: Type) -> Result<(), Stop> {
        match ty {
            Type::Flags | Type::True => {}
            Type::Int => {
                let int = self.integer(value, ty)?;
                match i32::try_from(int) {
                    Ok(int) => self.out.int(int),
                    Err(_) => return self.wrong(value, ty),
                }
            }
            Type::Long => {
                let long = self.integer(value, ty)?;
                // Those who have no signed 64-bit numbers write large ones without a sign.
                let fits =
                    i64::try_from(long).or_else(|_| u64::try_from(long).map(|long| long as i64));
                match fits {
                    Ok(long) => self.out.long(long),
                    Err(_) => return self.wrong(value, ty),
                }
            }
            Type::Double => match self.env.kind(value)? {
                Kind::Number => self.out.raw(&self.env.number(value)?.to_le_bytes()),
                _ => return self.wrong(value, ty),
            },
            Type::Int128 => self.large(value, ty, 16)?,
            Type::Int256 => self.large(value, ty, 32)?,
            Type::String | Type::Bytes => match self.env.kind(value)? {
                Kind::String => {
                    let out = &mut self.out;
                    self.env.utf8(value, |utf8| out.byte_string(utf8))?;
                }
                Kind::Object => {
                    let out = &mut self.out;
                    let written = self.env.bytes(value, |bytes| out.byte_string(bytes))?;
                    if written.is_none() {
                        return self.wrong(value, ty);
                    }
                }
                _ => return self.wrong(value, ty),
            },
            Type::Bool => match self.env.kind(value)? {
                Kind::Boolean => {
                    let id = if self.env.truthy(value)? {
                        BOOL_TRUE
                    } else {
                        BOOL_FALSE
                    };
                    self.out.id(id);
                }
                _ => return self.wrong(value, ty),
            },
            Type::Vector(element) => self.elements(value, ty, false, *element)?,
            Type::BareVector(element) => self.elements(value, ty, true, *element)?,
            Type::Bare(_) | Type::Boxed(_) | Type::Object => self.boxed(value, ty)?,
        }
        Ok(())
    }

    /// An object of a class from the schema, with its id unless the type is bare.
    fn boxed(&mut self, value: Value<'call>, ty: Type) -> Result<(), Stop> {
        if self.env.kind(value)? != Kind::Object {
            return self.wrong(value, ty);
        }
        let id = self.env.field(value, c"CONSTRUCTOR_ID")?;
        if self.env.kind(id)? != Kind::Number {
            return self.wrong(value, ty);
        }
        // The id of a class that was made elsewhere may be signed.
        let id = self.env.number(id)? as i64 as u32;
        let Some(place) = place_of(id) else {
            return self.stop(format!("no constructor has the id {id:#010x}"));
        };
        let combinator = &combinators()[place];
        let fits = match ty {
            Type::Bare(bare) => usize::from(bare) == place,
            Type::Boxed(index) => {
                let made_by = types()[usize::from(index)].constructors;
                made_by.iter().any(|one| usize::from(*one) == place)
            }
            _ => true,
        };
        if !fits {
            return self.stop(format!(
                "`{}` cannot stand here; {} is wanted",
                names::class_name(combinator.name),
                wanted(ty)
            ));
        }
        if self.path.is_empty() {
            self.path.push(Step::Object(place));
        }
        if !matches!(ty, Type::Bare(_)) {
            self.out.id(id);
        }
        self.fields(value, place)
    }

    fn fields(&mut self, object: Value<'call>, place: usize) -> Result<(), Stop> {
        let fields = combinators()[place].fields;
        if fields.is_empty() {
            return Ok(());
        }
        let taken = self
            .env
            .call(self.takers.get(self.env, place)?, &[object])?;
        let there = self.there(taken, fields)?;
        let mut next = words_for(fields);
        let mut flag_words = 0;
        for (index, field) in fields.iter().enumerate() {
            match field.ty {
                Type::Flags => {
                    self.out.word(flag_word(flag_words, fields, there));
                    flag_words += 1;
                }
                Type::True => {}
                ty => {
                    self.path.push(Step::Field(field));
                    if there >> index & 1 != 0 {
                        let value = self.env.element(taken, next)?;
                        next += 1;
                        self.value(value, ty)?;
                    } else if field.flag.is_none() {
                        return self.stop(format!("missing; {} is required", wanted(ty)));
                    } else {
                        self.lonely(field, fields, there)?;
                    }
                    self.path.pop();
                }
            }
        }
        Ok(())
    }

    /// Which of the fields are there: a bit each.
    fn there(&self, taken: Value<'call>, fields: &[Field]) -> Result<u128, Stop> {
        let mut there = 0;
        for word in 0..words_for(fields) {
            let bits = self.env.number(self.env.element(taken, word)?)? as i32 as u32;
            there |= u128::from(bits) << (32 * word);
        }
        Ok(there)
    }

    /// An optional that is left out while another of the same bit is there.
    fn lonely(&self, absent: &Field, fields: &[Field], there: u128) -> Result<(), Stop> {
        let other = fields
            .iter()
            .enumerate()
            .find(|(index, field)| field.flag == absent.flag && there >> index & 1 != 0);
        match other {
            Some((_, present)) => self.stop(format!(
                "missing: it shares a bit with `{}`; give both or none",
                names::field_name(present.name)
            )),
            None => Ok(()),
        }
    }

    fn elements(
        &mut self,
        value: Value<'call>,
        ty: Type,
        bare: bool,
        element: Type,
    ) -> Result<(), Stop> {
        if !self.env.is_array(value)? {
            return self.wrong(value, ty);
        }
        let count = self.env.length(value)?;
        self.out.vector_start(bare, count as usize);
        for index in 0..count {
            self.path.push(Step::Item(index));
            let item = self.env.element(value, index)?;
            self.value(item, element)?;
            self.path.pop();
        }
        Ok(())
    }

    /// A whole number: a number, a BigInt, or its decimal digits. Those of the package big-integer have become BigInts on the
    /// way here.
    fn integer(&self, value: Value<'call>, ty: Type) -> Result<i128, Stop> {
        let whole = match self.env.kind(value)? {
            Kind::Number => {
                let number = self.env.number(value)?;
                let safe = number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER;
                safe.then_some(number as i128)
            }
            Kind::BigInt => match self.env.words(value) {
                Ok((negative, [low, high, 0, 0])) => {
                    let size = i128::try_from(u128::from(high) << 64 | u128::from(low)).ok();
                    size.map(|size| if negative { -size } else { size })
                }
                _ => None,
            },
            Kind::String => self.env.utf8(value, |digits| {
                std::str::from_utf8(digits)
                    .ok()
                    .and_then(|digits| digits.parse().ok())
            })?,
            _ => None,
        };
        match whole {
            Some(whole) => Ok(whole),
            None => self.wrong(value, ty),
        }
    }

    /// An integer of 16 or 32 bytes: the bytes, or a number as for [`integer`](Self::integer).
    fn large(&mut self, value: Value<'call>, ty: Type, size: usize) -> Result<(), Stop> {
        let mut bytes = match self.env.kind(value)? {
            Kind::Object => match self.env.bytes(value, <[u8]>::to_vec)? {
                Some(bytes) if bytes.len() == size => {
                    self.out.raw(&bytes);
                    return Ok(());
                }
                _ => return self.wrong(value, ty),
            },
            Kind::BigInt => self.little_endian(value)?,
            _ => self.integer(value, ty)?.to_le_bytes().to_vec(),
        };
        let sign = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) {
            0xff
        } else {
            0
        };
        if bytes.len() > size && bytes[size..].iter().any(|byte| *byte != 0 && *byte != 0xff) {
            return self.wrong(value, ty);
        }
        bytes.resize(size, sign);
        self.out.raw(&bytes);
        Ok(())
    }

    fn little_endian(&self, value: Value<'call>) -> Result<Vec<u8>, Stop> {
        let Ok((negative, words)) = self.env.words(value) else {
            return self.stop("a number of at most 256 bits is wanted".into());
        };
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        if negative {
            negate(&mut bytes);
        }
        Ok(bytes)
    }

    fn wrong<T>(&self, value: Value<'call>, ty: Type) -> Result<T, Stop> {
        let shown = self.shown(value, ty)?;
        self.stop(format!("{} is wanted, not {shown}", wanted(ty)))
    }

    /// A value for an error: numbers as they are, and of everything else only the kind, since it may be secret.
    fn shown(&self, value: Value<'call>, ty: Type) -> Result<String, Stop> {
        Ok(match self.env.kind(value)? {
            Kind::Nothing => "nothing".into(),
            Kind::Boolean | Kind::Number => self.env.shown(value)?,
            Kind::BigInt => format!("{}n", self.env.shown(value)?),
            Kind::String if matches!(ty, Type::Int | Type::Long) => {
                format!("the string {:?}", self.env.shown(value)?)
            }
            Kind::String => "a string".into(),
            Kind::Object if self.env.is_array(value)? => "an array".into(),
            Kind::Object if self.env.bytes(value, |_| ())?.is_some() => "a Buffer".into(),
            Kind::Object => "an object".into(),
            Kind::Other => "a function or symbol".into(),
        })
    }

    fn stop<T>(&self, what: String) -> Result<T, Stop> {
        let mut path = String::new();
        for step in &self.path {
            let _ = match step {
                Step::Object(place) => {
                    write!(path, "{}", names::class_name(combinators()[*place].name))
                }
                Step::Field(field) => write!(path, ".{}", names::field_name(field.name)),
                Step::Item(index) => write!(path, "[{index}]"),
            };
        }
        if path.is_empty() {
            path.push_str("request");
        }
        Err(Stop::Wrong(format!("{path}: {what}")))
    }
}

/// How many words of 32 bits have a bit for each field.
fn words_for(fields: &[Field]) -> u32 {
    u32::try_from(fields.len().div_ceil(32)).expect("a constructor has some dozens of fields")
}

fn flag_word(word: u8, fields: &[Field], there: u128) -> u32 {
    let set = fields.iter().enumerate().filter_map(|(index, field)| {
        let (of, bit) = field.flag?;
        (of == word && there >> index & 1 != 0).then_some(1 << bit)
    });
    set.fold(0, |bits, bit: u32| bits | bit)
}

/// What may stand where this type does, in JavaScript's words.
fn wanted(ty: Type) -> String {
    match ty {
        Type::Flags => "nothing".into(),
        Type::True | Type::Bool => "a boolean".into(),
        Type::Int => "a whole number of 32 bits".into(),
        Type::Long => "a whole number of 64 bits (number, bigint, big-integer or digits)".into(),
        Type::Double => "a number".into(),
        Type::Int128 => "a whole number of 128 bits, or a Buffer of 16 bytes,".into(),
        Type::Int256 => "a whole number of 256 bits, or a Buffer of 32 bytes,".into(),
        Type::String => "a string".into(),
        Type::Bytes => "a Buffer".into(),
        Type::Vector(element) | Type::BareVector(element) => {
            format!("an array, of {} each,", wanted(*element))
        }
        Type::Object => "an object of Api".into(),
        Type::Bare(_) => format!("an Api.{}", names::class_name(&ty.name())),
        Type::Boxed(index) => {
            let info = &types()[usize::from(index)];
            match info.constructors {
                [only] => format!(
                    "an Api.{}",
                    names::class_name(combinators()[usize::from(*only)].name)
                ),
                _ => format!("one of Api.{}", type_name(info.name)),
            }
        }
    }
}

/// `auth.SentCode` as `auth.TypeSentCode`, GramJS's name for all that can stand there.
fn type_name(name: &str) -> String {
    match name.split_once('.') {
        Some((space, own)) => format!("{space}.Type{own}"),
        None => format!("Type{name}"),
    }
}

const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
const BOOL_TRUE: u32 = 0x9972_75b5;
const BOOL_FALSE: u32 = 0xbc79_9737;
