//! Confirmation codes: how they travel, how long they live, how often they may be guessed.
//!
//! A code climbs a *ladder* of ways. `auth.sendCode` takes the first rung, each `auth.resendCode` the next, and
//! `next_type` announces it; after the last one there is `SEND_CODE_UNAVAILABLE`. The ladder depends on
//! what the code is for and on the `CodeSettings` of the client:
//!
//! | for | with | ladder |
//! |---|---|---|
//! | login | other sessions of the account | App, then the rest |
//! | login | nothing more | Sms, Call |
//! | login | `allow_flashcall` | FlashCall, Sms, Call |
//! | login | `allow_flashcall` and `unknown_number` | Sms, FlashCall, Call: the SIM may be another's |
//! | login | `allow_missed_call` | MissedCall, Sms, Call |
//! | anything | an anonymous number, `888...` | FragmentSms |
//! | cancelling a deletion, changing the phone | whatever | Sms, Call |
//!
//! `current_number` counts only with `allow_flashcall`, as documented: the call then reaches this very device, so
//! the client is told to wait for it less long. `allow_app_hash` ends the text message in the token Android
//! apps listen for. `allow_firebase`, `token` and `app_sandbox` are for official apps and change nothing here.
//!
//! The hash stays the same on resend: some clients go on with the first one. All ways carry
//! the same digits, except that a flash call's code is the caller's whole number.
//!
//! `core.telegram.org/api/auth`, "Sending a verification code"; `core.telegram.org/api/pattern`.

mod delivery;

use heliogram_tl::api::{CodeSettings, auth};
use subtle::ConstantTimeEq;

use self::delivery::{CALLER_COUNTRY, Way, app_token, deliver, ladder, sent_code, way};
use crate::clock::{DAY, HOUR, MINUTE};
use crate::cx::Scope;
use crate::phone;
use crate::store::StoreError;
use crate::store::codes::{CodeRow, CodeState, Purpose};

/// How many digits a code has; clients submit by themselves at this length.
const LENGTH: usize = 5;
/// How long a code lives after it was sent last.
const LIFETIME: i64 = 5 * MINUTE;
/// How long a code that was entered at login still lets its key sign up: as long as a deletion may take.
const VERIFIED_FOR: i64 = 8 * DAY;
/// How often a code may be entered wrongly.
const TRIES: i64 = 5;
/// Seconds until it is worth asking for the next way.
const PATIENCE: i64 = MINUTE;
/// The same for a flash call that reaches this very device.
const PATIENCE_ON_DEVICE: i64 = 20;

/// What a code is wanted for.
pub(crate) struct Wanted<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) phone: &'a str,
    /// For everything but login.
    pub(crate) user_id: Option<i64>,
    pub(crate) key_id: i64,
    pub(crate) deletion_id: Option<i64>,
    pub(crate) settings: &'a CodeSettings,
    pub(crate) api_id: i32,
    /// Whether the account has other sessions, which can show the code.
    pub(crate) has_app: bool,
}

/// Why a code is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeFault {
    Empty,
    /// No such pair of hash and purpose, owner or phone; or it was used.
    Unknown,
    /// Timed out, cancelled, replaced or tried too often.
    Expired,
    Wrong,
}

/// Why a code is not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResendFault {
    Expired,
    /// Every way was used.
    Exhausted,
    /// Too early, by so many seconds.
    Wait(i32),
}

/// Sends a new code. Older live ones of the same key and purpose are dead from now on.
pub(crate) fn send(
    scope: &mut Scope<'_>,
    wanted: &Wanted<'_>,
) -> Result<auth::TypeSentCode, StoreError> {
    for old in scope
        .tx
        .codes()
        .live_of_key(wanted.key_id, wanted.purpose)?
    {
        scope.tx.codes().set_state(&old.hash, CodeState::Dead)?;
    }
    let test_code = Some(wanted.phone)
        .filter(|_| scope.settings.test_mode)
        .and_then(phone::test_code);
    let ladder = ladder(wanted);
    let on_device = wanted.settings.allow_flashcall && wanted.settings.current_number;
    let mut code = CodeRow {
        hash: scope.random.hex::<9>(),
        purpose: wanted.purpose,
        phone: wanted.phone.to_owned(),
        user_id: wanted.user_id,
        key_id: wanted.key_id,
        deletion_id: wanted.deletion_id,
        digits: test_code.unwrap_or_else(|| scope.random.digits(LENGTH)),
        caller: format!("{CALLER_COUNTRY}{}", scope.random.digits(4)),
        rung: 0,
        app_token: wanted
            .settings
            .allow_app_hash
            .then(|| app_token(wanted.api_id)),
        patience: if on_device && ladder.contains(&Way::FlashCall) {
            PATIENCE_ON_DEVICE
        } else {
            PATIENCE
        },
        ladder: ladder.into_iter().map(Way::letter).collect(),
        sent_at: scope.now,
        expires_at: scope.now + LIFETIME,
        tries: TRIES,
        state: CodeState::Live,
        verified_by: None,
    };
    if way(&code) == Way::Sms {
        code.patience = PATIENCE;
    }
    scope.tx.codes().insert(&code)?;
    deliver(scope, &code)?;
    Ok(sent_code(scope, &code))
}

/// The live code for the same thing, which a repeated request gets instead of a new one: same hash, less time.
pub(crate) fn live(
    scope: &Scope<'_>,
    wanted: &Wanted<'_>,
) -> Result<Option<auth::TypeSentCode>, StoreError> {
    let codes = scope
        .tx
        .codes()
        .live_of_key(wanted.key_id, wanted.purpose)?;
    let same = codes.into_iter().find(|code| {
        code.phone == wanted.phone
            && code.user_id == wanted.user_id
            && code.deletion_id == wanted.deletion_id
            && code.expires_at > scope.now
            && code.tries > 0
    });
    Ok(same.map(|code| sent_code(scope, &code)))
}

/// Sends a code the next way.
pub(crate) fn resend(
    scope: &mut Scope<'_>,
    phone: &str,
    hash: &str,
) -> Result<Result<auth::TypeSentCode, ResendFault>, StoreError> {
    let Some(mut code) = live_pair(scope, phone, hash)? else {
        return Ok(Err(ResendFault::Expired));
    };
    if code.rung + 1 >= code.ladder.len() {
        return Ok(Err(ResendFault::Exhausted));
    }
    // A code that only the app shows is no help to someone who does not have it at hand.
    let left = code.sent_at + code.patience - scope.now;
    if left > 0 && way(&code) != Way::App {
        return Ok(Err(ResendFault::Wait(left as i32)));
    }
    code.rung += 1;
    code.patience = PATIENCE;
    code.sent_at = scope.now;
    code.expires_at = scope.now + LIFETIME;
    scope.tx.codes().set_rung(&code)?;
    deliver(scope, &code)?;
    Ok(Ok(sent_code(scope, &code)))
}

/// Kills a code. Whether there was one to kill.
pub(crate) fn cancel(scope: &Scope<'_>, phone: &str, hash: &str) -> Result<bool, StoreError> {
    let Some(code) = live_pair(scope, phone, hash)? else {
        return Ok(false);
    };
    scope.tx.codes().set_state(&code.hash, CodeState::Dead)?;
    Ok(true)
}

/// Tries a code that was sent for this purpose to this key's account (or, at login, to this phone). A wrong one
/// costs a try; time comes before digits. What becomes of a right one is up to the caller.
pub(crate) fn enter(
    scope: &Scope<'_>,
    purpose: Purpose,
    hash: &str,
    belongs: impl FnOnce(&CodeRow) -> bool,
    entered: &str,
) -> Result<Result<CodeRow, CodeFault>, StoreError> {
    if entered.is_empty() {
        return Ok(Err(CodeFault::Empty));
    }
    let found = scope.tx.codes().by_hash(hash)?;
    let Some(code) = found.filter(|code| code.purpose == purpose && belongs(code)) else {
        return Ok(Err(CodeFault::Unknown));
    };
    Ok(match code.state {
        CodeState::Used => Err(CodeFault::Unknown),
        CodeState::Dead => Err(CodeFault::Expired),
        _ if code.expires_at <= scope.now || code.tries <= 0 => Err(CodeFault::Expired),
        _ if matches(&code, entered) => Ok(code),
        _ => {
            scope.tx.codes().set_tries(&code.hash, code.tries - 1)?;
            Err(CodeFault::Wrong)
        }
    })
}

/// Whether this key has proved that it reads what is sent to this phone, and may sign up.
pub(crate) fn verified(
    scope: &Scope<'_>,
    phone: &str,
    hash: &str,
    key_id: i64,
) -> Result<Result<CodeRow, CodeFault>, StoreError> {
    let found = scope.tx.codes().by_hash(hash)?;
    let Some(code) = found.filter(|code| code.purpose == Purpose::Login && code.phone == phone)
    else {
        return Ok(Err(CodeFault::Expired));
    };
    Ok(match code.state {
        CodeState::Live => Err(CodeFault::Wrong),
        CodeState::Verified if code.verified_by != Some(key_id) => Err(CodeFault::Expired),
        CodeState::Verified if code.sent_at + VERIFIED_FOR > scope.now => Ok(code),
        _ => Err(CodeFault::Expired),
    })
}

/// Counts a code against the limits. `Some` is how long to wait.
pub(crate) fn flood(scope: &Scope<'_>, subject: &str) -> Result<Option<i32>, StoreError> {
    let limit = scope.settings.limits.codes_per_hour;
    let oldest = scope.tx.codes().attempt(subject, limit, scope.now - HOUR)?;
    if let Some(at) = oldest {
        return Ok(Some((at + HOUR - scope.now).max(1) as i32));
    }
    scope.tx.codes().note_attempt(subject, scope.now)?;
    Ok(None)
}

fn live_pair(scope: &Scope<'_>, phone: &str, hash: &str) -> Result<Option<CodeRow>, StoreError> {
    let found = scope.tx.codes().by_hash(hash)?;
    Ok(found.filter(|code| {
        code.phone == phone
            && code.state == CodeState::Live
            && code.expires_at > scope.now
            && code.tries > 0
    }))
}

fn matches(code: &CodeRow, entered: &str) -> bool {
    let expected = match way(code) {
        Way::FlashCall => format!("{}{}", code.caller, code.digits),
        _ => code.digits.clone(),
    };
    let entered = phone::digits(entered);
    expected.as_bytes().ct_eq(entered.as_bytes()).into()
}
