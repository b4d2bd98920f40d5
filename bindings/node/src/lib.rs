//! Heliogram for Node.js: what the npm package `heliogram` calls.
//!
//! The socket, the ciphers, the codec, the session and the client are the Rust crates'. This crate carries values over
//! Node-API: JavaScript objects become TL bytes ([`tl`]), answers and updates come back as objects of the classes that
//! JavaScript made for them, and everything that arrives goes through one queue into one callback ([`delivery`]).
//!
//! One thread of its own runs all clients of the process ([`runtime`]); JavaScript's thread never waits for it.

mod client;
mod delivery;
mod failure;
mod files;
mod js;
mod log;
mod mime;
mod options;
mod password;
mod peers;
mod runtime;
mod session;
mod text;
mod tl;
mod updates;
