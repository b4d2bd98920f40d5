//! 2FA passwords: what is heavy, and what is decided.
//!
//! A proof costs two exponentiations of 2048 bits and a challenge costs one; neither may hold up the
//! writer. So a call that needs one is *prepared* first: [`Need`] is read off its arguments, the numbers are
//! looked up, and [`Work`] is done on another thread. The transaction then decides: the
//! challenge must still be open, and the password still the one the work was done for.
//!
//! `core.telegram.org/api/srp`; the arithmetic is in `heliogram_crypto::srp`.

use heliogram_crypto::dh::{DhGroup, DhSecret};
use heliogram_crypto::srp::{Challenge, SrpParams, Verifier};
use heliogram_tl::api::{
    InputCheckPasswordSRP,
    PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow as Algo,
    TypeInputCheckPasswordSRP, TypeInputFile, TypePasswordKdfAlgo,
};

use crate::cx::{Cx, Scope};
use crate::media::Uploads;
use crate::randomness::Randomness;
use crate::store::passwords::{ChallengeRow, PasswordRow};
use crate::store::{StoreError, Tx};

/// What has to be computed before a call is run.
#[derive(Clone)]
pub(crate) enum Need {
    /// Nothing.
    Nothing,
    /// Whether this proof is right.
    Proof(Box<InputCheckPasswordSRP>),
    /// A challenge for the caller's password.
    Challenge,
    /// Files, of these uploads.
    Uploads(Vec<TypeInputFile>),
}

/// What is to be computed, with all that takes.
pub(crate) struct Work {
    version: i64,
    params: SrpParams,
    verifier: Verifier,
    task: Task,
}

enum Task {
    /// Whether the proof is right, given the secret of its challenge.
    Check(Box<(InputCheckPasswordSRP, DhSecret)>),
    /// A new challenge for this account.
    Challenge { user_id: i64 },
}

/// What was computed.
#[derive(Default)]
pub(crate) enum Prepared {
    #[default]
    Nothing,
    Proof {
        srp_id: i64,
        version: i64,
        right: bool,
    },
    Challenge {
        user_id: i64,
        version: i64,
        b: Vec<u8>,
        public: Vec<u8>,
    },
    Uploads(Uploads),
}

/// Why a proof is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProofFault {
    Wrong,
    UnknownId,
    PasswordChanged,
}

/// Looks up what a need takes; none when there is nothing to compute, which the transaction will find too.
pub(crate) fn gather(tx: Tx<'_>, envelope: i64, need: &Need) -> Result<Option<Work>, StoreError> {
    let Some(key) = tx.auth_keys().row(envelope)? else {
        return Ok(None);
    };
    let key = match key.bound_to {
        Some(permanent) => tx.auth_keys().row(permanent)?.unwrap_or(key),
        None => key,
    };
    match need {
        Need::Nothing | Need::Uploads(_) => Ok(None),
        Need::Proof(input) => {
            let Some(challenge) = tx.passwords().challenge(input.srp_id, key.id)? else {
                return Ok(None);
            };
            let row = tx.passwords().of(challenge.user_id)?;
            let Some((params, verifier)) = row.as_ref().and_then(parts) else {
                return Ok(None);
            };
            Ok(exponent(&challenge.b).map(|b| Work {
                version: challenge.version,
                params,
                verifier,
                task: Task::Check(Box::new((InputCheckPasswordSRP::clone(input), b))),
            }))
        }
        Need::Challenge => {
            let Some(user_id) = key.user_id else {
                return Ok(None);
            };
            let row = tx.passwords().of(user_id)?;
            Ok(row.and_then(|row| Work::challenge(user_id, &row)))
        }
    }
}

impl Work {
    fn challenge(user_id: i64, row: &PasswordRow) -> Option<Self> {
        let (params, verifier) = parts(row)?;
        Some(Self {
            version: row.version,
            params,
            verifier,
            task: Task::Challenge { user_id },
        })
    }

    /// Takes milliseconds: not for a thread that serves connections.
    pub(crate) fn run(self, random: &Randomness) -> Prepared {
        let Self {
            version,
            params,
            verifier,
            task,
        } = self;
        match task {
            Task::Check(check) => {
                let (input, b) = *check;
                let challenge = Challenge::new(&params, &verifier, b);
                let verdict = challenge.verify(&params, &verifier, &input.a, &input.m1);
                Prepared::Proof {
                    srp_id: input.srp_id,
                    version,
                    right: verdict.is_ok(),
                }
            }
            Task::Challenge { user_id } => loop {
                let secret: [u8; 256] = random.array();
                let challenge = Challenge::new(&params, &verifier, DhSecret::new(secret));
                // Clients refuse a B of fewer than 248 bytes.
                if challenge.public()[..8] != [0; 8] {
                    break Prepared::Challenge {
                        user_id,
                        version,
                        b: secret.to_vec(),
                        public: challenge.public().to_vec(),
                    };
                }
            },
        }
    }
}

/// Decides on a proof for an account that has a password. The challenge is used up.
pub(crate) fn check(
    cx: &mut Cx<'_>,
    user_id: i64,
    password: &PasswordRow,
    proof: &TypeInputCheckPasswordSRP,
) -> Result<Result<(), ProofFault>, StoreError> {
    let TypeInputCheckPasswordSRP::InputCheckPasswordSRP(input) = proof else {
        return Ok(Err(ProofFault::Wrong));
    };
    let key = cx.caller.key.unwrap_or(cx.caller.envelope);
    let Some(challenge) = cx.tx.passwords().challenge(input.srp_id, key)? else {
        return Ok(Err(ProofFault::UnknownId));
    };
    cx.tx.passwords().remove_challenge(input.srp_id)?;
    if challenge.user_id != user_id {
        return Ok(Err(ProofFault::UnknownId));
    }
    if challenge.version != password.version {
        return Ok(Err(ProofFault::PasswordChanged));
    }
    let right = matches!(
        cx.prepared,
        Prepared::Proof { srp_id, version, right: true } if srp_id == input.srp_id && version == password.version
    );
    if right {
        cx.tx.codes().forget_attempts(&attempts_subject(user_id))?;
        return Ok(Ok(()));
    }
    cx.tx
        .codes()
        .note_attempt(&attempts_subject(user_id), cx.now)?;
    Ok(Err(ProofFault::Wrong))
}

/// Under which name wrong passwords of an account are counted.
pub(crate) fn attempts_subject(user_id: i64) -> String {
    format!("password:{user_id}")
}

/// Keeps a challenge that was prepared for this password, or makes one now if it has changed since.
pub(crate) fn open_challenge(
    cx: &mut Cx<'_>,
    user_id: i64,
    row: &PasswordRow,
) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let prepared = match std::mem::take(&mut cx.prepared) {
        ready @ Prepared::Challenge { .. } if prepared_for(&ready, user_id, row.version) => ready,
        _ => match Work::challenge(user_id, row) {
            Some(work) => work.run(cx.random),
            None => return Ok(None),
        },
    };
    let Prepared::Challenge {
        version, b, public, ..
    } = prepared
    else {
        return Ok(None);
    };
    let srp_id = cx.random.id();
    let key = cx.caller.key.unwrap_or(cx.caller.envelope);
    let challenge = ChallengeRow {
        user_id,
        version,
        b,
    };
    cx.tx.passwords().add_challenge(srp_id, key, &challenge)?;
    Ok(Some((srp_id, public)))
}

fn prepared_for(prepared: &Prepared, user: i64, password: i64) -> bool {
    matches!(prepared, Prepared::Challenge { user_id, version, .. } if *user_id == user && *version == password)
}

/// The row of an account whose password is set.
pub(crate) fn current(scope: &Scope<'_>, user_id: i64) -> Result<Option<PasswordRow>, StoreError> {
    let row = scope.tx.passwords().of(user_id)?;
    Ok(row.filter(|row| row.verifier.is_some()))
}

/// Takes the password out of a row, and what only makes sense with one.
pub(crate) fn remove(scope: &Scope<'_>, row: &mut PasswordRow) {
    row.verifier = None;
    (row.hint, row.email, row.new_email, row.email_code) = (None, None, None, None);
    changed(scope, row);
}

/// Notes in a row that the password is another now.
pub(crate) fn changed(scope: &Scope<'_>, row: &mut PasswordRow) {
    row.version += 1;
    row.changed_at = scope.now;
    (row.reset_at, row.reset_refused_until) = (None, None);
}

/// The algorithm clients use for a new password. They append 32 random bytes to `salt1`.
pub(crate) fn new_algo(random: &Randomness) -> TypePasswordKdfAlgo {
    algo(&random.array::<8>(), &random.array::<16>())
}

/// The algorithm of a password with these salts. The prime is the one every client knows: some accept
/// no other.
pub(crate) fn algo(salt1: &[u8], salt2: &[u8]) -> TypePasswordKdfAlgo {
    let group = DhGroup::well_known();
    TypePasswordKdfAlgo::PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
        Box::new(Algo {
            salt1: salt1.to_vec().into(),
            salt2: salt2.to_vec().into(),
            g: i32::from(group.generator()),
            p: group.prime().to_vec().into(),
        }),
    )
}

/// Salts and verifier of a password that the server was told in clear, for accounts made by the control API.
/// Takes a tenth of a second.
pub(crate) fn of_clear_text(password: &str, random: &Randomness) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let params = SrpParams {
        group: DhGroup::well_known(),
        salt1: random.array::<40>().to_vec(),
        salt2: random.array::<16>().to_vec(),
    };
    let verifier = params.verifier(&params.password_hash(password.as_bytes()));
    (params.salt1, params.salt2, verifier.as_bytes().to_vec())
}

fn parts(row: &PasswordRow) -> Option<(SrpParams, Verifier)> {
    let params = SrpParams {
        group: DhGroup::well_known(),
        salt1: row.salt1.clone(),
        salt2: row.salt2.clone(),
    };
    let verifier = Verifier::new(row.verifier.as_deref()?, &params.group).ok()?;
    Some((params, verifier))
}

fn exponent(b: &[u8]) -> Option<DhSecret> {
    b.try_into().ok().map(DhSecret::new)
}
