//! Input that is not what it should be: a clear error with the path, never a panic, never an
//! allocation the input does not justify.

use bytes::Bytes;
use heliogram_tl::{Decode, Encode, EncodeError, Fault, Reader, api};

fn call_with_tokens(tail: &[u8]) -> Bytes {
    let mut bytes = Vec::new();
    for word in [0x1b3f_aa88u32, 0, 0xad25_3d78, 1 << 6, 0x1cb5_c415] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes.extend_from_slice(tail);
    Bytes::from(bytes)
}

fn error_of(bytes: &Bytes) -> String {
    api::account::SendConfirmPhoneCode::from_bytes(bytes)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_path_leads_to_the_element_of_a_vector() {
    let bytes = call_with_tokens(&[1, 0, 0, 0, 9, 1, 2, 3]);
    assert_eq!(
        error_of(&bytes),
        "account.sendConfirmPhoneCode.settings.logout_tokens[0]: the input ends 6 bytes too early (at byte 25)"
    );
}

#[test]
fn a_count_larger_than_the_input_is_refused_before_anything_is_allocated() {
    let bytes = call_with_tokens(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    assert_eq!(
        error_of(&bytes),
        "account.sendConfirmPhoneCode.settings.logout_tokens: a vector claims 4294967295 elements, more than the 4 bytes left can hold (at byte 20)"
    );
}

#[test]
fn bytes_after_the_value_are_refused() {
    let mut bytes = api::help::GetConfig {}.to_bytes().unwrap();
    bytes.extend_from_slice(&[0; 4]);
    let error = api::help::GetConfig::from_bytes(&Bytes::from(bytes)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "help.getConfig: 4 bytes are left after the value (at byte 4)"
    );
}

#[test]
fn another_constructor_is_named_by_its_id() {
    let bytes = Bytes::from(api::help::GetConfig {}.to_bytes().unwrap());
    let error = api::account::ConfirmPhone::from_bytes(&bytes).unwrap_err();
    assert_eq!(error.fault, Fault::UnexpectedId(0xc4f9_186b));
}

#[test]
fn a_string_that_is_not_utf8_is_refused_with_its_path() {
    let bytes = [
        &0x5f21_78c3u32.to_le_bytes()[..],
        &[2, 0xff, 0xfe, 0, 0, 0, 0, 0],
    ]
    .concat();
    let error = api::account::ConfirmPhone::from_bytes(&Bytes::from(bytes)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "account.confirmPhone.phone_code_hash: the string is not UTF-8 (at byte 4)"
    );
}

#[test]
fn nesting_is_bounded_on_a_small_stack() {
    let mut text: api::TypeRichText = api::TypeRichText::TextEmpty;
    for _ in 0..200 {
        text = api::TextBold { text }.into();
    }
    let bytes = Bytes::from(text.to_bytes().unwrap());
    let outcome = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || api::TypeRichText::from_bytes(&bytes).unwrap_err())
        .unwrap()
        .join()
        .unwrap();
    assert_eq!(outcome.fault, Fault::TooDeep);
    assert!(outcome.path.starts_with("textBold.text.text"), "{outcome}");
}

#[test]
fn vectors_in_vectors_are_bounded_too() {
    // pageBlockDetails holds blocks that hold blocks.
    let mut bytes = Vec::new();
    for _ in 0..500 {
        bytes.extend_from_slice(&0x7676_8bedu32.to_le_bytes());
        bytes.extend_from_slice(&0u32.to_le_bytes());
        bytes.extend_from_slice(&0x1cb5_c415u32.to_le_bytes());
        bytes.extend_from_slice(&1u32.to_le_bytes());
    }
    let error = Reader::new(&bytes)
        .read::<api::TypePageBlock>()
        .unwrap_err();
    assert_eq!(error.fault(), Fault::TooDeep);
}

#[test]
fn optionals_that_share_a_bit_are_set_together() {
    let settings = api::CodeSettings {
        token: Some("t".into()),
        ..Default::default()
    };
    assert_eq!(
        settings.to_bytes(),
        Err(EncodeError::Incomplete {
            constructor: "codeSettings",
            fields: "token, app_sandbox"
        })
    );
    assert!(format!("{settings:?}").contains("set all of them or none"));
}

#[test]
fn a_long_file_part_is_a_slice_of_its_packet_and_a_short_one_a_copy() {
    let part = |length: usize| api::upload::SaveFilePart {
        file_id: 1,
        file_part: 0,
        bytes: vec![7; length].into(),
    };
    for (length, shared) in [(100, false), (65536, true)] {
        let packet = Bytes::from(part(length).to_bytes().unwrap());
        let read = api::upload::SaveFilePart::from_bytes(&packet).unwrap();
        let inside = packet.as_ptr_range().contains(&read.bytes.as_ptr());
        assert_eq!(inside, shared, "{length} bytes");
    }
}
