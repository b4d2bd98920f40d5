//! What a connection tells beside the answers to calls.

use bytes::Bytes;

/// Hears what a server sends unasked, and what happens to the connection that bears on it.
///
/// It is called by the task that owns the connection, in order, and has to return at once.
pub trait Listener: Send + Sync {
    /// Something happened.
    fn hear(&self, heard: Heard);
}

/// What a [`Listener`] hears.
#[derive(Clone)]
pub enum Heard {
    /// An object that nobody asked for: updates.
    Object(Bytes),
    /// The server has greeted us, on the first connection or on another after it broke. What was sent meanwhile may
    /// be lost.
    Connected,
    /// The server began a new session, and keeps nothing that it had for the former one.
    NewSession,
    /// A message could not be read; it may have been an update.
    Malformed,
    /// The connection broke and is not made again.
    GivenUp,
}
