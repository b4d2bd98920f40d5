//! The client's end: a connection that makes its key, numbers its calls and comes back when
//! it breaks.

mod backoff;
mod connection;
mod driver;
mod error;
mod exchange;
mod listener;

pub use connection::{Connection, ConnectionConfig, Greeted};
pub use error::{CallFailure, ConnectError};
pub use exchange::make_key;
pub use listener::{Heard, Listener};
