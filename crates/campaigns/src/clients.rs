//! What clients say first.

use heliogram::{LAYER, api};
use heliogram_tl::{Encode, Writer};

use crate::Failure;

/// A call as the first one of a client: with its layer and what it is.
///
/// # Errors
/// When the call lacks a field.
pub fn greeted(call: &impl Encode) -> Result<Vec<u8>, Failure> {
    wrapped(&call.to_bytes()?)
}

/// The same for a call in bytes.
///
/// # Errors
/// Never, as long as the texts here are short.
pub fn wrapped(call: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut out = Writer::new();
    out.id(INVOKE_WITH_LAYER);
    out.word(LAYER.cast_unsigned());
    out.id(INIT_CONNECTION);
    out.word(0);
    out.word(12345);
    for text in ["trial", "linux", "1.0", "en", "", "en"] {
        out.byte_string(text.as_bytes());
    }
    out.raw(call);
    Ok(out.finish()?)
}

/// The users of an answer of users.
#[must_use]
pub fn phone_of(user: &api::TypeUser) -> Option<&str> {
    match user {
        api::TypeUser::User(user) => user.phone.as_deref(),
        _ => None,
    }
}

/// `invokeWithLayer#da9b0d0d {X:Type} layer:int query:!X = X`
const INVOKE_WITH_LAYER: u32 = 0xda9b_0d0d;
/// `initConnection#c1cd5ea9 {X:Type} flags:# api_id:int device_model:string system_version:string
/// app_version:string system_lang_code:string lang_pack:string lang_code:string ...`
const INIT_CONNECTION: u32 = 0xc1cd_5ea9;
