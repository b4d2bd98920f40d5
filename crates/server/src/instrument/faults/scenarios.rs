//! Scenarios: faults that come together, under a name.
//!
//! They are small on purpose: what a client meets in a bad week, each with a chance or a number of times after
//! which it is over, so that a client that is careful gets through.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::Trigger;
use super::NewFault;
use super::kind::{FaultKind, Migration};

/// Faults that come together.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Scenario {
    /// What one starts it by.
    pub name: &'static str,
    /// What happens in it.
    pub about: &'static str,
}

/// All scenarios.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "flaky-network",
        about: "one call in ten is late, one in twenty loses its answer, one in twenty the connection, in the middle of the answer",
    },
    Scenario {
        name: "flood",
        about: "every fifth call is told to wait 3 seconds, five times in all",
    },
    Scenario {
        name: "moved-dc",
        about: "the first auth.sendCode is sent to DC 4",
    },
    Scenario {
        name: "server-restart",
        about: "after two calls the connection breaks in an answer, then the session begins anew, then the salts are others",
    },
    Scenario {
        name: "lossy-updates",
        about: "one update in four does not come, one in four comes twice, one in four is only updatesTooLong",
    },
    Scenario {
        name: "overloaded",
        about: "one call in five is answered 500, one in ten -503, and one connection is told -429",
    },
    Scenario {
        name: "strict-server",
        about: "wrong sequence numbers are reported, salts rotate, and nothing is acknowledged but by its answer",
    },
    Scenario {
        name: "logged-out",
        about: "the session is revoked at its tenth call",
    },
];

impl Scenario {
    pub(super) fn faults(&self) -> Vec<NewFault> {
        let chance = |kind, probability| {
            NewFault::new(kind).when(Trigger {
                probability: Some(probability),
                ..Trigger::default()
            })
        };
        let after = |kind, after, times| {
            NewFault::new(kind).when(Trigger {
                after,
                times: Some(times),
                ..Trigger::default()
            })
        };
        match self.name {
            "flaky-network" => vec![
                chance(FaultKind::Delay { milliseconds: 1000 }, 0.1),
                chance(FaultKind::DropReply {}, 0.05),
                chance(FaultKind::CloseMidFrame {}, 0.05),
            ],
            "flood" => vec![
                NewFault::new(FaultKind::FloodWait { seconds: 3 }).when(Trigger {
                    probability: Some(0.2),
                    times: Some(5),
                    ..Trigger::default()
                }),
            ],
            "moved-dc" => vec![
                NewFault::new(FaultKind::Migrate {
                    what: Migration::Phone,
                    dc: 4,
                })
                .when(Trigger::method("auth.sendCode").times(1)),
            ],
            "server-restart" => vec![
                after(FaultKind::CloseMidFrame {}, 2, 1),
                after(FaultKind::NewSessionCreated {}, 2, 1),
                after(FaultKind::SaltRotation {}, 2, 1),
            ],
            "lossy-updates" => vec![
                chance(FaultKind::PtsGap {}, 0.25),
                chance(FaultKind::DuplicateUpdate {}, 1.0 / 3.0),
                chance(FaultKind::UpdatesTooLong {}, 0.5),
            ],
            "overloaded" => vec![
                after(FaultKind::TransportError { code: -429 }, 5, 1),
                chance(
                    FaultKind::InternalError {
                        name: "RPC_CALL_FAIL".to_owned(),
                    },
                    0.2,
                ),
                chance(FaultKind::Timeout {}, 0.1),
            ],
            "strict-server" => vec![
                after(FaultKind::StrictSeqNo {}, 0, 1),
                after(FaultKind::LostAcks {}, 0, 1),
                after(FaultKind::SaltRotation {}, 0, 1),
            ],
            "logged-out" => vec![after(FaultKind::SessionRevoked {}, 9, 1)],
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Events;
    use super::super::Faults;
    use super::*;

    #[test]
    fn every_scenario_has_faults_that_can_be_made() {
        let faults = Faults::new(1, Events::default());
        for scenario in SCENARIOS {
            assert!(!scenario.about.is_empty());
            let made = faults.start_scenario(scenario.name, Some(7)).unwrap();
            assert!(!made.is_empty(), "{} does nothing", scenario.name);
            for fault in made {
                assert_eq!(fault.scenario, Some(scenario.name));
                assert_eq!(fault.fault.when.user_id, Some(7));
            }
        }
        assert!(faults.start_scenario("perfect-weather", None).is_err());
    }
}
