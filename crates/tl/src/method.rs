//! What both ends agree on about a method.

use crate::{Combinator, Decode, Encode, MethodError};

/// A function of the schema: its arguments are the struct's fields, and the rest of what
/// both ends must agree on is here.
pub trait Method: Combinator + Encode + Decode {
    /// What a successful call answers.
    type Response: Encode + Decode;
    /// The errors documented for this very method; those of any method are
    /// [`AnyMethodError`](crate::AnyMethodError).
    type Error: MethodError;
    /// Whether user accounts may call it.
    const USERS: Availability;
    /// Whether bots may call it.
    const BOTS: Availability;
}

/// Whether a kind of account may call a method. Unknown does not mean yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Availability {
    /// Documented as available.
    Yes,
    /// Documented as not available.
    No,
    /// Not documented.
    Unknown,
}
