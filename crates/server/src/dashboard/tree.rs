//! JSON as a tree that opens and closes.

use maud::{Markup, html};
use serde_json::Value as Json;

use crate::instrument::HIDDEN;

/// How much of a tree is shown.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    /// So many elements of an array.
    pub(super) elements: usize,
    /// So many characters of a text.
    pub(super) characters: usize,
}

impl Extent {
    /// What is enough to recognise it in a list.
    pub(super) const GLANCE: Self = Self {
        elements: 20,
        characters: 300,
    };
    /// All that is kept.
    pub(super) const ALL: Self = Self {
        elements: usize::MAX,
        characters: usize::MAX,
    };
}

/// A value; what is inside it can be opened. `id` names it on the page.
pub(super) fn tree(id: &str, json: &Json, extent: Extent) -> Markup {
    html! { div.tree { (node(id, None, json, extent, 0)) } }
}

fn node(id: &str, name: Option<&str>, json: &Json, extent: Extent, depth: usize) -> Markup {
    let label = html! { @if let Some(name) = name { span.key { (name) } ": " } };
    match json {
        Json::Object(fields) => {
            let kind = fields.get("_").and_then(Json::as_str);
            let fields = fields.iter().filter(|(field, _)| *field != "_");
            let fields: Vec<_> = fields.collect();
            if fields.is_empty() {
                return html! { div.leaf { (label) span.type { (kind.unwrap_or("{}")) } } };
            }
            html! {
                details id=(id) open[depth < OPEN] {
                    summary { (label) span.type { (kind.unwrap_or("{…}")) } }
                    @for (field, value) in fields {
                        (node(&format!("{id}.{field}"), Some(field), value, extent, depth + 1))
                    }
                }
            }
        }
        Json::Array(elements) if elements.is_empty() => {
            html! { div.leaf { (label) span.muted { "[]" } } }
        }
        Json::Array(elements) => html! {
            details id=(id) open[depth < OPEN && elements.len() <= 3] {
                summary { (label) span.muted { "[" (elements.len()) "]" } }
                @for (index, value) in elements.iter().enumerate().take(extent.elements) {
                    (node(&format!("{id}.{index}"), Some(&index.to_string()), value, extent, depth + 1))
                }
                @if elements.len() > extent.elements {
                    div.leaf.muted { "… " (elements.len() - extent.elements) " more" }
                }
            }
        },
        Json::String(text) if text == HIDDEN => {
            html! { div.leaf { (label) span.tag { "hidden" } } }
        }
        Json::String(text) => {
            let end = text.char_indices().nth(extent.characters);
            let shown = end.map_or(&**text, |(end, _)| &text[..end]);
            html! {
                div.leaf {
                    (label) span.text { "“" (shown) @if end.is_none() { "”" } }
                    @if end.is_some() { span.muted { " … " (text.len() - shown.len()) " bytes more" } }
                }
            }
        }
        Json::Null => html! { div.leaf { (label) span.muted { "null" } } },
        Json::Bool(_) | Json::Number(_) => {
            html! { div.leaf { (label) span.value { (json.to_string()) } } }
        }
    }
}

/// So many levels stand open at first.
const OPEN: usize = 2;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_client_sent_stays_text() {
        let sent = json!({"_": "a<b", "x\"><img src=x onerror=y>": "<script>", "list": ["<i>"]});
        let shown = tree("c1.\"><b>", &sent, Extent::GLANCE).into_string();
        for evil in ["<script>", "<img", "<i>", "<b>", "a<b"] {
            assert!(!shown.contains(evil), "{evil} in {shown}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let extent = Extent {
            elements: 1,
            characters: 2,
        };
        let shown = tree("c1", &json!("äöü€"), extent).into_string();
        assert!(
            shown.contains("“äö<") && shown.contains("5 bytes more"),
            "{shown}"
        );
    }
}
