//! Every fault breaks a client that was written without care for it, and not ours.
//!
//! The careless one (`faults/careless.rs`) sends a call once and believes what comes; each test says what becomes
//! of it. Ours is `heliogram` as anyone would use it.

#[path = "faults/careless.rs"]
mod careless;
#[path = "faults/world.rs"]
mod world;

#[path = "faults/answers.rs"]
mod answers;
#[path = "faults/errors.rs"]
mod errors;
#[path = "faults/scenarios.rs"]
mod scenarios;
#[path = "faults/sessions.rs"]
mod sessions;
#[path = "faults/transport.rs"]
mod transport;
#[path = "faults/updates.rs"]
mod updates;
