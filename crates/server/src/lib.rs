//! A Telegram server you can drive from a test: accounts, codes, passwords and deletions, on a clock that can
//! be moved and with an inbox that can be read.
//!
//! [`Core`] is the server without its sockets.

mod answer;
mod chats;
mod clock;
mod codes;
mod control;
mod core;
mod coverage;
mod cx;
mod dashboard;
mod datacenters;
mod deadlines;
mod deletion;
mod dispatch;
mod files;
mod fixtures;
mod gateway;
mod identity;
mod inbox;
mod instrument;
mod keys;
mod login;
mod media;
mod methods;
mod notices;
mod operations;
mod options;
mod password;
mod people;
mod perform;
mod phone;
mod port;
mod push;
mod randomness;
mod ready;
mod recipe;
mod server;
mod store;
pub mod test_server;
mod waiting;
mod worlds;
mod wrappers;
mod writer;

pub use crate::clock::{ClockReading, WireClock};
pub use crate::control::{ControlToken, TokenError};
pub use crate::core::{Call, Core, CoreOptions, KeyKind, KnownKey, Limits, OpenError, Reply};
pub use crate::coverage::{Coverage, MethodCoverage, method_coverage, seen_foreign};
pub use crate::fixtures::{FixtureError, Fixtures};
pub use crate::identity::{IdentityError, PublicIdentity};
pub use crate::inbox::{InboxItem, InboxKind};
pub use crate::instrument::{
    AnsweredBy, By, ByError, CallAnswer, CallError, Entry, Filter, HIDDEN, Journal, Secrets, hide,
    left_out, make_canonical, to_ndjson,
};
pub use crate::instrument::{
    Event, Events, Fault, FaultKind, Faults, Migration, NewFault, NewRule, Rule, RuleAction, Rules,
    Scenario, ScriptedError, Strikes, Trigger, WireFault,
};
pub use crate::operations::{
    Created, MintedKey, MintedSession, NewUser, OperationError, Session, SessionStanding, UserEdit,
    UserSummary,
};
pub use crate::port::{MAX_PORT, bind};
pub use crate::push::{CallingSession, Push, PushKind, Recipient, in_layer};
pub use crate::ready::Ready;
pub use crate::recipe::{Library, Recipe};
pub use crate::server::{NewWorld, Server, ServerOptions, StartError, WorldError};
pub use crate::test_server::{TestServer, TestUser, TestWorld};
pub use crate::worlds::{MAIN, Reach, World, Worlds};
