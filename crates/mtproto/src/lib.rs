//! MTProto 2.0 as values: bytes and the time come in, bytes and events go out.
//!
//! Nothing here opens a socket, reads a clock, draws randomness or waits: all of that comes in
//! as arguments. Client and server share every module, so a whole conversation runs in a test
//! in memory.
//!
//! # The walk of a message
//! * [`transport`] cuts the bytes of a connection into packets and back.
//! * [`exchange`] makes the authorization key, in plaintext packets.
//! * [`envelope`] encrypts and decrypts packets under that key.
//! * [`session`] numbers messages, acknowledges them and finds what was lost.
//!
//! They do not call each other: the driver of a connection joins them.

pub mod envelope;
pub mod exchange;
pub mod ids;
pub mod session;
pub mod transport;
