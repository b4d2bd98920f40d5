//! Random numbers, so that JavaScript need not load its whole cryptography for one.

use napi_derive::napi;

use crate::{
    failure,
    js::{self, Any},
};

/// A BigInt of 64 random bits, signed: the `random_id` of something that is sent.
#[napi]
pub fn random_long(env: napi::Env) -> napi::Result<Any> {
    let bits = getrandom::u64().map_err(|error| failure::argument(&error.to_string()))?;
    let long = js::Env::new(&env).bigint(bits as i64);
    Ok(long.map_err(failure::pending)?.into())
}
