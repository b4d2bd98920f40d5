//! Errors as an `rpc_error` carries them, and as types.
//!
//! `core.telegram.org/api/errors`. On the wire an error is a code and a name, and a name may end in
//! a number: `FLOOD_WAIT_30`. Each documented method has an enum of the names documented
//! for it; what any method may answer stands in [`AnyMethodError`]. All are thin views
//! of one table of (code, name).

use std::fmt;
use std::mem::discriminant;

use crate::generated::errors::ERRORS;

pub use crate::generated::errors::AnyMethodError;

/// An entry of the table of documented errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorName {
    /// The code it is documented with.
    pub code: i32,
    /// The name, with `%d` where a number stands.
    pub pattern: &'static str,
    /// The name of the Rust variant.
    pub variant: &'static str,
}

impl ErrorName {
    /// Every documented pair of code and name, sorted by name.
    pub const ALL: &'static [Self] = ERRORS;

    /// Whether `name` is of this pattern, and with which number (0 when the pattern has none).
    #[must_use]
    pub fn matches(&self, name: &str) -> Option<i32> {
        match self.pattern.split_once("%d") {
            None => (self.pattern == name).then_some(0),
            Some((before, after)) => name
                .strip_prefix(before)?
                .strip_suffix(after)?
                .parse()
                .ok()
                .filter(|number| *number >= 0),
        }
    }
}

/// The errors of one method, or those of any method.
pub trait MethodError: Copy + fmt::Debug + fmt::Display + 'static {
    /// Every variant with its index in [`ErrorName::ALL`]; variants with a number hold 0.
    const VARIANTS: &'static [(u16, Self)];

    /// The index of this variant in [`ErrorName::ALL`].
    fn index(self) -> u16 {
        let same = |(_, other): &&(u16, Self)| discriminant(other) == discriminant(&self);
        Self::VARIANTS
            .iter()
            .find(same)
            .expect("every variant is listed")
            .0
    }

    /// The number in the name, for variants that have one.
    fn value(self) -> Option<i32> {
        None
    }

    /// The same variant with another number.
    #[must_use]
    fn with_value(self, _value: i32) -> Self {
        self
    }

    /// The documented code and name.
    fn name(self) -> &'static ErrorName {
        &ErrorName::ALL[usize::from(self.index())]
    }

    /// The error as it goes on the wire.
    fn to_rpc(self) -> RpcError {
        RpcError {
            code: self.name().code,
            name: self.to_string(),
        }
    }

    /// The variant for an error from the wire. The name decides; among variants that share a
    /// name, the code does.
    fn from_rpc(error: &RpcError) -> Option<Self> {
        let mut found = None;
        for (index, variant) in Self::VARIANTS {
            let name = &ErrorName::ALL[usize::from(*index)];
            if let Some(value) = name.matches(&error.name) {
                if name.code == error.code {
                    return Some(variant.with_value(value));
                }
                found.get_or_insert(variant.with_value(value));
            }
        }
        found
    }
}

/// An error as the wire carries it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RpcError {
    /// 303, 400, 401, 403, 404, 406, 420, 500 or -503.
    pub code: i32,
    /// The name as received, number included: `FLOOD_WAIT_30`.
    pub name: String,
}

impl RpcError {
    /// An error by code and name.
    #[must_use]
    pub fn new(code: i32, name: impl Into<String>) -> Self {
        Self {
            code,
            name: name.into(),
        }
    }

    /// The number in the name, whatever the name: 30 in `FLOOD_WAIT_30`, 4 in `PHONE_MIGRATE_4`.
    #[must_use]
    pub fn value(&self) -> Option<i32> {
        self.name.rsplit('_').find_map(|part| part.parse().ok())
    }

    /// The name without its number: `FLOOD_WAIT`.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self.name.rsplit_once('_') {
            Some((kind, number)) if number.bytes().all(|b| b.is_ascii_digit()) => kind,
            _ => &self.name,
        }
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.name)
    }
}

impl std::error::Error for RpcError {}

/// The errors of a method that documents none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Undocumented {}

view!(Undocumented);

impl MethodError for Undocumented {
    const VARIANTS: &'static [(u16, Self)] = &[];

    fn index(self) -> u16 {
        match self {}
    }
}

/// `Debug` and `Display` by the table, compiled where they are used.
macro_rules! view {
    ($name:ty) => {
        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::errors::debug(*self, f)
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                crate::errors::display(*self, f)
            }
        }
    };
}

pub(crate) use view;

pub(crate) fn debug<E: MethodError>(error: E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    debug_entry(error.name(), error.value(), f)
}

pub(crate) fn display<E: MethodError>(error: E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    display_entry(error.name(), error.value(), f)
}

fn debug_entry(entry: &ErrorName, value: Option<i32>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let variant = entry.variant;
    match value {
        Some(value) => write!(f, "{variant}({value})"),
        None => f.write_str(variant),
    }
}

fn display_entry(entry: &ErrorName, value: Option<i32>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (value, entry.pattern.split_once("%d")) {
        (Some(value), Some((before, after))) => write!(f, "{before}{value}{after}"),
        _ => f.write_str(entry.pattern),
    }
}
