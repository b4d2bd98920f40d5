//! Reads TL text, the language Telegram's API and MTProto are described in, into a model.
//!
//! A schema is a list of combinators: constructors, which make values of a type, and
//! functions, which answer with a value of a type.
//!
//! ```text
//! account.sendConfirmPhoneCode#1b3faa88 hash:string settings:CodeSettings = auth.SentCode;
//! ^ namespace and name          ^ id     ^ parameters                       ^ result type
//! ```
//!
//! The authority is `core.telegram.org/mtproto/TL`. What is left out: combinators without an
//! id (the built-in types, and the `tls*` lines), and the few that MTProto documents only in
//! comments (`message`, `msg_container`, `rpc_result` ...), which are written by hand elsewhere.

mod diff;
mod id;
mod model;
mod parse;

pub use diff::{Difference, difference};
pub use id::{combinator_id, fingerprint};
pub use model::{Combinator, Kind, Name, Param, ParamType, Schema, Type};
pub use parse::{ParseError, parse};
