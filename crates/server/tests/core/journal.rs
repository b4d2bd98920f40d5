//! What the journal keeps of calls, and how it is read.

use std::sync::Arc;
use std::time::Duration;

use heliogram_server::{
    By, Core, CoreOptions, Entry, Filter, HIDDEN, Secrets, WireClock, to_ndjson,
};
use heliogram_tl::api::{self, help};
use serde_json::{Value, json};

use crate::world::{add_user, in_memory, minted, newest_code, sent, stranger, wrong};

const ADA: &str = "9996620001";
const BEN: &str = "9996620002";
const LONG: Duration = Duration::from_secs(20);

fn numbers(core: &Core, filter: &Filter) -> Vec<u64> {
    let entries = core.journal().read(filter).unwrap();
    entries.iter().map(|entry| entry.number).collect()
}

fn fields(json: Value) -> serde_json::Map<String, Value> {
    json.as_object().unwrap().clone()
}

#[tokio::test]
async fn a_call_is_read_back_with_its_answer() {
    let core = in_memory();
    let ada = add_user(&core, ADA, None).await;
    let client = minted(&core, ADA).await;
    client.me().await.unwrap();
    let [entry] = &core.journal().read(&Filter::default()).unwrap()[..] else {
        panic!("one call");
    };
    assert_eq!(entry.method, Some("users.getUsers"));
    assert_eq!(entry.user_id, Some(ada));
    assert_eq!((entry.number, entry.connection, entry.dc_id), (1, 1, 2));
    assert_eq!(
        (entry.key, entry.session),
        (client.key.0, client.session_id)
    );
    assert_eq!(entry.layer, heliogram_tl::LAYER);
    assert_eq!(entry.date, core.clock().now);
    let request = json!({"_": "users.getUsers", "id": [{"_": "inputUserSelf"}]});
    assert_eq!(entry.request, Some(request));
    assert_eq!(entry.result().unwrap()[0]["phone"], ADA);

    let json = entry.to_json(Secrets::Hidden);
    assert_eq!(json["by"], "handler");
    assert_eq!(json["key"], client.key.0.to_string());
    assert_eq!(json["result"][0]["access_hash"], HIDDEN);
    assert!(json.get("error").is_none());
}

#[tokio::test]
async fn calls_are_found_by_what_they_are() {
    let core = in_memory();
    let ada = add_user(&core, ADA, None).await;
    add_user(&core, BEN, None).await;
    let (ada_client, ben_client) = (minted(&core, ADA).await, minted(&core, BEN).await);
    ada_client.me().await.unwrap(); // 1
    ben_client.me().await.unwrap(); // 2
    let nobody = stranger(&core);
    nobody.me().await.unwrap_err(); // 3
    nobody
        .send_code(ADA, api::CodeSettings::default())
        .await
        .unwrap(); // 4
    nobody
        .invoke(&api::messages::GetAllStickers { hash: 0 })
        .await
        .unwrap_err(); // 5
    let all = Filter::default;
    let get_users = || Filter::method("users.getUsers");
    let cases = [
        (all(), vec![1, 2, 3, 4, 5]),
        (get_users(), vec![1, 2, 3]),
        (
            Filter {
                user_id: Some(ada),
                ..all()
            },
            vec![1],
        ),
        (
            Filter {
                user_id: Some(ada),
                ..Filter::method("auth.sendCode")
            },
            vec![],
        ),
        (
            Filter {
                error: Some("AUTH_KEY_UNREGISTERED".to_owned()),
                ..all()
            },
            vec![3],
        ),
        (
            Filter {
                error: Some("AUTH_KEY".to_owned()),
                ..all()
            },
            vec![],
        ),
        (
            Filter {
                by: Some("nobody".parse::<By>().unwrap()),
                ..all()
            },
            vec![5],
        ),
        (
            Filter {
                by: Some("rule".parse::<By>().unwrap()),
                ..all()
            },
            vec![],
        ),
        (Filter { since: 3, ..all() }, vec![4, 5]),
        (Filter { since: 5, ..all() }, vec![]),
        (
            Filter {
                limit: Some(2),
                ..all()
            },
            vec![1, 2],
        ),
        (
            Filter {
                limit: Some(2),
                newest_first: true,
                ..all()
            },
            vec![5, 4],
        ),
        (
            Filter {
                limit: Some(1),
                newest_first: true,
                ..get_users()
            },
            vec![3],
        ),
        (
            Filter {
                fields: fields(json!({"phone_number": ADA, "settings": {"current_number": false}})),
                ..Filter::method("auth.sendCode")
            },
            vec![4],
        ),
        (
            Filter {
                fields: fields(json!({"phone_number": BEN})),
                ..Filter::method("auth.sendCode")
            },
            vec![],
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(numbers(&core, &filter), expected, "{filter:?}");
        let counted = core.journal().count(&Filter {
            limit: None,
            ..filter.clone()
        });
        if filter.limit.is_none() {
            assert_eq!(counted.unwrap(), expected.len(), "{filter:?}");
        }
    }
}

#[tokio::test]
async fn a_filter_that_can_match_nothing_is_refused() {
    let core = in_memory();
    let cases = [
        (
            Filter::method("users.getUser"),
            "method: `users.getUser` is not a method",
        ),
        (
            Filter {
                fields: fields(json!({"phone": ADA})),
                ..Filter::method("auth.sendCode")
            },
            "fields.phone: `auth.sendCode` has no such field",
        ),
        (
            Filter {
                fields: fields(json!({"phone_number": ADA})),
                ..Filter::default()
            },
            "fields: need a method",
        ),
    ];
    for (filter, expected) in cases {
        let error = core.journal().read(&filter).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(core.journal().count(&filter).is_err());
        assert!(core.journal().wait(&filter, LONG).await.is_err());
    }
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_kept_by_its_length() {
    let core = in_memory();
    let client = stranger(&core);
    client
        .send(vec![1, 2, 3, 4, 5, 6, 7, 8])
        .await
        .body
        .unwrap_err();
    let mut cut = {
        use heliogram_tl::Encode as _;
        help::GetAppConfig { hash: 7 }.to_bytes().unwrap()
    };
    cut.truncate(4);
    client.send(cut).await.body.unwrap_err();
    let entries = core.journal().read(&Filter::default()).unwrap();
    let seen = |entry: &Entry| (entry.method, entry.request.clone(), entry.request_bytes);
    assert_eq!(seen(&entries[0]), (None, None, 8));
    assert_eq!(seen(&entries[1]), (Some("help.getAppConfig"), None, 4));
    let json = entries[1].to_json(Secrets::Hidden);
    assert_eq!(json["request"], Value::Null);
    assert_eq!(
        json["error"],
        json!({"code": 400, "message": "INPUT_FETCH_ERROR"})
    );
    assert_eq!(json["by"], "nobody");
}

#[tokio::test]
async fn waiting_finds_a_call_that_was_and_one_that_comes() {
    let core = in_memory();
    let client = stranger(&core);
    let nearest = Filter::method("help.getNearestDc");
    let none = core
        .journal()
        .wait(&nearest, Duration::from_millis(10))
        .await;
    assert_eq!(none.unwrap(), None);

    client.invoke(&help::GetNearestDc {}).await.unwrap();
    let found = core.journal().wait(&nearest, Duration::ZERO).await.unwrap();
    assert_eq!(found.unwrap().number, 1);

    let next = Filter {
        since: core.journal().newest(),
        ..nearest
    };
    let waiting = tokio::spawn({
        let core = core.clone();
        async move { core.journal().wait(&next, LONG).await }
    });
    tokio::task::yield_now().await;
    client.invoke(&help::GetConfig {}).await.unwrap();
    client.invoke(&help::GetNearestDc {}).await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().unwrap().number, 3);
}

#[tokio::test]
async fn secrets_leave_only_when_asked_for() {
    let core = in_memory();
    add_user(&core, ADA, None).await;
    let client = stranger(&core);
    let code = sent(
        client
            .send_code(ADA, api::CodeSettings::default())
            .await
            .unwrap(),
    );
    let digits = newest_code(&core, ADA).await;
    let hash = &code.phone_code_hash;
    client
        .sign_in(ADA, hash, &wrong(&digits))
        .await
        .unwrap_err();
    client.sign_in(ADA, hash, &digits).await.unwrap();
    let entries = core.journal().read(&Filter::method("auth.signIn")).unwrap();
    assert_eq!(entries[1].request.as_ref().unwrap()["phone_code"], digits);

    let hidden = to_ndjson(entries.iter().map(|entry| entry.to_json(Secrets::Hidden)));
    let shown = to_ndjson(entries.iter().map(|entry| entry.to_json(Secrets::Shown)));
    assert!(shown.contains(&digits));
    assert!(!hidden.contains(&digits) && !format!("{entries:?}").contains(&digits));
    let lines: Vec<Value> = hidden
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["request"]["phone_code"], HIDDEN);
    assert_eq!(lines[0]["error"]["message"], "PHONE_CODE_INVALID");
    assert_eq!(lines[1]["result"]["user"]["access_hash"], HIDDEN);
    assert_eq!(lines[1]["result"]["user"]["phone"], ADA);
}

#[tokio::test]
async fn the_canonical_form_is_the_same_for_the_same_script() {
    let mut journals = Vec::new();
    for _ in 0..2 {
        let core = Core::open(CoreOptions {
            seed: Some(7),
            // As a seeded server has it: business time stands at the same moment in every run.
            wire_clock: WireClock(Arc::new(|| 1_800_000_000)),
            ..CoreOptions::default()
        })
        .unwrap();
        core.freeze_clock().await.unwrap();
        add_user(&core, ADA, None).await;
        let client = stranger(&core);
        client.invoke(&help::GetConfig {}).await.unwrap();
        client.log_in(ADA).await.unwrap();
        client
            .invoke(&help::GetTermsOfServiceUpdate {})
            .await
            .unwrap();
        let entries = core.journal().read(&Filter::default()).unwrap();
        assert!(entries[0].result().unwrap()["date"].is_i64());
        let canonical = entries.iter().map(|entry| entry.canonical(Secrets::Shown));
        journals.push(canonical.collect::<Vec<_>>());
        tokio::time::sleep(Duration::from_millis(1_100)).await;
    }
    let [first, second] = &journals[..] else {
        unreachable!()
    };
    assert_eq!(first.len(), 4);
    assert_eq!(first, second);
    for gone in [
        "number",
        "connection",
        "key",
        "session",
        "msg_id",
        "took_us",
    ] {
        assert!(first[0].get(gone).is_none(), "{gone}");
    }
    assert_eq!(first[0]["result"]["date"], "<varies>");
}

#[tokio::test]
async fn a_journal_is_forgotten_when_told_and_never_kept_when_not_wanted() {
    let core = in_memory();
    let client = stranger(&core);
    client.invoke(&help::GetConfig {}).await.unwrap();
    assert!(core.journal().bytes() > 0);
    core.journal().clear();
    assert_eq!(core.journal().bytes(), 0);
    assert_eq!(numbers(&core, &Filter::default()), [0; 0]);
    client.invoke(&help::GetConfig {}).await.unwrap();
    assert_eq!(numbers(&core, &Filter::default()), [2]);

    let core = Core::open(CoreOptions {
        journal_bytes: 0,
        ..CoreOptions::default()
    })
    .unwrap();
    stranger(&core).invoke(&help::GetConfig {}).await.unwrap();
    assert_eq!(numbers(&core, &Filter::default()), [0; 0]);
}
