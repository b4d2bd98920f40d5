//! TL objects between JavaScript and bytes.
//!
//! JavaScript has a class for each constructor and method, made when it is first asked for, from what
//! [`describe`] says. The walk over the schema's tables is here: [`write`] reads the fields of such an object and checks
//! each against its type, [`read`] makes objects of those classes, one call of Node-API for each field that is there.

mod describe;
mod names;
mod read;
mod shapes;
mod write;

use bytes::Bytes;
use heliogram_tl::reflect::{self, Type};
use napi_derive::napi;

pub(crate) use shapes::Shapes;
use shapes::Takers;
pub(crate) use write::{Request, object, request};

use crate::{
    failure,
    js::{self, Any},
};

/// What reads and writes objects for one tree of classes (`Api`): those with big-integer's longs, or those with BigInts.
#[napi]
pub struct Codec {
    shapes: std::rc::Rc<Shapes>,
}

#[napi]
impl Codec {
    /// `makerOf(index)` gives the function that is called with the fields of the constructor at that index, in wire order,
    /// by `new`; `takerOf(index)` the one that is called with such an object and gives what is in its fields, as the
    /// module `shapes` says; `long(bigint)` makes what a long is in this tree, and is left out where it stays a BigInt.
    #[napi(constructor)]
    pub fn new(
        env: napi::Env,
        maker_of: Any,
        taker_of: Any,
        long: Option<Any>,
    ) -> napi::Result<Self> {
        let env = js::Env::new(&env);
        let long = long.map(|long| long.value(env));
        let shapes = Shapes::new(env, maker_of.value(env), long).map_err(failure::pending)?;
        Takers::set(env, taker_of.value(env)).map_err(failure::pending)?;
        Ok(Self {
            shapes: std::rc::Rc::new(shapes),
        })
    }

    /// The object in these bytes, id first, and where it ends: `[object, end]`.
    #[napi]
    pub fn read(&self, env: napi::Env, bytes: Any, offset: u32) -> napi::Result<Any> {
        self.read_as(env, &bytes, offset, Type::Object)
    }

    /// The fields of the constructor at `index` in these bytes, without its id, and where they end.
    #[napi]
    pub fn read_bare(
        &self,
        env: napi::Env,
        index: u32,
        bytes: Any,
        offset: u32,
    ) -> napi::Result<Any> {
        let index = describe::place(index)?;
        self.read_as(env, &bytes, offset, Type::Bare(index))
    }

    /// What the method at `index` answers.
    #[napi]
    pub fn read_answer(
        &self,
        env: napi::Env,
        index: u32,
        bytes: Any,
        offset: u32,
    ) -> napi::Result<Any> {
        let index = describe::place(index)?;
        let result = reflect::combinators()[usize::from(index)].result;
        self.read_as(env, &bytes, offset, result)
    }

    fn read_as(&self, env: napi::Env, bytes: &Any, offset: u32, ty: Type) -> napi::Result<Any> {
        let env = js::Env::new(&env);
        let bytes = env
            .bytes(bytes.value(env), <[u8]>::to_vec)
            .map_err(failure::pending)?
            .ok_or_else(|| failure::argument("a Buffer with TL bytes is wanted"))?;
        let bytes = Bytes::from(bytes);
        let start = (offset as usize).min(bytes.len());
        let (value, end) = read::read_some(env, &self.shapes, &bytes.slice(start..), ty)?;
        let end = u32::try_from(start + end).unwrap_or(u32::MAX);
        let pair = env.array(2).map_err(failure::pending)?;
        let end = env.uint(end).map_err(failure::pending)?;
        env.set_element(pair, 0, value).map_err(failure::pending)?;
        env.set_element(pair, 1, end).map_err(failure::pending)?;
        Ok(pair.into())
    }

    pub(crate) fn shapes(&self) -> std::rc::Rc<Shapes> {
        std::rc::Rc::clone(&self.shapes)
    }
}

/// The TL bytes of an object, id first.
#[napi]
pub fn write_object(env: napi::Env, object: Any) -> napi::Result<Any> {
    let env = js::Env::new(&env);
    let bytes = write::object(env, object.value(env))?;
    Ok(env.buffer(&bytes).map_err(failure::pending)?.into())
}

pub(crate) use read::read_whole;
