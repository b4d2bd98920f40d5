//! Telegram's API in Rust types: every constructor and method of the newest layer, one typed
//! error enum per documented method, and the codec that puts them on the wire.
//!
//! # Shapes
//! * A constructor is a struct; its fields are public and named as the schema names them.
//! * A type with several constructors is an enum named `Type…`, as GramJS users know it:
//!   [`api::auth::TypeSentCode`] holds [`api::auth::SentCode`] and its siblings. A variant has
//!   the constructor's own name; a constructor without fields is just a variant. A type
//!   with one constructor is just that struct.
//! * A method is a struct too, and implements [`Method`]: what it answers and how it can fail.
//! * `flags.N?true` is a `bool`, any other optional is an `Option`, `bytes` is
//!   [`bytes::Bytes`], `Vector<T>` is a `Vec`. Several optionals may share one bit: set all of
//!   them or none, or encoding says which one is missing.
//! * Large enum payloads and large optionals are boxed, so that what moves is small.
//!
//! # Names
//! [`NAME`](Combinator::NAME) and [`ID`](Combinator::ID) are those of the schema. Fields that
//! are Rust words get a trailing underscore (`type_`).
//!
//! # Reflection
//! [`reflect`] walks any object by schema tables: it prints (`Debug`), compares, converts to
//! and from JSON, makes random values, and finds the path of a malformed field.

mod codec;
mod errors;
#[rustfmt::skip]
#[allow(missing_docs, clippy::all)] // fields are documented by the TL line above their struct
mod generated;
mod method;
pub mod reflect;

pub use codec::{
    Combinator, Decode, DecodeError, Encode, EncodeError, Fault, Int128, Int256, Malformed, Raw,
    Reader, Writer,
};
pub use errors::{AnyMethodError, ErrorName, MethodError, RpcError};
pub use generated::{LAYER, api, mtproto};
pub use method::{Availability, Method};

mod ids;
pub use ids::{AccessHash, ChannelId, ChatId, UserId};
