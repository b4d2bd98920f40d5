//! Rules: answers, errors, delays and alterations scripted from outside.

use std::time::{Duration, Instant};

use heliogram_server::{
    AnsweredBy, Core, CoreOptions, Coverage, Event, Filter, NewRule, OperationError, Trigger,
};
use heliogram_tl::api::{self, InvokeWithLayer, account, help, messages, users};
use heliogram_tl::{Encode, Raw, RpcError};
use serde_json::{Value as Json, json};

use crate::world::*;

const PHONE: &str = "9996621301";

const NEAREST: &str = "help.getNearestDc";

fn nearest_dc() -> help::GetNearestDc {
    help::GetNearestDc {}
}

fn rule(json: Json) -> NewRule {
    serde_json::from_value(json).unwrap()
}

/// How a rule is refused.
fn refusal(json: Json) -> String {
    match in_memory().rules().add(rule(json)) {
        Err(error @ OperationError::Malformed { .. }) => error.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn flood() -> NewRule {
    NewRule::error(NEAREST, 420, "FLOOD_WAIT_3")
}

#[tokio::test]
async fn a_reply_is_given_instead_of_the_handler_and_without_one() {
    let core = in_memory();
    let client = stranger(&core);
    let dc = json!({"_": "nearestDc", "country": "IS", "this_dc": 4, "nearest_dc": 5});
    core.rules().add(NewRule::reply(NEAREST, dc)).unwrap();
    let api::NearestDc { country, .. } = client.invoke(&nearest_dc()).await.unwrap();
    assert_eq!(country, "IS");
    // Nobody wrote a handler for this one, and its result is a bare vector of objects.
    let reply = json!([{"_": "receivedNotifyMessage", "id": 7, "flags": 0}]);
    core.rules()
        .add(NewRule::reply("messages.receivedMessages", reply))
        .unwrap();
    let received = client
        .invoke(&messages::ReceivedMessages { max_id: 7 })
        .await;
    assert_eq!(received.unwrap()[0].id, 7);
    core.rules()
        .add(NewRule::reply("account.resetNotifySettings", true))
        .unwrap();
    let reset = client.invoke(&account::ResetNotifySettings {}).await;
    assert!(reset.unwrap());
}

#[tokio::test]
async fn an_error_is_given_as_often_as_the_rule_says() {
    let core = in_memory();
    let client = stranger(&core);
    let when = Trigger::method(NEAREST).after(1).times(2);
    let made = core
        .rules()
        .add(NewRule::error(when, 420, "FLOOD_WAIT_3"))
        .unwrap();
    let mut failed = Vec::new();
    for _ in 0..5 {
        failed.push(client.invoke(&nearest_dc()).await.is_err());
    }
    assert_eq!(failed, [false, true, true, false, false]);
    let rule = core.rules().get(made.id).unwrap();
    assert_eq!((rule.seen, rule.acted), (5, 2));
}

#[tokio::test]
async fn a_rule_for_a_user_leaves_others_alone() {
    let core = in_memory();
    let ada = add_user(&core, PHONE, None).await;
    add_user(&core, "9996621302", None).await;
    let (client, other) = (
        minted(&core, PHONE).await,
        minted(&core, "9996621302").await,
    );
    let when = Trigger::method("users.getUsers").user(ada);
    core.rules()
        .add(NewRule::error(when, 403, "CHAT_FORBIDDEN"))
        .unwrap();
    assert_eq!(client.me().await.unwrap_err().name, "CHAT_FORBIDDEN");
    other.me().await.unwrap();
}

#[tokio::test]
async fn a_rule_looks_at_a_part_of_the_fields() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let client = stranger(&core);
    core.rules()
        .add(rule(json!({
            "method": "auth.sendCode",
            "fields": {"settings": {"allow_flashcall": true}, "api_id": API_ID},
            "error": {"code": 406, "name": "UPDATE_APP_TO_LOGIN"},
        })))
        .unwrap();
    let flash = api::CodeSettings {
        allow_flashcall: true,
        ..Default::default()
    };
    let error = error_of(client.send_code(PHONE, flash).await);
    assert_eq!(error, "406 UPDATE_APP_TO_LOGIN");
    client
        .send_code(PHONE, api::CodeSettings::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn chance_falls_the_same_way_for_the_same_seed() {
    let falls = async |seed: u64| {
        let core = in_memory();
        let client = stranger(&core);
        let when = json!({"method": NEAREST, "probability": 0.5, "seed": seed,
            "error": {"code": 500, "name": "RPC_CALL_FAIL"}});
        core.rules().add(rule(when)).unwrap();
        let mut failed = Vec::new();
        for _ in 0..64 {
            failed.push(client.invoke(&nearest_dc()).await.is_err());
        }
        failed
    };
    let first = falls(1).await;
    assert_eq!(first, falls(1).await);
    assert_ne!(first, falls(2).await);
    let failures = first.iter().filter(|failed| **failed).count();
    assert!((16..=48).contains(&failures), "{failures} of 64");
}

#[tokio::test]
async fn delays_add_up_and_the_first_answer_wins() {
    let core = in_memory();
    let client = stranger(&core);
    let wait = || NewRule::delay(NEAREST, Duration::from_millis(30));
    core.rules().add(wait()).unwrap();
    core.rules().add(wait()).unwrap();
    let began = Instant::now();
    client.invoke(&nearest_dc()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(60));
    core.rules().add(flood()).unwrap();
    let second = core
        .rules()
        .add(NewRule::error(NEAREST, 500, "SECOND"))
        .unwrap();
    let error = error_of(client.invoke(&nearest_dc()).await);
    assert_eq!(error, "420 FLOOD_WAIT_3");
    assert_eq!(core.rules().get(second.id).unwrap().seen, 0);
}

#[tokio::test]
async fn an_altered_result_reaches_an_older_client_in_its_layer() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let client = minted(&core, PHONE).await;
    let when = Trigger::method("users.getFullUser");
    let fields = json!({"full_user": {"about": "scripted", "settings": {"geo_distance": 12}}});
    let made = core.rules().add(NewRule::alter(when, fields)).unwrap();
    let id = api::TypeInputUser::InputUserSelf;
    let query = users::GetFullUser { id };
    let full = client.invoke(&query).await.unwrap();
    let api::users::UserFull { full_user, .. } = full;
    assert_eq!(full_user.about.as_deref(), Some("scripted"));
    assert_eq!(full_user.settings.geo_distance, Some(12));
    let query = Raw(query.to_bytes().unwrap().into());
    let query = InvokeWithLayer { layer: 198, query }.to_bytes().unwrap();
    let body = client.send(query).await.body.unwrap();
    assert!(body.windows(8).any(|bytes| bytes == b"scripted"));
    let newest = heliogram_tl::reflect::Value::read(&body, heliogram_tl::reflect::Type::Object);
    assert!(newest.is_err(), "the answer is one of layer 198");
    assert_eq!(core.rules().get(made.id).unwrap().unfit, None);
}

#[tokio::test]
async fn a_result_that_cannot_be_altered_stays_and_the_rule_says_so() {
    let core = in_memory();
    add_user(&core, PHONE, None).await;
    let client = stranger(&core);
    let fields = json!({"type": {"pattern": "*"}, "timeout": 9});
    let made = core
        .rules()
        .add(NewRule::alter("auth.sendCode", fields))
        .unwrap();
    let code = client.send_code(PHONE, Default::default()).await.unwrap();
    assert_ne!(sent(code).timeout, Some(9));
    let unfit = core.rules().get(made.id).unwrap().unfit.unwrap();
    assert!(
        unfit.starts_with("auth.sendCode: result.type: it is a `auth.sentCodeType"),
        "{unfit}"
    );
}

#[tokio::test]
async fn rules_are_listed_removed_and_announced() {
    let core = in_memory();
    let mut events = core.events().subscribe();
    let (first, second) = (core.rules().add(flood()), core.rules().add(flood()));
    assert_eq!((first.unwrap().id, second.unwrap().id), (1, 2));
    assert_eq!(core.rules().remove(1).unwrap().id, 1);
    let gone = core.rules().remove(1).unwrap_err();
    assert_eq!(gone.to_string(), "id: there is no rule 1");
    let left: Vec<u64> = core.rules().list().iter().map(|rule| rule.id).collect();
    assert_eq!(left, [2]);
    core.rules().clear();
    core.rules().clear();
    assert_eq!(core.rules().add(flood()).unwrap().id, 3);
    for _ in 0..5 {
        assert_eq!(events.try_recv().unwrap(), Event::Script);
    }
    assert!(events.try_recv().is_err());
    stranger(&core).invoke(&nearest_dc()).await.unwrap_err();
}

#[tokio::test]
async fn coverage_says_rule_where_a_rule_answers_and_no_handler() {
    let core = in_memory();
    let of = |name: &str| {
        let all = core.coverage();
        all.into_iter()
            .find(|method| method.name == name)
            .unwrap()
            .coverage
    };
    let before = of(NEAREST);
    core.rules().add(flood()).unwrap();
    assert_eq!(of(NEAREST), before);
    let method = "account.resetNotifySettings";
    assert_eq!(of(method), Coverage::None);
    let once = NewRule::reply(Trigger::method(method).times(1), true);
    core.rules().add(once).unwrap();
    assert_eq!(of(method), Coverage::Rule);
    let reset = stranger(&core)
        .invoke(&account::ResetNotifySettings {})
        .await;
    assert_eq!(reset, Ok::<_, RpcError>(true));
    assert_eq!(of(method), Coverage::None, "it never answers again");
}

#[tokio::test]
async fn what_nobody_wrote_is_answered_only_when_asked_for_and_adds_nothing_to_coverage() {
    let reset = account::ResetNotifySettings {};
    let core = in_memory();
    assert_eq!(
        stranger(&core).error(&reset).await,
        "400 METHOD_NOT_IMPLEMENTED"
    );
    let core = Core::open(CoreOptions {
        auto_reply: true,
        ..CoreOptions::default()
    })
    .unwrap();
    let client = stranger(&core);
    assert!(client.invoke(&reset).await.unwrap());
    let method = "account.resetNotifySettings";
    let all = core.coverage();
    let covered = all.iter().find(|covered| covered.name == method).unwrap();
    assert_eq!(covered.coverage, Coverage::None);
    assert!(!core.answered().contains_key(method));
    core.rules()
        .add(NewRule::reply(Trigger::method(method).times(1), false))
        .unwrap();
    assert!(!client.invoke(&reset).await.unwrap(), "a rule comes first");
    // Layer 198 answers this one with another type.
    let import = messages::ImportChatInvite {
        hash: "x".to_owned(),
    };
    client.invoke(&import).await.unwrap();
    let query = Raw(import.to_bytes().unwrap().into());
    let query = InvokeWithLayer { layer: 198, query }.to_bytes().unwrap();
    let refused = client.send(query).await.body.unwrap_err();
    assert_eq!(refused.name, "RESULT_NOT_IN_LAYER_198");
    let entries = core.journal().read(&Filter::default()).unwrap();
    let by: Vec<AnsweredBy> = entries.iter().map(|entry| entry.by).collect();
    let auto_reply = AnsweredBy::AutoReply;
    assert_eq!(
        by,
        [auto_reply, AnsweredBy::Rule(1), auto_reply, auto_reply]
    );
    let error = entries[3].error().map(|error| error.message.as_str());
    assert_eq!(
        error,
        Some("RESULT_NOT_IN_LAYER_198"),
        "as the client saw it"
    );
}

#[tokio::test]
async fn the_journal_names_the_rule_that_answered_and_no_rule_that_only_waited() {
    let core = in_memory();
    let client = stranger(&core);
    let wait = NewRule::delay(NEAREST, Duration::from_millis(1));
    core.rules().add(wait).unwrap();
    client.invoke(&nearest_dc()).await.unwrap();
    let rule = core.rules().add(flood()).unwrap();
    client.invoke(&nearest_dc()).await.unwrap_err();
    let entries = core.journal().read(&Filter::method(NEAREST)).unwrap();
    let by: Vec<AnsweredBy> = entries.iter().map(|entry| entry.by).collect();
    assert_eq!(by, [AnsweredBy::Handler, AnsweredBy::Rule(rule.id)]);
    assert_eq!(entries[1].error().unwrap().message, "FLOOD_WAIT_3");
}

#[test]
fn a_rule_that_does_not_fit_the_schema_is_refused_with_its_path() {
    let error = json!({"code": 400, "name": "X"});
    for (rule, expected) in [
        (
            json!({"method": "auth.sendCod", "error": error}),
            "method: `auth.sendCod` is not a method of the schema; did you mean `auth.sendCode` or `auth.resendCode`?",
        ),
        (
            json!({"method": "invokeWithLayer", "error": error}),
            "method: `invokeWithLayer` wraps a call; name the method inside it",
        ),
        (
            json!({"method": "auth.sendCode", "fields": {"settings": {"allow_flashcal": true}}, "error": error}),
            "fields.settings.allow_flashcal: no constructor of CodeSettings has such a field",
        ),
        (
            json!({"fields": {"hash": "x"}, "error": error}),
            "fields: need a method to be fields of",
        ),
        (
            json!({"method": NEAREST, "probability": 1.5, "error": error}),
            "probability: 1.5 is not between 0 and 1",
        ),
        (
            json!({"method": NEAREST, "times": 0, "error": error}),
            "times: is 0; leave it out for always",
        ),
        (
            json!({"method": NEAREST}),
            "reply: is missing; a rule needs one of reply, error, alter and delay_ms",
        ),
        (
            json!({"reply": true}),
            "method: is missing; reply has to fit its result",
        ),
        (
            json!({"method": NEAREST, "reply": true}),
            "reply: true is not a value of type NearestDc",
        ),
        (
            json!({"method": NEAREST, "reply": {"_": "user", "id": 1}}),
            "reply: `user` cannot stand here; a value of type NearestDc is wanted",
        ),
        (
            json!({"method": NEAREST, "reply": {"_": "nearestDc", "country": "IS", "this_dc": 1}}),
            "reply.nearest_dc: missing; a value of type int is required",
        ),
        (
            json!({"method": "users.getUsers", "reply": [{"_": "userEmpty", "id": 1}, {"_": "userEmpty", "id": "x"}]}),
            "reply[1].id: \"x\" is not a value of type long",
        ),
        (
            json!({"method": NEAREST, "alter": {"this_dc": "four"}}),
            "alter.this_dc: \"four\" is not a value of type int",
        ),
        (
            json!({"method": NEAREST, "alter": {"this_d": 4}}),
            "alter.this_d: no constructor of NearestDc has such a field",
        ),
        (
            json!({"method": "users.getUsers", "alter": {"first_name": "Eve"}}),
            "alter: a value of type Vector<User> has no fields to name",
        ),
        (
            json!({"method": NEAREST, "error": {"code": 0, "name": "X"}}),
            "error.code: is 0; 400 says that the call is wrong",
        ),
        (
            json!({"method": NEAREST, "error": {"code": 400, "name": "Flood wait"}}),
            "error.name: \"Flood wait\" is neither documented nor in capitals like FLOOD_WAIT_30",
        ),
        (
            json!({"method": NEAREST, "error": error, "alter": {"this_dc": 4}}),
            "alter: changes what the handler answers, so it does not go with reply or error",
        ),
        (
            json!({"delay_ms": 100_000_000}),
            "delay_ms: 100000000 is more than a day",
        ),
    ] {
        assert_eq!(refusal(rule.clone()), expected, "{rule}");
    }
}
