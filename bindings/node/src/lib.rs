//! Heliogram for Node.js: what the npm package `heliogram` calls.
//!
//! The socket, the ciphers, the codec, the session and the client are the Rust crates'. This crate carries values over
//! Node-API: JavaScript objects become TL bytes (`tl`), answers and updates come back as objects of the classes that
//! JavaScript made for them, and everything that arrives goes through one queue into one callback (`delivery`).
//!
//! One thread of its own runs all clients of the process (`runtime`); JavaScript's thread never waits for it.

// Compiled for tests, napi's macros export nothing, and then nobody uses what is exported. There are no tests in here, but
// `--all-targets` compiles for them.
#![cfg_attr(test, allow(dead_code))]

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
mod random;
mod runtime;
mod session;
mod text;
mod tl;
mod updates;
