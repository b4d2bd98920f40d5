//! How a call can fail.
//!
//! `core.telegram.org/api/errors`. A server's error is a code and a name, and a name may end in a
//! number. What the method documents is a variant of its own enum, what any method may answer
//! is in [`AnyMethodError`], and the rest is kept as it came. Every one keeps code, raw name, number
//! and the method that failed ([`RpcFailure`]); other libraries lose one or the other.

use std::{convert::Infallible, fmt, sync::Arc, time::Duration};

use heliogram_net::client::ConnectError;
use heliogram_tl::{AnyMethodError, DecodeError, EncodeError, MethodError, RpcError};

use crate::ClientError;

/// Why a call did not give what it promises. `E` is the method's own enum of errors.
///
/// ```
/// use heliogram::{InvokeError, api::account::SendConfirmPhoneCodeError};
///
/// fn advice(error: &InvokeError<SendConfirmPhoneCodeError>) -> &'static str {
///     match error {
///         InvokeError::Method { error: SendConfirmPhoneCodeError::HashInvalid, .. } => "the link is old",
///         error if error.is_unauthorized() => "log in first",
///         error if error.flood_wait().is_some() => "come back later",
///         _ => "something else",
///     }
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError<E> {
    /// An error documented for this very method.
    #[error("{raw}")]
    Method {
        /// Which one.
        error: E,
        /// As it came.
        raw: RpcFailure,
    },
    /// An error that any method may answer: flood waits, migrations, a lost login.
    #[error("{raw}")]
    Any {
        /// Which one.
        error: AnyMethodError,
        /// As it came.
        raw: RpcFailure,
    },
    /// An error of the server that is documented nowhere.
    #[error("{0}")]
    Unlisted(RpcFailure),
    /// The request cannot be written as TL; nothing was sent.
    #[error("{method} was not sent: {source}")]
    Encode {
        /// The method.
        method: &'static str,
        /// What is wrong with the request.
        source: EncodeError,
    },
    /// The answer is not what the method promises; the server and this library disagree on the layer.
    #[error("the answer to {method} cannot be read: {source}")]
    Decode {
        /// The method.
        method: &'static str,
        /// Where and why.
        source: DecodeError,
    },
    /// The answer's packing is damaged.
    #[error("the answer to {method} cannot be unpacked: {problem}")]
    Answer {
        /// The method.
        method: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The client is not connected: `connect` was not called, or `disconnect` was.
    #[error("{method} was not sent: the client is not connected; call connect() first")]
    Disconnected {
        /// The method.
        method: &'static str,
    },
    /// There is no connection and none can be made.
    #[error("{method} was not sent: {source}")]
    Connect {
        /// The method.
        method: &'static str,
        /// Why not.
        source: Arc<ConnectError>,
    },
    /// The server sent the client to another DC, and that could not be reached.
    #[error("{method} belongs to another DC: {source}")]
    Migrate {
        /// The method.
        method: &'static str,
        /// Why it could not be reached.
        source: ClientError,
    },
    /// The method was to be called on another DC, and the authorization could not be carried there.
    #[error("{method} was not sent to DC {dc_id}: {source}")]
    Carry {
        /// The method.
        method: &'static str,
        /// The DC.
        dc_id: u8,
        /// What `auth.exportAuthorization` or `auth.importAuthorization` led to.
        source: Box<CallError>,
    },
    /// The connection ended after the request was sent: it was closed here, or it broke and the
    /// server could not say any more whether the request had arrived. It may have taken effect.
    #[error(
        "the outcome of {method} is unknown: the connection ended after it was sent and before an answer came{}; check whether it took effect before repeating it",
        because(.source)
    )]
    OutcomeUnknown {
        /// The method.
        method: &'static str,
        /// Why there is no connection any more, when none can be made.
        source: Option<Arc<ConnectError>>,
    },
}

/// An error of a call whose method does not matter any more.
pub type CallError = InvokeError<Infallible>;

/// An error of the server, whole: `400: HASH_INVALID (caused by account.sendConfirmPhoneCode)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RpcFailure {
    /// 303, 400, 401, 403, 404, 406, 420, 500 or -503.
    pub code: i32,
    /// The name as received, number included: `FLOOD_WAIT_30`.
    pub name: String,
    /// The method that was called.
    pub method: &'static str,
}

impl RpcFailure {
    pub(crate) fn new(error: RpcError, method: &'static str) -> Self {
        let RpcError { code, name } = error;
        Self { code, name, method }
    }

    /// The number in the name: 30 in `FLOOD_WAIT_30`.
    #[must_use]
    pub fn value(&self) -> Option<i32> {
        self.to_rpc().value()
    }

    /// Code and name alone.
    #[must_use]
    pub fn to_rpc(&self) -> RpcError {
        RpcError::new(self.code, self.name.clone())
    }
}

impl fmt::Display for RpcFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, name, method } = self;
        write!(f, "{code}: {name} (caused by {method})")
    }
}

impl std::error::Error for RpcFailure {}

impl<E: MethodError> InvokeError<E> {
    /// Sorts an error of the server: the method's own first, then those of any method.
    pub(crate) fn from_rpc(error: RpcError, method: &'static str) -> Self {
        let own = E::from_rpc(&error);
        let any = AnyMethodError::from_rpc(&error);
        let raw = RpcFailure::new(error, method);
        match (own, any) {
            (Some(error), _) => Self::Method { error, raw },
            (None, Some(error)) => Self::Any { error, raw },
            (None, None) => Self::Unlisted(raw),
        }
    }
}

impl<E> InvokeError<E> {
    /// The server's error, when it is one.
    #[must_use]
    pub fn rpc(&self) -> Option<&RpcFailure> {
        match self {
            Self::Method { raw, .. } | Self::Any { raw, .. } | Self::Unlisted(raw) => Some(raw),
            _ => None,
        }
    }

    /// How long to wait before this call may be repeated, after `FLOOD_WAIT_n` and its kin.
    #[must_use]
    pub fn flood_wait(&self) -> Option<Duration> {
        self.rpc().and_then(|raw| flood_wait(&raw.to_rpc()))
    }

    /// Whether the session is not logged in, or no longer (any 401 but a missing password).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.rpc()
            .is_some_and(|raw| is_unauthorized(raw.code, &raw.name))
    }

    /// The DC where the server says that the call belongs: 4 for `FILE_MIGRATE_4`. Call there with
    /// [`invoke_on`](crate::TelegramClient::invoke_on).
    #[must_use]
    pub fn belongs_on(&self) -> Option<u8> {
        let rpc = self.rpc()?.to_rpc();
        let dc = rpc.value().filter(|_| rpc.kind().ends_with("_MIGRATE"))?;
        u8::try_from(dc).ok()
    }

    /// Whether the account's password has to follow.
    #[must_use]
    pub fn is_password_needed(&self) -> bool {
        self.is("SESSION_PASSWORD_NEEDED")
    }

    /// Whether the server's error has this name, number aside: `error.is("FLOOD_WAIT")`.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.rpc()
            .is_some_and(|raw| raw.name == name || raw.to_rpc().kind() == name)
    }

    /// The same error without the method's own enum, for code that calls several methods.
    #[must_use]
    pub fn erase(self) -> CallError {
        match self {
            Self::Method { raw, .. } | Self::Unlisted(raw) => InvokeError::Unlisted(raw),
            Self::Any { error, raw } => InvokeError::Any { error, raw },
            Self::Encode { method, source } => InvokeError::Encode { method, source },
            Self::Decode { method, source } => InvokeError::Decode { method, source },
            Self::Disconnected { method } => InvokeError::Disconnected { method },
            Self::Connect { method, source } => InvokeError::Connect { method, source },
            Self::Migrate { method, source } => InvokeError::Migrate { method, source },
            Self::Carry {
                method,
                dc_id,
                source,
            } => InvokeError::Carry {
                method,
                dc_id,
                source,
            },
            Self::Answer { method, problem } => InvokeError::Answer { method, problem },
            Self::OutcomeUnknown { method, source } => {
                InvokeError::OutcomeUnknown { method, source }
            }
        }
    }
}

/// The reason in brackets, when there is one.
fn because(source: &Option<Arc<ConnectError>>) -> String {
    match source {
        Some(error) => format!(" ({error})"),
        None => String::new(),
    }
}

pub(crate) fn is_unauthorized(code: i32, name: &str) -> bool {
    code == 401 && name != "SESSION_PASSWORD_NEEDED"
}

/// How long an error of the server asks to wait; none for other errors.
pub(crate) fn flood_wait(error: &RpcError) -> Option<Duration> {
    match AnyMethodError::from_rpc(error)? {
        AnyMethodError::FloodWait(seconds)
        | AnyMethodError::FloodPremiumWait(seconds)
        | AnyMethodError::FloodTestPhoneWait(seconds) => {
            Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use heliogram_tl::api::account::SendConfirmPhoneCodeError;

    use super::*;

    fn error(code: i32, name: &str) -> InvokeError<SendConfirmPhoneCodeError> {
        InvokeError::from_rpc(RpcError::new(code, name), "account.sendConfirmPhoneCode")
    }

    #[test]
    fn reads_as_gramjs_users_know_it() {
        assert_eq!(
            error(400, "HASH_INVALID").to_string(),
            "400: HASH_INVALID (caused by account.sendConfirmPhoneCode)"
        );
    }

    #[test]
    fn a_documented_error_is_a_variant_and_keeps_its_raw_form() {
        let InvokeError::Method { error, raw } = error(400, "HASH_INVALID") else {
            panic!("documented for the method");
        };
        assert_eq!(error, SendConfirmPhoneCodeError::HashInvalid);
        assert_eq!((raw.code, raw.name.as_str()), (400, "HASH_INVALID"));
    }

    #[test]
    fn a_flood_wait_keeps_its_name_and_its_seconds() {
        let error = error(420, "FLOOD_WAIT_61");
        assert_eq!(error.flood_wait(), Some(Duration::from_secs(61)));
        assert_eq!(error.rpc().unwrap().name, "FLOOD_WAIT_61");
        assert_eq!(error.rpc().unwrap().value(), Some(61));
        assert!(error.is("FLOOD_WAIT"));
        assert!(matches!(
            error,
            InvokeError::Any {
                error: AnyMethodError::FloodWait(61),
                ..
            }
        ));
    }

    #[test]
    fn a_lost_login_is_told_from_a_missing_password() {
        assert!(error(401, "AUTH_KEY_UNREGISTERED").is_unauthorized());
        assert!(!error(401, "SESSION_PASSWORD_NEEDED").is_unauthorized());
        assert!(error(401, "SESSION_PASSWORD_NEEDED").is_password_needed());
    }

    #[test]
    fn a_migration_names_the_dc() {
        assert_eq!(error(400, "FILE_MIGRATE_4").belongs_on(), Some(4));
        assert_eq!(error(303, "STATS_MIGRATE_2").belongs_on(), Some(2));
        assert_eq!(error(420, "FLOOD_WAIT_4").belongs_on(), None);
        assert_eq!(error(303, "FILE_MIGRATE_4000").belongs_on(), None);
    }

    #[test]
    fn a_name_no_list_has_is_kept_as_it_came() {
        let error = error(400, "BRAND_NEW_7");
        assert!(matches!(&error, InvokeError::Unlisted(raw) if raw.name == "BRAND_NEW_7"));
        assert_eq!(error.flood_wait(), None);
    }
}
