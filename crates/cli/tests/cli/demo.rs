//! The demo ends well only when every step of the story was checked.

use crate::program::run;

#[test]
fn every_step_is_checked_within_three_seconds() {
    let told = run(&["demo", "--json"]).json();
    assert_eq!(told["ok"], true);
    let checked = told["checked"]
        .as_array()
        .expect("a list of what was checked");
    assert_eq!(checked.len(), 19, "{checked:#?}");
    for part in [
        "auth.sentCode",
        "HASH_INVALID",
        "2FA_RECENT_CONFIRM",
        "still there",
        "sign up",
    ] {
        assert!(
            checked.iter().any(|check| check.to_string().contains(part)),
            "{part}"
        );
    }
}

#[test]
fn both_sides_are_shown_and_no_code_or_password_is() {
    let told = run(&["demo"]).succeeds();
    for line in [
        "  Ada      → account.sendConfirmPhoneCode { hash: ",
        "  server   ← account.sendConfirmPhoneCode { hash: ",
        "  server   → auth.sentCode { type: auth.sentCodeTypeSms { length: 5 }",
        "  Ada      ← auth.sentCode { type: auth.sentCodeTypeSms { length: 5 }",
        "  clock    leaps 7 days",
        "checks, and all of them held",
    ] {
        assert!(told.contains(line), "{line} is not in\n{told}");
    }
    assert!(!told.contains("correct horse"), "a password is shown");
    assert!(
        told.contains("phone_code: <hidden>"),
        "a call with a code is shown without it"
    );
}
