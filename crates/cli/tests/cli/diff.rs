//! `heliogram diff` as its users run it.

use crate::program::run;
use serde_json::Value as Json;

#[test]
fn a_changed_constructor_is_shown_with_both_definitions_and_its_fields() {
    let text = run(&["diff", "198", "230", "user"]).succeeds();
    assert!(
        text.starts_with("~ user\n    user#4b46c37e flags:#"),
        "{text}"
    );
    assert!(text.contains("\n    user#b1b8cc83 flags:#"), "{text}");
    assert!(text.contains("\n    + bot_forum_view: flags2.16?true\n"));
    assert!(
        text.contains("\n    ~ stories_max_id: flags2.5?int -> flags2.5?RecentStory\n"),
        "{text}"
    );
}

#[test]
fn what_is_the_same_is_said_to_be_so() {
    let text = run(&["diff", "158", "230", "auth.SentCode"]).succeeds();
    assert!(
        text.contains("+ auth.sentCodePaymentRequired"),
        "the type: {text}"
    );
    let text = run(&["diff", "158", "230", "auth.sentCode"]).succeeds();
    assert_eq!(text, "layer 158 to 230: `auth.sentCode` is the same\n");
}

#[test]
fn methods_are_found_in_the_spelling_of_gramjs_and_the_way_back_is_the_other_way_round() {
    let there = run(&["diff", "158", "230", "Api.messages.CreateChat"]).succeeds();
    assert!(
        there.contains("\n    ~ = Updates -> messages.InvitedUsers\n"),
        "{there}"
    );
    let back = run(&["diff", "230", "158", "messages.createChat"]).succeeds();
    assert!(
        back.contains("\n    ~ = messages.InvitedUsers -> Updates\n"),
        "{back}"
    );
}

#[test]
fn all_changes_are_counted_and_listed() {
    let text = run(&["diff", "198", "230"]).succeeds();
    let (head, lists) = text.split_once('\n').unwrap();
    assert!(head.starts_with("layer 198 to 230: changed "), "{head}");
    for line in [
        "changed constructors",
        "new constructors",
        "gone constructors",
        "changed methods",
        "new methods",
        "gone methods",
        "  + keyboardInlineButton = KeyboardInlineButton",
        "  - keyboardButtonUrl = KeyboardButton",
    ] {
        assert!(lists.lines().any(|found| found == line), "{line}");
    }
    let same = run(&["diff", "230", "230"]).succeeds();
    assert_eq!(same.lines().count(), 1, "{same}");
}

#[test]
fn the_same_is_there_as_data() {
    let text = run(&["diff", "198", "230", "--json"]).succeeds();
    let document: Json = serde_json::from_str(&text).unwrap();
    let changes = document["changes"].as_array().unwrap();
    let user = changes
        .iter()
        .find(|change| change["name"] == "user")
        .unwrap();
    assert_eq!(user["change"], "changed");
    assert_eq!(user["from"]["id"], "4b46c37e");
    assert_eq!(user["to"]["id"], "b1b8cc83");
    let altered = "stories_max_id: flags2.5?int -> flags2.5?RecentStory";
    assert!(
        user["altered"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one == altered)
    );
}

#[test]
fn a_layer_or_name_that_is_not_known_is_told_what_is() {
    run(&["diff", "199", "230"]).fails(2, "layer 199 is not known");
    run(&["diff", "199", "230"]).fails(2, "198, 204");
    run(&["diff", "198", "230", "usr"]).fails(2, "did you mean `user`?");
}
