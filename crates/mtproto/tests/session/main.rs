//! Sessions, both roles, in memory: one file per behaviour.

mod pair;

mod acknowledgments;
mod bad_messages;
mod clock_skew;
mod containers;
mod duplicates;
mod exactly_once;
mod garbage;
mod idle;
mod losses;
mod packed;
mod pings;
mod resends;
mod salt_rotation;
mod service_calls;
