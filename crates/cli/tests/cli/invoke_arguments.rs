//! How `heliogram invoke` reads a call from its arguments, and says what is wrong with one.

use crate::program::run;

const METHOD: &str = "account.sendConfirmPhoneCode";

fn dry_run(arguments: &[&str]) -> crate::program::Ran {
    let mut all = vec!["invoke", "--dry-run"];
    all.extend(arguments);
    run(&all)
}

#[test]
fn the_call_of_the_page_has_the_bytes_that_gramjs_sends() {
    let call = dry_run(&[
        METHOD,
        "hash=abc",
        "settings.allow_flashcall=true",
        "settings.current_number=true",
        "settings.allow_app_hash=true",
        "settings.allow_missed_call=true",
        "settings.logout_tokens[0]=text:arbitrary data here",
    ]);
    assert_eq!(
        call.json()["bytes"],
        "88aa3f1b03616263783d25ad7300000015c4b51c010000001361726269747261727920646174612068657265"
    );
}

#[test]
fn bytes_are_written_as_text_hex_or_base64() {
    let token = |value: &str| {
        let argument = format!("settings.logout_tokens[0]={value}");
        let call = dry_run(&[METHOD, "hash=", &argument]).json();
        call["call"]["settings"]["logout_tokens"][0].clone()
    };
    assert_eq!(token("text:hi"), "aGk=");
    assert_eq!(token("hex:6869"), "aGk=");
    assert_eq!(token("base64:aGk="), "aGk=");
    assert_eq!(token("base64:aGk"), "aGk=");
}

#[test]
fn a_constructor_is_chosen_by_name() {
    let rest = [
        "offset_id=0",
        "offset_date=0",
        "add_offset=0",
        "limit=1",
        "max_id=0",
        "min_id=0",
        "hash=0",
    ];
    let history = |peer: &[&str]| {
        let mut arguments = vec!["messages.getHistory"];
        arguments.extend(peer);
        arguments.extend(rest);
        dry_run(&arguments)
    };
    let own = history(&["peer._=inputPeerSelf"]).json();
    assert_eq!(own["call"]["peer"]["_"], "inputPeerSelf");
    assert_eq!(history(&["peer=inputPeerSelf"]).json(), own);
    assert_eq!(history(&[r#"peer={"_":"inputPeerSelf"}"#]).json(), own);
    history(&["peer.user_id=1"]).fails(
        2,
        "messages.getHistory.peer: InputPeer has several constructors",
    );
    history(&["peer.user_id=1"]).fails(2, "peer._=input");
    history(&["peer=inputPeerSlef"]).fails(2, "did you mean `inputPeerSelf` or");
    history(&["peer._=inputUserSelf"])
        .fails(2, "`inputUserSelf` is not a constructor of InputPeer");
}

#[test]
fn an_error_names_the_path_and_what_to_do() {
    let settings = "settings=codeSettings";
    for (arguments, path, hint) in [
        (
            &["hsh=abc", settings][..],
            "account.sendConfirmPhoneCode.hsh",
            "did you mean `hash`?",
        ),
        (
            &["hash=abc"],
            "account.sendConfirmPhoneCode.settings: missing",
            "lists the fields",
        ),
        (&["hash"], "`hash` has no `=`", "field=value"),
        (
            &["hash=a", "hash=b", settings],
            "account.sendConfirmPhoneCode.hash: given twice",
            "",
        ),
        (
            &["hash.x=a", settings],
            "account.sendConfirmPhoneCode.hash: is a string",
            "",
        ),
        (
            &["hash=a", "settings.allow_flashcall=yes"],
            "settings.allow_flashcall",
            "true or false",
        ),
        (
            &["hash=a", "settings.logout_tokens=text:a"],
            "settings.logout_tokens",
            "",
        ),
        (
            &["hash=a", "settings.logout_tokens[0]=a"],
            "settings.logout_tokens[0]",
            "text:",
        ),
        (
            &["hash=a", "settings.logout_tokens[0]=hex:abc"],
            "settings.logout_tokens[0]",
            "even number",
        ),
        (
            &["hash=a", "settings.logout_tokens[1]=text:a"],
            "settings.logout_tokens[0]: missing",
            "",
        ),
        (
            &["hash=a", "settings.logout_tokens[x]=text:a"],
            "`[x]` is not an index",
            "",
        ),
        (
            &["hash=a", settings, "settings.token=t"],
            "given both as a whole and in parts",
            "",
        ),
        (
            &["hash=a", "settings={"],
            "account.sendConfirmPhoneCode.settings: not JSON",
            "",
        ),
    ] {
        let mut all = vec![METHOD];
        all.extend(arguments);
        let ran = dry_run(&all);
        ran.fails(2, path);
        ran.fails(2, hint);
    }
    dry_run(&["account.setAccountTTL", "ttl.days=many"])
        .fails(2, "account.setAccountTTL.ttl.days: `many`");
    dry_run(&["account.setAccountTTL", "ttl.days=2147483648"])
        .fails(2, "`2147483648` is not a value of type int");
}

#[test]
fn a_secret_is_not_repeated_in_an_error() {
    let token = "settings.logout_tokens[0]=hunter2";
    let ran = dry_run(&[METHOD, "hash=a", token]);
    ran.fails(2, "this is not a value of type bytes");
}

#[test]
fn optionals_that_share_a_bit_are_given_together() {
    let ran = dry_run(&[METHOD, "hash=a", "settings.token=t"]);
    ran.fails(
        2,
        "account.sendConfirmPhoneCode.settings: `app_sandbox` is missing",
    );
}

#[test]
fn what_is_no_method_is_said_to_be_something_else() {
    dry_run(&["codeSettings"]).fails(2, "`codeSettings` is not a method");
    dry_run(&["account.sendConfirmPhoneCoed"])
        .fails(2, "did you mean `account.sendConfirmPhoneCode`");
    run(&["invoke"]).fails(2, "METHOD");
    run(&["inovke"]).fails(2, "invoke");
}
