//! The client against a server that does what a test tells it to, faults included.

#[path = "scripted_peer/account.rs"]
mod account;
#[path = "scripted_peer/connection.rs"]
mod connection;
#[path = "scripted_peer/peer.rs"]
mod peer;
#[path = "scripted_peer/remedies.rs"]
mod remedies;
#[path = "scripted_peer/updates.rs"]
mod updates;
