//! The kinds of faults: their names, their settings, and what each does to a call.

use std::time::Duration;

use heliogram_tl::RpcError;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{PartialSchema, ToSchema};

use super::super::Script;
use super::super::trigger::malformed;
use super::WireFault;
use crate::operations::OperationError;

/// The longest delay: beyond it, every client has given up.
const MAX_DELAY: Duration = Duration::from_secs(3600);
/// What a server says when something inside it failed.
const INTERNAL: &str = "RPC_CALL_FAIL";

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FaultKind {
    /// `420 FLOOD_WAIT_n`, before the call.
    FloodWait {
        /// How long the client is told to wait.
        #[schema(maximum = 2_147_483_647)]
        seconds: u32,
    },
    /// `303 PHONE_MIGRATE_n` and its kin, before the call.
    Migrate {
        /// What lives elsewhere.
        #[schema(schema_with = <Migration as PartialSchema>::schema)]
        what: Migration,
        /// The DC that the client is sent to.
        #[schema(minimum = 1, maximum = 1000)]
        dc: i32,
    },
    /// `500` with a name, before the call.
    InternalError {
        /// In capitals; `RPC_CALL_FAIL` when it is left out.
        #[serde(default = "internal")]
        #[schema(pattern = "^[A-Z0-9_]{1,64}$")]
        name: String,
    },
    /// `-503 Timeout`, before the call.
    Timeout {},
    /// The call waits before it is executed.
    Delay {
        /// How long; an hour at most.
        #[schema(maximum = 3_600_000)]
        milliseconds: u64,
    },
    /// The call gets lost on the way: it is not executed, and asked for its state the session has never seen it.
    DropRequest {},
    /// The answer gets lost on the way, after the call.
    DropReply {},
    /// The connection is closed in the middle of the answer's packet, after the call.
    CloseMidFrame {},
    /// The connection is closed after so many bytes of the answer's packet, after the call.
    CutAfter {
        /// How many bytes get through, the frame's included; 0 for none.
        bytes: usize,
    },
    /// The answer comes under a `msg_key` that does not fit it, after the call. The connection stays open.
    WrongMsgKey {},
    /// A transport error in place of an answer, before the call; the connection is closed.
    TransportError {
        /// -404 (auth key unknown), -429 (flood) or -444 (wrong DC).
        #[schema(schema_with = transport_errors)]
        code: i32,
    },
    /// `bad_server_salt`, before the call.
    BadServerSalt {},
    /// The call is answered, and then no salt known so far holds any more.
    SaltRotation {},
    /// The server's end of the session is replaced as in a restart, with this call as the first message of the new one:
    /// `new_session_created`, then the answer. Calls sent before get none unless they come again.
    NewSessionCreated {},
    /// From this call on, the session acknowledges late, if an answer does not do it first.
    SlowAcks {
        /// How late; an hour at most.
        #[schema(maximum = 3_600_000)]
        milliseconds: u64,
    },
    /// From this call on, the session sends no acknowledgments.
    LostAcks {},
    /// From this call on, the session reports wrong sequence numbers (`bad_msg_notification` 32 to 35) and does not
    /// execute what came under them.
    StrictSeqNo {},
    /// The login of the session is revoked, as from another device, before the call: 401 `SESSION_REVOKED` for
    /// this call and all later ones.
    SessionRevoked {},
    /// An update comes twice.
    DuplicateUpdate {},
    /// An update does not come; the next one shows a gap in pts.
    PtsGap {},
    /// `updatesTooLong` comes in place of an update.
    UpdatesTooLong {},
}

/// What lives on another DC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Migration {
    /// The phone number: `PHONE_MIGRATE_n`.
    Phone,
    /// The client's network address: `NETWORK_MIGRATE_n`.
    Network,
    /// The account: `USER_MIGRATE_n`.
    User,
    /// The file: `FILE_MIGRATE_n`.
    File,
    /// The statistics: `STATS_MIGRATE_n`.
    Stats,
}

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strikes {
    /// The call is not executed, or only later.
    Before,
    /// The effect of the call is committed.
    After,
    /// Updates on their way to a user's sessions.
    Updates,
}

/// What a fault does, checked.
pub(super) enum Effect {
    Error(RpcError),
    Delay(Duration),
    /// Not executed.
    Instead(WireFault),
    /// Executed.
    Besides(WireFault),
    Revoke,
    Update(UpdateFault),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UpdateFault {
    Duplicate,
    Swallow,
    TooLong,
}

impl FaultKind {
    /// One of each kind, with settings one could use.
    #[must_use]
    pub fn examples() -> Vec<Self> {
        vec![
            Self::FloodWait { seconds: 30 },
            Self::Migrate {
                what: Migration::Phone,
                dc: 4,
            },
            Self::InternalError { name: internal() },
            Self::Timeout {},
            Self::Delay { milliseconds: 1500 },
            Self::DropRequest {},
            Self::DropReply {},
            Self::CloseMidFrame {},
            Self::CutAfter { bytes: 10 },
            Self::WrongMsgKey {},
            Self::TransportError { code: -404 },
            Self::BadServerSalt {},
            Self::SaltRotation {},
            Self::NewSessionCreated {},
            Self::SlowAcks { milliseconds: 5000 },
            Self::LostAcks {},
            Self::StrictSeqNo {},
            Self::SessionRevoked {},
            Self::DuplicateUpdate {},
            Self::PtsGap {},
            Self::UpdatesTooLong {},
        ]
    }

    /// Its name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::FloodWait { .. } => "flood_wait",
            Self::Migrate { .. } => "migrate",
            Self::InternalError { .. } => "internal_error",
            Self::Timeout {} => "timeout",
            Self::Delay { .. } => "delay",
            Self::DropRequest {} => "drop_request",
            Self::DropReply {} => "drop_reply",
            Self::CloseMidFrame {} => "close_mid_frame",
            Self::CutAfter { .. } => "cut_after",
            Self::WrongMsgKey {} => "wrong_msg_key",
            Self::TransportError { .. } => "transport_error",
            Self::BadServerSalt {} => "bad_server_salt",
            Self::SaltRotation {} => "salt_rotation",
            Self::NewSessionCreated {} => "new_session_created",
            Self::SlowAcks { .. } => "slow_acks",
            Self::LostAcks {} => "lost_acks",
            Self::StrictSeqNo {} => "strict_seq_no",
            Self::SessionRevoked {} => "session_revoked",
            Self::DuplicateUpdate {} => "duplicate_update",
            Self::PtsGap {} => "pts_gap",
            Self::UpdatesTooLong {} => "updates_too_long",
        }
    }

    /// Where it strikes.
    #[must_use]
    pub fn strikes(&self) -> Strikes {
        match self {
            Self::FloodWait { .. }
            | Self::Migrate { .. }
            | Self::InternalError { .. }
            | Self::Timeout {}
            | Self::Delay { .. }
            | Self::DropRequest {}
            | Self::TransportError { .. }
            | Self::BadServerSalt {}
            | Self::SessionRevoked {} => Strikes::Before,
            Self::DropReply {}
            | Self::CloseMidFrame {}
            | Self::CutAfter { .. }
            | Self::WrongMsgKey {}
            | Self::SaltRotation {}
            | Self::NewSessionCreated {}
            | Self::SlowAcks { .. }
            | Self::LostAcks {}
            | Self::StrictSeqNo {} => Strikes::After,
            Self::DuplicateUpdate {} | Self::PtsGap {} | Self::UpdatesTooLong {} => {
                Strikes::Updates
            }
        }
    }

    pub(super) fn effect(&self) -> Result<Effect, OperationError> {
        Ok(match self {
            Self::FloodWait { seconds } => {
                let seconds = i32::try_from(*seconds).map_err(|_| {
                    malformed("seconds", format!("{seconds} is more than i32 holds"))
                })?;
                Effect::Error(RpcError::new(420, format!("FLOOD_WAIT_{seconds}")))
            }
            Self::Migrate { what, dc } => {
                if !(1..=MAX_DC).contains(dc) {
                    return Err(malformed("dc", format!("{dc} is not one of 1 to {MAX_DC}")));
                }
                Effect::Error(RpcError::new(303, format!("{}_MIGRATE_{dc}", what.word())))
            }
            Self::InternalError { name } => {
                let spelled = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
                if name.is_empty() || name.len() > 64 || !name.chars().all(spelled) {
                    return Err(malformed(
                        "name",
                        format!("{name:?} is no name of an error; write it like {INTERNAL}"),
                    ));
                }
                Effect::Error(RpcError::new(500, name.clone()))
            }
            Self::Timeout {} => Effect::Error(RpcError::new(-503, "Timeout")),
            Self::Delay { milliseconds } => Effect::Delay(delay(*milliseconds)?),
            Self::DropRequest {} => Effect::Instead(WireFault::DropRequest),
            Self::DropReply {} => Effect::Besides(WireFault::DropReply),
            Self::CloseMidFrame {} => Effect::Besides(WireFault::CloseMidFrame),
            Self::CutAfter { bytes } => Effect::Besides(WireFault::CutAfter(*bytes)),
            Self::WrongMsgKey {} => Effect::Besides(WireFault::WrongMsgKey),
            Self::TransportError { code } => match code {
                -404 | -429 | -444 => Effect::Instead(WireFault::TransportError(*code)),
                _ => {
                    return Err(malformed(
                        "code",
                        format!("{code} is not one of -404, -429 and -444"),
                    ));
                }
            },
            Self::BadServerSalt {} => Effect::Instead(WireFault::BadServerSalt),
            Self::SaltRotation {} => Effect::Besides(WireFault::SaltRotation),
            Self::NewSessionCreated {} => Effect::Besides(WireFault::NewSession),
            Self::SlowAcks { milliseconds } => {
                Effect::Besides(WireFault::AckDelay(Some(delay(*milliseconds)?)))
            }
            Self::LostAcks {} => Effect::Besides(WireFault::AckDelay(None)),
            Self::StrictSeqNo {} => Effect::Besides(WireFault::StrictSeqNo),
            Self::SessionRevoked {} => Effect::Revoke,
            Self::DuplicateUpdate {} => Effect::Update(UpdateFault::Duplicate),
            Self::PtsGap {} => Effect::Update(UpdateFault::Swallow),
            Self::UpdatesTooLong {} => Effect::Update(UpdateFault::TooLong),
        })
    }
}

impl Migration {
    fn word(self) -> &'static str {
        match self {
            Self::Phone => "PHONE",
            Self::Network => "NETWORK",
            Self::User => "USER",
            Self::File => "FILE",
            Self::Stats => "STATS",
        }
    }
}

impl Effect {
    pub(super) fn put_into(&self, script: &mut Script) {
        match self {
            Self::Error(error) => script.answer = Some(Err(error.clone())),
            Self::Delay(delay) => script.delay += *delay,
            Self::Instead(wire) => {
                script.wire = Some(*wire);
                script.answer = Some(Err(not_executed(*wire)));
            }
            Self::Besides(wire) => script.wire = Some(*wire),
            Self::Revoke => script.revoke = true,
            // Never struck by a call.
            Self::Update(_) => {}
        }
    }
}

/// What stands in the journal for a call that was not executed. It goes to no client.
fn not_executed(wire: WireFault) -> RpcError {
    match wire {
        WireFault::BadServerSalt => RpcError::new(48, "BAD_SERVER_SALT"),
        WireFault::TransportError(code) => RpcError::new(code, "TRANSPORT_ERROR"),
        _ => RpcError::new(0, "REQUEST_LOST"),
    }
}

fn delay(milliseconds: u64) -> Result<Duration, OperationError> {
    let delay = Duration::from_millis(milliseconds);
    if delay > MAX_DELAY {
        return Err(malformed(
            "milliseconds",
            format!("{milliseconds} is more than an hour"),
        ));
    }
    Ok(delay)
}

fn transport_errors() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .enum_values(Some([-404, -429, -444]))
        .build()
}

fn internal() -> String {
    INTERNAL.to_owned()
}

/// Production has 1 to 5 and a few more that only serve files.
const MAX_DC: i32 = 1000;

#[cfg(test)]
mod tests {
    use super::super::NewFault;
    use super::*;

    #[test]
    fn every_kind_has_one_spelling_in_both_directions() {
        for kind in FaultKind::examples() {
            let json = serde_json::to_value(NewFault::new(kind.clone())).unwrap();
            assert_eq!(json["kind"], kind.name());
            assert_eq!(serde_json::from_value::<NewFault>(json).unwrap().kind, kind);
        }
    }

    #[test]
    fn a_fault_and_its_trigger_are_one_object() {
        let text = r#"{"kind": "flood_wait", "seconds": 3, "method": "auth.sendCode", "fields": {"api_id": 4},
            "user_id": 1, "after": 2, "times": 1, "probability": 0.5, "seed": 9}"#;
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let fault: NewFault = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(fault.kind, FaultKind::FloodWait { seconds: 3 });
        assert_eq!(fault.when.seed, Some(9));
        assert_eq!(serde_json::to_value(&fault).unwrap(), json);
    }

    #[test]
    fn a_field_that_no_such_fault_has_is_refused_with_its_name() {
        for (json, wanted) in [
            (r#"{"kind": "drop_reply", "seconds": 3}"#, "seconds"),
            (r#"{"kind": "flood_wait"}"#, "seconds"),
            (
                r#"{"kind": "flood_wait", "seconds": "long"}"#,
                "field `seconds`",
            ),
            (
                r#"{"kind": "flood_wait", "seconds": -1}"#,
                "field `seconds`",
            ),
            (r#"{"kind": "flodo_wait"}"#, "field `kind`"),
            (r#"{"kind": "timeout", "times": "3"}"#, "field `times`"),
            ("[]", "kind"),
        ] {
            let error = serde_json::from_str::<NewFault>(json).unwrap_err();
            assert!(error.to_string().contains(wanted), "{json}: {error}");
        }
    }
}
