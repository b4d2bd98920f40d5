//! The classes of JavaScript that answers are made of.

use std::cell::OnceCell;

use heliogram_tl::reflect::combinators;

use crate::js::{Env, Kept, Refused, Value};

/// A tree of classes, as far as it has been asked for.
pub(crate) struct Shapes {
    class_of: Kept,
    long: Option<Kept>,
    classes: Box<[OnceCell<Kept>]>,
}

impl Shapes {
    pub(super) fn new(
        env: Env<'_>,
        class_of: Value<'_>,
        long: Option<Value<'_>>,
    ) -> Result<Self, Refused> {
        Ok(Self {
            class_of: env.keep(class_of)?,
            long: long.map(|long| env.keep(long)).transpose()?,
            classes: combinators().iter().map(|_| OnceCell::new()).collect(),
        })
    }

    /// What is constructed for the constructor at this index.
    pub(super) fn class<'call>(
        &self,
        env: Env<'call>,
        index: usize,
    ) -> Result<Value<'call>, Refused> {
        if let Some(class) = self.classes[index].get() {
            return env.kept(class);
        }
        let place = env.uint(u32::try_from(index).map_err(|_| Refused)?)?;
        let class = env.call(env.kept(&self.class_of)?, &[place])?;
        let _ = self.classes[index].set(env.keep(class)?);
        Ok(class)
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
