//! The ways a code travels: which come into question, how each is announced, and what it leaves in the inbox.

use heliogram_tl::api::auth;

use super::Wanted;
use crate::cx::Scope;
use crate::inbox::{Arrival, InboxKind};
use crate::notices;
use crate::store::StoreError;
use crate::store::codes::{CodeRow, Purpose};

/// What calls come from: a country code nobody has.
pub(super) const CALLER_COUNTRY: &str = "999";
/// What anonymous numbers begin with.
const ANONYMOUS: &str = "888";
/// Who text messages come from.
const SENDER: &str = "Heliogram";

/// A way for a code to travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    App,
    Sms,
    Call,
    FlashCall,
    MissedCall,
    /// To the owner of an anonymous number, which no carrier reaches.
    Fragment,
}

/// The rungs for what is wanted, first to last; the table is in the parent's documentation.
pub(super) fn ladder(wanted: &Wanted<'_>) -> Vec<Way> {
    let settings = wanted.settings;
    if wanted.phone.starts_with(ANONYMOUS) {
        return vec![Way::Fragment];
    }
    if wanted.purpose != Purpose::Login {
        return vec![Way::Sms, Way::Call];
    }
    let mut ladder = match (settings.allow_flashcall, settings.allow_missed_call) {
        (true, _) if settings.unknown_number && !settings.current_number => {
            vec![Way::Sms, Way::FlashCall, Way::Call]
        }
        (true, _) => vec![Way::FlashCall, Way::Sms, Way::Call],
        (false, true) => vec![Way::MissedCall, Way::Sms, Way::Call],
        (false, false) => vec![Way::Sms, Way::Call],
    };
    if wanted.has_app {
        ladder.insert(0, Way::App);
    }
    ladder
}

/// What the client is told of a code on its present rung.
pub(super) fn sent_code(scope: &Scope<'_>, code: &CodeRow) -> auth::TypeSentCode {
    let length = code.digits.len() as i32;
    let type_ = match way(code) {
        Way::App => auth::TypeSentCodeType::SentCodeTypeApp(auth::SentCodeTypeApp { length }),
        Way::Sms => auth::TypeSentCodeType::SentCodeTypeSms(auth::SentCodeTypeSms { length }),
        Way::Call => auth::TypeSentCodeType::SentCodeTypeCall(auth::SentCodeTypeCall { length }),
        Way::FlashCall => {
            auth::TypeSentCodeType::SentCodeTypeFlashCall(auth::SentCodeTypeFlashCall {
                pattern: format!(
                    "{CALLER_COUNTRY}{}",
                    "*".repeat(code.caller.len() + code.digits.len() - CALLER_COUNTRY.len())
                ),
            })
        }
        Way::Fragment => auth::TypeSentCodeType::SentCodeTypeFragmentSms(Box::new(
            auth::SentCodeTypeFragmentSms {
                url: format!("https://fragment.com/number/{}/code", code.phone),
                length,
            },
        )),
        Way::MissedCall => {
            auth::TypeSentCodeType::SentCodeTypeMissedCall(Box::new(auth::SentCodeTypeMissedCall {
                prefix: code.caller.clone(),
                length,
            }))
        }
    };
    let next = code.ladder.chars().nth(code.rung + 1).map(Way::of_letter);
    auth::TypeSentCode::SentCode(Box::new(auth::SentCode {
        type_,
        phone_code_hash: code.hash.clone(),
        next_type: next.and_then(Way::code_type),
        timeout: next.map(|_| (code.sent_at + code.patience - scope.now).max(0) as i32),
    }))
}

/// Sends a code on its present rung.
pub(super) fn deliver(scope: &mut Scope<'_>, code: &CodeRow) -> Result<(), StoreError> {
    let caller = || format!("+{}{}", code.caller, code.digits);
    let digits = &code.digits;
    let (kind, from, text) = match way(code) {
        Way::App => {
            if let Some(account) = scope.tx.accounts().by_phone(&code.phone)? {
                let text = notices::login_code(digits);
                return notices::post(scope, account.id, InboxKind::App, &text);
            }
            return Ok(());
        }
        Way::Sms => {
            let text = match (code.purpose, &code.app_token) {
                (Purpose::CancelDeletion, _) => {
                    format!(
                        "{digits} is the Heliogram code that keeps your account from being deleted."
                    )
                }
                (_, None) => format!("{digits} is your Heliogram code."),
                (_, Some(token)) => format!("{digits} is your Heliogram code.\n\n{token}"),
            };
            (InboxKind::Sms, SENDER.to_owned(), text)
        }
        Way::Fragment => {
            let text = format!("{digits} is your Heliogram code.");
            (InboxKind::Fragment, SENDER.to_owned(), text)
        }
        Way::Call => {
            let text = format!("Your Heliogram code is {digits}.");
            (InboxKind::Call, caller(), text)
        }
        Way::FlashCall => {
            let text = format!(
                "A call that nobody need answer; the code is its number, {}.",
                caller()
            );
            (InboxKind::FlashCall, caller(), text)
        }
        Way::MissedCall => {
            let text = format!("A missed call; the code is the end of its number, {digits}.");
            (InboxKind::MissedCall, caller(), text)
        }
    };
    let arrival = Arrival { kind, from, text };
    scope.deliver(&code.phone, &arrival)
}

/// The present rung.
pub(super) fn way(code: &CodeRow) -> Way {
    code.ladder
        .chars()
        .nth(code.rung)
        .map_or(Way::Sms, Way::of_letter)
}

/// The eleven letters an Android app listens for; each app has its own, which stands for the certificate it
/// is signed with. Without digits, so that nobody takes it for the code.
pub(super) fn app_token(api_id: i32) -> String {
    let mut state = api_id as u64 ^ 0x9e37_79b9_7f4a_7c15;
    (0..11)
        .map(|_| {
            state = state
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                .wrapping_add(0x1405_7b7e_f767_814f);
            let letter = (state >> 40) % 52;
            char::from(if letter < 26 {
                b'A' + letter as u8
            } else {
                b'a' + (letter - 26) as u8
            })
        })
        .collect()
}

impl Way {
    /// As the store keeps a ladder.
    pub(super) fn letter(self) -> char {
        match self {
            Self::App => 'A',
            Self::Sms => 'S',
            Self::Call => 'C',
            Self::FlashCall => 'F',
            Self::MissedCall => 'M',
            Self::Fragment => 'N',
        }
    }

    fn of_letter(letter: char) -> Self {
        match letter {
            'A' => Self::App,
            'C' => Self::Call,
            'F' => Self::FlashCall,
            'M' => Self::MissedCall,
            'N' => Self::Fragment,
            _ => Self::Sms,
        }
    }

    /// As `next_type` announces it; the app is never next.
    fn code_type(self) -> Option<auth::TypeCodeType> {
        match self {
            Self::App => None,
            Self::Sms => Some(auth::TypeCodeType::CodeTypeSms),
            Self::Call => Some(auth::TypeCodeType::CodeTypeCall),
            Self::FlashCall => Some(auth::TypeCodeType::CodeTypeFlashCall),
            Self::MissedCall => Some(auth::TypeCodeType::CodeTypeMissedCall),
            Self::Fragment => Some(auth::TypeCodeType::CodeTypeFragmentSms),
        }
    }
}
