//! A page as data.

use serde_json::{Value as Json, json};

use super::page::{ErrorRow, Named, Page, word};

/// The page as one object; what does not apply to its kind is left out.
pub(super) fn render(page: &Page) -> Json {
    let mut json = json!({
        "kind": page.kind,
        "name": page.name,
        "title": page.title,
        "summary": page.summary,
    });
    let mut put = |key: &str, value: Json| json[key] = value;
    if let Some(definition) = &page.definition {
        put("definition", definition.as_str().into());
    }
    if let Some(rust) = &page.rust {
        put("rust", rust.as_str().into());
    }
    if let Some(command) = &page.command {
        put("command", command.as_str().into());
    }
    if let Some(parameters) = &page.parameters {
        let parameters = parameters.iter().map(|parameter| {
            json!({
                "name": parameter.name,
                "type": parameter.ty.name(),
                "required": !parameter.optional,
                "description": parameter.description,
            })
        });
        put("parameters", parameters.collect());
    }
    if let Some(result) = &page.result {
        put("result", result.as_str().into());
    }
    if let Some(rows) = &page.errors {
        put("errors", errors(rows));
    }
    if !page.any_errors.is_empty() {
        put("errors_of_any_method", errors(&page.any_errors));
    }
    if let Some((users, bots)) = page.available {
        put("users", word(users).to_lowercase().into());
        put("bots", word(bots).to_lowercase().into());
    }
    for (key, names) in [
        ("constructors", &page.constructors),
        ("methods", &page.methods),
        ("used_in", &page.used_in),
    ] {
        if !names.is_empty() {
            put(key, list(names));
        }
    }
    let related = page.related.iter().map(
        |related| json!({"title": related.title, "url": related.url(), "about": related.about}),
    );
    put("related", related.collect());
    json
}

fn errors(rows: &[ErrorRow]) -> Json {
    rows.iter()
        .map(|row| json!({"code": row.code, "name": row.name, "meaning": row.meaning}))
        .collect()
}

fn list(names: &[Named]) -> Json {
    names
        .iter()
        .map(|named| json!({"name": named.name, "summary": named.summary}))
        .collect()
}
