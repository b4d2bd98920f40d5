//! The OpenAPI document against the routes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Room;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

async fn paths(room: &Room) -> Vec<(String, Value)> {
    let (status, document) = room.get("/v1/openapi.json").await;
    assert_eq!(status, 200);
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .map(|(path, item)| (path.clone(), item.clone()))
        .collect()
}

/// With something in its variable parts.
fn filled(path: &str) -> String {
    path.replace("{world}", "main").replace(['{', '}'], "")
}

#[tokio::test]
async fn a_path_allows_the_methods_that_the_document_tells_of_and_no_others() {
    let room = Room::open().await;
    for (path, item) in paths(&room).await {
        let told: BTreeSet<String> = item
            .as_object()
            .unwrap()
            .keys()
            .map(|method| method.to_uppercase())
            .collect();
        for method in METHODS {
            // Without a body or an acceptable id nothing is done; only whether the path takes it is asked.
            if told.contains(method) {
                continue;
            }
            let (head, body) = room.exchange(method, &filled(&path), "", "").await;
            assert!(head.starts_with("HTTP/1.1 405 "), "{method} {path}: {head}");
            assert!(body.contains("\"field\":\"method\""), "{body}");
            let allow = head.lines().find_map(|line| line.strip_prefix("allow: "));
            let allowed = allow.unwrap_or_default().split(',').map(str::to_owned);
            let allowed = allowed.filter(|method| method != "HEAD").collect();
            assert_eq!(told, allowed, "{path}");
        }
    }
}

#[tokio::test]
async fn every_room_of_the_main_world_is_one_of_any_world() {
    let room = Room::open().await;
    let paths = paths(&room).await;
    let of_server = ["/v1/openapi.json", "/v1/ready", "/v1/worlds"];
    let rooms: Vec<_> = paths
        .iter()
        .filter(|(path, _)| path.starts_with("/v1/") && !path.starts_with("/v1/worlds/"))
        .filter(|(path, _)| !of_server.contains(&path.as_str()))
        .collect();
    assert!(rooms.len() >= 15, "{}", rooms.len());
    for (path, item) in rooms {
        let there = path.replacen("/v1/", "/v1/worlds/{world}/", 1);
        let twin = paths.iter().find(|(path, _)| *path == there);
        let twin = twin.unwrap_or_else(|| panic!("{there} is missing"));
        let methods = |item: &Value| {
            item.as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(methods(item), methods(&twin.1), "{path}");
    }
}

#[tokio::test]
async fn operations_have_ids_of_their_own_and_an_error_for_every_refusal() {
    let room = Room::open().await;
    let mut ids = BTreeSet::new();
    for (path, item) in paths(&room).await {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert_ne!(
                    response["description"],
                    json!(""),
                    "{method} {path} {status}"
                );
                if status.as_str() >= "400" {
                    let schema = &response["content"]["application/json"]["schema"]["$ref"];
                    assert_eq!(schema, "#/components/schemas/Error", "{method} {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_reference_leads_to_a_schema() {
    let room = Room::open().await;
    let (_, document) = room.get("/v1/openapi.json").await;
    let text = document.to_string();
    for rest in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = rest.split('"').next().unwrap();
        let schema = &document["components"]["schemas"][name];
        assert!(schema.is_object(), "{name} is described nowhere");
    }
}
