//! Bytes that GramJS 2.26.22 was seen to write for the same values.

use bytes::Bytes;
use heliogram_tl::{Decode, Encode, api};

fn unhex(text: &str) -> Vec<u8> {
    let text: String = text.split_whitespace().collect();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn check<T: Encode + Decode + PartialEq + std::fmt::Debug>(value: &T, hex: &str) {
    let golden = unhex(hex);
    assert_eq!(value.to_bytes().unwrap(), golden, "{value:?}");
    assert_eq!(&T::from_bytes(&Bytes::from(golden)).unwrap(), value);
}

const CODE_HASH: &str = "7deac9022b73a3a888";

#[test]
fn the_call_of_the_reference_page() {
    check(
        &api::account::SendConfirmPhoneCode {
            hash: "abc".into(),
            settings: api::CodeSettings {
                allow_flashcall: true,
                current_number: true,
                allow_app_hash: true,
                allow_missed_call: true,
                logout_tokens: Some(vec!["arbitrary data here".into()]),
                ..Default::default()
            },
        },
        "88aa3f1b 03616263 783d25ad 73000000 15c4b51c 01000000 13 61726269747261727920646174612068657265",
    );
}

#[test]
fn send_confirm_phone_code_with_empty_settings() {
    check(
        &api::account::SendConfirmPhoneCode {
            hash: "abc0ef".into(),
            settings: api::CodeSettings::default(),
        },
        "88aa3f1b0661626330656600783d25ad00000000",
    );
}

#[test]
fn send_confirm_phone_code_with_everything_set() {
    check(
        &api::account::SendConfirmPhoneCode {
            hash: "abc0ef".into(),
            settings: api::CodeSettings {
                allow_flashcall: true,
                current_number: true,
                allow_app_hash: true,
                allow_missed_call: true,
                allow_firebase: true,
                unknown_number: true,
                logout_tokens: Some(vec![Bytes::from_static(&[1, 2, 3])]),
                token: Some("t".into()),
                app_sandbox: Some(false),
            },
        },
        "88aa3f1b0661626330656600783d25adf303000015c4b51c010000000301020301740000379779bc",
    );
}

#[test]
fn an_empty_vector_is_not_an_absent_one() {
    check(
        &api::account::SendConfirmPhoneCode {
            hash: "abc0ef".into(),
            settings: api::CodeSettings {
                logout_tokens: Some(Vec::new()),
                ..Default::default()
            },
        },
        "88aa3f1b0661626330656600783d25ad4000000015c4b51c00000000",
    );
}

#[test]
fn confirm_phone() {
    check(
        &api::account::ConfirmPhone {
            phone_code_hash: CODE_HASH.into(),
            phone_code: "12345".into(),
        },
        "c378215f12376465616339303232623733613361383838000531323334350000",
    );
}

#[test]
fn sent_code_with_and_without_optionals() {
    let bare = api::auth::SentCode {
        type_: api::auth::SentCodeTypeSms { length: 5 }.into(),
        phone_code_hash: CODE_HASH.into(),
        next_type: None,
        timeout: None,
    };
    check(
        &bare,
        "0225005e00000000a2bb00c0050000001237646561633930323262373361336138383800",
    );
    check(
        &api::auth::SentCode {
            next_type: Some(api::auth::TypeCodeType::CodeTypeCall),
            timeout: Some(60),
            ..bare
        },
        "0225005e06000000a2bb00c0050000001237646561633930323262373361336138383800e3d31c743c000000",
    );
}

#[test]
fn resend_code_and_delete_account() {
    check(
        &api::auth::ResendCode {
            phone_number: "9996621234".into(),
            phone_code_hash: CODE_HASH.into(),
            reason: None,
        },
        "2375e4ca000000000a39393936363231323334001237646561633930323262373361336138383800",
    );
    check(
        &api::account::DeleteAccount {
            reason: "Forgot password".into(),
            password: None,
        },
        "74cfc0a2000000000f466f72676f742070617373776f7264",
    );
}

#[test]
fn the_truncated_object_of_a_gramjs_quirk_is_a_clean_error() {
    // A token without app_sandbox: the bit is set, and no Bool follows.
    let bytes = unhex("88aa3f1b0661626330656600783d25ad0001000001740000");
    let error = api::account::SendConfirmPhoneCode::from_bytes(&Bytes::from(bytes)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "account.sendConfirmPhoneCode.settings.app_sandbox: the input ends 4 bytes too early (at byte 24)"
    );
}
