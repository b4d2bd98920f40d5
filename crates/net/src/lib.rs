//! MTProto over tokio sockets: what joins the protocol values of `heliogram-mtproto` to a
//! network.
//!
//! Only this crate and what stands on it know tokio.

pub mod client;

mod dial;
mod entropy;
mod socket;
mod stream;

pub use dial::{Address, DialError, NotAnAddress, Transport, dial};
pub use entropy::{SystemRandom, wire_now};
pub use socket::{Dial, Dialling, Socket};
pub use stream::{PacketStream, StreamError};
