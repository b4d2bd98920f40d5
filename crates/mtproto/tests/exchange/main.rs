//! The key exchange, through its public API.

#[path = "../kit/hex.rs"]
mod hex;
#[path = "../kit/mutation.rs"]
mod mutation;
#[path = "../kit/script.rs"]
mod script;
#[path = "../kit/stream.rs"]
mod stream;

mod both_sides;
mod client_checks;
mod hostile_bytes;
mod kit;
mod sample;
