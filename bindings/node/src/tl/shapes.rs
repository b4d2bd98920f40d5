//! The functions of JavaScript that make objects of the schema and take them apart, one of each for a class.

use std::{cell::OnceCell, cell::RefCell, collections::HashMap, rc::Rc};

use heliogram_tl::reflect::combinators;

use crate::js::{Env, Kept, Refused, Value};

/// What answers are made of: a tree of classes, as far as it has been asked for.
pub(crate) struct Shapes {
    makers: Functions,
    long: Option<Kept>,
}

impl Shapes {
    pub(super) fn new(
        env: Env<'_>,
        maker_of: Value<'_>,
        long: Option<Value<'_>>,
    ) -> Result<Self, Refused> {
        Ok(Self {
            makers: Functions::new(env, maker_of)?,
            long: long.map(|long| env.keep(long)).transpose()?,
        })
    }

    /// What is constructed with the fields of the constructor at this index.
    pub(super) fn maker<'call>(
        &self,
        env: Env<'call>,
        index: usize,
    ) -> Result<Value<'call>, Refused> {
        self.makers.get(env, index)
    }

    pub(super) fn long<'call>(
        &self,
        env: Env<'call>,
        bigint: Value<'call>,
    ) -> Result<Value<'call>, Refused> {
        match &self.long {
            Some(long) => env.call(env.kept(long)?, &[bigint]),
            None => Ok(bigint),
        }
    }
}

/// What is called with an object and gives an array: which fields are there, 32 bits each, and then the values of those,
/// in wire order. Flags have a bit and no value.
pub(super) struct Takers(Functions);

thread_local! {
    /// Of each environment of this thread: objects are taken apart by their fields' names, which are the same in all trees.
    static TAKERS: RefCell<HashMap<usize, Rc<Takers>>> = RefCell::default();
}

impl Takers {
    pub(super) fn set(env: Env<'_>, taker_of: Value<'_>) -> Result<(), Refused> {
        let takers = Rc::new(Self(Functions::new(env, taker_of)?));
        TAKERS.with_borrow_mut(|all| all.insert(env.name(), takers));
        Ok(())
    }

    /// Those of the running JavaScript; none before it has made a codec.
    pub(super) fn of(env: Env<'_>) -> Option<Rc<Self>> {
        TAKERS.with_borrow(|all| all.get(&env.name()).cloned())
    }

    pub(super) fn get<'call>(
        &self,
        env: Env<'call>,
        index: usize,
    ) -> Result<Value<'call>, Refused> {
        self.0.get(env, index)
    }
}

/// A function for each combinator, got from JavaScript when it is first needed.
struct Functions {
    of: Kept,
    got: Box<[OnceCell<Kept>]>,
}

impl Functions {
    fn new(env: Env<'_>, of: Value<'_>) -> Result<Self, Refused> {
        Ok(Self {
            of: env.keep(of)?,
            got: combinators().iter().map(|_| OnceCell::new()).collect(),
        })
    }

    fn get<'call>(&self, env: Env<'call>, index: usize) -> Result<Value<'call>, Refused> {
        if let Some(function) = self.got[index].get() {
            return env.kept(function);
        }
        let place = env.uint(u32::try_from(index).map_err(|_| Refused)?)?;
        let function = env.call(env.kept(&self.of)?, &[place])?;
        let _ = self.got[index].set(env.keep(function)?);
        Ok(function)
    }
}
