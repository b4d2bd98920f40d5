//! Long trials of a server, from outside, over real sockets.
//!
//! Each module is one claim of the README put to the proof: what it does, what it expects, and
//! what it measures. Tests run the same code with small numbers; `cargo xtask full` runs it with
//! the full ones against the program as it is released.
//!
//! Everything random is drawn from [`Dice`] with a known seed, so that what failed once can be made to
//! fail again.

pub mod clients;
pub mod control;
pub mod demo;
pub mod hostile;
pub mod idle;
pub mod kill;
pub mod letters;
pub mod messages;
pub mod program;
pub mod start;
pub mod throughput;

mod dice;
mod figures;
mod line;
mod raw;
mod target;

pub use dice::Dice;
pub use figures::{mean, median, percentile};
pub use line::Line;
pub use raw::{Message, Raw, seal_anything};
pub use target::Target;

/// Why a trial failed, for people.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
